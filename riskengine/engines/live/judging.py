"""From an operator's standing to its grade: which rules fired, what cannot be told, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from riskengine.contract.tables import FIRED, GRADED, LEVELS, NOT_EVALUABLE
from riskengine.engines.live.arithmetic import scaled
from riskengine.engines.live.facts import missing_names
from riskengine.engines.live.selections import NOTHING, Value
from riskengine.plan.steps import CEILING, INSUFFICIENT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from riskengine.engines.live.program import Program, Rule
    from riskengine.engines.live.standing import Standing

NO_RULE_MATCHES = "no_rule_matches"
QUARANTINED = "quarantined_records"


class Finding(NamedTuple):
    """A rule that fired or cannot be told, for the operator or for a risk point; ``points`` at the rule's places."""

    rule: Rule
    risk_point: str | None
    status: str
    points: int
    missing: frozenset[str]
    stops: bool


class Verdict(NamedTuple):
    """The grade, or why there is none; ``score`` at the program's places."""

    status: str
    score: int | None = None
    grade: str | None = None
    missing: frozenset[str] = NOTHING
    ceiling_rule: str | None = None
    risk_level: str | None = None


class Judged(NamedTuple):
    """Everything computed about an operator."""

    facts: Mapping[str, Value]
    point_facts: Mapping[str, Mapping[str, Value]]
    findings: tuple[Finding, ...]
    verdict: Verdict


def judge(standing: Standing, quarantined: int, told: Mapping[str, Value] | None = None) -> Judged:
    """Facts, rules and verdict of an operator.

    Args:
        standing: the operator with its records.
        quarantined: how many records of the operator were left out.
        told: what the operator is told of its peers, where the plan compares them.
    """
    names, facts = standing.facts(told)
    points = dict(standing.points(names, facts))
    program = standing.program
    findings = findings_of(program, names, facts, points)
    own = {code: values for code, (_, values) in points.items()}
    return Judged(facts, own, findings, verdict_of(program, names, facts, findings, quarantined))


def findings_of(
    program: Program,
    names: dict[str, Any],
    facts: dict[str, Value],
    points: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Value]]],
) -> tuple[Finding, ...]:
    """Every rule that fired or cannot be told, in the order of the policy; ``names`` and ``facts`` gain the tallies."""
    signals = tuple(signals_of(program, names, facts, points))
    if program.plan.tallies:
        facts |= tallies_of(program, signals)
        names |= {tally.name: facts[tally.name].value for tally in program.plan.tallies}
    return (*signals, *ceilings_of(program, names, facts))


def signals_of(
    program: Program,
    names: Mapping[str, Any],
    facts: Mapping[str, Value],
    points: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Value]]],
) -> Iterator[Finding]:
    """Every signal that fired or cannot be told, in the order of the policy."""
    fired = program.stages["signals"].fired(names)
    fired_of = _fired_by_point(program, points)
    for stage, rule in program.rules:
        if stage == "ceilings":
            continue
        if stage == "signals":
            finding = _finding(rule, rule.step.risk_point, rule.key in fired, names, facts, NO_VALUES)
            if finding is not None:
                yield finding
            continue
        for code, (own_names, own) in points.items():
            finding = _finding(rule, code, rule.key in fired_of[code], own_names, facts, own)
            if finding is not None:
                yield finding


def tallies_of(program: Program, signals: Collection[Finding]) -> dict[str, Value]:
    """The accounts beside the score; unknown where a signal that goes to one stops."""
    found = {}
    for tally in program.plan.tallies:
        own = [item for item in signals if item.rule.step.tally == tally.name]
        stopped = [item.missing for item in own if item.stops]
        if stopped:
            found[tally.name] = Value(None, frozenset().union(*stopped))
            continue
        places = tally.type.places
        value = scaled(tally.start, places) + sum(item.points * 10 ** (places - item.rule.places) for item in own)
        if tally.floor is not None:
            value = max(value, scaled(tally.floor, places))
        found[tally.name] = Value(value if tally.ceiling is None else min(value, scaled(tally.ceiling, places)))
    return found


def ceilings_of(program: Program, names: Mapping[str, Any], facts: Mapping[str, Value]) -> Iterator[Finding]:
    """Every ceiling, and the test of too little record, that fired or cannot be told, in the order of the policy."""
    fired = program.stages["ceilings"].fired(names)
    for stage, rule in program.rules:
        if stage == "ceilings":
            finding = _finding(rule, rule.step.risk_point, rule.key in fired, names, facts, NO_VALUES)
            if finding is not None:
                yield finding


def _fired_by_point(program: Program, points: Mapping[str, tuple[Mapping[str, Any], Any]]) -> dict[str, set[int]]:
    stage = program.stages["points"]
    answered: dict[str, list[str]] = {}
    return {code: stage.fired(own_names, answered) for code, (own_names, _) in points.items()}


def verdict_of(
    program: Program, names: dict[str, Any], facts: Mapping[str, Value], findings: Collection[Finding], quarantined: int
) -> Verdict:
    """The verdict, in the order of the design: stops, too little record, score, table, ceilings."""
    plan = program.plan
    unknown: frozenset[str] = frozenset().union(*[item.missing for item in findings])
    if quarantined and plan.quarantined_stops:
        return Verdict(NOT_EVALUABLE, missing=unknown | {QUARANTINED})
    too_little = next((item for item in findings if item.rule.step.stage == INSUFFICIENT), None)
    if too_little is not None and too_little.status == FIRED:
        return Verdict(GRADED, None, too_little.rule.step.grade, unknown, None, _risk_level(program, findings))
    if any(item.stops for item in findings):
        return Verdict(NOT_EVALUABLE, missing=unknown)
    score = _score(program, findings)
    grade, lacking = _grade(program, {**names, "score": score}, facts)
    if grade is None:
        return Verdict(NOT_EVALUABLE, missing=unknown | lacking)
    grade, rule = _lowered(program, grade, findings)
    return Verdict(GRADED, score, grade, unknown, rule, _risk_level(program, findings))


def _score(program: Program, findings: Collection[Finding]) -> int:
    """Start plus the sum of points, limited to floor and ceiling."""
    score: int = program.start
    for item in findings:
        if item.points and item.rule.step.tally is None:
            score += item.points * 10 ** (program.score_places - item.rule.places)
    if program.floor is not None:
        score = max(score, program.floor)
    return score if program.ceiling is None else min(score, program.ceiling)


def _grade(program: Program, names: Mapping[str, Any], facts: Mapping[str, Value]) -> tuple[str | None, frozenset[str]]:
    """The first row of the table that holds; none where a row before it cannot be told, or no row holds."""
    fired = program.stages["grades"].fired(names)
    for at, row in enumerate(program.plan.table):
        if at in fired:
            return row.grade, NOTHING
        read = program.table_reads[at]
        if (program.table_doubtful[at] or _any_unknown(read, names)) and program.table[at].of(names) is None:
            missing = {name: value.missing for name, value in facts.items()}
            return None, missing_names(read, names, missing) or read
    return None, frozenset({NO_RULE_MATCHES})


def _lowered(program: Program, grade: str, findings: Collection[Finding]) -> tuple[str, str | None]:
    """The worst of the grade and every ceiling that fired; the rule only where it lowered the grade."""
    grades, decisive = program.grades, None
    for item in findings:
        step = item.rule.step
        if step.stage != CEILING or item.status != FIRED:
            continue
        if grades.index(str(step.grade)) > grades.index(grade):
            grade, decisive = str(step.grade), step.rule
    return grade, decisive


def _risk_level(program: Program, findings: Collection[Finding]) -> str | None:
    """The worst colour among the fired risk points."""
    by_code = program.plan.risk_point_by_code
    fired = {item.risk_point for item in findings if item.status == FIRED and item.risk_point}
    if not fired:
        return None
    levels = {by_code[code].level for code in fired if code in by_code}
    return next((level for level in LEVELS if level in levels), None)


NO_VALUES: Mapping[str, Value] = {}


def _any_unknown(read: Collection[str], names: Mapping[str, Any]) -> bool:
    return None in [names[name] for name in read]


def _finding(
    rule: Rule,
    code: str | None,
    fired: bool,
    names: Mapping[str, Any],
    facts: Mapping[str, Value],
    own: Mapping[str, Value],
) -> Finding | None:
    """What a rule that fired, or did not, amounts to; None where it is certainly false."""
    step = rule.step
    if fired:
        if rule.points is None:
            return Finding(rule, code, FIRED, 0, NOTHING, stops=False)
        points = rule.points.of(names)
        if points is not None:
            capped = points if rule.cap is None else min(points, rule.cap)
            return Finding(rule, code, FIRED, step.sign * capped, NOTHING, stops=False)
        # Points that cannot be computed for a rule that did fire would flatter the score: always a stop.
        read, stops = rule.points_read, True
    else:
        if not (rule.always_doubtful or _any_unknown(rule.reads, names)) or rule.of.of(names) is not None:
            return None
        read, stops = rule.reads, step.stops
    missing = missing_names(read, names, {name: value.missing for name, value in (*facts.items(), *own.items())})
    return Finding(rule, code, NOT_EVALUABLE, 0, missing or frozenset(step.lacks) or frozenset(read), stops)
