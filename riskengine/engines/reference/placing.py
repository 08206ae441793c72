"""Which operators are graded, and which records count at the as-of date, for whom and with which status."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import round_half_up

if TYPE_CHECKING:
    from datetime import date

    from riskengine.contract.records import Record, Records
    from riskengine.plan import Plan, WeightStep

USED = "used"
LATER, UNDECIDED, NOT_CURRENT = "later_than_as_of", "not_decided_by_as_of", "operator_not_current"


@dataclass(slots=True)
class Placed:
    """Operators and the records that count for each.

    Attributes:
        current: operators to grade.
        gone: operators closed before, or licensed after, the as-of date.
        rows: source → operator_id → its records that count, with status at as-of, age, level, area and weights.
        usage: source → ``used`` or the reason for which it did not count → number of records.
        quarantined: operator_id → records left out, moved to the successor like the records themselves.
    """

    current: list[Record] = field(default_factory=list)
    gone: list[Record] = field(default_factory=list)
    rows: dict[str, dict[str, list[Record]]] = field(default_factory=dict)
    usage: dict[str, dict[str, int]] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)


def place(plan: Plan, records: Records, as_of: date) -> Placed:
    """Decide for every operator and every record whether, and for whom, it counts."""
    placed = Placed()
    operators = records.operators.records
    for operator in operators:
        (placed.current if is_current(operator, as_of) else placed.gone).append(operator)
    answerable = _answerable(operators, as_of)
    for operator_id, count in records.quarantined.items():
        holder = answerable.get(operator_id, operator_id)
        placed.quarantined[holder] = placed.quarantined.get(holder, 0) + count
    current = {operator["operator_id"] for operator in placed.current}
    # Inspections first: a violation may read of the one that it names.
    for source in (records.inspections, records.violations):
        if source is None:
            continue
        rows = placed.rows.setdefault(source.name, {})
        inspections = placed.rows.get("inspections", {})
        usage = placed.usage.setdefault(source.name, {USED: 0})
        for record in source.records:
            holder = answerable[record["operator_id"]]
            reason = _unused(plan, source.name, record, as_of) or (None if holder in current else NOT_CURRENT)
            usage[reason or USED] = usage.get(reason or USED, 0) + 1
            if reason is None:
                linked = _linked(plan, source.name, record, inspections.get(holder, []))
                rows.setdefault(holder, []).append(_extended(plan, source.name, {**record, **linked}, as_of))
    return placed


def _linked(plan: Plan, source: str, record: Record, inspections: list[Record]) -> Record:
    """What a violation reads of the inspection that it names: one that counts, of whoever answers for the violation."""
    if source != "violations" or not plan.links:
        return {}
    named = [item for item in inspections if item["inspection_id"] == record["inspection_id"]]
    return {name: named[0][column] if named else None for name, column in plan.links}


def is_current(operator: Record, as_of: date) -> bool:
    """Whether an operator is graded: not closed before the as-of date, not licensed after it."""
    closed, licensed = operator.get("closed_on"), operator.get("licensed_on")
    return not ((closed is not None and closed < as_of) or (licensed is not None and licensed > as_of))


def _answerable(operators: list[Record], as_of: date) -> dict[str, str]:
    """operator_id → who answers for its record at as-of: itself, or the last successor where it is closed."""
    by_id = {operator["operator_id"]: operator for operator in operators}
    result = {}
    for operator_id in by_id:
        holder, seen = operator_id, {operator_id}
        while True:
            operator = by_id[holder]
            closed, successor = operator.get("closed_on"), operator.get("successor")
            if closed is None or closed >= as_of or successor not in by_id or successor in seen:
                break
            holder = successor
            seen.add(holder)
        result[operator_id] = holder
    return result


def status_at(record: Record, as_of: date) -> str:
    """The status of a violation at a day: from ``status_on`` on as recorded, before it as it was until then."""
    status, since = str(record["status"]), record.get("status_on")
    if since is None or as_of >= since:
        return status
    return "pending" if status == "final" else "final"


def _unused(plan: Plan, source: str, record: Record, as_of: date) -> str | None:
    """Why a record does not count at as-of; None where it does."""
    if source == "inspections":
        return LATER if record["inspected_on"] > as_of else None
    if record["occurred_on"] > as_of:
        return LATER
    if record.get("decided_on") is not None and record["decided_on"] > as_of:
        return UNDECIDED
    status = status_at(record, as_of)
    return None if status in plan.counted_statuses else f"status_{status}"


def _extended(plan: Plan, source: str, record: Record, as_of: date) -> Record:
    """A record with what expressions may read beside its columns."""
    row: dict[str, Any] = dict(record)
    happened = record["occurred_on" if source == "violations" else "inspected_on"]
    row["age_days"] = (as_of - happened).days
    if source == "violations":
        row["status"] = status_at(record, as_of)
        point = plan.risk_point_by_code.get(record["risk_point"])
        row["level"] = point.level if point else None
        row["area"] = point.area if point else None
    for weight in plan.weights:
        if weight.source == source:
            row[weight.name] = _weight(weight, row, happened, as_of)
    return row


def _weight(weight: WeightStep, row: Record, happened: date, as_of: date) -> Any:
    if weight.brackets:
        inside = (value for window, value in weight.brackets if window.holds(happened, as_of))
        return next(inside, weight.otherwise)
    key = row[weight.by]
    if key is not None and weight.ranges:
        held = (value for low, high, value in weight.ranges if _within(key, low, high))
        return next(held, weight.otherwise)
    if key is not None and weight.divide is not None:
        return round_half_up(Fraction(weight.divide) / Fraction(key), weight.places) if key > 0 else weight.otherwise
    return weight.missing if key is None else dict(weight.table).get(str(key), weight.otherwise)


def _within(number: Any, low: Any, high: Any) -> bool:
    """Whether a number is in a range that holds its lower end and not its upper one."""
    return (low is None or low <= number) and (high is None or number < high)
