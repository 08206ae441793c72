"""``riskengine policy test``: what it prints, and its exit codes."""

from __future__ import annotations

import json

import pytest

from riskengine.engines.registry import ENGINES

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


@pytest.mark.parametrize("engine", ENGINES)
def test_the_command_says_what_passed(cli, small, engine):
    done = cli("policy", "test", small("B") / "policy.yaml", "--engine", engine, "--lang", "en")
    assert (done.code, done.out) == (0, f"small: 1 tests passed (engine {engine})\n")


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
