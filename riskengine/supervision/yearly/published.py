"""Publication in the year's figures: what was published, and whether each decision was published in time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import INSPECTIONS, VIOLATIONS
from riskengine.engines.reference.placing import status_at
from riskengine.supervision.publication.sources import COERCIONS, PENALTIES, PERMITS, PUBLICATIONS
from riskengine.supervision.publication.terms import publish_term
from riskengine.supervision.yearly.held import HeldFile, HeldRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.supervision.yearly.context import YearContext

_CLASSES = {
    "permit": (PERMITS, "permit_id", "decided_on"),
    "penalty": (VIOLATIONS, "violation_id", "decided_on"),
    "inspection": (INSPECTIONS, "inspection_id", "inspected_on"),
    "coercion": (COERCIONS, "coercion_id", "decided_on"),
}
"""Class → the table of its records, the column that tells them apart, the day from which the term runs."""
IN_TIME, LATE = "in_time", "late"
_ENDED = frozenset({"revoked", "repaired", "pending"})


def of_status(row: Record, context: YearContext) -> dict[str, Any]:
    """``standing`` of a permit or coercive measure: its status at the year's end."""
    return {"standing": status_at(row, context.period.last)}


def publications(context: YearContext) -> HeldFile:
    """The log of what was published."""
    return context.table(PUBLICATIONS)


def terms(context: YearContext) -> HeldFile:
    """What was to be published by a day that is known: ``class``, ``due_on``, ``on_time``, ``timing``.

    Each rests on the row of the decision and on those of the log that name it. What was revoked, repaired or not in
    force on the last day of its term needed no publication.
    """
    log = context.table(PUBLICATIONS)
    if log.is_missing:
        return log
    told: dict[tuple[str, str], list[HeldRow]] = defaultdict(list)
    for row in log.rows:
        told[row.cells["class"], row.cells["record_id"]].append(row)
    rows, accounts = [], dict(log.accounts)
    for name, (source, key, day) in _CLASSES.items():
        table = context.table(source)
        accounts |= table.accounts
        for row in table.rows:
            due = _due(name, row.cells, row.cells[day], context)
            if due is not None and due <= context.period.last:
                shown = told[name, row.cells[key]]
                first = min((each.cells["published_on"] for each in shown), default=None)
                refs = (*row.refs, *(ref for each in shown for ref in each.refs))
                on_time = first is not None and first <= due
                cells = {"class": name, "due_on": due, "on_time": on_time, "timing": IN_TIME if on_time else LATE}
                rows.append(HeldRow(refs, cells))
    return HeldFile(tuple(rows), accounts)


def _due(name: str, record: Mapping[str, Any], decided: date | None, context: YearContext) -> date | None:
    """The last day on which a record is published in time; None where nothing is due or it cannot be told."""
    term = None if decided is None else publish_term(name, decided)
    due = None if term is None or decided is None else term.last_day(decided, context.calendar)
    if due is None or ("status" in record and status_at(dict(record), due) in _ENDED):
        return None
    return due


def confiscations(context: YearContext) -> HeldFile:
    """What decisions confiscated, in yuan: ``confiscated``, with the days and the area of the violation."""
    details, violations = context.table(PENALTIES), context.table(VIOLATIONS)
    if details.is_missing or violations.is_missing:
        return HeldFile(missing=(*details.missing, *violations.missing))
    by_id = {row.cells["violation_id"]: row for row in violations.rows}
    rows = []
    for row in details.rows:
        decision = by_id.get(row.cells["violation_id"])
        if decision is not None:
            days = {name: decision.cells[name] for name in ("decided_on", "occurred_on")}
            cells = {"confiscated": row.cells["confiscated"], **days}
            rows.append(HeldRow((*row.refs, *decision.refs), cells))
    return HeldFile(tuple(rows), {**details.accounts, **violations.accounts}, details.left_out)
