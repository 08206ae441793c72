"""Ids are compared trimmed, half-width and upper case; results show them as they were read, so that they join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.records.grammar import trim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.records.draft import Draft, DraftRow


def restore_ids(drafts: Mapping[str, Draft], quarantined: Mapping[str, int]) -> dict[str, int]:
    """Give every used record its ids as they were read; ids of other records follow the record that they name.

    Args:
        drafts: the checked sources, operators among them.
        quarantined: operator_id as compared → how many records were left out.

    Returns:
        ``quarantined`` with the operators' ids as they were read.
    """
    operators = _own_ids(drafts["operators"])
    inspections = _own_ids(drafts["inspections"]) if "inspections" in drafts else {}
    for draft in drafts.values():
        for row in draft.rows:
            if row.reason is not None:
                continue
            record = row.record
            own = draft.source.key
            key = record[own]
            record[own] = operators[key] if own == "operator_id" else _as_read(draft, row, own)
            if own == "operator_id":
                record["successor"] = operators.get(record["successor"], record["successor"])
                record["name"] = record[own] if record["name"] == key else record["name"]
            else:
                record["operator_id"] = operators[record["operator_id"]]
            if own == "violation_id":
                named = record["inspection_id"]
                record["inspection_id"] = inspections.get(named, named)
    return {operators.get(key, key): count for key, count in quarantined.items()}


def _own_ids(draft: Draft) -> dict[str, str]:
    """Id as compared → as read, of the rows that are used."""
    key = draft.source.key
    return {row.record[key]: _as_read(draft, row, key) for row in draft.rows if row.reason is None}


def _as_read(draft: Draft, row: DraftRow, name: str) -> str:
    """The text of a cell without white space at its ends; what was made of it where the cell held no text."""
    for joined in draft.binding.joined:
        if joined.name == name:
            return joined.as_read(joined.cell(row.cells))
    for column, position, _ in draft.binding.read:
        if column == name and position < len(row.cells) and isinstance(row.cells[position], str):
            return trim(row.cells[position])
    return str(row.record[name])
