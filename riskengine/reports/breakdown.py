"""The figures of a run by area, county and month, and against the grades before, for charts and the leader's page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.contract.tables import FIRED, GRADED, NOT_CURRENT, NOT_EVALUABLE
from riskengine.runs import count_distinct, scan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from riskengine.kernel.languages import Text
    from riskengine.results import Context
    from riskengine.runs import Run


@dataclass(frozen=True, slots=True)
class AreaCount:
    """An area with how many operators a rule fired for in it, and how many records were evidence."""

    code: str
    title: Text
    operators: int
    records: int


@dataclass(frozen=True, slots=True)
class MonthCount:
    """A month (``2022-12``) with how many violations behind a rule that fired occurred in it."""

    month: str
    records: int


@dataclass(frozen=True, slots=True)
class CountyCount:
    """A county (None: none given) with its operators, and how many of them have each grade and each status."""

    county: str | None
    operators: int
    grades: dict[str, int]
    statuses: dict[str, int]


@dataclass(frozen=True, slots=True)
class Moves:
    """How grades moved against the previous run.

    Attributes:
        up, down, same: operators with a grade of the ranking in both, by where it went.
        other: operators with a grade before and none of the ranking now, or the other way round.
        none_before: graded now, and without a grade before.
        matrix: grade before, grade now (None: none) → operators; those without a grade before are not in it.
    """

    up: int
    down: int
    same: int
    other: int
    none_before: int
    matrix: dict[tuple[str, str | None], int]


def by_area(run: Run, context: Context) -> tuple[AreaCount, ...]:
    """The areas of the catalogue in its order; empty where the policy has no catalogue."""
    if not context.policy.catalog:
        return ()
    areas = {code: point.area for code, point in context.plan.risk_point_by_code.items()}
    operators = count_distinct(run, "signals", "risk_point", (), areas, status=FIRED)
    records = count_distinct(run, "evidence", "risk_point", ("source", "record_id"), areas)
    return tuple(
        AreaCount(area.code, area.title, operators.get(area.code, 0), records.get(area.code, 0))
        for area in context.catalog.areas.values()
    )


def by_month(run: Run, most: int | None = None) -> tuple[MonthCount, ...]:
    """The months from the first violation to the as-of date, those without one too.

    Args:
        run: the run; empty where it holds no days of violations.
        most: only so many, the newest.
    """
    counts: Counter[str] = Counter()
    current, told = "", set[str]()  # a violation stands at every rule that it is behind
    for operator_id, violation, day in scan(run, "conduct", ("operator_id", "violation_id", "occurred_on")):
        if operator_id != current:
            current, told = operator_id, set()
        if violation not in told:
            told.add(violation)
            counts[day.isoformat()[:7]] += 1
    if not counts:
        return ()
    months = _months(min(counts), run.as_of)
    return tuple(MonthCount(month, counts[month]) for month in months[-(most or len(months)) :])


def _months(first: str, last: date) -> list[str]:
    year, month = map(int, first.split("-"))
    found = []
    while (year, month) <= (last.year, last.month):
        found.append(f"{year:04d}-{month:02d}")
        year, month = year + month // 12, month % 12 + 1
    return found


def moves(run: Run, ranking: Sequence[str]) -> Moves:
    """Count how grades moved, from the grades of this run and those beside them of the previous one."""
    place = {grade: at for at, grade in enumerate(ranking)}
    matrix: Counter[tuple[str, str | None]] = Counter()
    none_before = 0
    for status, grade, before in scan(run, "grades", ("status", "grade", "previous_grade")):
        if before is not None:
            matrix[before, grade] += 1
        elif status == GRADED:
            none_before += 1
    both = {pair: count for pair, count in matrix.items() if pair[0] in place and pair[1] in place}
    turned = {pair: place[pair[0]] - place[pair[1] or ""] for pair in both}
    return Moves(
        up=sum(count for pair, count in both.items() if turned[pair] > 0),
        down=sum(count for pair, count in both.items() if turned[pair] < 0),
        same=sum(count for pair, count in both.items() if turned[pair] == 0),
        other=sum(count for pair, count in matrix.items() if pair not in both and pair[0] != pair[1]),
        none_before=none_before,
        matrix=dict(matrix),
    )


def by_county(run: Run) -> tuple[CountyCount, ...]:
    """The counties by code point, operators without one last; empty where the run does not hold them."""
    counties = dict(scan(run, "register", ("operator_id", "county")))
    if not counties:
        return ()
    found: dict[str | None, Counter[tuple[str, str | None]]] = {}
    for operator, status, grade in scan(run, "grades", ("operator_id", "status", "grade")):
        found.setdefault(counties.get(operator), Counter())[status, grade] += 1
    return tuple(
        CountyCount(
            county,
            sum(found[county].values()),
            {grade: count for (_, grade), count in sorted(found[county].items(), key=str) if grade is not None},
            {
                status: sum(count for (own, _), count in found[county].items() if own == status)
                for status in (GRADED, NOT_EVALUABLE, NOT_CURRENT)
            },
        )
        for county in sorted(found, key=lambda name: (name is None, name or ""))
    )
