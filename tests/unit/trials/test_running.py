"""Running the tests of a policy: what is compared, what a failure says, peers and successors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from riskengine.engines.registry import IN_PROCESS
from riskengine.trials import Difference, Subject, Trial, graded, run_trial

DAY = date(2022, 12, 31)


def trial(expect, **given):
    return Trial.model_validate({"name": "a test", "as_of": DAY, "expect": expect, **given})


def differences(subject, expect, **given):
    result = run_trial(subject, trial(expect, **given))
    return [(each.what, each.expected, each.found) for each in result.differences]


@pytest.fixture(scope="module")
def subject():
    return Subject.load("xuchang-transport")


OPERATOR = {"licensed_on": date(2015, 1, 1), "fleet_size": 9}
OVERLOAD = {
    "risk_point": "HW-01",
    "occurred_on": date(2022, 8, 1),
    "severity": "minor",
    "penalty_kind": "warning",
    "vehicle": "豫K10001",
    "driver": "D1",
}
GIVEN = {"operator": OPERATOR, "violations": [OVERLOAD]}
RIGHT = {
    "status": "graded",
    "grade": "C",
    "score": Decimal("98.5"),
    "ceiling_rule": "overload_share_over_tenth",
    "risk_level": "red",
    "tier": "strict",
    "missing": [],
    "fired": ["violation_deduction/HW-01", "overload_share_over_tenth/HW-01"],
    "unknown": [],
    "signals": {
        "violation_deduction/HW-01": Decimal("-1.5"),
        "overload_share_over_tenth/HW-01": "fired",
        "fines_in_year": "not_fired",
    },
    "facts": {"overloaded_vehicles": 1, "overload_share": Decimal("0.1111"), "weighted/HW-01": Decimal("1.5")},
}


def test_a_test_that_expects_what_the_policy_answers_passes(subject):
    result = run_trial(subject, trial(RIGHT, **GIVEN), line=7)
    assert (result.differences, result.passed, result.line) == ((), True, 7)
    assert result.explanation.grade == "C"


@pytest.mark.parametrize(
    ("key", "wrong", "found"),
    [
        ("status", "not_current", "graded"),
        ("grade", None, "C"),
        ("score", Decimal("98.49"), Decimal("98.5")),
        ("ceiling_rule", None, "overload_share_over_tenth"),
        ("risk_level", "blue", "red"),
        ("tier", None, "strict"),
        ("missing", ["vehicle"], []),
        ("fired", ["violation_deduction/HW-01"], ["overload_share_over_tenth/HW-01", "violation_deduction/HW-01"]),
        ("unknown", ["fines_in_year"], []),
    ],
)
def test_each_word_under_expect_is_compared(subject, key, wrong, found):
    assert differences(subject, {key: wrong}, **GIVEN) == [(key, wrong, found)]


@pytest.mark.parametrize(
    ("key", "name", "wrong", "found"),
    [
        ("signals", "fines_in_year", "fired", "not_fired"),
        ("signals", "fines_in_year", 0, "not_fired"),
        ("signals", "violation_deduction/HW-01", "unknown", "fired"),
        ("signals", "violation_deduction/HW-01", -2, Decimal("-1.5")),
        ("facts", "overloaded_vehicles", 2, 1),
        ("facts", "overloaded_vehicles", True, 1),
        ("facts", "weighted/HW-02", 1, None),
    ],
)
def test_each_named_signal_and_fact_is_compared(subject, key, name, wrong, found):
    assert differences(subject, {key: {name: wrong}}, **GIVEN) == [(f"{key}.{name}", wrong, found)]


def test_a_record_that_is_left_out_fails_the_test_unless_it_is_expected(subject):
    bad = {**OVERLOAD, "severity": "sever"}
    result = run_trial(subject, trial({"grade": "AA"}, operator=OPERATOR, violations=[bad]))
    assert result.differences == (Difference("left_out", 0, 1),)
    assert [problem.code for problem in result.problems] == ["RE-213"]
    expected = trial({"grade": "AA", "left_out": 1}, operator=OPERATOR, violations=[bad])
    assert run_trial(subject, expected).passed


def test_an_operator_that_cannot_be_read_fails_the_test_and_says_why(subject):
    result = run_trial(subject, trial({"grade": "AA"}, operator={"licensed_on": "soon"}))
    assert not result.passed
    assert "licensed_on" in result.problems[0].text()
    assert result.explanation is None


@pytest.mark.parametrize("engine", IN_PROCESS)
def test_a_successor_among_the_peers_answers_for_the_record(subject, engine):
    closed = {**OPERATOR, "closed_on": date(2022, 11, 1), "successor": "HEIR"}
    heir = {"operator": {**OPERATOR, "operator_id": "HEIR"}}
    given = {"violations": [OVERLOAD], "peers": [heir]}
    assert run_trial(subject, trial({"status": "not_current"}, operator=closed, **given), engine=engine).passed
    other = {
        "operator": {**heir["operator"]},
        "peers": [{"operator": {**closed, "operator_id": "OLD"}, "violations": [OVERLOAD]}],
    }
    assert run_trial(subject, trial({"grade": "C", "facts": {"overloaded_vehicles": 1}}, **other), engine=engine).passed


PEERS = """
policy: ranked
version: "1"
title: {zh: 排名, en: Ranked}
summary: {zh: 按罚款排名, en: Ranked by fines}
effective: {since: 2020-01-01}
facts:
  fines: {sum: penalty, missing: ignore}
  standing: {rank: fines, best: lowest}
signals:
  - {rule: last, title: {zh: 居后, en: Behind}, when: standing > 2, deduct: 10, if_unknown: skip, basis: local_policy}
grades:
  score: {from: 100}
  basis: local_policy
  table: [{grade: A, at_least: 95}, {grade: B}]
"""


@pytest.mark.parametrize("engine", IN_PROCESS)
def test_peers_are_rated_together_with_the_operator(tmp_path, engine):
    (tmp_path / "policy.yaml").write_text(PEERS, "utf-8")
    fine = {"risk_point": "X", "occurred_on": date(2022, 5, 1), "penalty": 100}
    given = {"violations": [fine, fine], "peers": [{"violations": [fine]}, {"operator": {"name": "无"}}]}
    ranked = Subject.load(tmp_path)
    expected = {"grade": "B", "facts": {"standing": 3, "fines": 200}}
    assert run_trial(ranked, trial(expected, **given), engine=engine).passed
    records, outcome = graded(ranked, trial({"grade": "B"}, **given), engine)
    assert [row["operator_id"] for row in outcome.rows("grades")] == ["P1", "P2", "T"]
    assert len(records.violations.records) == 3
