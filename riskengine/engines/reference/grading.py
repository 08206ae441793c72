"""From findings to a grade: score, table, ceilings, too little record, and what stops them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from riskengine.contract.tables import FIRED, GRADED, LEVELS, NOT_EVALUABLE, SCORE_PLACES
from riskengine.engines.reference.facts import missing_names
from riskengine.kernel.decimals import round_half_up
from riskengine.plan import evaluate
from riskengine.plan.steps import CEILING, INSUFFICIENT
from riskengine.policy.expression import names_in

if TYPE_CHECKING:
    from decimal import Decimal

    from riskengine.engines.reference.rules import Findings
    from riskengine.plan import Plan

NO_RULE_MATCHES = "no_rule_matches"
QUARANTINED = "quarantined_records"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The grade of one operator, or why there is none."""

    status: str
    score: Decimal | None = None
    grade: str | None = None
    missing: frozenset[str] = frozenset()
    ceiling_rule: str | None = None
    risk_level: str | None = None


def judge(plan: Plan, findings: Findings, quarantined: int) -> Verdict:
    """The verdict on one operator, in the order of the design: stops, too little record, score, table, ceilings."""
    unknown = frozenset(name for result in findings.results for name in result.missing)
    if quarantined and plan.quarantined_stops:
        return Verdict(NOT_EVALUABLE, missing=unknown | {QUARANTINED})
    too_little = next((result for result in findings.results if result.step.stage == INSUFFICIENT), None)
    if too_little is not None and too_little.status == FIRED:
        return Verdict(GRADED, grade=too_little.step.grade, missing=unknown, risk_level=_risk_level(plan, findings))
    if any(result.stops for result in findings.results):
        return Verdict(NOT_EVALUABLE, missing=unknown)
    score = score_of(plan, findings)
    grade, lacking = _table(plan, findings, score)
    if grade is None:
        return Verdict(NOT_EVALUABLE, missing=unknown | lacking)
    lowered, rule = _ceilings(plan, findings, grade)
    return Verdict(GRADED, round_half_up(score, SCORE_PLACES), lowered, unknown, rule, _risk_level(plan, findings))


def unlimited_score(plan: Plan, findings: Findings) -> Fraction:
    """Start plus the sum of points."""
    points = [Fraction(result.points) for result in findings.results if result.step.tally is None]
    return Fraction(plan.start) + sum(points, Fraction(0))


def score_of(plan: Plan, findings: Findings) -> Fraction:
    """Start plus the sum of points, limited to floor and ceiling."""
    score = unlimited_score(plan, findings)
    if plan.floor is not None:
        score = max(score, Fraction(plan.floor))
    return score if plan.ceiling is None else min(score, Fraction(plan.ceiling))


def _table(plan: Plan, findings: Findings, score: Fraction) -> tuple[str | None, frozenset[str]]:
    """The first row that holds; none, and the fields that are missing, where a row is unknown or no row holds."""
    names = {**findings.names, "score": score}
    for row in plan.table:
        holds = evaluate(row.when, names)
        if holds is None:
            missing = {name: fact.missing for name, fact in findings.facts.items()}
            read = frozenset(names_in(row.when))
            return None, missing_names(read, names, missing) or read
        if holds:
            return row.grade, frozenset()
    return None, frozenset({NO_RULE_MATCHES})


def _ceilings(plan: Plan, findings: Findings, grade: str) -> tuple[str, str | None]:
    """The worst of the grade and every ceiling that fired; the rule only where it lowered the grade."""
    order = {name: at for at, name in enumerate(plan.grades)}
    rule = None
    for result in findings.results:
        if result.step.stage == CEILING and result.status == FIRED and order[str(result.step.grade)] > order[grade]:
            grade, rule = str(result.step.grade), result.step.rule
    return grade, rule


def _risk_level(plan: Plan, findings: Findings) -> str | None:
    """The worst colour among the fired risk points."""
    fired = {result.risk_point for result in findings.results if result.status == FIRED and result.risk_point}
    levels = {plan.risk_point_by_code[code].level for code in fired if code in plan.risk_point_by_code}
    return next((level for level in LEVELS if level in levels), None)
