"""Facts on scaled integers: the records a fact is made of, its value, what makes it unknown, what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.engines.live.arithmetic import Formula, aligned, formula, scaled
from riskengine.engines.live.rounding import half_up, rounded_formula
from riskengine.engines.live.selections import NOTHING, Members, Value
from riskengine.kernel.decimals import places_of
from riskengine.policy.expression import Name, names_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.engines.live.day import Day
    from riskengine.kernel.windows import Window
    from riskengine.plan import FactStep

    Places = Mapping[str, int | None]

_ZERO_WHEN_EMPTY = ("count", "count_distinct", "sum")


class Aggregate:
    """A fact made of records.

    Attributes:
        places: digits after the point of its scaled value; None for dates and texts.
        selection: the position of its selection in the program.
    """

    def __init__(
        self,
        fact: FactStep,
        selection: int,
        row_places: Places,
        weighed_by: Mapping[str, str],
        columns: Collection[str],
    ) -> None:
        self.step, self.selection = fact, selection
        self._weighed_by = weighed_by
        read = {
            *(names_in(fact.where) if fact.where is not None else ()),
            *(names_in(fact.value) if fact.value is not None else ()),
            *fact.columns,
        }
        self._read = frozenset(read.intersection(columns))
        instead = None if fact.missing in {None, "ignore"} else fact.missing
        part = self._part(fact, row_places)
        within = None if part.places is None else max(part.places, places_of(instead) or 0)
        self._value_of: Callable[[Mapping[str, Any]], Any] = aligned(part, within)
        self._one = None if fact.value is not None or part.places is None else scaled(1, within)
        self._instead = scaled(instead, within if within is not None else places_of(instead))
        own = {"count_distinct": 0, "days_since": 0, "share": fact.places}.get(fact.operation, within)
        inner = None if own is None else max(own, places_of(fact.group_cap) or 0)
        self._group_factor = 10 ** ((inner or 0) - (own or 0))
        self._group_cap = scaled(fact.group_cap, inner)
        self._having = None if fact.having is None else formula(fact.having, {**row_places, "group": inner}).of
        result = 0 if fact.then == "count" else inner
        self.places = None if result is None else max(result, places_of(fact.empty) or 0)
        self._factor = 1 if self.places is None else 10 ** (self.places - (result or 0))
        self._empty = scaled(fact.empty, self.places if self.places is not None else places_of(fact.empty))
        self._unknown = Value(None, frozenset({fact.name}))
        zero = fact.then in {"sum", "count"} if fact.group else fact.operation in _ZERO_WHEN_EMPTY
        if zero and fact.empty is None:
            self._empty = 0
        self._nothing = self._unknown if self._empty is None else Value(self._empty)

    @staticmethod
    def _part(fact: FactStep, places: Places) -> Formula:
        if fact.value is not None:
            return formula(fact.value, places)
        if fact.operation in {"latest", "days_since"}:
            return formula(Name(str(fact.date)), places)
        return Formula(0, lambda _: 1)

    def over(self, members: Members, day: Day) -> Value:
        """The aggregate of the records selected; computed anew only where they changed."""
        if not members.rows:
            return self._nothing
        value = members.told.get(self.step.name)
        if value is None:
            value = members.told[self.step.name] = self._computed(members, day)
        return value

    def _computed(self, members: Members, day: Day) -> Value:
        step, held = self.step, members.rows
        if step.group is None and not members.doubtful:
            if self._one is not None:
                return Value(len(held) * self._one * self._factor, NOTHING, held.copy())
            value_of = self._value_of
            values = [value_of(row) for row in held]
            if None not in values:
                value, rows = self._total(values, held, day)
                return self._told(value * self._factor if self._factor != 1 else value, rows)
        found, doubtful = self._members(members)
        if doubtful and step.missing is None:
            reasons = frozenset(name for row in doubtful for name in self._null_fields(row))
            return Value(None, reasons) if reasons else self._unknown
        if not found:
            return self._nothing
        if step.group:
            value, rows = self._grouped(found, day)
        else:
            value, rows = self._total([item[1] for item in found], [item[2] for item in found], day)
        return self._told(value if value is None or self._factor == 1 else value * self._factor, rows)

    def _told(self, value: Any, rows: Sequence[Record]) -> Value:
        return self._unknown if value is None else Value(value, NOTHING, rows)

    def _members(self, members: Members) -> tuple[list[tuple[Any, Any, Record]], list[Record]]:
        """Group, value and record of those that are known to count with a known value; and the doubtful ones."""
        found: list[tuple[Any, Any, Record]] = []
        doubtful = []
        value_of, group_name, unsure = self._value_of, self.step.group, members.doubtful
        given, once = self._one, self.step.once
        for row in members.rows:
            value = given if given is not None else value_of(row)
            group = row[group_name] if group_name else None
            sorted_in = (group_name is None or group is not None) and (once is None or row[once] is not None)
            if value is not None and sorted_in and id(row) not in unsure:
                found.append((group, value, row))
            elif self._instead is not None:
                found.append((group, self._instead, row))
            else:
                doubtful.append(row)
        return found, doubtful

    def _null_fields(self, row: Record) -> Iterable[str]:
        """The columns that are empty in a record that the fact cannot place or value."""
        for name in self._read:
            if row[name] is None:
                column = self._weighed_by.get(name, name)
                yield column if column != "age" and row.get(column) is None else name

    def _total(self, values: Sequence[Any], rows: Sequence[Record], day: Day) -> tuple[Any, Sequence[Record]]:
        """The aggregate of the values of ``rows``, and the records behind it."""
        operation = self.step.operation
        if operation in {"count", "sum"}:
            return sum(values), list(rows)
        if operation == "count_distinct":
            return len(set(values)), list(rows)
        if operation == "share":
            return half_up(values.count(True) * 10 ** (self.step.places or 0), len(values)), list(rows)
        best = min(values) if operation == "min" else max(values)
        behind = [row for value, row in zip(values, rows, strict=True) if value == best]
        return ((day.as_of - best).days if operation == "days_since" else best), behind

    def _grouped(self, found: Sequence[tuple[Any, Any, Record]], day: Day) -> tuple[Any, Sequence[Record]]:
        """The groups' aggregates put together by ``then``."""
        groups: dict[Any, tuple[list[Any], list[Record]]] = {}
        for group, value, row in found:
            values, rows = groups.setdefault(group, ([], []))
            values.append(value)
            rows.append(row)
        if self.step.span is not None:
            groups = {day: _within(self.step.span, day, found) for day in groups}
        if self.step.once is None:
            totals = [self._total(values, rows, day) for values, rows in groups.values()]
        else:
            totals = [(sum(self._highest(values, rows)), rows) for values, rows in groups.values()]
        if self._group_cap is not None:
            factor, most = self._group_factor, self._group_cap
            totals = [(min(value * factor, most), rows) for value, rows in totals]
        then = self.step.then
        if then == "count":
            return self._counted(totals, day)
        if then == "sum":
            return sum([value for value, _ in totals]), [row for _, rows in totals for row in rows]
        best = (max if then == "max" else min)(value for value, _ in totals)
        return best, [row for value, rows in totals if value == best for row in rows]

    def _highest(self, values: Sequence[Any], rows: Sequence[Record]) -> list[Any]:
        """The highest value of each kind of records that count once."""
        best: dict[Any, Any] = {}
        for value, row in zip(values, rows, strict=True):
            key = row[str(self.step.once)]
            best[key] = max(value, best.get(key, value))
        return list(best.values())

    def _counted(self, totals: Sequence[tuple[Any, Sequence[Record]]], day: Day) -> tuple[int | None, Sequence[Record]]:
        """How many groups are counted; None where ``having`` is unknown, for want of a parameter say."""
        having = self._having
        if having is None:
            return len(totals), [row for _, rows in totals for row in rows]
        told = [(having({**day.parameters, "group": value}), rows) for value, rows in totals]
        if self.step.missing != "ignore" and any(holds is None for holds, _ in told):
            return None, ()
        counted = [rows for holds, rows in told if holds]
        return len(counted), [row for rows in counted for row in rows]


def _within(span: Window, day: date, found: Sequence[tuple[Any, Any, Record]]) -> tuple[list[Any], list[Record]]:
    """The values and the records whose day is in the window that ends on ``day``."""
    inside = [(value, row) for happened, value, row in found if span.holds(happened, day)]
    return [value for value, _ in inside], [row for _, row in inside]


class Computed:
    """A fact made of other facts, or of the operator's columns."""

    def __init__(self, fact: FactStep, places: Places) -> None:
        assert fact.value is not None  # noqa: S101 - only an aggregate may have none
        self.step = fact
        self.reads = frozenset(names_in(fact.value))
        if fact.places is not None:
            part = rounded_formula(fact.value, places, fact.places)
        else:
            part = formula(fact.value, places)
        self._days = fact.operation == "days_since_column"
        self.places = 0 if self._days else part.places
        self._of = part.of

    def of(self, names: Mapping[str, Any], missing: Mapping[str, frozenset[str]], as_of: date) -> Value:
        """The value; where it is unknown, what made it so."""
        value = self._of(names)
        if value is None:
            return Value(None, missing_names(self.reads, names, missing) or frozenset({self.step.name}))
        return Value((as_of - value).days if self._days else value)


def missing_names(
    read: Collection[str], names: Mapping[str, Any], missing: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The fields behind those of the names read that are unknown."""
    unknown = [name for name in read if names[name] is None]
    return frozenset(field for name in unknown for field in missing.get(name, (name,)))
