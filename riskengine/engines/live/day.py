"""What an as-of date settles for a plan: parameters, windows, weights by age; and which records count on it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import PENALTY_PLACES
from riskengine.engines.live.arithmetic import scaled
from riskengine.engines.live.rounding import half_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.engines.live.arithmetic import Function
    from riskengine.engines.live.selections import Selection
    from riskengine.plan import Plan, WeightStep

USED = "used"
LATER, UNDECIDED, OPERATOR_NOT_CURRENT = "later_than_as_of", "not_decided_by_as_of", "operator_not_current"


NOTHING_READ: frozenset[str] = frozenset()


class Day:
    """A plan's values on one as-of date.

    Attributes:
        as_of: the date.
        parameters: name → scaled value in force, and ``as_of``.
        windows: source → for each of its windows: the column of the date, the day just outside (None where there is
        none), and its selections, each by position and filter.
    """

    def __init__(
        self, plan: Plan, as_of: date, places: Mapping[str, int | None], selections: Sequence[Selection]
    ) -> None:
        self._plan, self.as_of = plan, as_of
        self.parameters: dict[str, Any] = {
            name: scaled(value, places[name]) for name, value in plan.parameters_on(as_of).items()
        }
        self.parameters["as_of"] = as_of
        grouped: dict[str, dict[tuple[str, date | None], list[tuple[int, Function | None]]]] = {}
        read: dict[str, set[str]] = {}
        for at, item in enumerate(selections):
            after = None if item.window is None else item.window.after(as_of)
            windows = grouped.setdefault(item.source, {})
            windows.setdefault((item.date, after), []).append((at, item.where))
            read.setdefault(item.source, set()).update(item.reads)
        self.windows = {
            source: [(name, after, chosen) for (name, after), chosen in windows.items()]
            for source, windows in grouped.items()
        }
        self._reads = read
        self._given = {
            source: {name: value for name, value in self.parameters.items() if name in names}
            for source, names in read.items()
        }
        further = {source: {column.name: column for column in plan.columns_of(source)} for source in read}
        further.get("violations", {}).update(plan.linked)
        self._scales = {
            source: [(name, column.digits) for name, column in held.items() if column.digits and name in read[source]]
            for source, held in further.items()
        }
        self._weights: dict[str, list[_Weight]] = {}
        for weight in plan.weights:
            if weight.name in read.get(weight.source, ()):
                self._weights.setdefault(weight.source, []).append(_Weight(weight, as_of, places[weight.name]))

    def unused(self, source: str, record: Record) -> str | None:
        """Why a record does not count on the day; None where it does."""
        if source == "inspections":
            return LATER if record["inspected_on"] > self.as_of else None
        if record["occurred_on"] > self.as_of:
            return LATER
        decided = record.get("decided_on")
        if decided is not None and decided > self.as_of:
            return UNDECIDED
        status = self.status(record)
        return None if status in self._plan.counted_statuses else f"status_{status}"

    def status(self, record: Record) -> str:
        """A violation's status on the day: before ``status_on`` it is what it was until then."""
        status, since = str(record["status"]), record.get("status_on")
        if since is None or self.as_of >= since:
            return status
        return "pending" if status == "final" else "final"

    def row(self, source: str, record: Record) -> Record:
        """A record that counts, with all that the plan's expressions read of it, scaled."""
        given, read = self._given.get(source), self._reads.get(source, NOTHING_READ)
        row = {**given, **record} if given else record.copy()
        violation = source == "violations"
        happened = record["occurred_on" if violation else "inspected_on"]
        if violation:
            if record.get("status_on") is not None:
                row["status"] = self.status(record)
            point = self._plan.risk_point_by_code.get(record["risk_point"])
            row["level"], row["area"] = (point.level, point.area) if point else (None, None)
        if "age_days" in read:
            row["age_days"] = (self.as_of - happened).days
        for weight in self._weights.get(source, ()):
            row[weight.name] = weight.of(row, happened)
        if violation and "penalty" in read:
            row["penalty"] = scaled(row["penalty"], PENALTY_PLACES)
        for name, places in self._scales.get(source, ()):
            row[name] = scaled(row[name], places)
        return row


class _Weight:
    """A weight as of a day, its numbers scaled."""

    def __init__(self, weight: WeightStep, as_of: date, places: int | None) -> None:
        self.name, self._by, self._as_of = weight.name, weight.by, as_of
        self._table = {key: scaled(value, places) for key, value in weight.table}
        self._brackets = [(window.after(as_of), scaled(value, places)) for window, value in weight.brackets]
        self._ranges = [(low, high, scaled(value, places)) for low, high, value in weight.ranges]
        self._divide, self._places = weight.divide, weight.places
        self._factor = 10 ** ((places or 0) - weight.places)
        self._otherwise, self._missing = scaled(weight.otherwise, places), scaled(weight.missing, places)

    def of(self, row: Record, happened: date) -> Any:
        if self._brackets:
            for after, value in self._brackets:
                if after < happened:
                    return value
            return self._otherwise
        key = row[self._by]
        if key is not None and self._ranges:
            for low, high, value in self._ranges:
                if (low is None or key >= low) and (high is None or key < high):
                    return value
            return self._otherwise
        if key is not None and self._divide is not None:
            return self._divided(self._divide, key) if key > 0 else self._otherwise
        return self._missing if key is None else self._table.get(str(key), self._otherwise)

    def _divided(self, number: int, key: Any) -> Any:
        over, under = Decimal(key).as_integer_ratio()
        return half_up(number * 10**self._places * under, over) * self._factor
