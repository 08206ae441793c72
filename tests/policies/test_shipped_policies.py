"""The tests that a policy carries, ``tests.yaml`` beside ``policy.yaml``, and what published data say of it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from riskengine.catalog import load_shipped
from riskengine.engines.reference import ReferenceEngine
from riskengine.engines.registry import ENGINES, engine_named
from riskengine.kernel.yaml_document import parse_yaml
from riskengine.plan import compile_plan
from riskengine.policy import read_policy, shipped_file, shipped_policies
from riskengine.records import read_records

KEYS = {"name", "as_of", "operator", "violations", "expect"}
EXPECTED = {"status", "grade", "score", "ceiling_rule", "missing", "fired", "actions"}
FHRS = Path(__file__).parents[2] / ".." / "shared" / "data" / "fhrs_sample.csv"
FHRS_DAY = date(2020, 11, 15)


@cache
def plan_of(policy):
    return compile_plan(read_policy(policy), load_shipped())


@cache
def cases_of(policy):
    document = parse_yaml(shipped_file(policy, "tests.yaml"), f"{policy}/tests.yaml")
    assert document.problems == []
    assert set(document.data) == {"tests"}
    return document.data["tests"]


def graded(policy, operator, violations, as_of):
    """The outcome for one operator, all of whose records were read without an error."""
    plan = plan_of(policy)
    rows = [{"violation_id": f"V{number}", "operator_id": "T", **cells} for number, cells in enumerate(violations, 1)]
    records = read_records(
        operators=[{"operator_id": "T", **operator}],
        violations=rows if "violations" in plan.reads else None,
        as_of=as_of,
        profile=plan.profile,
        risk_points=lambda code: code if code in plan.risk_point_by_code else None,
    )
    assert [problem.text() for problem in records.problems() if problem.is_error] == []
    outcome = ReferenceEngine().grade(plan, records, as_of)
    for name in ENGINES:
        other = engine_named(name).grade(plan, records, as_of)
        for table in outcome.table_names():
            assert list(other.rows(table)) == list(outcome.rows(table)), (name, table)
    return outcome


def answer(outcome):
    """Everything that a test may expect."""
    grade = outcome.rows("grades")[0]
    fired = [
        "/".join(filter(None, (row["rule"], row["risk_point"])))
        for row in outcome.rows("signals")
        if row["status"] == "fired"
    ]
    actions = sorted({row["action"] for row in outcome.rows("actions")})
    return {
        **{key: grade[key] for key in EXPECTED - {"fired", "actions"}},
        "fired": sorted(fired),
        "actions": actions,
    }


CASES = [
    pytest.param(policy, test, id=f"{policy}: {test['name']}")
    for policy in shipped_policies()
    for test in cases_of(policy)
]


@pytest.mark.parametrize(("policy", "test"), CASES)
def test_a_policy_answers_as_its_tests_expect(policy, test):
    assert set(test) <= KEYS, "unknown keys in the test"
    assert set(test["expect"]) <= EXPECTED, "unknown keys under expect"
    assert test["expect"]
    found = answer(graded(policy, test["operator"], test.get("violations", []), test["as_of"]))
    expected = {key: sorted(value) if isinstance(value, list) else value for key, value in test["expect"].items()}
    assert {key: found[key] for key in expected} == expected


def test_the_test_that_the_readme_shows_is_one_of_the_default_policy():
    readme = (Path(__file__).parents[2] / "policies" / "README.md").read_text("utf-8")
    shown = parse_yaml(re.search(r"^```yaml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)[1].encode(), "README.md")
    for test in shown.data["tests"]:
        test_a_policy_answers_as_its_tests_expect("xuchang-transport", test)


@pytest.mark.parametrize("policy", shipped_policies())
def test_a_policy_carries_tests_for_every_grade_and_every_rule(policy):
    plan, tests = plan_of(policy), cases_of(policy)
    names = [test["name"] for test in tests]
    assert len(set(names)) == len(names)
    assert {*plan.grades} <= {test["expect"].get("grade") for test in tests}
    fired = {
        row["rule"]
        for test in tests
        for row in graded(policy, test["operator"], test.get("violations", []), test["as_of"]).rows("signals")
        if row["status"] == "fired"
    }
    assert fired == {rule.rule for rule in plan.rules}


@pytest.mark.parametrize(("fleet", "grade"), [(2010, "B"), (2009, "C")])
def test_a_share_that_rounds_to_the_limit_is_compared_before_it_is_rounded(fleet, grade):
    """201 of 2,009 is more than ten per cent though it rounds to 0.1000; 201 of 2,010 is ten per cent."""
    rows = [
        {
            "risk_point": "HW-01",
            "occurred_on": date(2022, 8, 1),
            "severity": "minor",
            "penalty_kind": "warning",
            "vehicle": f"豫K{number:05d}",
            "driver": f"D{number}",
        }
        for number in range(201)
    ]
    outcome = graded(
        "xuchang-transport", {"fleet_size": fleet, "licensed_on": date(2015, 1, 1)}, rows, date(2022, 12, 31)
    )
    assert str(outcome.rows("facts")[0]["overload_share"]) == "0.1000"
    assert (answer(outcome)["grade"], answer(outcome)["score"]) == (grade, 75)


@pytest.mark.parametrize("policy", shipped_policies())
def test_a_policy_compiles_without_a_warning(policy):
    from riskengine.policy import Known, check_policy

    catalog = load_shipped()
    checked = check_policy(read_policy(policy), Known(tuple(catalog.laws.laws), tuple(catalog.risk_points)))
    assert [problem.text() for problem in checked.warnings] == []


@pytest.fixture(scope="module")
def establishments():
    if not FHRS.exists():
        pytest.skip("the published ratings (fhrs_sample.csv) are not beside the checkout")
    with FHRS.open(encoding="utf-8", newline="") as file:
        return [{**row, "operator_id": row.pop("establishment_id")} for row in csv.DictReader(file)]


def grades_of(rows):
    plan = plan_of("uk-fhrs")
    records = read_records(operators=rows, as_of=FHRS_DAY, profile=plan.profile)
    assert records.operators.left_out == []
    return ReferenceEngine().grade(plan, records, FHRS_DAY).rows("grades")


def test_the_published_ratings_of_the_united_kingdom_are_reproduced(establishments):
    published = {row["operator_id"]: row["rating_value"] for row in establishments}
    grades = grades_of(establishments)
    assert len(grades) == 20_488
    assert Counter(row["status"] for row in grades) == {"graded": 17_628, "not_evaluable": 2_860}
    differing = {
        row["operator_id"]: (row["grade"], published[row["operator_id"]])
        for row in grades
        if row["status"] == "graded" and row["grade"] != published[row["operator_id"]]
    }
    assert differing == {"700069": ("5", "4"), "1137299": ("0", "1")}, (
        "17,626 as published; these two have a new rating pending"
    )
    unscored = [row for row in grades if row["status"] == "not_evaluable"]
    assert sum(published[row["operator_id"]].isdigit() for row in unscored) == 152
    assert all(row["missing"] for row in unscored)


def test_the_published_rating_is_not_among_what_is_read(establishments):
    without = [{key: value for key, value in row.items() if key != "rating_value"} for row in establishments]
    assert grades_of(without) == grades_of(establishments)
