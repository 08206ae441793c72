"""Rules as steps: who fired, with which points, what cannot be told; evidence, score, grade and ceilings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.tables import LEVELS
from riskengine.engines.sql.scope import NO_FIELDS, fields, first_of
from riskengine.engines.sql.terms import Term, at_places, literal, name_of, quoted, rounded, scaled, to_sql, whole
from riskengine.kernel.decimals import places_of
from riskengine.plan.steps import CEILING, INSUFFICIENT
from riskengine.policy.expression import names_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from riskengine.engines.sql.scope import Scope
    from riskengine.plan import Plan, RuleStep

NO_RULE_MATCHES, QUARANTINED = "no_rule_matches", "quarantined_records"


def facts_table(plan: Plan) -> str:
    """The table that holds all facts of an operator once the signals are known."""
    return "tallied" if plan.tallies else "facts"


def score_places(plan: Plan) -> int:
    """Digits of the score: the most of its limits and of any rule's points."""
    values = [value for value in (plan.start, plan.floor, plan.ceiling) if value is not None]
    scoring = [rule for rule in plan.rules if rule.points is not None and rule.tally is None]
    points = [max(rule.places, places_of(rule.cap) or 0) for rule in scoring]
    return max([places_of(value) or 0 for value in values] + points)


def told(number: int, rule: RuleStep, scope: Scope, digits: int, facts: str) -> str:
    """The rows of a rule that fired or cannot be told; points at ``digits``.

    Args:
        number: of the rule in the plan.
        rule: the rule.
        scope: what its names are.
        digits: of the account that its points go to, the score or a tally.
        facts: the table that a rule of the operator reads.
    """
    table = "points" if rule.each_risk_point else facts
    code = "risk_point" if rule.each_risk_point else literal(rule.risk_point).sql
    holds = to_sql(rule.when, scope.terms).sql
    points = whole(0)
    if rule.points is not None:
        points = rounded(to_sql(rule.points, scope.terms), rule.places)
        points = at_places(Term(points, rule.places), digits)
        if rule.cap is not None:
            points = (
                f"(CASE WHEN {points} IS NULL THEN NULL ELSE LEAST({points}, {whole(scaled(rule.cap, digits))}) END)"
            )
    when_read, points_read = list(names_in(rule.when)), list(names_in(rule.points)) if rule.points is not None else []

    def reasons(read: Iterable[str]) -> str:
        named = list(read)
        spare = fields(rule.lacks) if rule.lacks else fields(named)
        return first_of(scope.reasons(named), spare)

    after_when = reasons(when_read)
    after_points = reasons(points_read) if rule.points is not None else after_when
    stops = "TRUE" if rule.stops else "holds IS NOT NULL"
    earned = f"CASE WHEN known THEN {'-' if rule.sign < 0 else ''}pts ELSE {whole(0)} END"
    score, tally = (earned, whole(0)) if rule.tally is None else (whole(0), earned)
    return (
        f"SELECT op, risk_point, {number} AS rule, known AS fired, "
        f"{score} AS points, {tally} AS tallied, "
        "CASE WHEN known THEN NULL WHEN holds IS NULL THEN lacking ELSE lacking_points END AS missing, "
        f"NOT known AND ({stops}) AS stops FROM (SELECT op, CAST({code} AS VARCHAR) AS risk_point, {holds} AS holds, "
        f"{points} AS pts, holds IS NOT NULL AND pts IS NOT NULL AS known, "
        f"CASE WHEN holds IS NULL THEN {after_when} END AS lacking, "
        f"CASE WHEN pts IS NULL THEN {after_points} END AS lacking_points "
        f"FROM {table}) WHERE holds IS NULL OR holds"
    )


def tallied(plan: Plan, columns: Iterable[str]) -> str:
    """The facts of each operator with its tallies: value, and the fields for want of which one is unknown."""
    sums, values = [], []
    for at, tally in enumerate(plan.tallies):
        places = tally.type.places
        rules = ", ".join(str(number) for number, rule in enumerate(plan.rules) if rule.tally == tally.name) or "NULL"
        own = f"rule IN ({rules})"
        lacking = f"list_distinct(flatten(list(missing) FILTER (WHERE stops AND {own})))"
        sums += [f"SUM(tallied) FILTER (WHERE {own}) AS s{at}", f"bool_or(stops AND {own}) AS u{at}"]
        sums += [f"{lacking} AS n{at}"]
        value = f"{whole(scaled(tally.start, places))} + COALESCE(s{at}, 0)"
        for limit, choose in ((tally.floor, "GREATEST"), (tally.ceiling, "LEAST")):
            value = value if limit is None else f"{choose}({value}, {whole(scaled(limit, places))})"
        values += [
            f"CASE WHEN u{at} THEN NULL ELSE CAST({value} AS HUGEINT) END AS {name_of('f_' + tally.name)}",
            f"CASE WHEN u{at} THEN n{at} END AS {name_of('x_' + tally.name)}",
        ]
    return (
        f"SELECT {', '.join([*columns, *values])} FROM facts LEFT JOIN "
        f"(SELECT op, {', '.join(sums)} FROM signalled GROUP BY op) USING (op)"
    )


def summed(plan: Plan, digits: int) -> str:
    """For each operator: fields that are missing, stops, the sum of points, too little record, the worst ceiling."""
    order = {name: at for at, name in enumerate(plan.grades)}
    ceilings = [(at, order[str(rule.grade)]) for at, rule in enumerate(plan.rules) if rule.stage == CEILING]
    little = [at for at, rule in enumerate(plan.rules) if rule.stage == INSUFFICIENT]
    rank = "NULL"
    if ceilings:
        rank = f"CASE rule {' '.join(f'WHEN {at} THEN {worst}' for at, worst in ceilings)} END"
    too_little = f"fired AND rule = {little[0]}" if little else "FALSE"
    start = whole(scaled(plan.start, digits))
    levels = f"CASE k.level {' '.join(f'WHEN {quoted(level)} THEN {at}' for at, level in enumerate(LEVELS))} END"
    score = f"{start} + COALESCE(SUM(points), 0)"
    if plan.floor is not None:
        score = f"GREATEST({score}, {whole(scaled(plan.floor, digits))})"
    if plan.ceiling is not None:
        score = f"LEAST({score}, {whole(scaled(plan.ceiling, digits))})"
    return (
        "SELECT f.op, list_distinct(flatten(list(t.missing) FILTER (WHERE t.missing IS NOT NULL))) AS missing, "
        f"COALESCE(bool_or(t.stops), FALSE) AS stops, CAST({score} AS HUGEINT) AS score, "
        f"COALESCE(bool_or({too_little}), FALSE) AS too_little, COUNT(*) FILTER (WHERE NOT t.fired) AS unknown_count, "
        f"MAX({rank}) FILTER (WHERE t.fired) AS worst, "
        f"MIN({levels}) FILTER (WHERE t.fired AND t.risk_point IS NOT NULL) AS level "
        "FROM facts AS f LEFT JOIN told AS t ON t.op = f.op LEFT JOIN risk_points AS k ON k.code = t.risk_point "
        "GROUP BY f.op"
    )


def placed_in_table(plan: Plan, scope: Scope, digits: int) -> str:
    """The row of the grade table that holds: its number, the number below zero of one that cannot be told, or null."""
    inner = scope.copy()
    inner.terms["score"] = Term("s.score", digits)
    whens, reasons = [], []
    for number, row in enumerate(plan.table, 1):
        holds = to_sql(row.when, inner.terms).sql
        whens.append(f"WHEN ({holds}) IS NULL THEN -{number} WHEN {holds} THEN {number}")
        read = list(names_in(row.when))
        reasons.append(f"WHEN -{number} THEN {first_of(inner.reasons(read), fields(read))}")
    kept = "op, score, missing, stops, too_little, unknown_count, worst, risk_rank, grade_row"
    return (
        f"SELECT {kept}, CASE grade_row {' '.join(reasons)} ELSE {fields([NO_RULE_MATCHES])} END AS lacking FROM "
        f"(SELECT f.*, s.score, s.missing, s.stops, s.too_little, s.unknown_count, s.worst, s.level AS risk_rank, "
        f"CASE {' '.join(whens)} END AS grade_row FROM {facts_table(plan)} AS f JOIN summed AS s ON s.op = f.op) AS s"
    )


def verdicts(plan: Plan) -> str:
    """Status, score, grade and what lowered it, for each operator that is graded."""
    order = {name: at for at, name in enumerate(plan.grades)}
    at_row = " ".join(f"WHEN {number} THEN {order[row.grade]}" for number, row in enumerate(plan.table, 1))
    ceilings = [(at, order[str(rule.grade)]) for at, rule in enumerate(plan.rules) if rule.stage == CEILING]
    little = next((rule.grade for rule in plan.rules if rule.stage == INSUFFICIENT), None)
    named = " ".join(f"WHEN {at} THEN {quoted(name)}" for name, at in order.items())
    lowest = f"CASE GREATEST(own, COALESCE(worst, own)) {named} END"
    quarantined = "o.left_out > 0" if plan.quarantined_stops else "FALSE"
    decisive = "NULL"
    if ceilings:
        firsts = " ".join(
            f"WHEN {worst} THEN (SELECT MIN(t.rule) FROM told AS t WHERE t.op = v.op AND t.fired AND t.rule IN "
            f"({', '.join(str(at) for at, other in ceilings if other == worst)}))"
            for worst in dict.fromkeys(worst for _, worst in ceilings)
        )
        decisive = f"CASE WHEN worst > own THEN CASE worst {firsts} END END"
    levels = " ".join(f"WHEN {at} THEN {quoted(level)}" for at, level in enumerate(LEVELS))
    level = f"CASE risk_rank {levels} END"
    lacking = "list_distinct(list_concat(missing, lacking))"
    held_back = f"list_distinct(list_concat(missing, {fields([QUARANTINED])}))"
    columns = [
        "op",
        "CASE WHEN q THEN 'not_evaluable' WHEN little OR ranked THEN 'graded' ELSE 'not_evaluable' END AS status",
        "CASE WHEN ranked THEN score END AS score",
        f"CASE WHEN q THEN NULL WHEN little THEN {literal(little).sql} WHEN ranked THEN {lowest} END AS grade",
        f"CASE WHEN ranked THEN {decisive} END AS ceiling_rule",
        f"CASE WHEN q THEN {held_back} WHEN NOT told THEN {lacking} ELSE missing END AS missing",
        "unknown_count",
        f"CASE WHEN ranked OR (little AND NOT q) THEN {level} END AS risk_level",
    ]
    return (
        f"SELECT {', '.join(columns)} FROM (SELECT a.op, a.score, COALESCE(a.missing, {NO_FIELDS}) AS missing, "
        "a.stops, a.too_little AS little, a.unknown_count, a.worst, a.risk_rank, a.lacking, "
        f"CASE a.grade_row {at_row} END AS own, {quarantined} AS q, "
        "NOT q AND NOT a.too_little AND NOT a.stops AND own IS NOT NULL AS ranked, "
        "a.too_little OR a.stops OR own IS NOT NULL AS told "
        "FROM at_table AS a JOIN operators AS o ON o.op = a.op) AS v"
    )
