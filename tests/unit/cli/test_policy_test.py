"""``riskengine policy test``: what it prints, and its exit codes."""

from __future__ import annotations

import json

import pytest

from riskengine.engines.registry import IN_PROCESS

POLICY = """
policy: small
version: "1"
title: {zh: 小例, en: Small example}
summary: {zh: 一例, en: An example}
effective: {since: 2020-01-01}
facts:
  n: {count: violations}
signals:
  - {rule: counted, title: {zh: 计数, en: Counted}, when: n > 0, deduct: n, if_unknown: stop, basis: local_policy}
grades:
  score: {from: 10}
  basis: local_policy
  table: [{grade: A, at_least: 10}, {grade: B}]
"""
TESTS = """
tests:
  - name: one violation
    as_of: 2022-12-31
    violations: [{risk_point: X, occurred_on: 2022-05-01}]
    expect: {grade: %s, score: 9}
"""


@pytest.fixture
def small(tmp_path):
    def write(grade):
        (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
        (tmp_path / "tests.yaml").write_text(TESTS % grade, "utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize("engine", IN_PROCESS)
def test_the_command_says_what_passed(cli, small, engine):
    done = cli("policy", "test", small("B") / "policy.yaml", "--engine", engine, "--lang", "en")
    assert done.code == 0
    assert done.out.startswith(f"small: 1 tests passed (engine {engine})\n")


def test_the_tests_may_be_named_instead_of_the_policy(cli, small):
    assert cli("policy", "test", small("B") / "tests.yaml").code == 0


def test_the_command_says_what_was_expected_what_was_found_and_why(cli, small):
    done = cli("policy", "test", small("A"), "--lang", "en")
    assert done.code == 1
    assert "FAILED: one violation (line 3)" in done.out
    assert "grade: expected A, found B" in done.out
    assert "score" not in done.out.split("why")[0]
    assert "Counted" in done.out.split("why")[1]
    chinese = cli("policy", "test", small("A")).out
    assert "grade：应为 A，实为 B" in chinese
    assert "计数" in chinese


def test_the_command_answers_in_json(cli, small):
    done = cli("policy", "test", small("A"), "--json")
    [answer] = json.loads(done.out)
    assert done.code == 1
    assert (answer["schema"], answer["policy"], answer["count"], answer["failed"]) == (
        "riskengine.policy-test/1",
        "small",
        1,
        1,
    )
    [test] = answer["tests"]
    assert test["differences"] == [{"what": "grade", "expected": "A", "found": "B"}]
    assert test["explanation"]["grade"] == "B"


def test_a_policy_without_tests_and_one_that_is_not_there_are_said_together(cli, small):
    folder = small("A")
    (folder / "tests.yaml").unlink()
    done = cli("policy", "test", folder, "uk-fhr", "--lang", "en")
    assert done.code == 2
    assert "RE-700" in done.err
    assert "Did you mean: uk-fhrs?" in done.err


def test_the_command_names_what_is_not_covered_and_fails_below_what_is_demanded(cli, small):
    done = cli("policy", "test", small("B"), "--lang", "en")
    assert "coverage 50 % (4 of 8): rules 1/2, grades 1/2, thresholds 2/4" in done.out
    assert "not covered (line 10, rules): rule counted: not_fired" in done.out
    assert cli("policy", "test", small("B"), "--coverage", 50).code == 0
    below = cli("policy", "test", small("B"), "--coverage", 51, "--lang", "en")
    assert (below.code, below.err) == (1, "covered less than 51 %: small\n")
    [answer] = json.loads(cli("policy", "test", small("B"), "--json").out)
    assert answer["coverage"]["percent"] == 50
    assert answer["coverage"]["kinds"]["rules"] == {"covered": 1, "of": 2}
    assert {"kind": "rules", "name": "rule counted: not_fired", "line": 10} in answer["coverage"]["missed"]
    assert "未覆盖（第 10 行，规则）" in cli("policy", "test", small("B")).out
