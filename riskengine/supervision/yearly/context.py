"""What the figures of a year are computed in: the record folder, the year, runs, the catalogue, the days worked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from riskengine.records.columns import Known
from riskengine.supervision.numbered import numbered_rows
from riskengine.supervision.record import file_of
from riskengine.supervision.yearly.held import HeldFile, HeldRow, RowRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.contract.records import Record
    from riskengine.contract.sources import Source
    from riskengine.kernel.problems import Problem
    from riskengine.runs import Run
    from riskengine.supervision.review.working_days import Calendar


Made = TypeVar("Made")


class Period(NamedTuple):
    """The first and the last day of a year."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class YearContext:
    """What a year is computed from.

    Attributes:
        folder: the record.
        year: which.
        runs: the runs of the operators' grades, oldest first; None where none were given.
        catalog: risk points, measures, areas.
        calendar: the days worked.
        problems: added to while files are read: what keeps rows out.
        kept: what was made already.
    """

    folder: Path
    year: int
    runs: Sequence[Run] | None
    catalog: Catalog
    calendar: Calendar
    problems: list[Problem]
    kept: dict[object, Any] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """The year."""
        return Period(date(self.year, 1, 1), date(self.year, 12, 31))

    def known(self) -> Known:
        """What the catalogue says of codes: a retired one is read as the one that took its place."""
        held = self.catalog
        return Known((), held.resolve, tuple(held.risk_points), tuple(held.areas))

    def area_of(self, code: str) -> str:
        """The area of a risk point."""
        return self.catalog.risk_points[code].area

    def table(
        self, source: Source, derive: Callable[[Record, YearContext], Mapping[str, Any]] | None = None
    ) -> HeldFile:
        """A file of the record that is named like a source, with what is derived of each row.

        Args:
            source: its columns.
            derive: the further columns of a row.

        Raises:
            UsageError, InputError: the file cannot be used as a whole.
        """
        held = self.once(partial(_read, source), source.name)
        if derive is None or held.is_missing:
            return held
        return replace(
            held, rows=tuple(HeldRow(row.refs, {**row.cells, **derive(dict(row.cells), self)}) for row in held.rows)
        )

    def once(self, make: Callable[[YearContext], Made], name: object = None) -> Made:
        """What a function makes of this context, made once however often it is asked for.

        Args:
            make: the function.
            name: by which it is known again; itself if left out.
        """
        key = name or make
        if key not in self.kept:
            self.kept[key] = make(self)
        made: Made = self.kept[key]
        return made


def _read(source: Source, context: YearContext) -> HeldFile:
    """A file of the record, its rows accounted for."""
    path = file_of(context.folder, source.name)
    if path is None:
        return HeldFile(missing=(source.name,))
    read = numbered_rows(path, source, context.known())
    context.problems.extend(problem for problem in read.problems if problem.is_error)
    rows = tuple(HeldRow((RowRef(path.name, row.number),), row.record) for row in read.used)
    numbers = frozenset({row.number for row in read.used} | set(read.left_out))
    left_out = {RowRef(path.name, number): code for number, code in read.left_out.items()}
    return HeldFile(rows, {path.name: numbers}, left_out)
