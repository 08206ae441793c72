"""The tests that a policy carries, ``tests.yaml`` beside ``policy.yaml``, and what published data say of it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from riskengine.catalog import load_shipped
from riskengine.engines.reference import ReferenceEngine
from riskengine.engines.registry import IN_PROCESS, engine_named
from riskengine.kernel.yaml_document import parse_yaml
from riskengine.policy import read_policy, shipped_policies
from riskengine.records import read_records
from riskengine.trials import Case, Subject, Trial, coverage_of, graded, read_trials, run_trial

FHRS = Path(__file__).parents[2] / ".." / "shared" / "data" / "fhrs_sample.csv"
FHRS_DAY = date(2020, 11, 15)


@cache
def subject_of(policy):
    return Subject.load(policy)


@cache
def trials_of(policy):
    return read_trials(subject_of(policy)).tests


CASES = [
    pytest.param(policy, trial, id=f"{policy}: {trial.name}")
    for policy in shipped_policies()
    for trial in trials_of(policy)
]


@pytest.mark.parametrize(("policy", "trial"), CASES)
def test_a_policy_answers_as_its_tests_expect(policy, trial):
    result = run_trial(subject_of(policy), trial)
    assert [problem.text() for problem in result.problems if trial.expect.left_out == 0] == []
    assert result.differences == ()


DAYS = [(policy, day) for policy in shipped_policies() for day in sorted({trial.as_of for trial in trials_of(policy)})]
IDS = ("operator_id", "successor", "violation_id", "inspection_id")


def all_of_a_day(policy, day):
    """The tests of a policy on a day as one list of operators; ids that are written bear the number of their test."""
    cases = []
    for number, trial in enumerate(trials_of(policy)):
        if trial.as_of == day:
            cases += [_numbered(case, number) for case in (trial, *trial.peers)]
    first, *others = cases
    return Trial(name=f"all of {day}", as_of=day, peers=others, expect={"status": "graded"}, **first.model_dump())


def _numbered(case, number):
    def cells(row):
        return {name: f"{number}-{cell}" if name in IDS and cell else cell for name, cell in row.items()}

    lists = {name: [cells(row) for row in getattr(case, name)] for name in ("violations", "inspections")}
    return Case(operator=cells(case.operator), **lists)


@pytest.mark.parametrize(("policy", "day"), DAYS)
def test_every_engine_answers_a_policy_s_tests_alike(policy, day):
    together = all_of_a_day(policy, day)
    records, outcome = graded(subject_of(policy), together)
    assert len(outcome.rows("grades")) == 1 + len(together.peers) - len(records.operators.left_out)
    for name in IN_PROCESS:
        _, other = graded(subject_of(policy), together, name)
        for table in outcome.table_names():
            assert list(other.rows(table)) == list(outcome.rows(table)), (name, table)


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("policy", shipped_policies())
def test_spark_answers_a_policy_s_tests_as_the_reference_does(policy, spark):
    """The tests of the day that has most of them: every day takes minutes."""
    days = [trial.as_of for trial in trials_of(policy)]
    day = max(sorted(set(days)), key=days.count)
    records, outcome = graded(subject_of(policy), all_of_a_day(policy, day))
    other = engine_named("spark", master=spark).grade(subject_of(policy).plan, records, day)
    for table in outcome.table_names():
        assert list(other.rows(table)) == list(outcome.rows(table)), table
    for table in (*outcome.table_names(), "conduct"):
        assert other.digest(table) == outcome.digest(table), table


def test_the_test_that_the_readme_shows_is_one_of_the_default_policy():
    readme = (Path(__file__).parents[2] / "policies" / "README.md").read_text("utf-8")
    shown = parse_yaml(re.search(r"^```yaml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)[1].encode(), "README.md")
    for test in shown.data["tests"]:
        assert run_trial(subject_of("xuchang-transport"), Trial.model_validate(test)).passed


@pytest.mark.parametrize("policy", shipped_policies())
def test_a_policy_carries_tests_for_every_grade_and_every_rule(policy):
    plan = subject_of(policy).plan
    assert {*plan.grades} <= {trial.expect.grade for trial in trials_of(policy)}
    fired = {
        row["rule"]
        for trial in trials_of(policy)
        for row in graded(subject_of(policy), trial)[1].rows("signals")
        if row["status"] == "fired"
    }
    assert fired == {rule.rule for rule in plan.rules}


@pytest.mark.parametrize("policy", shipped_policies())
def test_a_policy_s_tests_leave_nothing_within_reach_untried(policy):
    coverage = coverage_of(subject_of(policy), read_trials(subject_of(policy)))
    assert [item.name for item in coverage.missed] == []


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
    trial = {
        "name": "a share",
        "as_of": date(2022, 12, 31),
        "operator": {"fleet_size": fleet, "licensed_on": date(2015, 1, 1)},
        "violations": rows,
        "expect": {"grade": grade, "score": 75, "facts": {"overload_share": Decimal("0.1000")}},
    }
    assert run_trial(subject_of("xuchang-transport"), Trial.model_validate(trial)).differences == ()


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
    plan = subject_of("uk-fhrs").plan
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
