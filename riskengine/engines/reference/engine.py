"""The reference engine: one operator after another, one table after another."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import CONDUCT, FIRED, NOT_CURRENT, NOT_EVALUABLE, SCORE_PLACES
from riskengine.engines.base import Row, RowOutcome, engine_tables, sorted_rows
from riskengine.engines.reference.grading import Verdict, judge
from riskengine.engines.reference.placing import place
from riskengine.engines.reference.rules import Findings, RuleResult, RuleRunner
from riskengine.kernel.decimals import round_half_up
from riskengine.kernel.progress import track

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from riskengine.contract.records import Record, Records
    from riskengine.engines.reference.facts import FactValue
    from riskengine.plan import FactStep, Plan, TallyStep


class ReferenceEngine:
    """Carries out any plan, in plain Python, on exact fractions. Needs nothing beyond the core."""

    name = "reference"

    def grade(self, plan: Plan, records: Records, as_of: date) -> RowOutcome:
        """Grade every operator.

        Args:
            plan: the compiled policy.
            records: read and validated records.
            as_of: the day on which everything is seen.

        Returns:
            every table of the contract, sorted by key, and the account of the records.
        """
        tables = engine_tables(plan)
        data: dict[str, list[Row]] = defaultdict(list)
        placed = place(plan, records, as_of)
        runner = RuleRunner(plan, as_of)
        groups = [placed.current] if plan.compares_peers else [[operator] for operator in placed.current]
        for operators in track(groups, "operators", len(groups)):
            ids = [operator["operator_id"] for operator in operators]
            rows = [{source: held.get(own, []) for source, held in placed.rows.items()} for own in ids]
            found = runner.run(list(zip(operators, rows, strict=True)))
            for operator, findings in zip(operators, found, strict=True):
                left_out = placed.quarantined.get(operator["operator_id"], 0)
                verdict = judge(plan, findings, left_out)
                for name, row in _operator_rows(plan, operator, findings, verdict, left_out):
                    data[name].append(row)
        for operator in placed.gone:
            left_out = placed.quarantined.get(operator["operator_id"], 0)
            data["grades"].append(_grade_row(operator, Verdict(NOT_CURRENT), 0, left_out))
            data["facts"].append({"operator_id": operator["operator_id"], **dict.fromkeys(tables["facts"].names[1:])})
        sorted_data = {name: sorted_rows(table, data[name]) for name, table in tables.items()}
        return RowOutcome(tables, sorted_data, placed.usage)


def _operator_rows(
    plan: Plan, operator: Record, findings: Findings, verdict: Verdict, left_out: int
) -> Iterator[tuple[str, Row]]:
    """Every row of every table about one graded operator."""
    operator_id = operator["operator_id"]
    unknown = sum(result.status == NOT_EVALUABLE for result in findings.results)
    yield "grades", _grade_row(operator, verdict, unknown, left_out)
    for result in findings.results:
        yield "signals", _signal_row(operator_id, result)
        for source, record in result.evidence:
            key = "violation_id" if source == "violations" else "inspection_id"
            yield (
                "evidence",
                {
                    "operator_id": operator_id,
                    "rule": result.step.rule,
                    "risk_point": result.risk_point,
                    "source": source,
                    "record_id": record[key],
                },
            )
    tallies = {tally.name: _cell(tally, findings.facts[tally.name].value) for tally in plan.tallies}
    yield "facts", {"operator_id": operator_id, **_fact_cells(plan, findings.facts, per_risk_point=False), **tallies}
    for code, facts in findings.risk_point_facts.items():
        yield (
            "facts_by_risk_point",
            {"operator_id": operator_id, "risk_point": code, **_fact_cells(plan, facts, per_risk_point=True)},
        )
    for row in _conduct_rows(operator_id, findings):
        yield CONDUCT.name, row
    for row in _action_rows(plan, operator_id, findings, verdict):
        yield "actions", row
    for row in _measure_rows(plan, operator, findings):
        yield "measures", row


def _conduct_rows(operator_id: str, findings: Findings) -> Iterator[Row]:
    """The violations behind the rules that fired: what was done, when it happened and was decided."""
    for result in findings.results:
        for source, record in result.evidence:
            if source == "violations":
                yield {
                    "operator_id": operator_id,
                    "rule": result.step.rule,
                    "violation_id": record["violation_id"],
                    "risk_point": record["risk_point"],
                    "occurred_on": record["occurred_on"],
                    "decided_on": record.get("decided_on"),
                }


def _grade_row(operator: Record, verdict: Verdict, unknown: int, left_out: int) -> Row:
    return {
        "operator_id": operator["operator_id"],
        "name": operator.get("name") or operator["operator_id"],
        "score": verdict.score,
        "grade": verdict.grade,
        "status": verdict.status,
        "missing": sorted(verdict.missing),
        "unknown_count": unknown,
        "quarantined_count": left_out,
        "ceiling_rule": verdict.ceiling_rule,
        "risk_level": verdict.risk_level,
        "previous_grade": None,
    }


def _signal_row(operator_id: str, result: RuleResult) -> Row:
    points = result.points if result.step.tally is None else Decimal(0)  # the score is the start plus these
    counted = len(result.evidence) if result.step.evidence and result.status == FIRED else None
    return {
        "operator_id": operator_id,
        "rule": result.step.rule,
        "risk_point": result.risk_point,
        "status": result.status,
        "count": counted,
        "points": round_half_up(points, SCORE_PLACES) if points else Decimal("0.000000"),
        "law": result.law,
        "article": result.article,
        "missing": sorted(result.missing),
    }


def _fact_cells(plan: Plan, facts: dict[str, FactValue], *, per_risk_point: bool) -> dict[str, Any]:
    return {
        fact.name: _cell(fact, facts[fact.name].value) for fact in plan.facts if fact.per_risk_point == per_risk_point
    }


def _cell(fact: FactStep | TallyStep, value: Any) -> Any:
    """A fact as it is stored: decimals with the places of their type, everything else as it is."""
    if value is None or fact.type.kind not in {"integer", "decimal"}:
        return value
    return round_half_up(value, fact.type.places) if fact.type.kind == "decimal" else int(value)


def _action_rows(plan: Plan, operator_id: str, findings: Findings, verdict: Verdict) -> Iterator[Row]:
    """The tier's actions, and those of the rules that fired, under the same tier."""
    bases = {action.action: (action.law, action.article) for action in plan.actions}
    tier = ""
    for assignment in plan.assignments:
        by_grade = verdict.grade is not None and verdict.grade in assignment.grades
        if by_grade or (assignment.status is not None and assignment.status == verdict.status):
            tier = str(assignment.tier)
            reason = f"grade:{verdict.grade}" if by_grade else f"status:{verdict.status}"
            for action in assignment.actions:
                yield _action(operator_id, action, tier, reason, bases[action])
    fired = {result.step.rule: result for result in findings.results if result.status == FIRED}
    for assignment in plan.assignments:
        if assignment.rule in fired:
            result = fired[assignment.rule]
            for action in assignment.actions:
                basis = (result.law, result.article) if result.law else bases[action]
                yield _action(operator_id, action, tier, f"rule:{assignment.rule}", basis)


def _action(operator_id: str, action: str, tier: str, reason: str, basis: tuple[str | None, str | None]) -> Row:
    return {
        "operator_id": operator_id,
        "action": action,
        "tier": tier,
        "reason": reason,
        "law": basis[0],
        "article": basis[1],
    }


def _measure_rows(plan: Plan, operator: Record, findings: Findings) -> Iterator[Row]:
    """The measures of every fired risk point within the operator's areas (none named: all)."""
    areas = operator.get("areas") or ()
    fired = {result.risk_point for result in findings.results if result.status == FIRED and result.risk_point}
    for code in sorted(fired):
        point = plan.risk_point_by_code.get(code)
        if point is not None and (not areas or point.area in areas):
            for measure in point.measures:
                yield {"operator_id": operator["operator_id"], "risk_point": code, "measure": measure}
