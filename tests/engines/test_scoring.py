"""From signals to a score, from a score to a grade, and what stops or lowers it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tiny import BOTH, fact, grade, only, policy, rule, violations

PROFILE = {"points": {"type": "decimal", "places": 3}, "size": {"type": "integer"}, "risky": {"type": "bool"}}
NUMBERS = {"n": {"count": "violations"}}


def graded(engine, operator=None, rows=(), **sections):
    outcome = grade(
        engine,
        policy(profile=PROFILE, **sections),
        operators=[{"operator_id": "A", **(operator or {})}],
        violations=rows,
    )
    return only(outcome, "grades"), outcome


@pytest.mark.parametrize(
    ("points", "cap", "expected"),
    [
        ("1.005", None, "-1.010000"),
        ("1.004", None, "-1.000000"),
        ("19.995", 20, "-20.000000"),
        ("20.005", 20, "-20.000000"),
        ("25", 20, "-20.000000"),
        ("0.005", Decimal("0.007"), "-0.007000"),
    ],
)
def test_points_are_rounded_once_half_up_and_then_capped(engine, points, cap, expected):
    signal = rule("r", "points >= 0", deduct="points", places=2, cap=cap)
    row, outcome = graded(engine, {"points": Decimal(points)}, signals=[signal])
    assert only(outcome, "signals")["points"] == Decimal(expected)
    assert row["score"] == 100 + Decimal(expected)


def test_each_signal_is_rounded_by_itself_and_the_sum_is_exact(engine):
    signals = [rule(f"r{at}", "true", deduct="points", places=2) for at in range(3)]
    row, _ = graded(engine, {"points": Decimal("0.333")}, signals=signals)
    assert row["score"] == Decimal("99.010000")


def test_a_bonus_adds_and_a_deduction_takes(engine):
    row, outcome = graded(engine, signals=[rule("plus", "true", add="5"), rule("minus", "true", deduct="7")])
    assert row["score"] == 98
    assert {signal["rule"]: signal["points"] for signal in outcome.rows("signals")} == {"plus": 5, "minus": -7}


@pytest.mark.parametrize(
    ("score", "signal", "expected"),
    [
        ({"from": 100, "floor": 0}, {"deduct": "150"}, 0),
        ({"from": 100}, {"deduct": "150"}, -50),
        ({"from": 100, "floor": 0, "ceiling": 100}, {"add": "5"}, 100),
        ({"from": 100}, {"add": "5"}, 105),
        ({"from": Decimal("0.5"), "floor": 10}, {"add": "0"}, 10),
    ],
)
def test_the_score_is_limited_to_floor_and_ceiling(engine, score, signal, expected):
    row, outcome = graded(engine, signals=[rule("r", "true", **signal)], grades={"score": score})
    assert row["score"] == expected
    assert only(outcome, "signals")["points"] in {-150, 5, 0}, "the points themselves are not limited"


def test_limits_apply_to_the_sum_and_not_on_the_way(engine):
    row, _ = graded(engine, signals=[rule("minus", "true", deduct="150"), rule("plus", "true", add="60")])
    assert row["score"] == 10


def test_a_rule_for_each_risk_point_fires_for_those_that_have_a_record(engine):
    facts = {"n": {"count": "violations", "per": "risk_point"}}
    signal = rule("each", "n > 0", each="risk_point", deduct="n * 2", cap=3)
    row, outcome = graded(engine, rows=violations({}, {}, {"risk_point": "RT-01"}), facts=facts, signals=[signal])
    assert [(s["risk_point"], s["points"], s["count"]) for s in outcome.rows("signals")] == [
        ("HW-01", -3, 2),
        ("RT-01", -2, 1),
    ]
    assert row["score"] == 95


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("100", "AA"),
        ("90", "AA"),
        ("89.999", "A"),
        ("80", "A"),
        ("79.999", "B"),
        ("60", "B"),
        ("59.999", "D"),
        ("0", "D"),
    ],
)
def test_the_first_row_of_the_table_that_holds_gives_the_grade(engine, score, expected):
    row, _ = graded(engine, {"points": 100 - Decimal(score)}, signals=[rule("r", "true", deduct="points", places=3)])
    assert (row["grade"], row["status"], row["ceiling_rule"]) == (expected, "graded", None)


def test_a_table_may_ask_for_more_than_the_score(engine):
    table = [
        {"grade": "5", "when": "score >= 90 and size <= 5"},
        {"grade": "4", "when": "score >= 90"},
        {"grade": "0", "when": "score < 50"},
    ]
    assert graded(engine, {"size": 5}, grades={"table": table})[0]["grade"] == "5"
    assert graded(engine, {"size": 6}, grades={"table": table})[0]["grade"] == "4"


def test_a_table_in_which_no_row_holds_leaves_the_operator_not_evaluable(engine):
    row, _ = graded(
        engine, grades={"table": [{"grade": "A", "when": "score > 100"}, {"grade": "B", "when": "score < 50"}]}
    )
    assert (row["status"], row["grade"], row["score"], row["missing"]) == (
        "not_evaluable",
        None,
        None,
        ["no_rule_matches"],
    )


def test_an_unknown_row_of_the_table_stops_even_where_a_later_row_holds(engine):
    row, _ = graded(engine, grades={"table": [{"grade": "A", "when": "size > 3"}, {"grade": "B"}]})
    assert (row["status"], row["grade"], row["missing"]) == ("not_evaluable", None, ["size"])


CEILINGS = [
    rule("to_b", "n >= 1", at_most="B"),
    rule("to_d", "n >= 2", at_most="D"),
    rule("also_d", "n >= 3", at_most="D"),
]


@pytest.mark.parametrize(
    ("count", "expected", "named"), [(0, "AA", None), (1, "B", "to_b"), (2, "D", "to_d"), (3, "D", "to_d")]
)
def test_the_worst_ceiling_wins_and_of_equals_the_first_in_the_file(engine, count, expected, named):
    row, _ = graded(engine, rows=violations(*[{}] * count), facts=NUMBERS, grades={"ceilings": CEILINGS})
    assert (row["grade"], row["ceiling_rule"], row["score"]) == (expected, named, 100), (
        "a ceiling never changes the score"
    )


def test_a_ceiling_is_named_only_where_it_lowered_the_grade(engine):
    signals = [rule("much", "true", deduct="35")]
    row, outcome = graded(
        engine, rows=violations({}), facts=NUMBERS, signals=signals, grades={"ceilings": CEILINGS[:1]}
    )
    assert (row["grade"], row["ceiling_rule"]) == ("B", None)
    assert only(outcome, "signals", rule="to_b")["points"] == 0


def test_unknown_stops_or_is_passed_over_as_the_rule_says(engine):
    for if_unknown, status, score in [("stop", "not_evaluable", None), ("skip", "graded", 100)]:
        row, outcome = graded(engine, signals=[rule("r", "size > 3", deduct="5", if_unknown=if_unknown)])
        assert (row["status"], row["score"], row["missing"], row["unknown_count"]) == (status, score, ["size"], 1)
        signal = only(outcome, "signals")
        assert (signal["status"], signal["points"], signal["missing"], signal["count"]) == (
            "not_evaluable",
            0,
            ["size"],
            None,
        )


def test_an_unknown_ceiling_stops_or_is_passed_over_as_it_says(engine):
    for if_unknown, status in [("stop", "not_evaluable"), ("skip", "graded")]:
        row, _ = graded(engine, grades={"ceilings": [rule("c", "size > 3", at_most="D", if_unknown=if_unknown)]})
        assert (row["status"], row["unknown_count"], row["missing"]) == (status, 1, ["size"])


def test_unknown_points_of_a_rule_that_fired_stop_whatever_it_says(engine):
    row, _ = graded(engine, signals=[rule("r", "true", deduct="points", if_unknown="skip")])
    assert (row["status"], row["score"], row["missing"]) == ("not_evaluable", None, ["points"])


def test_a_rule_that_is_false_for_certain_does_not_mind_what_is_missing(engine):
    row, outcome = graded(
        engine, {"risky": False}, signals=[rule("r", "risky and size > 3", deduct="5", if_unknown="stop")]
    )
    assert (row["status"], row["missing"], row["unknown_count"], outcome.rows("signals")) == ("graded", [], 0, [])


def test_a_rule_may_name_what_it_lacks_where_no_name_is_empty(engine):
    row, _ = graded(
        engine,
        {"size": 2},
        signals=[rule("r", "case when size > 1 then null else false end", if_unknown="stop", lacks="vehicle")],
    )
    assert row["missing"] == ["vehicle"]


INSUFFICIENT = {**rule("fresh", "n = 0", if_unknown="stop", grade="new"), "grade_title": BOTH}


def test_too_little_record_gives_a_grade_outside_the_ranking_without_a_score(engine):
    for count, expected in [(0, ("graded", "new", None)), (1, ("graded", "AA", 100))]:
        row, _ = graded(engine, rows=violations(*[{}] * count), facts=NUMBERS, grades={"insufficient": INSUFFICIENT})
        assert (row["status"], row["grade"], row["score"]) == expected


def test_an_unknown_test_of_too_little_record_stops(engine):
    row, _ = graded(engine, grades={"insufficient": {**INSUFFICIENT, "when": "size = 0"}})
    assert (row["status"], row["missing"]) == ("not_evaluable", ["size"])


def test_no_ceiling_touches_the_grade_of_too_little_record(engine):
    grades = {"insufficient": {**INSUFFICIENT, "when": "true"}, "ceilings": [rule("c", "true", at_most="D")]}
    row, _ = graded(engine, grades=grades)
    assert (row["grade"], row["ceiling_rule"]) == ("new", None)


EACH = {
    "facts": {"n": {"count": "violations", "per": "risk_point"}},
    "signals": [rule("each", "n > 0", each="risk_point", deduct="1")],
}


@pytest.mark.parametrize(
    ("points", "level"),
    [((), None), (("UP-01",), "blue"), (("UP-01", "RT-01"), "yellow"), (("RT-01", "HW-01", "UP-01"), "red")],
)
def test_the_risk_level_is_the_worst_colour_of_the_fired_risk_points(engine, points, level):
    row, _ = graded(engine, rows=violations(*({"risk_point": point} for point in points)), **EACH)
    assert row["risk_level"] == level


def test_the_risk_level_is_null_where_the_operator_is_not_evaluable(engine):
    stop = rule("stop", "size > 0", if_unknown="stop")
    row, _ = graded(engine, rows=violations({}), facts=EACH["facts"], signals=[*EACH["signals"], stop])
    assert (row["status"], row["risk_level"]) == ("not_evaluable", None)


def test_a_parameter_is_the_one_in_force_at_the_as_of_date(engine):
    dated = {
        "values": [{"since": date(2020, 1, 1), "value": 1}, {"since": date(2022, 7, 1), "value": 2}],
        "basis": "local_policy",
    }
    found = {
        day: fact(engine, {"value": "step * 1"}, parameters={"step": dated}, as_of=day)
        for day in (date(2019, 12, 31), date(2020, 1, 1), date(2022, 6, 30), date(2022, 7, 1))
    }
    assert list(found.values()) == [None, 1, 1, 2]


def test_an_operator_without_a_name_goes_by_its_id(engine):
    assert graded(engine)[0]["name"] == "A"


def test_operator_columns_that_rules_read_stand_among_the_facts(engine):
    _, outcome = graded(engine, {"size": 4, "fleet_size": 3}, signals=[rule("r", "size > 5 and fleet_size > 1")])
    assert only(outcome, "facts") == {"operator_id": "A", "fleet_size": 3, "size": 4}
