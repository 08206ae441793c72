"""From rows to figures: which count, what is made of them, which rows they are. No figure knows its file by name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import round_half_up
from riskengine.supervision.yearly.spec import ABSENT, PRESENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from riskengine.supervision.yearly.held import HeldFile, HeldRow, RowRef
    from riskengine.supervision.yearly.spec import Condition, FigureSpec, Value

UNSTATED = "(none)"
"""The part of rows that say nothing in the column of the parts."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and what it rests on.

    Attributes:
        value: exact, or rounded as the figure says; None where a share or a mean is of nothing.
        numerator, denominator: of a share, a ratio or a mean.
        rows: every row that counted, in order.
    """

    value: Decimal | int | None
    rows: tuple[RowRef, ...]
    numerator: Decimal | int | None = None
    denominator: Decimal | int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a year.

    Attributes:
        id: section and name, ``penalties.fine_sum``.
        spec: as it is defined.
        amount: None where a file is missing.
        parts: value of the column of the parts → its amount, in the order of values.
        missing: the files that are missing.
        note: what to know of its file.
        order: of the parts, where the file says one.
        before: the same of the year before; None where that is not given.
    """

    id: str
    spec: FigureSpec
    amount: Amount | None
    parts: Mapping[str, Amount]
    missing: tuple[str, ...]
    note: Mapping[str, str]
    order: tuple[str, ...] = ()
    before: Figure | None = None


def figure_of(section: str, spec: FigureSpec, file: HeldFile, period: tuple[date, date]) -> Figure:
    """Compute a figure.

    Args:
        section: its section.
        spec: the figure.
        file: what it counts.
        period: the first and the last day of the year.
    """
    name = f"{section}.{spec.figure}"
    if file.is_missing:
        return Figure(name, spec, None, {}, file.missing, file.note)
    rows = [row for row in file.rows if is_in(row, spec, period) and holds(row, spec.where)]
    order = file.orders.get(spec.by or "", ())
    return Figure(name, spec, amount_of(rows, spec.value), _parts(rows, spec), (), file.note, order)


def with_before(figure: Figure, before: Figure | None) -> Figure:
    """A figure with that of the year before beside it."""
    return replace(figure, before=before)


def day_of(row: HeldRow, spec: FigureSpec) -> date | None:
    """The day by which a row is in the year."""
    days: Iterable[date | None] = (row.cells.get(column) for column in spec.dated)
    return next((day for day in days if day is not None), None)


def is_in(row: HeldRow, spec: FigureSpec, period: tuple[date, date]) -> bool:
    """Whether a row lies in the year, where a day decides that."""
    if not spec.dated:
        return True
    day = day_of(row, spec)
    return day is not None and period[0] <= day <= period[1]


def holds(row: HeldRow, where: Mapping[str, Condition]) -> bool:
    """Whether every condition holds; one on a column that has several values holds where one of them fits."""
    return all(_fits(row.cells.get(column), condition) for column, condition in where.items())


def _fits(value: Any, condition: Condition) -> bool:
    if condition == PRESENT:
        return value is not None
    if condition == ABSENT:
        return value is None
    wanted = condition if isinstance(condition, tuple) else (condition,)
    return any(one in wanted for one in (value if isinstance(value, tuple) else (value,)))


def amount_of(rows: Sequence[HeldRow], value: Value) -> Amount:
    """What a figure makes of its rows."""
    refs = _refs(rows)
    if value.count is not None:
        return Amount(len(rows), refs)
    if value.distinct is not None:
        told = [row for row in rows if row.cells[value.distinct] is not None]
        return Amount(len({row.cells[value.distinct] for row in told}), _refs(told))
    if value.sum is not None:
        return Amount(_sum(rows, value.sum), refs)
    if value.mean is not None:
        told = [row for row in rows if row.cells[value.mean] is not None]
        return _divided(_sum(told, value.mean), len(told), 1, value.places, _refs(told))
    if value.share is not None:
        part = sum(holds(row, value.share) for row in rows)
        return _divided(part, len(rows), 100, value.places, refs)
    assert value.ratio is not None  # noqa: S101 - the model has exactly one of them
    one, other = value.ratio
    told = [row for row in rows if row.cells[one] is not None and row.cells[other] is not None]
    return _divided(_sum(told, one), _sum(told, other), 100, value.places, _refs(told))


def _divided(part: Decimal | int, whole: Decimal | int, times: int, places: int, refs: tuple[RowRef, ...]) -> Amount:
    value = round_half_up(Fraction(part) * times / Fraction(whole), places) if whole else None
    return Amount(value, refs, part, whole)


def _sum(rows: Iterable[HeldRow], column: str) -> Decimal | int:
    total: Decimal | int = 0
    for row in rows:
        if row.cells[column] is not None:
            total += row.cells[column]
    return total


def _refs(rows: Iterable[HeldRow]) -> tuple[RowRef, ...]:
    return tuple(sorted({ref for row in rows for ref in row.refs}))


def _parts(rows: Sequence[HeldRow], spec: FigureSpec) -> dict[str, Amount]:
    """The amount of each value of the column of the parts, sorted by it."""
    if spec.by is None:
        return {}
    found: dict[str, list[HeldRow]] = defaultdict(list)
    for row in rows:
        value = row.cells.get(spec.by)
        for one in value if isinstance(value, tuple) else (value,):
            found[UNSTATED if one is None else str(one)].append(row)
        if value == ():
            found[UNSTATED].append(row)
    return {key: amount_of(found[key], spec.value) for key in sorted(found)}
