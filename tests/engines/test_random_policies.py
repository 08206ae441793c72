"""What holds for every policy and all records, and for every engine: tried on random ones.

``RISKENGINE_POLICIES`` says how many seeds are tried (60 unless given); a seed that ever failed is always tried.
An engine joins by being registered in ``riskengine.engines.registry``.
"""

from __future__ import annotations

import math
import os
import random
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from random_policies import CATALOG, random_policy
from random_records import random_records

from riskengine.contract.arrow import to_arrow
from riskengine.contract.content_hash import content_hash
from riskengine.contract.tables import FIRED, GRADED, NOT_CURRENT, NOT_EVALUABLE
from riskengine.engines.registry import IN_PROCESS, engine_named
from riskengine.plan import compile_plan, evaluate, exact
from riskengine.policy import read_policy
from riskengine.policy.expression import Operation
from riskengine.records import read_records
from riskengine.results import Context, explain, explanation_text, operator_views
from riskengine.runs.manifest import account

if TYPE_CHECKING:
    from datetime import date

    from riskengine.contract.records import Records

KEPT_SEEDS = ()
SEEDS = sorted({*KEPT_SEEDS, *range(int(os.environ.get("RISKENGINE_POLICIES", "60")))})
RECORD_SETS = 3


@dataclass
class Grading:
    """One set of records with what the reference engine made of it."""

    given: tuple[list, list, list]
    as_of: date
    records: Records
    outcome: Any


@dataclass
class Case:
    """A policy, its plan and several gradings under it."""

    data: dict
    plan: Any
    gradings: list[Grading]


@pytest.fixture(scope="module", params=SEEDS)
def case(request):
    data = random_policy(request.param)
    plan = compile_plan(read_policy(data), CATALOG)
    gradings = []
    for at in range(RECORD_SETS):
        *given, as_of = random_records(request.param * RECORD_SETS + at, data)
        records = read(plan, given, as_of)
        gradings.append(Grading(tuple(given), as_of, records, engine_named("reference").grade(plan, records, as_of)))
    return Case(data, plan, gradings)


def read(plan, given, as_of):
    operators, violations, inspections = given
    return read_records(
        operators=operators, violations=violations, inspections=inspections, as_of=as_of, profile=plan.profile
    )


def hashes(outcome):
    names = (*outcome.table_names(), "conduct")
    return {name: content_hash(outcome.table(name), outcome.rows(name)) for name in names}


def test_the_same_seed_makes_the_same_policy_and_plan(case):
    again = random_policy(int(case.data["policy"].removeprefix("random-")))
    assert again == case.data
    plan = compile_plan(read_policy(again), CATALOG)
    assert (plan.sha256, plan.policy_sha256) == (case.plan.sha256, case.plan.policy_sha256)


def test_the_order_of_rows_changes_nothing(case):
    shuffled = random.Random(case.plan.sha256)  # noqa: S311 - an order, no secret
    for grading in case.gradings:
        given = [shuffled.sample(rows, len(rows)) for rows in grading.given]
        outcome = engine_named("reference").grade(case.plan, read(case.plan, given, grading.as_of), grading.as_of)
        assert hashes(outcome) == hashes(grading.outcome)
        assert outcome.usage == grading.outcome.usage


def test_tables_have_their_columns_types_and_unique_keys(case):
    for grading in case.gradings:
        for name in grading.outcome.table_names():
            table, rows = grading.outcome.table(name), list(grading.outcome.rows(name))
            assert to_arrow(table, rows).num_rows == len(rows)
            keys = [tuple((row[column] is not None, row[column] or "") for column in table.key) for row in rows]
            assert keys == sorted(set(keys)), name


def test_the_score_is_the_start_plus_the_points_within_its_limits(case):
    floor = Decimal("-Infinity") if case.plan.floor is None else case.plan.floor
    ceiling = Decimal("Infinity") if case.plan.ceiling is None else case.plan.ceiling
    for grading in case.gradings:
        for view in operator_views(grading.outcome):
            if view.grade["status"] == GRADED and view.grade["score"] is not None:
                points = sum((row["points"] for row in view.signals), Decimal(0))
                assert view.grade["score"] == min(max(case.plan.start + points, floor), ceiling)


def half_up(value, places):
    """Rounded to ``places``, halves away from zero; written apart from the engines' own."""
    scaled = math.floor(abs(Fraction(value)) * 10**places + Fraction(1, 2))
    return Fraction(scaled, 10**places) * (-1 if value < 0 else 1)


def test_points_are_rounded_once_and_then_capped(case):
    steps = {step.rule: step for step in case.plan.rules}
    for view, names in views_with_names(case):
        for row in view.signals:
            step = steps[row["rule"]]
            if row["status"] != FIRED or step.points is None or step.tally is not None:
                assert row["points"] == 0
                continue
            points = half_up(
                evaluate(step.points, names(row["risk_point"] if step.each_risk_point else None)), step.places
            )
            points = points if step.cap is None else min(points, Fraction(step.cap))
            assert Fraction(row["points"]) == step.sign * points, row


def test_a_tally_is_its_start_plus_the_points_that_go_to_it_within_its_limits(case):
    steps = {step.rule: step for step in case.plan.rules}
    for view, names in views_with_names(case):
        for tally in case.plan.tallies:
            own = [row for row in view.signals if steps[row["rule"]].tally == tally.name]
            value = view.facts[tally.name]
            if any(row["status"] != FIRED and steps[row["rule"]].stops for row in own):
                assert value is None
            if value is None:
                assert any(row["status"] != FIRED for row in own)
                continue
            assert exact(value) == limited(tally, exact(tally.start) + sum(map(partial(earned, steps, names), own)))


def earned(steps, names, row):
    """The points that a row of signals stands for, wherever they go."""
    step = steps[row["rule"]]
    if row["status"] != FIRED:
        return Fraction(0)
    value = evaluate(step.points, names(row["risk_point"] if step.each_risk_point else None))
    points = half_up(value, step.places)
    return step.sign * (points if step.cap is None else min(points, Fraction(step.cap)))


def limited(account, value):
    value = value if account.floor is None else max(value, exact(account.floor))
    return value if account.ceiling is None else min(value, exact(account.ceiling))


def test_computed_facts_follow_from_the_others_and_are_stored_whole(case):
    computed = [fact for fact in case.plan.facts if fact.operation == "value"]
    for view, names in views_with_names(case):
        for fact in computed:
            rows = view.risk_point_facts if fact.per_risk_point else [view.facts]
            for row in rows:
                value = evaluate(fact.value, names(row["risk_point"] if fact.per_risk_point else None))
                if fact.places is not None and value is not None:
                    value = half_up(value, fact.places)
                assert exact(row[fact.name]) == value, fact.name


def test_ranks_follow_from_the_facts_of_all(case):
    """Place, number of peers and percentile, counted one by one from the table of facts alone."""
    steps = [fact for fact in case.plan.facts if fact.is_compared]
    for grading in case.gradings if steps else ():
        everyone = [names for _, names in views_with_names(Case(case.data, case.plan, [grading]))]
        own = [names(None) for names in everyone]
        for fact in steps:
            entries = [entry_of(fact, names) for names in own]
            for names, entry in zip(own, entries, strict=True):
                assert names[fact.name] == (None if entry is None else compared(fact, entry, entries)), fact.name


def entry_of(fact, names):
    value, *group = [evaluate(part, names) for part in (fact.value, *fact.among)]
    wanted = fact.where is None or evaluate(fact.where, names) is True
    return (group, value) if wanted and value is not None and None not in group else None


def compared(fact, entry, entries):
    peers = [value for group, value in filter(None, entries) if group == entry[0]]
    better = sum(value > entry[1] if fact.best == "highest" else value < entry[1] for value in peers)
    if fact.operation == "percentile":
        return half_up(Fraction(100 * better, len(peers)), fact.places)
    return len(peers) if fact.operation == "peers" else 1 + better


def test_every_row_is_accounted_for(case):
    for grading in case.gradings:
        account(grading.records, grading.outcome)


def test_every_operator_is_explained_and_every_quiet_rule_has_a_reason(case):
    for grading in case.gradings:
        context = Context(case.plan, read_policy(case.data).policy, CATALOG, grading.as_of)
        for view in operator_views(grading.outcome):
            explanation = explain(view, context)
            assert explanation.to_dict()
            assert all(explanation_text(explanation, language) for language in ("zh", "en"))
            if view.grade["status"] == NOT_CURRENT:
                assert explanation.fired == explanation.unknown == explanation.quiet == ()
                continue
            quiet = {rule.rule: rule.reasons for rule in explanation.quiet}
            told = {row["rule"] for row in view.signals}
            for step in case.plan.rules:
                assert step.each_risk_point or step.rule in told or quiet[step.rule], step.rule
            assert all(rule.reasons for rule in explanation.quiet)


def test_the_facts_of_a_result_decide_its_rules(case):
    """Whoever holds the tables alone finds the same rules fired, unknown and quiet."""
    for view, names in views_with_names(case):
        found = {(row["rule"], row["risk_point"]): row["status"] for row in view.signals}
        assert found == dict(rules_by_facts(case.plan, view, names))


def rules_by_facts(plan, view, names):
    """The rules that fire or are unknown, from the facts, the parameters and the risk points alone."""
    codes = [row["risk_point"] for row in view.risk_point_facts]
    for step in plan.rules:
        for code in codes if step.each_risk_point else [None]:
            holds = evaluate(step.when, names(code))
            unknown = holds is None or (
                holds and step.points is not None and evaluate(step.points, names(code)) is None
            )
            if holds is not False:
                yield (step.rule, code or step.risk_point), NOT_EVALUABLE if unknown else FIRED


def test_or_is_what_and_and_not_make_of_it(case):
    for _, names in views_with_names(case):
        for step in case.plan.rules:
            if not step.each_risk_point:
                assert evaluate(step.when, names(None)) == evaluate(without_or(step.when), names(None)), step.rule


def without_or(expression):
    """The expression with De Morgan's words for every ``or``."""
    if not isinstance(expression, Operation):
        return expression
    operands = tuple(map(without_or, expression.operands))
    if expression.op != "or":
        return Operation(expression.op, operands)
    return Operation("not", (Operation("and", tuple(Operation("not", (item,)) for item in operands)),))


def views_with_names(case):
    """Every operator that was graded, with what the names of expressions mean: its own, or those of a risk point."""
    for grading in case.gradings:
        parameters = {**case.plan.parameters_on(grading.as_of), "as_of": grading.as_of}
        for view in operator_views(grading.outcome):
            if view.grade["status"] != NOT_CURRENT:
                yield view, partial(names_of, case.plan, parameters, view)


def names_of(plan, parameters, view, code):
    own = {**parameters, **view.facts}
    if code is None:
        return own
    point = plan.risk_point_by_code.get(code)
    facts = next(row for row in view.risk_point_facts if row["risk_point"] == code)
    return {**own, **facts, "level": point.level if point else None, "area": point.area if point else None}


@pytest.mark.parametrize("name", IN_PROCESS)
def test_every_engine_equals_the_reference(case, name):
    for grading in case.gradings:
        outcome = engine_named(name).grade(case.plan, grading.records, grading.as_of)
        assert list(outcome.table_names()) == list(grading.outcome.table_names())
        for table in outcome.table_names():
            assert list(outcome.rows(table)) == list(grading.outcome.rows(table)), table
        assert hashes(outcome) == hashes(grading.outcome)
        assert outcome.usage == grading.outcome.usage
