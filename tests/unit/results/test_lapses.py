"""The days on which records lapse, held against grading again on those days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from riskengine import Engine
from riskengine.results import Context, lapses, view_of

AS_OF = date(2022, 12, 31)


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


def graded(engine, violations, as_of=AS_OF):
    operator = {"operator_id": "OP-1", "name": "示例", "fleet_size": "20", "licensed_on": "2015-01-01"}
    return engine.grade([operator], violations, as_of=as_of)


def violation(number, occurred_on, **cells):
    return {
        "violation_id": f"V-{number}",
        "operator_id": "OP-1",
        "risk_point": "HW-01",
        "occurred_on": occurred_on,
        "decided_on": occurred_on,
        "penalty": "12000",
        "penalty_kind": "fine",
        "severity": "serious",
        "vehicle": f"豫K0000{number}",
        "driver": f"示例000{number}",
        **cells,
    }


def run_of(batch, tmp_path):
    run = batch.write(tmp_path)
    context = Context(run.plan, run.policy.policy, run.catalog, run.as_of)
    return lapses(view_of(run, "OP-1"), context)


RECORDS = [
    violation(1, "2021-08-31"),
    violation(2, "2022-02-28"),
    violation(3, "2022-06-15"),
    violation(4, "2022-07-01", severity="major"),
    violation(5, "2022-08-01"),
    violation(6, "2022-09-01"),
]


def test_on_the_day_told_a_rule_no_longer_fires_and_the_day_before_it_may(engine, tmp_path):
    found = run_of(graded(engine, RECORDS), tmp_path)
    assert {lapse.rule for lapse in found} >= {"violation_deduction", "repeat_violations", "fines_in_year"}
    for lapse in found:
        assert lapse.returns_on is not None
        again = graded(engine, RECORDS, lapse.returns_on)
        assert lapse.rule not in again.signals.column("rule").to_pylist()
        for record in lapse.records:
            on = graded(engine, RECORDS, record.lapses_on).evidence.to_pylist()
            assert not [row for row in on if (row["rule"], row["record_id"]) == (lapse.rule, record.record_id)]


def test_a_single_record_counts_until_the_day_before(engine, tmp_path):
    record = violation(1, "2021-08-31")
    (lapse,) = [one for one in run_of(graded(engine, [record]), tmp_path) if one.rule == "violation_deduction"]
    assert lapse.points < 0
    assert lapse.records[0].lapses_on == lapse.returns_on == date(2023, 8, 31)
    before = graded(engine, [record], lapse.returns_on - timedelta(days=1))
    assert before.grades.column("score").to_pylist() != [Decimal(100)]
    after = graded(engine, [record], lapse.returns_on)
    assert after.grades.column("score").to_pylist() == [Decimal(100)]


def test_records_stand_by_the_day_on_which_they_lapse(engine, tmp_path):
    for lapse in run_of(graded(engine, RECORDS), tmp_path):
        days = [record.lapses_on for record in lapse.records]
        assert days == sorted(days)


def test_a_fact_over_the_whole_history_never_lets_go(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        """
policy: example-bureau
version: "1"
title: {zh: 示例, en: Example}
summary: {zh: 示例, en: Example}
effective: {since: 2020-01-01}
facts:
  ever: {count: violations}
signals:
  - {rule: any, title: {zh: 有记录, en: Any}, when: ever > 0, deduct: ever, if_unknown: stop, basis: local_policy}
grades:
  score: {from: 100, floor: 0}
  basis: local_policy
  table:
    - {grade: A, at_least: 50}
    - {grade: B}
""",
        "utf-8",
    )
    (lapse,) = run_of(graded(Engine.load(policy), RECORDS), tmp_path / "runs")
    assert lapse.returns_on is None
    assert {record.lapses_on for record in lapse.records} == {None}
    assert all(record.occurred_on for record in lapse.records)


def test_where_other_records_may_take_the_place_of_those_behind_a_rule_nothing_is_promised(engine, tmp_path):
    """The warning rests on the worst vehicle alone; when its records have lapsed, another one may be the worst."""
    worst = [violation(number, f"2022-01-0{number}", vehicle="豫K00001") for number in (1, 2, 3)]
    other = [violation(number, f"2022-11-0{number}", vehicle="豫K00002") for number in (4, 5)]
    found = run_of(graded(engine, worst + other), tmp_path)
    (lapse,) = [one for one in found if one.rule == "overload_early_warning"]
    assert lapse.returns_on is None
    last = max(record.lapses_on for record in lapse.records)
    assert "overload_early_warning" in graded(engine, worst + other, last).signals.column("rule").to_pylist()


def test_a_record_counts_as_long_as_the_longest_window_of_the_rule(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        """
policy: example-two-windows
version: "1"
title: {zh: 示例, en: Example}
summary: {zh: 示例, en: Example}
effective: {since: 2020-01-01}
facts:
  short: {count: violations, within: 6 months}
  long: {count: violations, within: 400 days}
signals:
  - {rule: any, title: {zh: 有记录, en: Any}, when: short + long > 0, deduct: short + long, if_unknown: stop,
     basis: local_policy}
grades:
  score: {from: 100, floor: 0}
  basis: local_policy
  table:
    - {grade: A, at_least: 50}
    - {grade: B}
""",
        "utf-8",
    )
    engine, record = Engine.load(policy), violation(1, "2022-11-01")
    (lapse,) = run_of(graded(engine, [record]), tmp_path / "runs")
    assert lapse.returns_on == date(2022, 11, 1) + timedelta(days=400)
    assert graded(engine, [record], lapse.returns_on).signals.num_rows == 0
    assert graded(engine, [record], lapse.returns_on - timedelta(days=1)).signals.num_rows == 1
