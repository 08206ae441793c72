"""The most in any window of a length, wherever it lies: ``in_any`` of counts and sums."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import tiny

from riskengine.kernel.errors import PolicyError


def on(*days, **cells):
    return [{"occurred_on": date.fromisoformat(day), "penalty": 10, **cells} for day in days]


def grade(engine, definition, rows, **sections):
    data = tiny.policy(facts={"f": definition}, **sections)
    return tiny.grade(engine, data, violations=tiny.violations(*rows))


def value(engine, definition, rows):
    return grade(engine, definition, rows).rows("facts")[0]["f"]


COUNT = {"count": "violations", "in_any": "6 months"}


@pytest.mark.parametrize(
    ("window", "days", "most"),
    [
        ("6 months", [], 0),
        ("6 months", ["2021-05-01"], 1),
        ("6 months", ["2021-05-01", "2021-05-01"], 2),
        ("6 months", ["2021-01-15", "2021-07-15"], 1),
        ("6 months", ["2021-01-16", "2021-07-15"], 2),
        ("6 months", ["2020-02-29", "2020-08-31"], 1),
        ("6 months", ["2020-03-01", "2020-08-31"], 2),
        ("6 months", ["2021-02-28", "2021-08-31"], 1),
        ("6 months", ["2020-01-01", "2020-05-01", "2020-09-01"], 2),
        ("6 months", ["2015-01-01", "2015-02-01", "2015-03-01", "2022-01-01", "2022-12-31"], 3),
        ("10 days", ["2022-03-01", "2022-03-11"], 1),
        ("10 days", ["2022-03-02", "2022-03-11"], 2),
        ("1 day", ["2022-03-01", "2022-03-02", "2022-03-02"], 2),
        ("calendar_year", ["2021-01-01", "2021-12-31"], 2),
        ("calendar_year", ["2020-12-31", "2021-01-01"], 1),
        ("6 months", ["2022-12-31", "2023-01-01"], 1),
    ],
    ids=str,
)
def test_the_most_in_a_window_that_ends_on_the_day_of_a_record(engine, window, days, most):
    assert value(engine, {"count": "violations", "in_any": window}, on(*days)) == most


def test_the_order_of_the_rows_does_not_matter(engine):
    days = ["2021-03-01", "2020-03-01", "2021-05-01", "2020-09-02", "2021-08-31"]
    assert value(engine, COUNT, on(*days)) == value(engine, COUNT, on(*reversed(days))) == 3


def test_a_sum_is_the_greatest_of_any_window(engine):
    rows = [*on("2020-01-01", penalty="7.50"), *on("2020-03-01", penalty="2.25"), *on("2021-03-01", penalty=9)]
    assert value(engine, {"sum": "penalty", "in_any": "6 months"}, rows) == Decimal("9.75")
    assert value(engine, {"sum": "0 - penalty", "in_any": "6 months"}, rows) == Decimal("-7.50")


def test_only_the_records_of_the_filter_and_of_the_outer_window_are_looked_at(engine):
    rows = [*on("2020-01-01", "2020-01-02", "2020-01-03"), *on("2022-06-01", "2022-07-01", severity="major")]
    assert value(engine, {**COUNT, "within": "12 months"}, rows) == 2
    assert value(engine, {**COUNT, "where": "severity = 'major'", "missing": "ignore"}, rows) == 2
    assert value(engine, COUNT, rows) == 3


def test_another_date_places_the_records(engine):
    rows = [
        {"occurred_on": date(2020, 1, 1), "decided_on": date(2021, 1, 1)},
        {"occurred_on": date(2020, 1, 2), "decided_on": date(2021, 8, 1)},
    ]
    assert value(engine, COUNT, rows) == 2
    assert value(engine, {**COUNT, "by": "decided_on"}, rows) == 1
    rows.append({"occurred_on": date(2020, 1, 3)})
    assert value(engine, {**COUNT, "by": "decided_on"}, rows) is None
    assert value(engine, {**COUNT, "by": "decided_on", "missing": "ignore"}, rows) == 1


def test_over_no_records_it_is_nought_or_what_empty_says(engine):
    assert value(engine, {"sum": "penalty", "in_any": "6 months"}, []) == 0
    assert value(engine, {**COUNT, "empty": 7}, []) == 7


def test_the_records_of_every_window_that_gives_the_value_are_evidence_once(engine):
    days = ["2020-01-01", "2020-02-01", "2020-07-15", "2021-01-01", "2022-01-01", "2022-02-01"]
    outcome = grade(engine, COUNT, on(*days), signals=[tiny.rule("two", "f >= 2")])
    assert [row["record_id"] for row in outcome.rows("evidence")] == ["V1", "V2", "V3", "V4", "V5", "V6"]
    outcome = grade(engine, COUNT, on(*days, "2022-02-02"), signals=[tiny.rule("two", "f >= 2")])
    assert [row["record_id"] for row in outcome.rows("evidence")] == ["V5", "V6", "V7"]
    (signal,) = outcome.rows("signals")
    assert signal["count"] == 3


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"per": "vehicle", "then": "max"}, "in_any"),
        ({"per": "risk_point"}, "in_any"),
        ({"missing": 3}, "in_any"),
        ({"in_any": "6 moons"}, "6 moons"),
    ],
)
def test_what_does_not_go_with_it_is_refused(more, said):
    with pytest.raises(PolicyError, match=said):
        tiny.plan_of(tiny.policy(facts={"f": {**COUNT, **more}}))
    with pytest.raises(PolicyError, match="in_any"):
        tiny.plan_of(tiny.policy(facts={"f": {"max": "penalty", "in_any": "6 months"}}))
