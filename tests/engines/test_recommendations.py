"""Evidence, legal basis, measures, actions."""

from __future__ import annotations

from datetime import date

import pytest
from tiny import BOTH, grade, only, policy, rule, violations

EACH = rule("each", "n > 0", each="risk_point", deduct="n")
PER_POINT = {"n": {"count": "violations", "per": "risk_point", "within": "12 months"}}


def evidence(outcome, name):
    return [row["record_id"] for row in outcome.rows("evidence") if row["rule"] == name]


def test_evidence_is_what_counted_and_nothing_else(engine):
    rows = violations(
        {}, {"occurred_on": date(2020, 1, 1)}, {"status": "revoked"}, {"risk_point": "RT-01"}, {"operator_id": "B"}
    )
    outcome = grade(
        engine,
        policy(facts=PER_POINT, signals=[EACH]),
        operators=[{"operator_id": "A"}, {"operator_id": "B"}],
        violations=rows,
    )
    assert [
        (row["operator_id"], row["risk_point"], row["record_id"], row["source"]) for row in outcome.rows("evidence")
    ] == [("A", "HW-01", "V1", "violations"), ("A", "RT-01", "V4", "violations"), ("B", "HW-01", "V5", "violations")]


def test_the_evidence_of_a_maximum_over_vehicles_is_the_records_of_the_worst(engine):
    fact = {"count": "violations", "per": "vehicle", "then": "max", "missing": "ignore", "empty": 0}
    rows = violations(*[{"vehicle": "豫K11111"}] * 2, {"vehicle": "豫K22222"}, {"vehicle": None})
    outcome = grade(engine, policy(facts={"most": fact}, signals=[rule("r", "most > 1")]), violations=rows)
    assert evidence(outcome, "r") == ["V1", "V2"]
    assert only(outcome, "signals")["count"] == 2


@pytest.mark.parametrize(
    ("fact", "when", "expected"),
    [
        ({"max": "penalty"}, "f > 0", ["V2", "V3"]),
        ({"min": "penalty"}, "f > 0", ["V1"]),
        ({"latest": "violations"}, "f < as_of", ["V3"]),
        ({"days_since": "violations"}, "f > 0", ["V3"]),
        ({"sum": "penalty"}, "f > 0", ["V1", "V2", "V3"]),
        ({"count_distinct": "penalty"}, "f > 0", ["V1", "V2", "V3"]),
    ],
)
def test_the_evidence_of_an_extreme_is_the_records_that_reach_it(engine, fact, when, expected):
    cells = [{"penalty": 5}, {"penalty": 9}, {"penalty": 9, "occurred_on": date(2022, 7, 1)}]
    outcome = grade(engine, policy(facts={"f": fact}, signals=[rule("r", when)]), violations=violations(*cells))
    assert evidence(outcome, "r") == expected


def test_the_evidence_of_counted_groups_is_the_records_of_those_that_count(engine):
    fact = {"count": "violations", "per": "vehicle", "then": "count", "having": "group >= 2"}
    rows = violations(*[{"vehicle": "豫K11111"}] * 2, {"vehicle": "豫K22222"})
    outcome = grade(engine, policy(facts={"bad": fact}, signals=[rule("r", "bad > 0")]), violations=rows)
    assert evidence(outcome, "r") == ["V1", "V2"]


def test_evidence_is_found_through_computed_facts_and_listed_once(engine):
    facts = {"a": {"count": "violations"}, "b": {"sum": "penalty"}, "c": {"value": "a + a"}}
    outcome = grade(
        engine,
        policy(facts=facts, signals=[rule("r", "c > 0 and b > 0", deduct="a")]),
        violations=violations({"penalty": 5}),
    )
    assert evidence(outcome, "r") == ["V1"]


def test_a_rule_that_reads_no_records_has_no_evidence_and_no_count(engine):
    outcome = grade(engine, policy(signals=[rule("r", "true", deduct="1")]))
    assert only(outcome, "signals")["count"] is None
    assert outcome.rows("evidence") == []


def test_an_unknown_rule_has_no_evidence(engine):
    outcome = grade(
        engine, policy(facts={"s": {"sum": "penalty"}}, signals=[rule("r", "s > 0")]), violations=violations({})
    )
    assert only(outcome, "signals")["status"] == "not_evaluable"
    assert outcome.rows("evidence") == []


@pytest.mark.parametrize(
    ("day", "article"), [(date(2022, 6, 30), "71"), (date(2022, 7, 1), "64"), (date(2022, 1, 1), "71")]
)
def test_conduct_is_judged_by_the_liability_article_in_force_on_its_day(engine, day, article):
    signal = {**EACH, "law": "from_catalog", "basis": None}
    outcome = grade(engine, policy(facts=PER_POINT, signals=[signal]), violations=violations({"occurred_on": day}))
    signal = only(outcome, "signals")
    assert (signal["law"], signal["article"]) == ("road_law", article)


def test_of_several_records_the_newest_says_which_version_of_the_law(engine):
    signal = {**EACH, "law": "from_catalog", "basis": None}
    rows = violations({"occurred_on": date(2022, 7, 1)}, {"occurred_on": date(2022, 6, 30)})
    assert only(grade(engine, policy(facts=PER_POINT, signals=[signal]), violations=rows), "signals")["article"] == "64"


def test_where_no_version_of_the_day_is_registered_the_one_at_the_as_of_date_stands_in(engine):
    ever = {"n": {"count": "violations", "per": "risk_point"}}
    signal = {**EACH, "law": "from_catalog", "basis": None}
    rows = violations({"occurred_on": date(2009, 12, 31)})
    assert only(grade(engine, policy(facts=ever, signals=[signal]), violations=rows), "signals")["article"] == "64"


def test_a_rule_with_its_own_article_names_it(engine):
    signal = {**EACH, "law": "road_law", "article": 9, "basis": None}
    outcome = grade(engine, policy(facts=PER_POINT, signals=[signal]), violations=violations({}))
    assert (only(outcome, "signals")["law"], only(outcome, "signals")["article"]) == ("road_law", "9")


def test_no_article_is_named_where_none_is_in_force(engine):
    signal = {**EACH, "law": "from_catalog", "basis": None}
    outcome = grade(engine, policy(facts=PER_POINT, signals=[signal]), violations=violations({"risk_point": "UP-01"}))
    assert (only(outcome, "signals")["law"], only(outcome, "signals")["article"]) == (None, None)


@pytest.mark.parametrize(
    ("areas", "expected"),
    [(None, ["HW-01-1", "HW-01-2", "RT-01-1"]), ("RT", ["RT-01-1"]), ("HW;UP", ["HW-01-1", "HW-01-2"]), ("UP", [])],
)
def test_areas_limit_the_measures_and_not_the_score(engine, areas, expected):
    operator = {"operator_id": "A", "areas": areas}
    outcome = grade(
        engine,
        policy(facts=PER_POINT, signals=[EACH]),
        operators=[operator],
        violations=violations({}, {"risk_point": "RT-01"}),
    )
    assert [row["measure"] for row in outcome.rows("measures")] == expected
    assert only(outcome, "grades")["score"] == 98


def test_a_measure_is_advised_once_however_many_rules_fire(engine):
    signals = [EACH, rule("other", "true", risk_point="HW-01")]
    outcome = grade(engine, policy(facts=PER_POINT, signals=signals), violations=violations({}))
    assert [row["measure"] for row in outcome.rows("measures")] == ["HW-01-1", "HW-01-2"]


def based(**more):
    return {"title": BOTH, "basis": "local_policy", **more}


SUPERVISION = {
    "tiers": {name: based() for name in ("light", "heavy", "unclear")},
    "actions": {"leave": based(), "visit": based(law="road_law", article="7"), "ask": based(), "write": based()},
    "assign": [
        {"grade": ["AA", "A"], "tier": "light", "actions": ["leave"]},
        {"grade": ["B", "D"], "tier": "heavy", "actions": ["visit"]},
        {"status": "not_evaluable", "tier": "unclear", "actions": ["ask"]},
    ],
}
ON_NOTICE = {**SUPERVISION, "assign": [*SUPERVISION["assign"], {"rule": "noticed", "actions": ["write", "visit"]}]}
NOTICED = rule("noticed", "n > 0", law="road_law", article="3", basis=None)


def actions(engine, rows, *signals, supervision=SUPERVISION):
    data = policy(
        profile={"size": {"type": "integer"}},
        facts={"n": {"count": "violations"}},
        signals=signals,
        supervision=supervision,
    )
    outcome = grade(engine, data, violations=rows)
    return [(row["action"], row["tier"], row["reason"], row["law"], row["article"]) for row in outcome.rows("actions")]


def test_the_grade_brings_its_tier_and_actions(engine):
    assert actions(engine, []) == [("leave", "light", "grade:AA", None, None)]
    assert actions(engine, violations({}), rule("r", "n > 0", deduct="30")) == [
        ("visit", "heavy", "grade:B", "road_law", "7")
    ]


def test_a_rule_that_fired_adds_its_actions_under_the_tier_of_the_grade_with_its_own_basis(engine):
    assert actions(engine, violations({}), NOTICED, supervision=ON_NOTICE) == [
        ("leave", "light", "grade:AA", None, None),
        ("visit", "light", "rule:noticed", "road_law", "3"),
        ("write", "light", "rule:noticed", "road_law", "3"),
    ]


def test_an_operator_that_is_not_evaluable_has_a_tier_of_its_own(engine):
    assert actions(engine, [], rule("r", "size > 0", if_unknown="stop")) == [
        ("ask", "unclear", "status:not_evaluable", None, None)
    ]


def test_an_operator_that_is_not_current_gets_no_action(engine):
    data = policy(supervision=ON_NOTICE, facts={"n": {"count": "violations"}}, signals=[NOTICED])
    outcome = grade(engine, data, operators=[{"operator_id": "A", "closed_on": date(2022, 12, 30)}])
    assert outcome.rows("actions") == []
