"""The figures of a run: where operators ended, with which grade, at which risk points, and what was left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, GRADED, LEVELS, NOT_CURRENT, NOT_EVALUABLE
from riskengine.kernel.lazy import lazy
from riskengine.results import Context
from riskengine.runs import count_distinct, scan, tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from riskengine.kernel.languages import Text
    from riskengine.plan import Plan
    from riskengine.runs import Run

BANDS = 6
"""Shades from the best grade (0) to the worst (5); any number of grades is spread over them."""


@dataclass(frozen=True, slots=True)
class GradeCount:
    """A grade with what it is called, its shade (None outside the ranking) and how many operators have it."""

    grade: str
    title: Text | None
    band: int | None
    count: int


@dataclass(frozen=True, slots=True)
class RiskPointCount:
    """A risk point with how many operators a rule fired for, and how many records were evidence."""

    code: str
    title: Text | None
    level: str | None
    operators: int
    records: int


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """A problem code with its level, how often it occurred, and its first message."""

    code: str
    level: str
    count: int
    example: str


@dataclass(frozen=True)
class Figures:
    """The figures of a run. Those of risk points and problems take reading the large tables, and do when asked for.

    Attributes:
        operators: rows of the operators' list; the sum of the next four.
        rows_left_out: over all sources.
        operators_touched: graded or not, with records left out.
        operators_with_unknown: with a rule that cannot be told.
        grades: best first, those outside the ranking last.
        levels: colour (None where no risk point fired) → graded operators with it as their worst.
    """

    operators: int
    graded: int
    not_evaluable: int
    not_current: int
    left_out: int
    rows_left_out: int
    operators_touched: int
    operators_with_unknown: int
    grades: tuple[GradeCount, ...]
    levels: dict[str | None, int]
    _run: Run
    _context: Context

    @lazy
    def risk_points(self) -> tuple[RiskPointCount, ...]:
        """The risk points at which a rule fired, the worst colour first."""
        return _risk_points(self._run, self._context)

    @lazy
    def problems(self) -> tuple[ProblemCount, ...]:
        """The problems of the records, by level and code."""
        return _problems(self._run)


def context_of(run: Run) -> Context:
    """What explanations of a run need."""
    return Context(run.plan, run.policy.policy, run.catalog, run.as_of)


def band_of(ranking: Sequence[str], grade: str | None) -> int | None:
    """The shade of a grade: 0 for the best to 5 for the worst; None outside the ranking.

    >>> [band_of(("AA", "A", "B", "C", "D"), grade) for grade in ("AA", "A", "B", "C", "D", "new")]
    [0, 1, 2, 4, 5, None]
    """
    if grade not in ranking:
        return None
    last = max(len(ranking) - 1, 1)
    return (2 * ranking.index(grade) * (BANDS - 1) + last - 1) // (2 * last)


def figures_of(run: Run, context: Context) -> Figures:
    """Count a run's tables and accounts, batch by batch."""
    columns = ("status", "grade", "risk_level", "quarantined_count", "unknown_count")
    kinds = tally(run, "grades", columns)
    status: Counter[str] = Counter()
    grades: Counter[str] = Counter()
    levels: Counter[str | None] = Counter()
    touched = unknown = 0
    for (state, grade, level, left_out, untold), count in kinds.items():
        status[state] += count
        touched += count * (left_out > 0)
        unknown += count * (untold > 0)
        if grade is not None:
            grades[grade] += count
        if state == GRADED:
            levels[level] += count
    sources = run.manifest["sources"]
    account = sources["operators"]
    return Figures(
        operators=account["rows"],
        graded=status[GRADED],
        not_evaluable=status[NOT_EVALUABLE],
        not_current=status[NOT_CURRENT],
        left_out=sum(account["left_out"].values()),
        rows_left_out=sum(sum(entry["left_out"].values()) for entry in sources.values()),
        operators_touched=touched,
        operators_with_unknown=unknown,
        grades=_grades(grades, context),
        levels={level: levels[level] for level in (*LEVELS, None)},
        _run=run,
        _context=context,
    )


def _grades(counts: Mapping[str, int], context: Context) -> tuple[GradeCount, ...]:
    ranking = context.plan.grades
    insufficient = context.policy.grades.insufficient
    outside = (insufficient.grade,) if insufficient is not None else ()
    return tuple(
        GradeCount(grade, context.grade_title(grade), band_of(ranking, grade), counts.get(grade, 0))
        for grade in dict.fromkeys((*ranking, *outside))
    )


def _risk_points(run: Run, context: Context) -> tuple[RiskPointCount, ...]:
    operators = count_distinct(run, "signals", "risk_point", (), status=FIRED)
    records = count_distinct(run, "evidence", "risk_point", ("source", "record_id"))
    steps = context.plan.risk_point_by_code
    counts = (
        RiskPointCount(
            code,
            context.risk_point_title(code),
            steps[code].level if code in steps else None,
            count,
            records.get(code, 0),
        )
        for code, count in operators.items()
    )
    return tuple(sorted(counts, key=lambda point: (level_rank(point.level), -point.operators, point.code)))


def level_rank(level: str | None) -> int:
    """Where a colour stands, the worst first, none last."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _problems(run: Run) -> tuple[ProblemCount, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for level, code, message in scan(run, "quarantine", ("level", "code", "message")):
        counts[level, code] += 1
        first.setdefault((level, code), message)
    return tuple(
        ProblemCount(code, level, count, first[level, code]) for (level, code), count in sorted(counts.items())
    )


def worst_first(row: Mapping[str, Any], plan: Plan) -> tuple[Any, ...]:
    """The order of lists: records left out first; then worst grade first; then unranked, not evaluable, not current."""
    grade, score, ranking = row["grade"], row["score"], plan.grades
    if grade in ranking:
        place = len(ranking) - ranking.index(grade)
    else:
        place = len(ranking) + 1 + (GRADED, NOT_EVALUABLE, NOT_CURRENT).index(row["status"])
    return (
        row["quarantined_count"] == 0,
        place,
        score is None,
        (score or 0) * (-1 if plan.high_is_bad else 1),
        row["operator_id"],
    )
