"""A bureau's year: every figure of every section, and where every row of every file ended."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from riskengine.kernel.errors import InternalError
from riskengine.supervision.yearly.computing import day_of, figure_of, holds, is_in, with_before
from riskengine.supervision.yearly.files import FILES
from riskengine.supervision.yearly.held import RowRef
from riskengine.supervision.yearly.spec import year_spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.kernel.problems import Problem
    from riskengine.supervision.yearly.computing import Figure
    from riskengine.supervision.yearly.context import YearContext
    from riskengine.supervision.yearly.held import HeldFile
    from riskengine.supervision.yearly.spec import FigureSpec, SectionSpec

INVALID, OTHER_YEAR, NO_DAY, NO_FIGURE = "invalid", "other_year", "no_day", "no_figure"
"""Why a row counts in no figure: it cannot be used, its day is in another year, it has none, no figure asks for it."""


class NotCounted(NamedTuple):
    """A row that counts in no figure: why, and the error's code where it cannot be used."""

    ref: RowRef
    why: str
    code: str


class FileAccount(NamedTuple):
    """A file's rows: how many, how many counted in a figure, how many in none."""

    file: str
    rows: int
    counted: int
    not_counted: int


@dataclass(frozen=True, slots=True)
class SectionOfYear:
    """A section with its figures."""

    spec: SectionSpec
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """What is computed of a year.

    Attributes:
        year: which.
        sections: in order.
        accounts: each file that was read: rows = counted + not counted.
        not_counted: the rows of these, by file and row.
        problems: what kept rows out.
        compared_with: the year before, where its record was given.
    """

    year: int
    sections: tuple[SectionOfYear, ...]
    accounts: tuple[FileAccount, ...]
    not_counted: tuple[NotCounted, ...]
    problems: tuple[Problem, ...]
    compared_with: int | None = None

    @property
    def figures(self) -> Iterator[Figure]:
        """Every figure in order."""
        for section in self.sections:
            yield from section.figures


def year_of(context: YearContext, before: Year | None = None) -> Year:
    """Compute a year.

    Args:
        context: the record and what goes with it.
        before: the year before, to be shown beside it.

    Raises:
        UsageError, InputError: a file cannot be used as a whole.
    """
    files = {name: make(context) for name, make in FILES.items()}
    earlier = {} if before is None else {figure.id: figure for figure in before.figures}
    sections = []
    for section in year_spec().sections:
        figures = (figure_of(section.section, spec, files[spec.file], context.period) for spec in section.figures)
        sections.append(
            SectionOfYear(section, tuple(with_before(figure, earlier.get(figure.id)) for figure in figures))
        )
    counted = {ref for section in sections for figure in section.figures for ref in _refs(figure)}
    not_counted = tuple(sorted(_not_counted(files, counted, context)))
    accounts = _accounts(files, counted, not_counted)
    compared = None if before is None else before.year
    return Year(context.year, tuple(sections), accounts, not_counted, tuple(context.problems), compared)


def _refs(figure: Figure) -> tuple[RowRef, ...]:
    return () if figure.amount is None else figure.amount.rows


def _not_counted(files: Mapping[str, HeldFile], counted: set[RowRef], context: YearContext) -> Iterator[NotCounted]:
    """The rows that no figure counts, each once, though several things may be made of its file."""
    specs: dict[str, list[FigureSpec]] = defaultdict(list)
    for section in year_spec().sections:
        for spec in section.figures:
            specs[spec.file].append(spec)
    left_out = {ref: code for file in files.values() for ref, code in file.left_out.items()}
    seen = set(counted)
    for ref, code in left_out.items():
        if ref not in seen:
            seen.add(ref)
            yield NotCounted(ref, INVALID, code)
    for ref in {ref for file in files.values() for ref in file.later} - seen:
        seen.add(ref)
        yield NotCounted(ref, OTHER_YEAR, "")
    for name, file in files.items():
        for row in file.rows:
            for ref in row.refs:
                if ref not in seen:
                    seen.add(ref)
                    asking = [
                        spec for spec in specs[name] if holds(row, spec.where) and not is_in(row, spec, context.period)
                    ]
                    dated = any(day_of(row, spec) is not None for spec in asking)
                    yield NotCounted(ref, OTHER_YEAR if dated else NO_DAY if asking else NO_FIGURE, "")
    every = {RowRef(name, row) for file in files.values() for name, rows in file.accounts.items() for row in rows}
    for ref in every - seen:
        yield NotCounted(ref, NO_FIGURE, "")


def _accounts(
    files: Mapping[str, HeldFile], counted: set[RowRef], not_counted: tuple[NotCounted, ...]
) -> tuple[FileAccount, ...]:
    """The rows of each file.

    Raises:
        InternalError: they do not add up.
    """
    rows: dict[str, frozenset[int]] = {}
    for file in files.values():
        for name, numbers in file.accounts.items():
            rows[name] = rows.get(name, frozenset()) | numbers
    found = []
    for name in sorted(rows):
        used = sum(ref.file == name for ref in counted)
        unused = sum(each.ref.file == name for each in not_counted)
        if used + unused != len(rows[name]):
            raise InternalError(message=f"the rows of {name} do not add up")
        found.append(FileAccount(name, len(rows[name]), used, unused))
    return tuple(found)
