"""How ``ledger show --vehicle`` and ``--driver`` tell what is known of one: its ties, its violations, who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.masking import mask_personal
from riskengine.ledger import tie_cells, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from riskengine.ledger import Overlap


def masked_holding(found: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a vehicle or driver with what is personal masked."""
    return {
        **found,
        "id": mask_personal(found["id"]),
        "ties": [masked_of(tie) for tie in found["ties"]],
        "violations": [
            {**(masked_attribution(row) or {}), "violation_id": mask_personal(row["violation_id"])}
            for row in found["violations"]
        ],
    }


def masked_attribution(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Who answers for a violation, with the ids of operators and candidates masked where they are personal."""
    return None if row is None else {**masked_of(row), "candidates": [masked_of(tie) for tie in row["candidates"]]}


def masked_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that names an operator, its id masked where it is personal."""
    return {**row, "operator_id": None if row["operator_id"] is None else mask_personal(row["operator_id"])}


def holding_lines(found: Mapping[str, Any], lang: str) -> list[str]:
    """What is known of a vehicle or driver, as lines."""
    say = wording(lang)
    lines = [found["id"]]
    for row in found["registered"]:
        words = " · ".join(str(value) for value in row.values() if value is not None)
        lines.append(say["registered_line"].format(words=words))
    lines += [f"  {line}" for line in candidates_text(found["ties"], lang)]
    for row in found["violations"]:
        why = say[f"why_{row['why']}"]
        to = row["operator_id"] or say["asked"]
        lines.append(say["holding_violation_line"].format(**{**row, "to": to, "because": why}))
    return lines


def attribution_lines(found: Mapping[str, Any], answers: Iterable[Mapping[str, Any]], lang: str) -> list[str]:
    """Who answers for a violation, and what persons answered, as lines."""
    say = wording(lang)
    to = found["operator_id"] or say["asked"]
    lines = [say["answerable_line"].format(to=to, because=say[f"why_{found['why']}"])]
    lines += [f"    {line}" for line in candidates_text(found["candidates"], lang)]
    for answer in answers:
        document = f" · {answer['document']}" if answer["document"] else ""
        line = say["answer_line"].format(operator=answer["operator_id"], **answer["change"]) + document
        lines.append(line + (say["taken_back_mark"] if answer["taken_back"] else ""))
    return lines


def overlap_cells(overlap: Overlap) -> dict[str, Any]:
    """Two ties that overlap, as they may be printed."""
    first, second = (masked_of(tie_cells(tie)) for tie in (overlap.first, overlap.second))
    return {"first": first, "second": second}


def overlap_line(overlap: Overlap, lang: str) -> str:
    """Two ties that overlap, as a line."""
    first, second = overlap.first, overlap.second
    return wording(lang)["overlap"].format(
        tied=first.tied,
        first=mask_personal(first.operator_id),
        second=mask_personal(second.operator_id),
        first_since=first.since,
        second_since=second.since,
    )


def candidates_text(ties: Iterable[Mapping[str, Any]], lang: str) -> list[str]:
    """Ties as lines: the operator, what of it, from when to when, by which document."""
    say = wording(lang)
    lines = []
    for tie in ties:
        until = say["until"].format(day=tie["until"]) if tie["until"] else ""
        document = f" · {tie['document']}" if tie["document"] else ""
        tied = tie.get("vehicle") or tie.get("driver")
        line = say[f"tie_{tie['kind']}"].format(operator=tie["operator_id"], tied=tied, since=tie["since"])
        lines.append(f"{line}{until}{document}")
    return lines
