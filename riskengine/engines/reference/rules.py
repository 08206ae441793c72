"""Rules: which fired, with which points, on which records, and which cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, NOT_EVALUABLE
from riskengine.engines.reference.facts import FactMaker, FactValue, missing_names
from riskengine.engines.reference.peers import compare
from riskengine.plan import evaluate, settled_points
from riskengine.plan.steps import SIGNAL
from riskengine.policy.expression import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.plan import FactStep, Plan, RuleStep, TallyStep


@dataclass(slots=True)
class RuleResult:
    """A rule that fired or cannot be told, for the operator or for one risk point; points go to its step's account."""

    step: RuleStep
    risk_point: str | None
    status: str
    points: Decimal
    missing: frozenset[str]
    evidence: list[tuple[str, Record]]
    law: str | None = None
    article: str | None = None
    stops: bool = False


@dataclass(slots=True)
class Findings:
    """Everything computed for one operator before the grade."""

    facts: dict[str, FactValue]
    risk_point_facts: dict[str, dict[str, FactValue]]
    names: dict[str, Any]
    results: list[RuleResult]


class RuleRunner:
    """Computes facts and rules for one operator after another."""

    def __init__(self, plan: Plan, as_of: date) -> None:
        self._plan, self._as_of = plan, as_of
        self._facts = FactMaker(plan, as_of)
        self._parameters = plan.parameters_on(as_of)
        self._by_name = {fact.name: fact for fact in plan.facts}

    def run(self, operators: Sequence[tuple[Record, Mapping[str, list[Record]]]]) -> list[Findings]:
        """All facts and rules of some operators: of all, where the plan compares them.

        Args:
            operators: each with its records that count, by source.
        """
        found = [self._begun(operator, rows) for operator, rows in operators]
        for fact in self._plan.facts:
            if fact.is_compared:
                compare(fact, found)
                continue
            for findings, (_, rows) in zip(found, operators, strict=True):
                self._fact(fact, findings, rows)
        for findings in found:
            self._finish(findings)
        return found

    def _begun(self, operator: Record, rows: Mapping[str, list[Record]]) -> Findings:
        names: dict[str, Any] = {**operator, **self._parameters, "as_of": self._as_of}
        for column in self._plan.columns_of("operators"):
            names.setdefault(column.name, None)
        for column_name in ("name", "county", "fleet_size", "drivers", "licensed_on"):
            names.setdefault(column_name, None)
        codes = sorted({row["risk_point"] for row in rows.get("violations", ())})
        return Findings({}, {code: {} for code in codes}, names, [])

    def _fact(self, fact: FactStep, findings: Findings, rows: Mapping[str, list[Record]]) -> None:
        facts, names = findings.facts, findings.names
        if not fact.per_risk_point:
            facts[fact.name] = self._one(fact, rows, names, facts)
            names[fact.name] = facts[fact.name].value
            return
        for code, own in findings.risk_point_facts.items():
            inside = {"violations": [row for row in rows["violations"] if row["risk_point"] == code]}
            scope = self._point_names(code, names, own)
            own[fact.name] = self._one(fact, inside, scope, {**facts, **own})

    def _finish(self, findings: Findings) -> None:
        """The rules of an operator whose facts are known, and its tallies between signals and ceilings."""
        facts, names = findings.facts, findings.names
        findings.results = list(self._rules(findings, [step for step in self._plan.rules if step.stage == SIGNAL]))
        for tally in self._plan.tallies:
            facts[tally.name] = _tallied(tally, findings.results)
            names[tally.name] = facts[tally.name].value
        findings.results += self._rules(findings, [step for step in self._plan.rules if step.stage != SIGNAL])

    def _one(
        self, fact: FactStep, rows: Mapping[str, list[Record]], names: Mapping[str, Any], known: Mapping[str, FactValue]
    ) -> FactValue:
        if fact.source is not None:
            return self._facts.aggregate(fact, rows.get(fact.source, []))
        return self._facts.value(fact, names, {key: value.missing for key, value in known.items()})

    def _point_names(self, code: str, names: Mapping[str, Any], own: Mapping[str, FactValue]) -> dict[str, Any]:
        point = self._plan.risk_point_by_code.get(code)
        return {
            **names,
            "risk_point": code,
            "level": point.level if point else None,
            "area": point.area if point else None,
            **{key: value.value for key, value in own.items()},
        }

    def _rules(self, findings: Findings, steps: Sequence[RuleStep]) -> Iterator[RuleResult]:
        for step in steps:
            if not step.each_risk_point:
                result = self._rule(step, step.risk_point, findings.names, findings.facts)
                if result is not None:
                    yield result
                continue
            for code, own in findings.risk_point_facts.items():
                known = {**findings.facts, **own}
                result = self._rule(step, code, self._point_names(code, findings.names, own), known)
                if result is not None:
                    yield result

    def _rule(
        self, step: RuleStep, code: str | None, names: Mapping[str, Any], facts: Mapping[str, FactValue]
    ) -> RuleResult | None:
        holds = evaluate(step.when, names)
        if holds is False:
            return None
        points = evaluate(step.points, names) if step.points is not None else 0
        if holds is None or points is None:
            read = list(names_in(step.when if holds is None or step.points is None else step.points))
            missing = missing_names(read, names, {key: value.missing for key, value in facts.items()})
            missing = missing or frozenset(step.lacks) or frozenset(read)
            # Points that cannot be computed for a rule that did fire would flatter the score: always a stop.
            return RuleResult(
                step,
                code,
                NOT_EVALUABLE,
                Decimal(0),
                missing,
                [],
                *self._basis(step, code, []),
                stops=step.stops or holds is True,
            )
        evidence = self._evidence(step, facts)
        return RuleResult(
            step, code, FIRED, settled_points(step, points), frozenset(), evidence, *self._basis(step, code, evidence)
        )

    def _evidence(self, step: RuleStep, facts: Mapping[str, FactValue]) -> list[tuple[str, Record]]:
        """The records behind the facts that the rule depends on, each once, with their source."""
        found: dict[tuple[str, str], tuple[str, Record]] = {}
        for name in step.evidence:
            source = str(self._by_name[name].source)
            key = "violation_id" if source == "violations" else "inspection_id"
            for row in facts[name].support if name in facts else ():
                found[source, row[key]] = (source, row)
        return [found[key] for key in sorted(found)]

    def _basis(
        self, step: RuleStep, code: str | None, evidence: list[tuple[str, Record]]
    ) -> tuple[str | None, str | None]:
        """The law and article: the rule's own, or the risk point's liability article on the day of the newest evidence.

        Where no version of that day is registered, the one in force at as-of stands in, as scoring rules do.
        """
        if not step.from_catalog:
            return step.law, step.article
        point = self._plan.risk_point_by_code.get(code or "")
        if point is None:
            return None, None
        day = max((row["occurred_on"] for source, row in evidence if source == "violations"), default=self._as_of)
        liability = point.liability_on(day) or point.liability_on(self._as_of)
        return (liability.law, liability.article) if liability else (None, None)


def _tallied(tally: TallyStep, results: Sequence[RuleResult]) -> FactValue:
    """The account after all signals; unknown where one that goes to it stops, since its points could be any."""
    own = [result for result in results if result.step.tally == tally.name]
    stopped = [result for result in own if result.stops]
    if stopped:
        return FactValue(None, frozenset(name for result in stopped for name in result.missing))
    value = Fraction(tally.start) + sum((Fraction(result.points) for result in own), Fraction(0))
    if tally.floor is not None:
        value = max(value, Fraction(tally.floor))
    return FactValue(value if tally.ceiling is None else min(value, Fraction(tally.ceiling)))
