"""What each operator of a run is due: tier, channel, visits, focus, deadline, basis; who is left out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from riskengine.contract.tables import FIRED, LEVELS, NOT_CURRENT
from riskengine.kernel.errors import InputError, UsageError
from riskengine.kernel.problems import Problem, nearest
from riskengine.runs import scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from riskengine.kernel.languages import Text
    from riskengine.runs import Run
    from riskengine.supervision.planning.rules import PlanRules

YEAR = 365


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An operator of the plan.

    Attributes:
        operator_id, name, county: who and where; an empty county is not known.
        grade: None where it could not be graded.
        score, level, left_out: of the run: for the order, and so that a reader sees what the grade rests on.
        tier: of supervision.
        visits_a_year, due: inspections in a year, and in the period; a drawn one is among them.
        is_drawn: whether the draw chose it.
        channel: one of :data:`riskengine.supervision.planning.rules.CHANNELS`.
        deadline: until when the bureau turns to it: the period's end where only the draw asks for a visit; None where
            nothing is to be done.
        focus: the risk points that fired, worst first.
        basis: the articles, each as people write it; empty where all is local policy.
        is_local: whether its figures are local policy.
    """

    operator_id: str
    name: str
    county: str
    grade: str | None
    score: Decimal | None
    level: str | None
    left_out: int
    tier: str
    visits_a_year: int
    due: int
    is_drawn: bool
    channel: str
    deadline: date | None
    focus: tuple[str, ...]
    basis: tuple[Text, ...]
    is_local: bool


class Planned(NamedTuple):
    """The rows in the order of risk, and the operators that are not among them with the reason."""

    rows: tuple[PlanRow, ...]
    left_out: tuple[tuple[str, str, str], ...]


def plan_of(run: Run, rules: PlanRules, day: date, period: tuple[date, date], drawn: Iterable[str] = ()) -> Planned:
    """What the operators of a run are due.

    Args:
        run: the run.
        rules: of its policy's tiers.
        day: of the plan; deadlines count from it, and laws are those in force on it.
        period: the first and the last day.
        drawn: the operators that a draw chose.

    Raises:
        InputError: a tier of the run is not in the rules (RE-913).
        UsageError: the run has no tiers (RE-912).
    """
    tiers: dict[str, str] = dict(scan(run, "actions", ("operator_id", "tier")))
    _check(run, rules, tiers)
    counties = dict(scan(run, "register", ("operator_id", "county")))
    fired = _fired(run)
    maker = _Maker(run, rules, day, period, frozenset(drawn))
    columns = ("operator_id", "name", "grade", "status", "score", "risk_level", "quarantined_count")
    rows: list[PlanRow] = []
    left_out: list[tuple[str, str, str]] = []
    for operator, name, grade, status, score, level, torn in scan(run, "grades", columns):
        if status == NOT_CURRENT or operator not in tiers:
            left_out.append((operator, name, NOT_CURRENT if status == NOT_CURRENT else "no_tier"))
            continue
        county, points = counties.get(operator) or "", fired.get(operator, ())
        rows.append(maker.row(operator, name, county, grade, score, level, torn, tiers[operator], points))
    rows.sort(key=maker.rank)
    return Planned(tuple(rows), tuple(left_out))


def _check(run: Run, rules: PlanRules, tiers: Mapping[str, str]) -> None:
    if not run.policy.policy.supervision.assign:
        reason = (("reason", "the policy of the run assigns no tiers"),)
        raise UsageError([Problem("RE-912", found=run.run_id, params=reason)])
    unknown = sorted(set(tiers.values()) - set(rules.tiers))
    if unknown:
        raise InputError(
            [Problem("RE-913", source=rules.plan, found=tier, near=nearest(tier, rules.tiers)) for tier in unknown]
        )


def _fired(run: Run) -> dict[str, list[str]]:
    """Operator → the risk points at which a rule fired."""
    found: dict[str, list[str]] = {}
    for operator, point, status in scan(run, "signals", ("operator_id", "risk_point", "status")):
        if status == FIRED and point is not None and point not in found.setdefault(operator, []):
            found[operator].append(point)
    return found


class _Maker:
    """Makes rows, and knows their order."""

    def __init__(self, run: Run, rules: PlanRules, day: date, period: tuple[date, date], drawn: frozenset[str]) -> None:
        self._catalog, self._rules, self._day, self._drawn = run.catalog, rules, day, drawn
        self._days, self._until = (period[1] - period[0]).days + 1, period[1]
        self._tier_order = {tier: at for at, tier in enumerate(rules.tiers)}
        self._grade_order = {grade: -at for at, grade in enumerate(run.plan.grades)}
        self._sign = -1 if run.plan.high_is_bad else 1
        self._joint = rules.joint_basis.label_on(self._catalog.laws, day)
        self._tier_basis = {name: rule.label_on(self._catalog.laws, day) for name, rule in rules.tiers.items()}

    def row(
        self,
        operator: str,
        name: str,
        county: str,
        grade: str | None,
        score: Decimal | None,
        level: str | None,
        torn: int,
        tier: str,
        points: Iterable[str],
    ) -> PlanRow:
        """An operator's row."""
        rule, focus = self._rules.tiers[tier], tuple(sorted(points, key=self._severity))
        due = -(-rule.visits_a_year * self._days // YEAR)
        is_drawn = operator in self._drawn
        due = max(due, 1) if is_drawn else due
        areas = {self._catalog.risk_points[point].area for point in focus if point in self._catalog.risk_points}
        is_joint = due > 0 and len(areas) >= self._rules.joint_from
        channel = "joint" if is_joint else "visit" if is_drawn and rule.channel == "none" else rule.channel
        articles = (self._tier_basis[tier], self._joint if is_joint else None)
        basis = tuple(article for article in articles if article is not None)
        days = rule.deadline_days
        return PlanRow(
            operator_id=operator,
            name=name,
            county=county,
            grade=grade,
            score=score,
            level=level,
            left_out=torn,
            tier=tier,
            visits_a_year=rule.visits_a_year,
            due=due,
            is_drawn=is_drawn,
            channel=channel,
            deadline=self._day + timedelta(days=days) if days else self._until if is_drawn else None,
            focus=focus,
            basis=basis,
            is_local=rule.basis is not None or not basis,
        )

    def _severity(self, code: str) -> tuple[int, str]:
        point = self._catalog.risk_points.get(code)
        return (LEVELS.index(point.level) if point else len(LEVELS)), code

    def rank(self, row: PlanRow) -> tuple[object, ...]:
        """The highest risk first: by tier as the rules list them, worst grade, worst risk point, worst score, id."""
        level = LEVELS.index(row.level) if row.level else len(LEVELS)
        grade = self._grade_order.get(row.grade or "", 1)
        score = (row.score is None, self._sign * row.score if row.score is not None else 0)
        return self._tier_order[row.tier], grade, level, score, -len(row.focus), row.operator_id


def checklist(run: Run, operators: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Operator, risk point and measure, for some operators, in the order of the run."""
    wanted = set(operators)
    yield from scan(run, "measures", ("operator_id", "risk_point", "measure"), wanted)
