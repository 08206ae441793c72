"""Which records count at the as-of date, for whom, and how every row is accounted for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tiny import AS_OF, fact, grade, only, policy, rule, violation, violations

DAY = timedelta(days=1)
COUNT = {"count": "violations"}
HISTORY = policy(facts={"n": COUNT}, signals=[rule("any", "n > 0", deduct="n")])


def counts_of(outcome):
    return {row["operator_id"]: row["n"] for row in outcome.rows("facts")}


@pytest.mark.parametrize(
    ("status", "before", "from_then_on"),
    [
        ("final", "pending", "final"),
        ("pending", "final", "pending"),
        ("revoked", "final", "revoked"),
        ("repaired", "final", "repaired"),
    ],
)
def test_a_status_holds_from_its_day_on_and_before_it_the_record_was_as_it_was(engine, status, before, from_then_on):
    for status_on, then in [
        (AS_OF - DAY, from_then_on),
        (AS_OF, from_then_on),
        (AS_OF + DAY, before),
        (None, from_then_on),
    ]:
        rows = violations({"status": status, "status_on": status_on})
        assert fact(engine, COUNT, rows=rows) == int(then == "final"), (status_on, then)
        assert fact(engine, COUNT, rows=rows, counted_statuses=[then]) == 1
        assert fact(engine, {**COUNT, "where": f"status = '{then}'"}, rows=rows, counted_statuses=[then]) == 1


def test_a_policy_may_count_other_statuses(engine):
    rows = violations({"status": "pending"}, {"status": "final"}, {"status": "repaired"})
    assert fact(engine, COUNT, rows=rows, counted_statuses=["final", "pending"]) == 2


def test_what_occurred_or_was_decided_later_than_the_as_of_date_is_kept_apart(engine):
    rows = violations(
        {"occurred_on": AS_OF},
        {"occurred_on": AS_OF + DAY},
        {"decided_on": AS_OF},
        {"decided_on": AS_OF + DAY},
        {"decided_on": None},
    )
    outcome = grade(engine, HISTORY, violations=rows)
    assert counts_of(outcome) == {"A": 3}
    assert outcome.usage["violations"] == {"used": 3, "later_than_as_of": 1, "not_decided_by_as_of": 1}


def test_an_inspection_later_than_the_as_of_date_is_kept_apart(engine):
    data = policy(facts={"n": {"count": "inspections"}})
    rows = [{"inspection_id": f"I{at}", "operator_id": "A", "inspected_on": AS_OF + at * DAY} for at in (0, 1)]
    outcome = grade(engine, data, inspections=rows)
    assert counts_of(outcome) == {"A": 1}
    assert outcome.usage["inspections"] == {"used": 1, "later_than_as_of": 1}


def test_every_record_is_used_or_unused_for_a_named_reason(engine):
    operators = [{"operator_id": "A"}, {"operator_id": "B", "closed_on": AS_OF - DAY}]
    rows = violations(
        {},
        {"operator_id": "B"},
        {"status": "revoked"},
        {"status": "pending"},
        {"status": "repaired"},
        {"occurred_on": AS_OF + DAY},
        {"decided_on": AS_OF + DAY},
    )
    outcome = grade(engine, HISTORY, operators=operators, violations=rows)
    assert outcome.usage["violations"] == {
        "used": 1,
        "operator_not_current": 1,
        "status_revoked": 1,
        "status_pending": 1,
        "status_repaired": 1,
        "later_than_as_of": 1,
        "not_decided_by_as_of": 1,
    }


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"closed_on": AS_OF}, "graded"),
        ({"closed_on": AS_OF - DAY}, "not_current"),
        ({"closed_on": AS_OF + DAY}, "graded"),
        ({"licensed_on": AS_OF}, "graded"),
        ({"licensed_on": AS_OF + DAY}, "not_current"),
        ({}, "graded"),
    ],
)
def test_an_operator_is_current_from_its_licence_to_the_day_of_its_closure(engine, cells, status):
    row = only(grade(engine, HISTORY, operators=[{"operator_id": "A", **cells}]), "grades")
    assert row["status"] == status
    assert (row["grade"] is None, row["score"] is None, row["risk_level"]) == (
        status == "not_current",
        status == "not_current",
        None,
    )


def operators(**successors):
    """Operators A, B, … each closed in time where it has a successor, a pair (closed_on, successor)."""
    return [
        {"operator_id": name, **({"closed_on": then[0], "successor": then[1]} if then else {})}
        for name, then in successors.items()
    ]


def test_a_record_follows_the_successor_of_a_closed_operator(engine):
    held = operators(A=(AS_OF - DAY, "B"), B=None)
    assert counts_of(grade(engine, HISTORY, operators=held, violations=[violation()])) == {"A": None, "B": 1}


def test_a_record_stays_with_an_operator_that_closes_on_the_as_of_date(engine):
    held = operators(A=(AS_OF, "B"), B=None)
    assert counts_of(grade(engine, HISTORY, operators=held, violations=[violation()])) == {"A": 1, "B": 0}


def test_a_record_follows_a_chain_of_successors_to_the_first_that_is_open(engine):
    held = operators(A=(AS_OF - DAY, "B"), B=(AS_OF - DAY, "C"), C=(AS_OF, "D"), D=None)
    assert counts_of(grade(engine, HISTORY, operators=held, violations=[violation()])) == {
        "A": None,
        "B": None,
        "C": 1,
        "D": 0,
    }


def test_a_record_follows_nobody_in_a_circle_and_nobody_who_is_not_listed(engine):
    for held in (
        operators(A=(AS_OF - DAY, "B"), B=(AS_OF - DAY, "A")),
        operators(A=(AS_OF - DAY, "A")),
        operators(A=(AS_OF - DAY, "Z")),
    ):
        outcome = grade(engine, HISTORY, operators=held, violations=[violation()])
        assert set(counts_of(outcome).values()) == {None}, "the facts of who is not current are unknown"
        assert outcome.usage["violations"] == {"used": 0, "operator_not_current": 1}


def test_records_of_one_risk_point_from_predecessor_and_successor_count_together(engine):
    held = operators(A=(AS_OF - DAY, "B"), B=None)
    data = policy(facts={"n": {**COUNT, "per": "risk_point"}})
    outcome = grade(engine, data, operators=held, violations=violations({}, {"operator_id": "B"}))
    assert only(outcome, "facts_by_risk_point") == {"operator_id": "B", "risk_point": "HW-01", "n": 2}


def test_left_out_records_are_counted_on_the_operator_and_stop_it_where_the_policy_says_so(engine):
    rows = violations({}, {"occurred_on": "no date"})
    shown = only(grade(engine, HISTORY, violations=rows), "grades")
    assert (shown["status"], shown["quarantined_count"], shown["score"]) == ("graded", 1, 99)
    stopping = {**HISTORY, "grades": {**HISTORY["grades"], "on_quarantined": "stop"}}
    stopped = only(grade(engine, stopping, violations=rows), "grades")
    assert (stopped["status"], stopped["quarantined_count"], stopped["score"], stopped["grade"]) == (
        "not_evaluable",
        1,
        None,
        None,
    )
    assert stopped["missing"] == ["quarantined_records"]


def test_left_out_records_follow_the_successor_too(engine):
    held = operators(A=(AS_OF - DAY, "B"), B=None)
    outcome = grade(engine, HISTORY, operators=held, violations=violations({"occurred_on": "no date"}))
    assert only(outcome, "grades", operator_id="B")["quarantined_count"] == 1


def test_the_same_record_gives_another_result_on_another_day(engine):
    rows = violations({"occurred_on": date(2022, 1, 1)})
    recent = {**COUNT, "within": "30 days"}
    assert fact(engine, recent, rows=rows, as_of=date(2022, 1, 30)) == 1
    assert fact(engine, recent, rows=rows, as_of=date(2022, 1, 31)) == 0
