"""What one test brings about: the reference engine's own parts compute, and what comes out is noted."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED as HAS_FIRED
from riskengine.engines.reference.grading import judge, score_of, unlimited_score
from riskengine.engines.reference.placing import place
from riskengine.engines.reference.rules import RuleRunner
from riskengine.kernel.errors import InputError
from riskengine.plan import evaluate
from riskengine.plan.steps import INSUFFICIENT
from riskengine.trials.coverage import sites as words
from riskengine.trials.coverage.records import RecordWatch
from riskengine.trials.coverage.tracing import came_out
from riskengine.trials.run import RATED, trial_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from riskengine.engines.reference.rules import Findings
    from riskengine.plan import RuleStep
    from riskengine.trials.coverage.items import Seen
    from riskengine.trials.coverage.sites import Site, Sites
    from riskengine.trials.model import Trial
    from riskengine.trials.subject import Subject


def seen_by(subject: Subject, sites: Sites, trial: Trial) -> set[Seen]:
    """What happens to the operator of a test: where, what, state. Its peers are not looked at."""
    try:
        records = trial_records(subject, trial)
    except InputError:
        return set()
    placed = place(subject.plan, records, trial.as_of)
    rated = str(trial.operator.get("operator_id", RATED))
    together = [each for each in placed.current if subject.plan.compares_peers or each["operator_id"] == rated]
    ids = [each["operator_id"] for each in together]
    if rated not in ids:
        return set()
    rows = [{source: held.get(own, []) for source, held in placed.rows.items()} for own in ids]
    at = ids.index(rated)
    findings = RuleRunner(subject.plan, trial.as_of).run(list(zip(together, rows, strict=True)))[at]
    watch = _OperatorWatch(subject, sites, findings, placed.quarantined.get(rated, 0))
    in_force = _values_in_force(subject, trial.as_of)
    return {*in_force, *watch.seen(), *RecordWatch(subject, sites, trial.as_of).seen(rows[at])}


def _values_in_force(subject: Subject, as_of: date) -> Iterator[Seen]:
    """The value of each parameter that is in force on the day of a test."""
    for name, values in subject.plan.parameters:
        begun = [since for since, _ in values if since <= as_of]
        if begun:
            where, what = words.value_in_force(name, begun[-1])
            yield where, what, words.USED


class _OperatorWatch:
    """What comes out of facts, rules, the grade table and the limits for one operator."""

    def __init__(self, subject: Subject, sites: Sites, findings: Findings, left_out: int) -> None:
        self._subject, self._plan, self._sites, self._findings = subject, subject.plan, sites, findings
        self._verdict = judge(subject.plan, findings, left_out)
        self._left_out = left_out

    def seen(self) -> Iterator[Seen]:
        for fact in self._plan.facts:
            if fact.source is None:
                for names in self._scopes(each_risk_point=fact.per_risk_point):
                    yield from self._fact(fact.name, names)
        for rule in self._plan.rules:
            yield from self._rule(rule)
        yield from self._table()

    def _scopes(self, *, each_risk_point: bool) -> Iterator[Mapping[str, Any]]:
        """The names of the operator, or of each of its risk points."""
        if not each_risk_point:
            yield self._findings.names
            return
        for code, own in self._findings.risk_point_facts.items():
            point = self._plan.risk_point_by_code.get(code)
            about = {"risk_point": code, "level": point and point.level, "area": point and point.area}
            yield {**self._findings.names, **about, **{name: value.value for name, value in own.items()}}

    def _trace(self, site: Site, names: Mapping[str, Any]) -> Iterator[Seen]:
        for what, state in came_out(site.tree, names, site.scope.booleans):
            yield site.where, what, state

    def _fact(self, name: str, names: Mapping[str, Any]) -> Iterator[Seen]:
        fact = self._subject.file.policy.facts.get(name)
        if fact is None or fact.table is None:
            for site in self._sites.facts[name]:
                yield from self._trace(site, names)
            return
        by_path = {site.path[2:]: site for site in self._sites.facts[name]}
        held = False
        for at in range(len(fact.table)):
            condition = by_path["table", at, "when"]
            yield from self._trace(condition, names)
            holds = evaluate(condition.tree, names)
            if holds is None and fact.hit == "first":
                return
            if holds:
                held = True
                yield f"fact {name}", f"row {at + 1}", words.USED
                yield from self._trace(by_path["table", at, "value"], names)
                if fact.hit == "first":
                    return
        if not held and fact.otherwise is not None:
            yield f"fact {name}", "otherwise", words.USED
            yield from self._trace(by_path["otherwise",], names)

    def _rule(self, rule: RuleStep) -> Iterator[Seen]:
        where = f"rule {rule.rule}"
        condition, *points = self._sites.rules[rule.rule]
        for names in self._scopes(each_risk_point=rule.each_risk_point):
            yield from self._trace(condition, names)
            holds = evaluate(rule.when, names)
            if holds is False:
                yield where, "", words.NOT_FIRED
                continue
            for site in points:
                yield from self._trace(site, names)
            value = evaluate(rule.points, names) if rule.points is not None else 0
            yield where, "", words.UNKNOWN if holds is None or value is None else words.FIRED
            if holds and value is not None and rule.cap is not None:
                yield where, "cap", words.REACHED if Fraction(value) >= Fraction(rule.cap) else words.NOT_REACHED
        if self._verdict.ceiling_rule == rule.rule:
            yield where, "", words.LOWERED

    def _table(self) -> Iterator[Seen]:
        """The rows that are read, where the operator comes so far."""
        findings, plan = self._findings, self._plan
        too_little = any(
            result.step.stage == INSUFFICIENT and result.status == HAS_FIRED for result in findings.results
        )
        stopped = any(result.stops for result in findings.results) or (self._left_out and plan.quarantined_stops)
        if too_little or stopped:
            return
        score, raw = score_of(plan, findings), unlimited_score(plan, findings)
        if plan.floor is not None and raw < Fraction(plan.floor):
            yield "score", "floor", words.REACHED
        if plan.ceiling is not None and raw > Fraction(plan.ceiling):
            yield "score", "ceiling", words.REACHED
        names = {**findings.names, "score": score}
        for name, row in zip(self._sites.row_names, plan.table, strict=True):
            for what, state in came_out(row.when, names, self._sites.booleans):
                yield f"{name}.when", what, state
            holds = evaluate(row.when, names)
            if holds:
                yield name, "", words.GIVEN
            if holds is not False:
                return
