"""The plan: complete, canonical, with a hash that knows what matters."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from riskengine.kernel.canonical import canonical_json
from riskengine.plan import compile_plan
from riskengine.policy import parse_policy, read_policy, shipped_file

CATALOG = SimpleNamespace(
    id="transport",
    version="1",
    sha256="0" * 64,
    risk_points={"HW-01": SimpleNamespace(code="HW-01", area="HW", level="red", measures=("M",), citations=())},
    laws=SimpleNamespace(
        laws=("highway_protection_regulation", "henan_overload_control_regulation", "henan_social_credit_regulation")
    ),
)
TEXT = shipped_file("xuchang-transport", "policy.yaml").decode()


def plan_of(text):
    return compile_plan(parse_policy(text.encode(), "policy.yaml"), CATALOG)


def test_the_canonical_form_is_plain_json_and_the_same_each_time():
    plan = plan_of(TEXT)
    assert json.loads(canonical_json(plan.to_plain())) == plan.to_plain()
    assert plan.sha256 == plan_of(TEXT).sha256
    assert re.fullmatch("[0-9a-f]{64}", plan.sha256)


def numbers():
    """Every number of the policy that means something: line and the text with it raised by one step."""
    lines = TEXT.split("\n")
    for at, line in enumerate(lines):
        if re.match(r"\s*(paragraph|item|sampling|note|zh|en|title|article|version|effective|#)", line):
            continue  # citations and notes are shown, not computed with; the article is tested below
        for match in re.finditer(
            r"(?<![\w.'-])\d+(\.\d+)?(?![\w.%'-])", re.sub(r"title: \{[^}]*\}", lambda m: "x" * len(m[0]), line)
        ):
            step = match[0] + "1" if "." in match[0] else str(int(match[0]) + 1)
            yield pytest.param(
                "\n".join([*lines[:at], line[: match.start()] + step + line[match.end() :], *lines[at + 1 :]]),
                id=f"line {at + 1}: {line.strip()[:40]} [{match.start()}]",
            )


NUMBERS = list(numbers())


@pytest.mark.parametrize("text", NUMBERS)
def test_the_hash_changes_with_any_number_of_the_policy(text):
    assert plan_of(text).sha256 != plan_of(TEXT).sha256


def test_enough_numbers_were_found():
    assert len(NUMBERS) >= 55


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "at_most: C\n      law: highway_protection_regulation\n      article: 66",
            "at_most: C\n      law: highway_protection_regulation\n      article: 67",
        ),
        ("risk_point = 'HW-01'", "risk_point = 'HW-02'"),
        ("if_unknown: stop", "if_unknown: skip"),
        ("counted_statuses: [final]", "counted_statuses: [final, pending]"),
        ("at_most: C", "at_most: B"),
        ("then: max", "then: sum"),
        ("missing: ignore", "missing: 1"),
        ("on_quarantined: show", "on_quarantined: stop"),
        ("tier: relaxed", "tier: standard"),
        ("within: 24 months", "within: 730 days"),
    ],
)
def test_the_hash_changes_with_any_word_that_decides(old, new):
    assert plan_of(TEXT.replace(old, new, 1)).sha256 != plan_of(TEXT).sha256


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "# a comment\n" + text,
        lambda text: text + "\n# another\n",
        lambda text: text.replace("en: Excellent", "en: Splendid"),
        lambda text: text.replace("counted > 0", "counted   >  0"),
        lambda text: text.replace("when: counted > 0", "when: (counted > 0)"),
        lambda text: text.replace("effective: {since: 2022-01-01}", "effective:\n  since: 2022-01-01"),
    ],
    ids=["comment", "comment at the end", "title", "spaces", "brackets", "layout"],
)
def test_the_plan_is_the_same_after_a_change_that_means_nothing(change):
    changed = change(TEXT)
    assert changed != TEXT
    assert plan_of(changed).sha256 == plan_of(TEXT).sha256


def test_the_hash_changes_with_the_catalogue():
    other = SimpleNamespace(**{**vars(CATALOG), "sha256": "1" * 64})
    file = parse_policy(TEXT.encode(), "policy.yaml")
    assert compile_plan(file, other).sha256 != compile_plan(file, CATALOG).sha256


def test_a_parameter_is_the_one_in_force_on_the_day():
    plan = plan_of(MINIMAL + DATED)
    found = [
        plan.parameters_on(day)["limit"]
        for day in (date(2019, 12, 31), date(2020, 1, 1), date(2022, 6, 30), date(2022, 7, 1), date(2099, 1, 1))
    ]
    assert found == [None, Decimal("0.10"), Decimal("0.10"), Decimal("0.30"), Decimal("0.30")]


MINIMAL = """policy: tiny
version: "1"
title: {zh: 某, en: x}
summary: {zh: 某, en: x}
effective: {since: 2000-01-01}
grades: {score: {from: 100}, basis: local_policy, table: [{grade: A}]}
"""


DATED = """parameters:
  limit: {basis: local_policy, values: [{since: 2020-01-01, value: 0.10}, {since: 2022-07-01, value: 0.30}]}
signals:
  - {rule: r, title: {zh: 某, en: x}, when: fleet_size > limit, if_unknown: skip, basis: local_policy}
"""


def test_a_number_that_no_double_holds_has_a_place_in_the_canonical_form():
    big = "parameters: {p: {value: 123456789012345678901234567890, basis: local_policy}}\n"
    one, other = plan_of(MINIMAL + big), plan_of(MINIMAL + big.replace("890,", "891,"))
    assert one.sha256 != other.sha256


def test_a_policy_without_facts_of_records_reads_no_records_and_without_a_catalogue_names_none():
    plan = plan_of(MINIMAL)
    assert (plan.reads, plan.catalog, plan.catalog_sha256, plan.risk_points) == ((), None, None, ())
    assert plan_of(TEXT).reads == ("violations",)


def test_the_evidence_of_a_rule_is_found_through_computed_facts():
    rules = {rule.rule: rule.evidence for rule in plan_of(TEXT).rules}
    assert rules["violation_deduction"] == ("counted", "weighted")
    assert rules["fines_in_year"] == ("penalties_in_year",)
    assert rules["overload_share_over_tenth"] == ("overloaded_vehicles", "unplated_overloads_as_vehicles")
    assert rules["new_operator"] == ("records_in_two_years",)


def test_the_columns_that_rules_read_come_first_among_the_facts():
    plan = compile_plan(read_policy("uk-fhrs"), CATALOG)
    assert [(fact.name, fact.operation) for fact in plan.facts] == [
        ("hygiene", "column"),
        ("structural", "column"),
        ("confidence_in_management", "column"),
        ("highest", "value"),
    ]
