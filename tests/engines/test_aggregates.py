"""Aggregates: windows, unknown rows, empty sets, groups, distinct values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tiny import AS_OF, fact, grade, only, policy, violations

COUNT = {"count": "violations"}


@pytest.mark.parametrize(
    ("within", "as_of", "last_outside", "first_inside"),
    [
        ("365 days", date(2022, 12, 31), date(2021, 12, 31), date(2022, 1, 1)),
        ("365 days", date(2024, 12, 31), date(2024, 1, 1), date(2024, 1, 2)),
        ("12 months", date(2022, 12, 31), date(2021, 12, 31), date(2022, 1, 1)),
        ("12 months", date(2024, 2, 29), date(2023, 2, 28), date(2023, 3, 1)),
        ("12 months", date(2025, 2, 28), date(2024, 2, 28), date(2024, 2, 29)),
        ("6 months", date(2022, 8, 31), date(2022, 2, 28), date(2022, 3, 1)),
        ("3 years", date(2022, 12, 31), date(2019, 12, 31), date(2020, 1, 1)),
        ("1 day", date(2022, 12, 31), date(2022, 12, 30), date(2022, 12, 31)),
        ("calendar_year", date(2022, 12, 31), date(2021, 12, 31), date(2022, 1, 1)),
        ("calendar_year", date(2022, 1, 1), date(2021, 12, 31), date(2022, 1, 1)),
    ],
)
def test_a_window_ends_on_the_as_of_date_and_leaves_out_its_far_end(engine, within, as_of, last_outside, first_inside):
    rows = violations({"occurred_on": last_outside}, {"occurred_on": first_inside}, {"occurred_on": as_of})
    expected = len({first_inside, as_of}) if first_inside != as_of else 2
    assert fact(engine, {**COUNT, "within": within}, rows=rows, as_of=as_of) == expected
    assert fact(engine, COUNT, rows=rows, as_of=as_of) == 3


def test_a_window_can_go_by_the_day_of_the_decision(engine):
    rows = violations({"occurred_on": date(2021, 6, 1), "decided_on": date(2022, 1, 1)})
    assert fact(engine, {**COUNT, "within": "12 months"}, rows=rows) == 0
    assert fact(engine, {**COUNT, "within": "12 months", "by": "decided_on"}, rows=rows) == 1


def test_a_record_without_the_date_of_the_window_makes_the_fact_unknown(engine):
    rows = violations({"decided_on": None})
    by = {**COUNT, "within": "12 months", "by": "decided_on"}
    assert fact(engine, by, rows=rows) is None
    assert fact(engine, {**by, "missing": "ignore"}, rows=rows) == 0


@pytest.mark.parametrize(
    ("definition", "empty"),
    [
        (COUNT, 0),
        ({"count_distinct": "vehicle"}, 0),
        ({"sum": "penalty"}, 0),
        ({"max": "penalty"}, None),
        ({"min": "penalty"}, None),
        ({"latest": "violations"}, None),
        ({"days_since": "violations"}, None),
        ({"max": "penalty", "empty": 5}, 5),
        ({"days_since": "violations", "empty": 9999}, 9999),
        ({**COUNT, "per": "vehicle", "then": "max"}, None),
        ({**COUNT, "per": "vehicle", "then": "max", "empty": 0}, 0),
        ({**COUNT, "per": "vehicle", "then": "count"}, 0),
        ({**COUNT, "per": "vehicle", "then": "sum"}, 0),
    ],
)
def test_over_no_rows_counts_and_sums_are_zero_and_the_rest_unknown_unless_said(engine, definition, empty):
    assert fact(engine, definition) == empty


def test_a_row_whose_where_is_unknown_makes_the_aggregate_unknown(engine):
    rows = violations({"severity": "major"}, {"severity": None})
    where = {**COUNT, "where": "severity = 'major'"}
    assert fact(engine, where, rows=rows) is None
    assert fact(engine, {**where, "missing": "ignore"}, rows=rows) == 1
    assert fact(engine, {**where, "missing": 1}, rows=rows) == 2


def test_a_row_that_is_certainly_outside_does_not_matter_however_little_is_known_of_it(engine):
    rows = violations(
        {"severity": "major"},
        {"severity": None, "risk_point": "RT-01"},
        {"severity": None, "occurred_on": date(2020, 1, 1)},
    )
    where = {**COUNT, "where": "severity = 'major' and risk_point = 'HW-01'", "within": "12 months"}
    assert fact(engine, where, rows=rows) == 1


@pytest.mark.parametrize(
    ("operation", "whole", "ignored", "filled"),
    [
        ("sum", None, Decimal("100.00"), Decimal("107.00")),
        ("max", None, Decimal("100.00"), Decimal("100.00")),
        ("min", None, Decimal("100.00"), Decimal("7.00")),
    ],
)
def test_a_null_value_makes_the_aggregate_unknown_unless_said_otherwise(engine, operation, whole, ignored, filled):
    rows = violations({"penalty": 100}, {"penalty": None})
    assert fact(engine, {operation: "penalty"}, rows=rows) == whole
    assert fact(engine, {operation: "penalty", "missing": "ignore"}, rows=rows) == ignored
    assert fact(engine, {operation: "penalty", "missing": 7}, rows=rows) == filled


def test_a_value_for_the_missing_keeps_its_decimals(engine):
    points = {"table": {"minor": 1, "major": 3}, "by": "severity", "basis": "local_policy"}
    rows = violations({"severity": "minor"}, {"severity": None})
    assert fact(engine, {"sum": "points", "missing": Decimal("0.5")}, rows=rows, weights={"points": points}) == Decimal(
        "1.5"
    )
    assert fact(engine, {"max": "points", "empty": Decimal("0.5")}, weights={"points": points}) == Decimal("0.5")


def test_distinct_values_count_once(engine):
    rows = violations({"vehicle": "豫K11111"}, {"vehicle": "豫K11111"}, {"vehicle": "豫K22222"})
    assert fact(engine, {"count_distinct": "vehicle"}, rows=rows) == 2
    rows += violations(*[{"vehicle": None}] * 4)[3:]
    assert fact(engine, {"count_distinct": "vehicle"}, rows=rows) is None
    assert fact(engine, {"count_distinct": "vehicle", "missing": "ignore"}, rows=rows) == 2


def test_groups_are_counted_apart_and_then_put_together(engine):
    rows = violations(*[{"vehicle": "豫K11111"}] * 3, *[{"vehicle": "豫K22222"}] * 2, {"vehicle": "豫K33333"})
    per = {**COUNT, "per": "vehicle"}
    assert fact(engine, {**per, "then": "max"}, rows=rows) == 3
    assert fact(engine, {**per, "then": "min"}, rows=rows) == 1
    assert fact(engine, {**per, "then": "sum"}, rows=rows) == 6
    assert fact(engine, {**per, "then": "count"}, rows=rows) == 3
    assert fact(engine, {**per, "then": "count", "having": "group >= 2"}, rows=rows) == 2
    assert fact(engine, {**per, "then": "count", "having": "group > 3"}, rows=rows) == 0


def test_a_row_without_its_group_makes_the_fact_unknown_unless_ignored(engine):
    rows = violations({"vehicle": "豫K11111"}, {"vehicle": None})
    per = {**COUNT, "per": "vehicle", "then": "max"}
    assert fact(engine, per, rows=rows) is None
    assert fact(engine, {**per, "missing": "ignore"}, rows=rows) == 1


def test_latest_and_days_since_look_at_the_newest_record(engine):
    rows = violations({"occurred_on": date(2022, 3, 1)}, {"occurred_on": date(2022, 12, 1)})
    assert fact(engine, {"latest": "violations"}, rows=rows) == date(2022, 12, 1)
    assert fact(engine, {"days_since": "violations"}, rows=rows) == 30
    assert fact(engine, {"days_since": "licensed_on"}, operator={"licensed_on": date(2022, 12, 31)}) == 0
    assert fact(engine, {"days_since": "licensed_on"}) is None


def test_inspections_are_a_source_of_their_own(engine):
    rows = [
        {"inspection_id": f"I{number}", "operator_id": "A", "inspected_on": day, "result": result}
        for number, (day, result) in enumerate(
            [(date(2022, 1, 1), "合格"), (date(2021, 12, 31), "合格"), (AS_OF, "不合格")]
        )
    ]
    assert fact(engine, {"count": "inspections", "within": "12 months"}, rows=rows) == 2
    assert fact(engine, {"count": "inspections", "where": "result = '合格'"}, rows=rows) == 2
    assert fact(engine, {"latest": "inspections"}, rows=rows) == AS_OF


def test_penalty_kinds_are_looked_up_in_the_list(engine):
    rows = violations({"penalty_kind": "警告;罚款"}, {"penalty_kind": "警告"})
    assert fact(engine, {**COUNT, "where": "'fine' in penalty_kind"}, rows=rows) == 1
    assert fact(engine, {**COUNT, "where": "'fine' not in penalty_kind"}, rows=rows) == 1
    assert fact(engine, {**COUNT, "where": "'fine' in penalty_kind"}, rows=violations({"penalty_kind": None})) is None


def test_the_level_and_area_of_a_record_are_its_risk_points(engine):
    rows = violations({}, {"risk_point": "RT-01"}, {"risk_point": "UP-01"})
    assert fact(engine, {**COUNT, "where": "level = 'red'"}, rows=rows) == 1
    assert fact(engine, {**COUNT, "where": "area in ('RT', 'UP')"}, rows=rows) == 2


AGES = {
    "by": "age",
    "basis": "local_policy",
    "otherwise": 0,
    "brackets": [{"within": "6 months", "value": 1}, {"within": "12 months", "value": Decimal("0.7")}],
}


@pytest.mark.parametrize(
    ("day", "weight"),
    [
        (date(2022, 7, 1), "1.0"),
        (date(2022, 6, 30), "0.7"),
        (date(2022, 1, 1), "0.7"),
        (date(2021, 12, 31), "0.0"),
        (AS_OF, "1.0"),
    ],
)
def test_age_brackets_are_half_open_like_windows(engine, day, weight):
    assert fact(engine, {"sum": "share"}, rows=violations({"occurred_on": day}), weights={"share": AGES}) == Decimal(
        weight
    )


def test_a_weight_is_unknown_where_no_row_holds_and_nothing_is_said(engine):
    table = {"by": "severity", "table": {"minor": 1}, "basis": "local_policy"}
    for cell, more, expected in [
        ("minor", {}, 1),
        ("major", {}, None),
        (None, {}, None),
        ("major", {"otherwise": 4}, 4),
        (None, {"otherwise": 4}, None),
        (None, {"missing": 9}, 9),
    ]:
        found = fact(
            engine, {"sum": "points"}, rows=violations({"severity": cell}), weights={"points": {**table, **more}}
        )
        assert found == expected, (cell, more)


def test_facts_per_risk_point_have_a_row_for_each_that_has_a_record(engine):
    facts = {
        "n": {**COUNT, "per": "risk_point", "within": "12 months"},
        "double": {"value": "n * 2", "per": "risk_point"},
    }
    rows = violations({}, {}, {"risk_point": "RT-01", "occurred_on": date(2020, 1, 1)})
    outcome = grade(engine, policy(facts=facts), violations=rows)
    assert outcome.rows("facts_by_risk_point") == [
        {"operator_id": "A", "risk_point": "HW-01", "n": 2, "double": 4},
        {"operator_id": "A", "risk_point": "RT-01", "n": 0, "double": 0},
    ]


def test_what_is_missing_is_named_by_the_empty_column_and_not_by_the_fact(engine):
    table = {"by": "severity", "table": {"minor": 1}, "basis": "local_policy"}
    data = policy(
        weights={"points": table},
        facts={"sum_of_points": {"sum": "points"}},
        signals=[
            {
                "rule": "r",
                "title": {"zh": "某", "en": "x"},
                "when": "sum_of_points > 0",
                "if_unknown": "stop",
                "basis": "local_policy",
            }
        ],
    )
    assert only(grade(engine, data, violations=violations({"severity": None})), "grades")["missing"] == ["severity"]
