"""From a judged operator to the rows of the contract's tables, each table made when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, SCORE_PLACES
from riskengine.engines.live.program import STATUS_NUMBERS
from riskengine.engines.live.rounding import half_up
from riskengine.kernel.decimals import from_scaled
from riskengine.kernel.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from riskengine.contract.records import Record
    from riskengine.engines.base import Row
    from riskengine.engines.live.facts import Aggregate, Computed
    from riskengine.engines.live.judging import Finding, Judged
    from riskengine.engines.live.peers import Compared
    from riskengine.engines.live.selections import Value
    from riskengine.engines.live.standing import Standing
    from riskengine.plan import TallyStep

_KEYS = {"violations": "violation_id", "inspections": "inspection_id"}
_NO_POINTS = from_scaled(0, SCORE_PLACES)


class OperatorTables:
    """Every row about one operator.

    Args:
        standing: the operator with its records.
        judged: what was computed about it.
        left_out: how many of its records were left out.
    """

    def __init__(self, standing: Standing, judged: Judged, left_out: int) -> None:
        self._program, self._day = standing.program, standing.day
        self._operator, self._judged, self._left_out = standing.operator, judged, left_out
        self._id = standing.operator["operator_id"]

    def grade(self) -> Row:
        """The row of ``grades``."""
        verdict, findings = self._judged.verdict, self._judged.findings
        score = None if verdict.score is None else _decimal(verdict.score, self._program.score_places, SCORE_PLACES)
        return {
            "operator_id": self._id,
            "name": self._operator.get("name") or self._id,
            "score": score,
            "grade": verdict.grade,
            "status": verdict.status,
            "missing": sorted(verdict.missing),
            "unknown_count": sum([finding.status != FIRED for finding in findings]),
            "quarantined_count": self._left_out,
            "ceiling_rule": verdict.ceiling_rule,
            "risk_level": verdict.risk_level,
            "previous_grade": None,
        }

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table, in no stated order."""
        yield from getattr(self, f"_{name}")()

    def _grades(self) -> Iterator[Row]:
        yield self.grade()

    @lazy
    def _bases(self) -> list[tuple[Finding, list[tuple[str, Record]], tuple[str | None, str | None]]]:
        """Each finding with its evidence and its law and article."""
        found = []
        for finding in self._judged.findings:
            evidence = self._evidence_of(finding) if finding.status == FIRED else []
            found.append((finding, evidence, self._basis(finding, evidence)))
        return found

    def _evidence_of(self, finding: Finding) -> list[tuple[str, Record]]:
        """The records behind the facts that a rule depends on, each once."""
        own = self._judged.point_facts.get(finding.risk_point or "", {}) if finding.rule.step.each_risk_point else {}
        found: dict[tuple[str, str], tuple[str, Record]] = {}
        for name in finding.rule.step.evidence:
            value = own.get(name) or self._judged.facts.get(name)
            if value is not None:
                source = str(self._program.aggregates[name].step.source)
                key = _KEYS[source]
                for row in value.support:
                    found[source, row[key]] = (source, row)
        return [found[key] for key in sorted(found)]

    def _basis(self, finding: Finding, evidence: list[tuple[str, Record]]) -> tuple[str | None, str | None]:
        """The rule's own law, or the risk point's liability article in force on the newest evidence's day."""
        step = finding.rule.step
        if not step.from_catalog:
            return step.law, step.article
        point = self._program.plan.risk_point_by_code.get(finding.risk_point or "")
        if point is None:
            return None, None
        days = [row["occurred_on"] for source, row in evidence if source == "violations"]
        liability = point.liability_on(max(days, default=self._day.as_of)) or point.liability_on(self._day.as_of)
        return (liability.law, liability.article) if liability else (None, None)

    def _signals(self) -> Iterator[Row]:
        for finding, evidence, (law, article) in self._bases:
            step = finding.rule.step
            counts = finding.points and step.tally is None  # the score is the start plus these points
            points = _decimal(finding.points, finding.rule.places, SCORE_PLACES) if counts else _NO_POINTS
            yield {
                "operator_id": self._id,
                "rule": step.rule,
                "risk_point": finding.risk_point,
                "status": finding.status,
                "count": len(evidence) if step.evidence and finding.status == FIRED else None,
                "points": points,
                "law": law,
                "article": article,
                "missing": sorted(finding.missing),
            }

    def _evidence(self) -> Iterator[Row]:
        for finding, evidence, _ in self._bases:
            for source, record in evidence:
                yield {
                    "operator_id": self._id,
                    "rule": finding.rule.step.rule,
                    "risk_point": finding.risk_point,
                    "source": source,
                    "record_id": record[_KEYS[source]],
                }

    def _conduct(self) -> Iterator[Row]:
        for finding, evidence, _ in self._bases:
            for source, record in evidence:
                if source == "violations":
                    yield {
                        "operator_id": self._id,
                        "rule": finding.rule.step.rule,
                        "violation_id": record["violation_id"],
                        "risk_point": record["risk_point"],
                        "occurred_on": record["occurred_on"],
                        "decided_on": record.get("decided_on"),
                    }

    def _facts(self) -> Iterator[Row]:
        tallies = {tally.name: self._tally(tally) for tally in self._program.plan.tallies}
        yield {"operator_id": self._id, **_cells(self._program.facts, self._judged.facts), **tallies}

    def _tally(self, tally: TallyStep) -> Any:
        value, places = self._judged.facts[tally.name].value, tally.type.places
        return value if value is None or tally.type.kind == "integer" else _decimal(value, places, places)

    def _facts_by_risk_point(self) -> Iterator[Row]:
        for code, values in self._judged.point_facts.items():
            yield {"operator_id": self._id, "risk_point": code, **_cells(self._program.point_facts, values)}

    def _actions(self) -> Iterator[Row]:
        """The tier's actions, and those of the rules that fired, under the same tier."""
        plan, verdict = self._program.plan, self._judged.verdict
        bases: dict[str, tuple[str | None, str | None]] = {
            action.action: (action.law, action.article) for action in plan.actions
        }
        fired = {finding.rule.step.rule: basis for finding, _, basis in self._bases if finding.status == FIRED}
        applying = self._program.stages["tiers"].fired(self._tier_names(fired))
        assignments = [(at, item) for at, item in enumerate(plan.assignments) if at in applying]
        tier = ""
        for _, assignment in assignments:
            if assignment.rule is None:
                tier = str(assignment.tier)
                by_grade = verdict.grade is not None and verdict.grade in assignment.grades
                reason = f"grade:{verdict.grade}" if by_grade else f"status:{verdict.status}"
                for action in assignment.actions:
                    yield self._action(action, tier, reason, bases[action])
        for _, assignment in assignments:
            if assignment.rule is not None:
                basis = fired[assignment.rule]
                for action in assignment.actions:
                    own = basis if basis[0] else bases[action]
                    yield self._action(action, tier, f"rule:{assignment.rule}", own)

    def _tier_names(self, fired: Mapping[str, Any]) -> dict[str, int | None]:
        program, verdict = self._program, self._judged.verdict
        flags = {flag: int(rule in fired) for rule, flag in program.rule_flags.items()}
        number = None if verdict.grade is None else program.grade_numbers[verdict.grade]
        return {"grade": number, "status": STATUS_NUMBERS[verdict.status], **flags}

    def _action(self, action: str, tier: str, reason: str, basis: tuple[str | None, str | None]) -> Row:
        law, article = basis
        return {
            "operator_id": self._id,
            "action": action,
            "tier": tier,
            "reason": reason,
            "law": law,
            "article": article,
        }

    def _measures(self) -> Iterator[Row]:
        """The measures of every fired risk point within the operator's areas (none named: all)."""
        areas, by_code = self._operator.get("areas") or (), self._program.plan.risk_point_by_code
        fired = {item.risk_point for item in self._judged.findings if item.status == FIRED and item.risk_point}
        for code in sorted(fired):
            point = by_code.get(code)
            if point is not None and (not areas or point.area in areas):
                for measure in point.measures:
                    yield {"operator_id": self._id, "risk_point": code, "measure": measure}


def _cells(facts: list[Aggregate | Computed | Compared], values: Mapping[str, Value]) -> Row:
    return {fact.step.name: _cell(fact, values[fact.step.name].value) for fact in facts}


def _cell(fact: Aggregate | Computed | Compared, value: Any) -> Any:
    """A fact as it is stored: decimals with the places of their type, everything else as it is."""
    if value is None or fact.places is None:
        return value
    if fact.step.type.kind == "decimal":
        return _decimal(value, fact.places, fact.step.type.places)
    return value // 10**fact.places


def _decimal(value: int, places: int, digits: int) -> Decimal:
    """A scaled number as a decimal with ``digits`` places."""
    if digits >= places:
        return from_scaled(value * 10 ** (digits - places), digits)
    return from_scaled(half_up(value, 10 ** (places - digits)), digits)
