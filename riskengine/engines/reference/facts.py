"""Facts: aggregates over records and values of other facts, with what made them unknown and what stands behind."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import round_half_up
from riskengine.plan import FactStep, evaluate, exact
from riskengine.policy.expression import names_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.plan import Plan

_ZERO_WHEN_EMPTY = ("count", "count_distinct", "sum")


@dataclass(frozen=True, slots=True)
class FactValue:
    """A fact's value (None: unknown), the fields that made it unknown, and the records that stand behind it."""

    value: Any
    missing: frozenset[str] = frozenset()
    support: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class _Member:
    """A record of an aggregate with its group and value; ``known``: whether and how it counts is known."""

    row: Record
    group: Any
    value: Any
    known: bool


class FactMaker:
    """Makes the facts of one plan at one as-of date."""

    def __init__(self, plan: Plan, as_of: date) -> None:
        self._as_of = as_of
        self._parameters = {**plan.parameters_on(as_of), "as_of": as_of}
        self._weighed_by = {weight.name: weight.by for weight in plan.weights}

    def aggregate(self, fact: FactStep, rows: Sequence[Record]) -> FactValue:
        """An aggregate over the records that count."""
        members = [member for row in rows if (member := self._member(fact, row)) is not None]
        doubtful = [member for member in members if not member.known]
        if doubtful and fact.missing is None:
            reasons = frozenset(name for member in doubtful for name in self._null_fields(fact, member.row))
            return FactValue(None, reasons or frozenset({fact.name}))
        if fact.missing == "ignore":
            members = [member for member in members if member.known]
        value, support = self._grouped(fact, members) if fact.group else self._total(fact, members)
        if value is None:
            return FactValue(None, frozenset({fact.name}))
        return FactValue(value, support=tuple(support))

    def _member(self, fact: FactStep, row: Record) -> _Member | None:
        """The record as a member of the aggregate; None where it is certainly outside."""
        day = row[fact.date] if fact.date else None
        placed = None if day is None else fact.window is None or fact.window.holds(day, self._as_of)
        names = {**self._parameters, **row}
        wanted = True if fact.where is None else evaluate(fact.where, names)
        if placed is False or wanted is False:
            return None
        value = evaluate(fact.value, names) if fact.value is not None else day if _is_dated(fact) else 1
        group = row[fact.group] if fact.group else None
        unsorted = any(row[name] is None for name in (fact.group, fact.once) if name is not None)
        known = not (placed is None or wanted is None or value is None or unsorted)
        if not known and fact.missing not in {None, "ignore"}:
            return _Member(row, group, exact(fact.missing), known=True)
        return _Member(row, group, value, known)

    def _null_fields(self, fact: FactStep, row: Record) -> set[str]:
        """The fields that are empty in a record that the fact cannot place or value."""
        read = {
            *(names_in(fact.where) if fact.where is not None else ()),
            *(names_in(fact.value) if fact.value is not None else ()),
            *fact.columns,
        }
        fields = set()
        for name in read:
            if name in row and row[name] is None:
                column = self._weighed_by.get(name, name)
                fields.add(column if column != "age" and row.get(column) is None else name)
        return fields

    def _total(self, fact: FactStep, members: Sequence[_Member]) -> tuple[Any, list[Record]]:
        """The aggregate of members, and the records that stand behind the value."""
        rows = [member.row for member in members]
        operation = fact.operation
        if not members:
            return (0 if operation in _ZERO_WHEN_EMPTY and fact.empty is None else fact.empty), rows
        values = [member.value for member in members]
        if operation in {"count", "sum"}:
            return sum(values), rows
        if operation == "count_distinct":
            return len(set(values)), rows
        if operation == "share":
            return Fraction(round_half_up(Fraction(values.count(True), len(values)), fact.places or 0)), rows
        best = min(values) if operation == "min" else max(values)
        behind = [member.row for member in members if member.value == best]
        return ((self._as_of - best).days if operation == "days_since" else best), behind

    def _grouped(self, fact: FactStep, members: Sequence[_Member]) -> tuple[Any, list[Record]]:
        """The groups' aggregates put together by ``then``."""
        groups: dict[Any, list[_Member]] = {}
        for member in members:
            groups.setdefault(member.group, []).append(member)
        if fact.span is not None:
            groups = {day: [member for member in members if fact.span.holds(member.group, day)] for day in groups}
        totals = [self._total(fact, _counted_once(fact, group)) for group in groups.values()]
        if fact.once is not None:  # all of them stand behind it
            totals = [
                (value, [member.row for member in group])
                for (value, _), group in zip(totals, groups.values(), strict=True)
            ]
        if fact.group_cap is not None:
            totals = [(min(value, exact(fact.group_cap)), rows) for value, rows in totals]
        if not totals:
            return (0 if fact.then in {"sum", "count"} and fact.empty is None else fact.empty), []
        if fact.then == "count":
            held = [(self._counts(fact, value), rows) for value, rows in totals]
            if fact.missing != "ignore" and any(counts is None for counts, _ in held):
                return None, []
            counted = [rows for counts, rows in held if counts]
            return len(counted), [row for rows in counted for row in rows]
        if fact.then == "sum":
            return sum(value for value, _ in totals), [row for _, rows in totals for row in rows]
        best = (max if fact.then == "max" else min)(value for value, _ in totals)
        return best, [row for value, rows in totals if value == best for row in rows]

    def _counts(self, fact: FactStep, value: Any) -> bool | None:
        """Whether a group is counted; None where ``having`` is unknown, for want of a parameter say."""
        return True if fact.having is None else evaluate(fact.having, {**self._parameters, "group": value})

    def value(self, fact: FactStep, names: Mapping[str, Any], missing: Mapping[str, frozenset[str]]) -> FactValue:
        """A value computed from other facts; where it is unknown, what made those unknown."""
        assert fact.value is not None  # noqa: S101 - a value step has an expression
        result = evaluate(fact.value, names)
        if fact.operation == "days_since_column" and result is not None:
            result = (self._as_of - result).days
        if result is None:
            reasons = missing_names(names_in(fact.value), names, missing)
            return FactValue(None, reasons or frozenset({fact.name}))
        if fact.places is not None:
            result = Fraction(round_half_up(result, fact.places))
        return FactValue(result)


def _counted_once(fact: FactStep, group: list[_Member]) -> list[_Member]:
    """Of the records of a group that agree in the column that counts once, one with the highest value."""
    if fact.once is None:
        return group
    best: dict[Any, _Member] = {}
    for member in group:
        key = member.row[fact.once]
        if key not in best or member.value > best[key].value:
            best[key] = member
    return list(best.values())


def _is_dated(fact: FactStep) -> bool:
    return fact.operation in {"latest", "days_since"}


def missing_names(
    read: Any,
    names: Mapping[str, Any],
    missing: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """The fields behind those of the names read that are unknown."""
    return frozenset(field for name in read if names[name] is None for field in missing.get(name, frozenset({name})))
