"""Accounts beside the score: what goes to them, who may read them, what makes them unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tiny import AS_OF, BOTH, grade, only, plan_of, policy, rule, violations

from riskengine.catalog import load_shipped
from riskengine.kernel.errors import PolicyError
from riskengine.plan import compile_plan
from riskengine.policy import read_policy
from riskengine.records import read_records
from riskengine.results import Context, explain, explanation_text, operator_views

SHIPPED = load_shipped()
FACTS = {"n": {"count": "violations", "per": "risk_point"}, "all": {"count": "violations"}}
TITLE = {"zh": "记分", "en": "demerit points"}


def tally(**more):
    return {"demerits": {"title": TITLE, "basis": "local_policy", **more}}


def each(**more):
    return rule("r", "n > 0", each="risk_point", **{"places": 0, "add": "n * 2", "to": "demerits", **more})


def graded(engine, signals, accounts=None, rows=({}, {}, {"risk_point": "RT-01"}), operator=None, **grades):
    data = policy(
        facts=FACTS,
        profile={"other": {"type": "integer"}},
        signals=signals,
        tallies=tally() if accounts is None else accounts,
        grades=grades,
    )
    operators = [{"operator_id": "A", **(operator or {})}]
    return data, grade(engine, data, operators=operators, violations=violations(*rows))


def test_points_go_to_the_tally_and_not_to_the_score_and_the_sum_over_signals_is_still_the_score(engine):
    signals = [each(), rule("s", "all > 0", deduct="all")]
    _, outcome = graded(engine, signals, tally(**{"from": 1}))
    assert only(outcome, "facts")["demerits"] == 1 + 4 + 2
    points = [row["points"] for row in outcome.rows("signals")]
    assert points == [0, 0, -3]
    assert only(outcome, "grades")["score"] == 100 + sum(points)


def test_a_tally_is_rounded_capped_and_limited_as_the_score_is(engine):
    _, outcome = graded(engine, [each(add="n * 1.25", places=1, cap=2)])
    assert only(outcome, "facts")["demerits"] == Decimal("3.3")  # 2.5 capped at 2, and 1.25 rounded to 1.3
    _, outcome = graded(engine, [each()], tally(ceiling=5))
    assert only(outcome, "facts")["demerits"] == 5
    lowered = rule("r", "n > 0", each="risk_point", places=0, deduct="n * 2", to="demerits")
    _, outcome = graded(engine, [lowered], tally(**{"from": 3}, floor=-1))
    assert only(outcome, "facts")["demerits"] == -1


def test_ceilings_the_table_and_too_little_record_read_it(engine):
    ceiling = rule("c", "demerits >= 6", at_most="D")
    _, outcome = graded(engine, [each()], ceilings=[ceiling])
    assert only(outcome, "grades")["ceiling_rule"] == "c"
    assert only(outcome, "grades")["score"] == 100
    rows = [{"grade": "A", "when": "score = 100 and demerits < 6"}, {"grade": "B"}]
    _, outcome = graded(engine, [each()], table=rows)
    assert only(outcome, "grades")["grade"] == "B"
    little = rule("few", "demerits < 7", grade="new", grade_title=BOTH)
    _, outcome = graded(engine, [each()], insufficient=little)
    assert only(outcome, "grades")["grade"] == "new"


def test_a_signal_that_stops_makes_it_unknown_and_one_that_is_passed_over_gives_nothing(engine):
    unknown = rule("s", "other > 1", add="5", to="demerits", if_unknown="stop")
    little = rule("few", "demerits < 7", grade="new", grade_title=BOTH)
    _, outcome = graded(engine, [each(), unknown], insufficient=little)
    assert only(outcome, "facts")["demerits"] is None
    assert only(outcome, "signals", rule="few")["missing"] == ["other"]
    assert only(outcome, "grades")["status"] == "not_evaluable"
    _, outcome = graded(engine, [each(), {**unknown, "if_unknown": "skip"}])
    assert only(outcome, "facts")["demerits"] == 6
    assert only(outcome, "grades")["unknown_count"] == 1


def test_points_that_cannot_be_computed_make_it_unknown(engine):
    _, outcome = graded(engine, [rule("s", "all > 0", add="other", to="demerits")])
    assert only(outcome, "facts")["demerits"] is None
    assert only(outcome, "grades")["missing"] == ["other"]


def test_it_is_a_whole_number_where_all_that_goes_to_it_is(engine):
    _, outcome = graded(engine, [each()])
    assert type(only(outcome, "facts")["demerits"]) is int
    assert type(only(graded(engine, [each()], tally(ceiling=Decimal("5.5")))[1], "facts")["demerits"]) is Decimal


def test_an_explanation_says_which_account_points_went_to_and_what_it_came_to(engine):
    signals = [each(), rule("s", "all > 0", deduct="all")]
    file = read_policy(policy(facts=FACTS, signals=signals, tallies=tally(**{"from": 1}, ceiling=6)))
    plan = compile_plan(file, SHIPPED)
    rows = violations({}, {}, {"risk_point": "RT-01"})
    records = read_records(operators=[{"operator_id": "A"}], violations=rows, as_of=AS_OF)
    view = next(iter(operator_views(engine.grade(plan, records, AS_OF))))
    explanation = explain(view, Context(plan, file.policy, SHIPPED, AS_OF))
    assert [(item.rule, item.points, item.tally_points) for item in explanation.fired] == [
        ("r", 0, 4),
        ("r", 0, 2),
        ("s", -3, None),
    ]
    text = explanation_text(explanation, "en")
    assert "+4 demerit points" in text
    assert "demerit points: 1 + 4 + 2 → 6" in text
    assert "100 - 3 → 97" in text


REFUSED = {
    "a tally that is not there": (policy(facts=FACTS, signals=[each(to="demerit")], tallies=tally()), "RE-530"),
    "points of no signal": (policy(signals=[rule("r", "1 = 1", to="demerits")], tallies=tally()), "RE-505"),
    "a signal that reads one": (policy(signals=[rule("r", "demerits > 1")], tallies=tally()), "RE-521"),
    "a fact that reads one": (policy(facts={"f": {"value": "demerits"}}, tallies=tally()), "RE-521"),
    "a tally called like a fact": (policy(facts={"demerits": {"count": "violations"}}, tallies=tally()), "RE-528"),
    "a tally called score": (policy(tallies={"score": tally()["demerits"]}), "RE-528"),
    "a floor above the ceiling": (policy(tallies=tally(floor=3, ceiling=1)), "RE-505"),
    "a tally that rests on nothing": (policy(tallies={"demerits": {"title": TITLE}}), "RE-505"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED)
def test_a_tally_that_cannot_be_meant_is_refused(data, code):
    with pytest.raises(PolicyError) as caught:
        plan_of(data)
    assert [problem.code for problem in caught.value.problems if problem.is_error] == [code]
    assert plan_of(policy(facts=FACTS, signals=[each()], tallies=tally()))


def test_a_tally_that_nothing_goes_to_is_a_warning():
    from riskengine.policy import Known, check_policy

    checked = check_policy(read_policy(policy(tallies=tally())), Known())
    assert [(problem.code, problem.column) for problem in checked.warnings] == [("RE-533", "tallies.demerits")]
