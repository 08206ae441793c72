"""The rules between sources: orphans, areas, inspections, successors; what was left out of whose record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.records import BLANK, DUPLICATE, OF_LEFT_OUT, ORPHAN
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import nearest
from riskengine.records.grammar import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.contract.records import Record
    from riskengine.records.draft import Draft

MOST_COMPARED = 1000  # ids that an unknown one is compared with; more would cost minutes


def cross_check(
    operators: Draft,
    violations: Draft | None,
    inspections: Draft | None,
    risk_point_area: Mapping[str, str],
) -> dict[str, int]:
    """Check the sources against each other; problems go to the drafts.

    Returns:
        operator_id → how many of its violations and inspections were left out; a repetition of equal content
        is not counted, since nothing is lost.
    """
    used = {row.record["operator_id"]: row.record for row in operators.rows if row.reason is None}
    left_out = {row.operator_id for row in operators.rows if row.reason is not None} - used.keys()
    _check_successors(operators, used)
    for draft in (violations, inspections):
        if draft is not None:
            _check_orphans(draft, used, left_out)
    if violations is not None:
        _check_areas(violations, used, risk_point_area)
        if inspections is not None:
            _check_inspections(violations, inspections)
    heirs = _heirs(operators, used)
    quarantined: dict[str, int] = {}
    for draft in (violations, inspections):
        for row in draft.rows if draft is not None else ():
            if row.reason not in {None, DUPLICATE, BLANK} and row.operator_id is not None:
                holder = heirs.get(row.operator_id, row.operator_id)
                quarantined[holder] = quarantined.get(holder, 0) + 1
    return dict(sorted(quarantined.items()))


def _heirs(operators: Draft, used: Mapping[str, Record]) -> dict[str, str]:
    """Operators that were left out → the used successor that they name: what is lost of theirs flatters it."""
    rows = (row for row in operators.rows if row.operator_id is not None and row.operator_id not in used)
    named = {str(row.operator_id): str(row.record.get("successor")) for row in rows}
    return {operator: successor for operator, successor in named.items() if successor in used}


def _check_successors(operators: Draft, used: Mapping[str, Record]) -> None:
    for row in operators.rows:
        successor = row.record.get("successor")
        if successor is None:
            continue
        if successor == row.operator_id:
            operators.report(row, Fault("RE-270"), "successor", successor)
        elif successor not in used:
            operators.report(row, Fault("RE-266"), "successor", successor)


def _check_orphans(draft: Draft, used: Mapping[str, Record], left_out: set[str | None]) -> None:
    near: dict[str, tuple[str, ...]] = {}
    for row in draft.rows:
        operator = row.operator_id
        if operator is None or operator in used or row.reason == DUPLICATE:
            continue
        if operator in left_out:
            draft.report(row, Fault("RE-244"), "operator_id", operator, reason=OF_LEFT_OUT)
            continue
        if operator not in near and len(used) <= MOST_COMPARED:
            near[operator] = tuple(mask_personal(name) for name in nearest(operator[:40], used, most=1, cutoff=0.9))
        fault = Fault("RE-243", near=near.get(operator, ()))
        draft.report(row, fault, "operator_id", operator, reason=ORPHAN)


def _check_areas(violations: Draft, used: Mapping[str, Record], risk_point_area: Mapping[str, str]) -> None:
    for row in violations.rows:
        if row.reason is not None:
            continue
        areas = used[row.record["operator_id"]]["areas"]
        area = risk_point_area.get(row.record["risk_point"])
        if areas and area is not None and area not in areas:
            fault = Fault("RE-265", params=(("areas", "; ".join(areas)),))
            violations.report(row, fault, "risk_point", row.record["risk_point"])


def _check_inspections(violations: Draft, inspections: Draft) -> None:
    known = {row.record.get("inspection_id") for row in inspections.rows if row.reason is None}
    for row in violations.rows:
        inspection = row.record.get("inspection_id")
        if inspection is not None and inspection not in known:
            violations.report(row, Fault("RE-264"), "inspection_id", inspection)
