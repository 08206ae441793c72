"""What holds of the default policy whatever the records are."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, timedelta
from functools import cache

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from riskengine.catalog import load_shipped
from riskengine.contract.content_hash import content_hash
from riskengine.engines.reference import ReferenceEngine
from riskengine.plan import compile_plan
from riskengine.policy import DEFAULT_POLICY, read_policy
from riskengine.records import read_records

EXAMPLES = int(os.environ.get("RISKENGINE_EXAMPLES", "150"))
searching = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

AS_OF = date(2022, 12, 31)
DAY = timedelta(days=1)
NAMES = ["A", "B", "C", "D"]
POINTS = ["HW-01", "HW-01", "HW-01", "RT-08", "RT-06", "EC-02"]
# The edges of every window of the policy, and days in between.
EDGES = [0, 1, 183, 184, 364, 365, 366, 729, 730, 731]
PAST = (st.sampled_from(EDGES) | st.integers(0, 800)).map(lambda days: AS_OF - days * DAY)


@cache
def plan():
    return compile_plan(read_policy(DEFAULT_POLICY), load_shipped())


def maybe(strategy):
    return st.none() | strategy


@st.composite
def an_operator(draw, name):
    closed = draw(st.sampled_from([None, None, None, AS_OF - DAY, AS_OF]))
    licensed = draw(maybe(PAST | st.just(date(2015, 1, 1))))
    return {
        "operator_id": name,
        "fleet_size": draw(maybe(st.integers(0, 40))),
        "licensed_on": None if closed is not None and licensed == AS_OF else licensed,
        "closed_on": closed,
        "successor": draw(maybe(st.sampled_from(NAMES))),
        "areas": draw(st.sampled_from([None, "HW", "RT;HW", "EC"])),
        "county": draw(st.sampled_from([None, "魏都区"])),
    }


@st.composite
def a_violation(draw, **fixed):
    occurred = draw(PAST)
    status = draw(st.sampled_from([None, "final", "final", "final", "revoked", "repaired", "pending"]))
    later = st.integers(0, 60).map(lambda days: occurred + days * DAY) | st.sampled_from([AS_OF, AS_OF + DAY])
    return {
        "operator_id": draw(st.sampled_from(NAMES)),
        "risk_point": draw(st.sampled_from(POINTS)),
        "occurred_on": occurred,
        "decided_on": draw(maybe(later)),
        "severity": draw(st.sampled_from([None, *["minor", "general", "serious", "major"] * 4])),
        "status": status,
        "status_on": draw(maybe(later)),
        "vehicle": draw(st.sampled_from([None, *["豫K10001", "豫K10002"] * 3])),
        "driver": draw(st.sampled_from([None, *["D1", "D2"] * 3])),
        **draw(st.sampled_from(PENALTIES)),
        **fixed,
    }


PENALTIES = [
    {"penalty_kind": "warning", "penalty": None},
    {"penalty_kind": "fine", "penalty": "10000"},
    {"penalty_kind": "fine;warning", "penalty": "9999.99"},
    {"penalty_kind": "fine", "penalty": None},
    {"penalty_kind": None, "penalty": "55555.55"},
    {"penalty_kind": None, "penalty": None},
]


@st.composite
def a_set(draw):
    """Operators and violations as cells, before they are read."""
    operators = [draw(an_operator(name)) for name in NAMES[: draw(st.integers(1, 4))]]
    rows = draw(st.lists(a_violation(), max_size=12))
    return operators, [{"violation_id": f"V{at}", **row} for at, row in enumerate(rows)]


def read(operators, violations):
    points = plan().risk_point_by_code
    return read_records(
        operators=operators,
        violations=violations,
        as_of=AS_OF,
        profile=plan().profile,
        risk_points=lambda code: code if code in points else None,
    )


def graded(operators, violations):
    return ReferenceEngine().grade(plan(), read(operators, violations), AS_OF)


def hashes(outcome):
    return {name: content_hash(outcome.table(name), outcome.rows(name)) for name in outcome.table_names()}


def by_operator(outcome):
    return {row["operator_id"]: row for row in outcome.rows("grades")}


@searching
@given(a_set(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_content_hash(given_set, shuffled):
    operators, violations = given_set
    expected = hashes(graded(operators, violations))
    assert (
        hashes(graded(shuffled.sample(operators, len(operators)), shuffled.sample(violations, len(violations))))
        == expected
    )


@searching
@given(a_set())
def test_the_score_is_the_start_plus_the_points_within_its_limits(given_set):
    outcome = graded(*given_set)
    for row in outcome.rows("grades"):
        points = [signal["points"] for signal in outcome.rows("signals") if signal["operator_id"] == row["operator_id"]]
        if row["score"] is None:
            assert row["status"] != "graded" or row["grade"] == "new"
        else:
            assert row["score"] == min(100, max(0, 100 + sum(points)))
            assert all(point <= 0 for point in points)


@searching
@given(a_set(), a_violation(status="final", status_on=None, decided_on=None))
def test_another_final_violation_never_raises_a_score_or_betters_a_grade(given_set, violation):
    operators, violations = given_set
    before = by_operator(graded(operators, violations))
    after = by_operator(graded(operators, [*violations, {"violation_id": "ANOTHER", **violation}]))
    for name, row in after.items():
        if row["score"] is not None and before[name]["score"] is not None:
            assert row["score"] <= before[name]["score"]
            assert not is_better(row, before[name])
        assert (row["grade"] == "new") <= (before[name]["grade"] == "new")


def is_better(after, before):
    """An earlier grade of the table. Not being evaluable and being new are no grades of the table and never better."""
    order = plan().grades
    if after["grade"] in order and before["grade"] in order:
        return order.index(after["grade"]) < order.index(before["grade"])
    return False


def may_be_blanked(row, column):
    """Whether the promise is about this cell.

    Not about who answers for a record (``closed_on``, ``successor``): that moves it. Not about the status of a record
    whose change is still to come: with ``status_on`` in the future it counts as it did before, without it as it will.
    """
    if (
        column in {"operator_id", "violation_id", "risk_point", "occurred_on", "closed_on", "successor"}
        or row[column] is None
    ):
        return False
    changes_later = (
        row.get("status_on") is not None and row["status_on"] > AS_OF and row["status"] not in {None, "final"}
    )
    return not (column in {"status", "status_on"} and changes_later)


@searching
@given(a_set(), st.data())
def test_a_blank_never_pays(given_set, data):
    operators, violations = given_set
    cells = [
        (rows, at, column)
        for rows in (operators, violations)
        for at, row in enumerate(rows)
        for column in row
        if may_be_blanked(row, column)
    ]
    assume(cells)
    rows, at, column = data.draw(st.sampled_from(cells))
    before = by_operator(graded(operators, violations))
    rows[at] = {**rows[at], column: None}
    after = by_operator(graded(operators, violations))
    for name, row in after.items():
        if before[name]["status"] == "not_current":
            continue  # without the day of its licence an operator is not known to be yet to begin
        assert not is_better(row, before[name])
        assert (row["grade"] == "new") <= (before[name]["grade"] == "new"), "nobody becomes new by a blank"
        # A record that counts for want of its status or decision shows at least that its operator is not new.
        if column not in {"status", "status_on", "decided_on"}:
            assert (row["status"] == "graded") <= (before[name]["status"] == "graded"), "nobody becomes evaluable"


@searching
@given(a_set(), a_violation(occurred_on=AS_OF + DAY, decided_on=None, status="final", status_on=None))
def test_a_record_later_than_the_as_of_date_changes_nothing(given_set, violation):
    operators, violations = given_set
    assume(violation["operator_id"] in {operator["operator_id"] for operator in operators})
    before, after = (
        graded(operators, violations),
        graded(operators, [*violations, {"violation_id": "LATER", **violation}]),
    )
    assert hashes(after) == hashes(before)
    assert Counter(after.usage["violations"]) - Counter(before.usage["violations"]) == {"later_than_as_of": 1}


@searching
@given(
    a_set(),
    st.lists(
        st.sampled_from(
            [
                {"operator_id": "NOBODY"},
                {"occurred_on": "no date"},
                {"risk_point": "XX-99"},
                {"decided_on": date(1990, 1, 1)},
                {"violation_id": "V0"},
            ]
        ),
        max_size=4,
    ),
)
def test_every_row_that_came_in_is_accounted_for(given_set, faults):
    operators, violations = given_set
    spoilt = [
        {"violation_id": f"F{at}", "operator_id": "A", "risk_point": "RT-08", "occurred_on": AS_OF, **fault}
        for at, fault in enumerate(faults)
    ]
    records = read(operators, [*violations, *spoilt])
    outcome = ReferenceEngine().grade(plan(), records, AS_OF)
    assert len(violations) + len(spoilt) == sum(outcome.usage["violations"].values()) + len(records.violations.left_out)
    assert len(operators) == len(outcome.rows("grades")) + len(records.operators.left_out)
    told = {operator["operator_id"] for operator in operators}
    left_out = [row for row in records.violations.left_out if row.operator_id in told and row.reason != "duplicate"]
    assert sum(row["quarantined_count"] for row in outcome.rows("grades")) == len(left_out)


@searching
@given(a_set())
def test_every_deduction_has_its_evidence_and_the_article_it_is_punished_under(given_set):
    outcome = graded(*given_set)
    behind = Counter((row["operator_id"], row["rule"], row["risk_point"]) for row in outcome.rows("evidence"))
    for signal in outcome.rows("signals"):
        key = (signal["operator_id"], signal["rule"], signal["risk_point"])
        assert behind[key] == (signal["count"] or 0)
        if signal["points"]:
            assert behind[key] > 0
        if signal["rule"] == "violation_deduction" and signal["status"] == "fired":
            assert signal["law"]
            assert signal["article"]
        if signal["status"] == "not_evaluable":
            assert signal["missing"]
            assert signal["points"] == 0


@searching
@given(a_set())
def test_what_is_not_evaluable_says_what_is_missing(given_set):
    for row in graded(*given_set).rows("grades"):
        if row["status"] == "not_evaluable":
            assert row["missing"]
            assert (row["score"], row["grade"], row["risk_level"]) == (None, None, None)
