"""Contested penalties in the year's figures: what became of each by the year's end."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from riskengine.contract.sources import VIOLATIONS
from riskengine.supervision.cases.sources import CASES
from riskengine.supervision.outcomes.contested import became, read_contested
from riskengine.supervision.outcomes.rules import OVERTURNED, read_outcome_rules
from riskengine.supervision.outcomes.sources import CHALLENGES
from riskengine.supervision.record import file_of, rows_of
from riskengine.supervision.yearly.held import HeldFile, HeldRow, RowRef

if TYPE_CHECKING:
    from riskengine.supervision.yearly.context import YearContext


def contested(context: YearContext) -> HeldFile:
    """The penalties that were challenged by the year's end: ``outcome``, ``decided_on``, ``kind``, ``risk_point``.

    ``decided_on`` is the day of the last decision, None while one is pending; ``overturned`` says whether the penalty
    was revoked or changed. Each rests on its challenges, the violation, and the case that names its unit.
    """
    missing = tuple(source.name for source in (CHALLENGES, VIOLATIONS) if file_of(context.folder, source.name) is None)
    if missing:
        return HeldFile(missing=missing)
    rules, last = read_outcome_rules(None), context.period.last
    record = read_contested(context.folder, rules)
    table = rows_of(context.folder, CHALLENGES)
    challenges: dict[str, list[RowRef]] = defaultdict(list)
    for row in table.rows:
        challenges[row.record["violation_id"]].append(RowRef(table.label, row.number))
    penalties = {row.cells["violation_id"]: row.refs[0] for row in context.table(VIOLATIONS).rows}
    cases = {row.cells["violation_id"]: row.refs[0] for row in context.table(CASES).rows}
    rows = []
    for penalty in record.penalties:
        found, name = became(penalty.challenges, rules, last), penalty.violation_id
        beside = (place[name] for place in (penalties, cases) if name in place)
        cells = {
            "outcome": None if found is None else found.outcome,
            "decided_on": None if found is None else found.decided_on,
            "kind": None if found is None else found.kind,
            "overturned": found is not None and found.outcome in OVERTURNED,
            "risk_point": penalty.risk_point,
            "unit": penalty.unit,
        }
        rows.append(HeldRow((*challenges[name], *beside), cells))
    return HeldFile(tuple(rows), {table.label: frozenset(row.number for row in table.rows)})
