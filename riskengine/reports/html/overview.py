"""What the page shows of the list as a whole: figures, changes, the risk matrix, where and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.kernel.errors import RunError
from riskengine.reports.breakdown import by_area, by_county, by_month, moves
from riskengine.reports.compared import compare_runs, earlier_runs
from riskengine.reports.figures import figures_of, level_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.catalog.risk_point import Degree
    from riskengine.kernel.languages import Text
    from riskengine.reports.breakdown import AreaCount, CountyCount, MonthCount, Moves
    from riskengine.reports.figures import Figures
    from riskengine.results import Comparison, Context
    from riskengine.runs import Run

DEGREES: tuple[Degree, ...] = ("high", "medium", "low")
MONTHS = 36
"""How many months the page goes back."""


@dataclass(frozen=True, slots=True)
class PointCount:
    """A risk point of the catalogue with how many operators a rule fired for, and how many records were evidence."""

    code: str
    title: Text
    area: str
    level: str
    likelihood: str
    harm: str
    operators: int
    records: int


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """The risk points of a likelihood and a harm, those that fired for most operators first."""

    likelihood: str
    harm: str
    level: str | None
    points: tuple[PointCount, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the page.

    Attributes:
        figures: of the run.
        earlier: the runs that it was compared with, directly and by way of others, the newest first.
        comparison: with the first of them; None where there is none.
        moved: how grades moved against it, from the table of grades alone.
        points: every risk point of the catalogue, the worst colour and most operators first.
        matrix: rows by likelihood, the highest first; columns by harm, the lowest first; empty without a catalogue.
    """

    figures: Figures
    earlier: tuple[Run, ...]
    comparison: Comparison | None
    moved: Moves
    points: tuple[PointCount, ...]
    matrix: tuple[tuple[MatrixCell, ...], ...]
    areas: tuple[AreaCount, ...]
    counties: tuple[CountyCount, ...]
    months: tuple[MonthCount, ...]

    @property
    def previous(self) -> Run | None:
        """The run that it was compared with, where its folder is there."""
        return self.earlier[0] if self.earlier else None


def overview_of(run: Run, context: Context) -> Overview:
    """Count a run, and compare it with the one before it.

    Raises:
        RunError: a table of it is missing or cannot be read (RE-610).
    """
    figures = figures_of(run, context)
    earlier = tuple(earlier_runs(run))
    points = _points(figures, context)
    return Overview(
        figures=figures,
        earlier=earlier,
        comparison=_compared(earlier[0], run) if earlier else None,
        moved=moves(run, context.plan.grades),
        points=points,
        matrix=_matrix(points, context) if points else (),
        areas=by_area(run, context),
        counties=by_county(run),
        months=by_month(run, MONTHS),
    )


def _compared(before: Run, run: Run) -> Comparison | None:
    """The comparison; none with a run that is damaged, of which this report need not die."""
    try:
        return compare_runs(before, run, show_personal=True)
    except RunError:
        return None


def _points(figures: Figures, context: Context) -> tuple[PointCount, ...]:
    if not context.policy.catalog:
        return ()
    counts = {point.code: point for point in figures.risk_points}
    found = []
    for code, point in context.catalog.risk_points.items():
        count = counts.get(code)
        if point.succeeded_by is None or count is not None:
            found.append(
                PointCount(
                    code,
                    point.title,
                    point.area,
                    point.level,
                    point.likelihood,
                    point.harm,
                    count.operators if count else 0,
                    count.records if count else 0,
                )
            )
    return tuple(sorted(found, key=lambda point: (level_rank(point.level), -point.operators, point.code)))


def _matrix(points: Sequence[PointCount], context: Context) -> tuple[tuple[MatrixCell, ...], ...]:
    colours = context.catalog.edition.matrix

    def cell(likelihood: Degree, harm: Degree) -> MatrixCell:
        own = [point for point in points if (point.likelihood, point.harm) == (likelihood, harm)]
        own.sort(key=lambda point: (-point.operators, point.code))
        return MatrixCell(likelihood, harm, colours.get(likelihood, {}).get(harm), tuple(own))

    return tuple(tuple(cell(likelihood, harm) for harm in reversed(DEGREES)) for likelihood in DEGREES)
