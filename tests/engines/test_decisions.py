"""Decision tables, shares, caps of groups and brackets by a number: what each means, on every engine."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tiny import fact, grade, only, plan_of, policy, rule, violations

from riskengine.kernel.errors import PolicyError

ROWS = [
    {"when": "fleet_size > 10", "value": 1},
    {"when": "fleet_size > 5 and drivers < 5", "value": 2},
    {"when": "drivers = 1", "value": "drivers * 3"},
]


def table(engine, hit, operator, rows=ROWS, **more):
    return fact(engine, {"table": rows, "hit": hit, **more}, operator=operator)


@pytest.mark.parametrize(
    ("hit", "both", "one", "none"),
    [("first", 1, 2, 9), ("unique", None, 2, 9), ("highest", 3, 2, 9), ("lowest", 1, 2, 9), ("sum", 6, 2, 9)],
)
def test_the_hit_policy_says_which_rows_give_the_value(engine, hit, both, one, none):
    assert table(engine, hit, {"fleet_size": 11, "drivers": 1}, otherwise=9) == both
    assert table(engine, hit, {"fleet_size": 7, "drivers": 0}, otherwise=9) == one
    assert table(engine, hit, {"fleet_size": 0, "drivers": 0}, otherwise=9) == none
    assert table(engine, hit, {"fleet_size": 0, "drivers": 0}) is None


def test_a_row_that_is_unknown_makes_the_value_unknown_except_below_the_first_that_holds(engine):
    operator = {"fleet_size": 11}  # drivers is empty
    assert table(engine, "first", operator) == 1
    for hit in ("unique", "highest", "lowest", "sum"):
        assert table(engine, hit, operator, otherwise=9) is None
    assert table(engine, "first", {"fleet_size": 0}, otherwise=9) is None


def test_the_value_of_a_row_that_does_not_hold_may_be_unknown(engine):
    rows = [{"when": "fleet_size > 10", "value": "other"}, {"when": "fleet_size between 6 and 9", "value": 14}]
    for hit in ("first", "unique", "highest", "lowest", "sum"):
        data = policy(profile={"other": {"type": "integer"}}, facts={"f": {"table": rows, "hit": hit}})
        outcome = grade(engine, data, operators=[{"operator_id": "A", "fleet_size": 7}])
        assert only(outcome, "facts")["f"] == 14, hit


def test_two_rows_that_hold_under_unique_name_the_fact_and_an_unknown_row_what_it_lacks(engine):
    data = policy(facts={"f": {"table": ROWS[:2], "hit": "unique"}}, signals=[rule("r", "f > 1")])
    twice = grade(engine, data, operators=[{"operator_id": "A", "fleet_size": 11, "drivers": 0}])
    assert only(twice, "signals")["missing"] == ["f"]
    lacking = grade(engine, data, operators=[{"operator_id": "A"}])
    assert only(lacking, "signals")["missing"] == ["drivers", "fleet_size"]


def test_a_table_is_rounded_once_and_may_be_of_each_risk_point(engine):
    rows = [{"when": "1 = 1", "value": "fleet_size / 3"}, {"when": "2 = 2", "value": "fleet_size / 3"}]
    assert table(engine, "sum", {"fleet_size": 1}, rows, places=2) == Decimal("0.67")
    data = policy(
        facts={
            "n": {"count": "violations", "per": "risk_point"},
            "f": {"table": [{"when": "level = 'red'", "value": "n * 2"}], "hit": "first", "otherwise": 0,
                  "per": "risk_point"},
        }
    )  # fmt: skip
    given = violations({}, {}, {"risk_point": "RT-01"})
    rows = grade(engine, data, violations=given).rows("facts_by_risk_point")
    assert [(row["risk_point"], row["f"]) for row in rows] == [("HW-01", 4), ("RT-01", 0)]


REFUSED = {
    "one condition twice": ("RE-539", "first", [("drivers > 1 and name = 'x'", 1), ("'x' = name and 1 < drivers", 2)]),
    "a row below one that always holds": ("RE-540", "first", [("true", 1), ("drivers > 1", 2)]),
    "a row beside one that always holds": ("RE-540", "unique", [("drivers > 1", 1), ("true", 2)]),
    "texts that are added": ("RE-525", "sum", [("drivers > 1", "'a'")]),
    "texts of which one is highest": ("RE-525", "highest", [("drivers > 1", "'a'")]),
    "values of two types": ("RE-522", "first", [("drivers > 2", "'a'"), ("drivers > 1", 1)]),
    "values of two units": ("RE-523", "first", [("drivers > 2", "drivers"), ("drivers > 1", "fleet_size")]),
    "a value that divides": ("RE-524", "first", [("drivers > 1", "drivers / 2")]),
    "a condition that is none": ("RE-525", "first", [("drivers", 1)]),
    "a condition of another name": ("RE-521", "first", [("driver > 1", 1)]),
}  # fmt: skip


@pytest.mark.parametrize(("code", "hit", "rows"), REFUSED.values(), ids=REFUSED)
def test_a_table_that_cannot_be_meant_is_refused(code, hit, rows):
    given = [{"when": when, "value": value} for when, value in rows]
    with pytest.raises(PolicyError) as caught:
        plan_of(policy(facts={"f": {"table": given, "hit": hit}}))
    assert [problem.code for problem in caught.value.problems if problem.is_error] == [code]


def test_a_row_that_always_holds_may_be_the_last_and_may_stand_beside_others_that_are_put_together():
    rows = [{"when": "drivers > 1", "value": 1}, {"when": "true", "value": 2}]
    for hit, given in (("first", rows), ("highest", rows[::-1]), ("sum", rows[::-1])):
        plan_of(policy(facts={"f": {"table": given, "hit": hit}}))


# Shares


PENALTIES = violations({"penalty": 40}, {"penalty": 10}, {"penalty": 5})
LARGE = {"share": "penalty > 7", "places": 4}


def test_a_share_is_counted_exactly_and_rounded_once_half_up(engine):
    assert fact(engine, LARGE, rows=PENALTIES) == Decimal("0.6667")
    halves = violations(*[{"penalty": 40}] * 1, *[{"penalty": 5}] * 7)
    assert fact(engine, {**LARGE, "places": 2}, rows=halves) == Decimal("0.13")


def test_a_share_over_no_records_is_unknown_unless_empty_says_otherwise(engine):
    assert fact(engine, LARGE) is None
    assert fact(engine, {**LARGE, "empty": Decimal("0.5")}) == Decimal("0.5")
    assert fact(engine, {**LARGE, "where": "severity = 'major'", "missing": "ignore"}, rows=PENALTIES) is None


def test_a_record_of_which_the_condition_is_unknown_makes_the_share_unknown_or_is_passed_over(engine):
    rows = violations({"penalty": 40}, {"penalty": 5}, {})
    assert fact(engine, LARGE, rows=rows) is None
    assert fact(engine, {**LARGE, "missing": "ignore"}, rows=rows) == Decimal("0.5")


def test_no_number_stands_for_a_record_in_a_share():
    with pytest.raises(PolicyError) as caught:
        plan_of(policy(facts={"f": {**LARGE, "missing": 0}}))
    assert [(problem.code, problem.column) for problem in caught.value.problems if problem.is_error] == [
        ("RE-536", "facts.f.missing")
    ]


def test_a_share_has_the_records_behind_it_and_may_be_of_each_risk_point(engine):
    data = policy(
        facts={"f": {**LARGE, "per": "risk_point"}}, signals=[rule("r", "f * 3 >= 1", each="risk_point", deduct=1)]
    )
    outcome = grade(engine, data, violations=violations({"penalty": 40}, {"penalty": 5}, {"risk_point": "RT-01"}))
    rows = outcome.rows("facts_by_risk_point")
    assert [(row["risk_point"], row["f"]) for row in rows] == [("HW-01", Decimal("0.5")), ("RT-01", None)]
    assert [row["record_id"] for row in outcome.rows("evidence")] == ["V1", "V2"]


# Groups with a cap, and groups of risk points


def test_each_group_counts_at_most_its_cap_before_they_are_put_together(engine):
    one, other = {"inspection_id": "I1"}, {"inspection_id": "I2"}
    rows = violations({**one, "penalty": 40}, {**one, "penalty": 10}, {**other, "penalty": 5})
    grouped = {"sum": "penalty", "per": "inspection_id", "group_cap": 30}
    assert fact(engine, {**grouped, "then": "sum"}, rows=rows) == 35
    assert fact(engine, {**grouped, "then": "max"}, rows=rows) == 30
    assert fact(engine, {**grouped, "then": "min"}, rows=rows) == 5
    assert fact(engine, {**grouped, "then": "count", "having": "group > 30"}, rows=rows) == 0
    counted = {"count": "violations", "per": "inspection_id", "then": "sum", "group_cap": Decimal("1.5")}
    assert fact(engine, counted, rows=rows) == Decimal("2.5")


def test_groups_of_risk_points_make_one_value_of_the_operator(engine):
    data = policy(
        facts={"f": {"count": "violations", "per": "risk_point", "then": "max"}},
        signals=[rule("r", "f > 1", deduct="f")],
    )
    outcome = grade(engine, data, violations=violations({}, {}, {"risk_point": "RT-01"}))
    assert only(outcome, "facts")["f"] == 2
    assert [row["record_id"] for row in outcome.rows("evidence")] == ["V1", "V2"]


def test_dates_have_no_cap():
    with pytest.raises(PolicyError) as caught:
        plan_of(policy(facts={"f": {"latest": "violations", "per": "vehicle", "then": "max", "group_cap": 3}}))
    assert [problem.column for problem in caught.value.problems if problem.is_error] == ["facts.f.group_cap"]


# Brackets by a number


def weighed(engine, penalty, **more):
    brackets = [{"below": 1000, "value": 1}, {"at_least": 1000, "below": Decimal("2000.005"), "value": Decimal("2.5")}]
    weight = {"by": "penalty", "brackets": brackets, "basis": "local_policy", **more}
    return fact(engine, {"sum": "w"}, rows=violations({"penalty": penalty}), weights={"w": weight})


def test_a_range_holds_its_lower_end_and_not_its_upper_one(engine):
    assert weighed(engine, 0) == weighed(engine, Decimal("999.99")) == 1
    assert weighed(engine, 1000) == weighed(engine, 2000) == Decimal("2.5")
    assert weighed(engine, Decimal("2000.01")) is None
    assert weighed(engine, Decimal("2000.01"), otherwise=7) == 7
    assert weighed(engine, None) is None
    assert weighed(engine, None, missing=4, otherwise=7) == 4


@pytest.mark.parametrize(
    ("by", "brackets", "code"),
    [
        ("penalty", [{"at_least": 0, "value": 1}, {"at_least": 5, "below": 9, "value": 2}], "RE-541"),
        ("penalty", [{"at_least": 5, "below": 5, "value": 1}], "RE-505"),
        ("severity", [{"below": 5, "value": 1}], "RE-530"),
        ("age_days", [{"below": 5, "value": 1}], "RE-530"),
    ],
)
def test_brackets_that_cannot_be_meant_are_refused(by, brackets, code):
    weights = {"w": {"by": by, "brackets": brackets, "basis": "local_policy"}}
    with pytest.raises(PolicyError) as caught:
        plan_of(policy(weights=weights, facts={"f": {"sum": "w"}}))
    assert [problem.code for problem in caught.value.problems if problem.is_error] == [code]
