"""The random policies reach the whole language: what they do not hold, no test of equality meets."""

from __future__ import annotations

import pytest
from random_policies import random_policy

from riskengine.policy.fact import OPERATIONS, Fact
from riskengine.policy.model import Policy

SEEDS = range(150)
LEFT_OUT = {("facts", "title"), ("weights", "title"), ("parameters", "title"), ("profile", "title")}
"""Keys that only people read."""


@pytest.fixture(scope="module")
def policies():
    return [random_policy(seed) for seed in SEEDS]


def facts(policies):
    return [fact for data in policies for fact in data["facts"].values()]


def test_every_key_of_a_fact_and_every_operation_occurs(policies):
    found = {key for fact in facts(policies) for key in fact}
    assert set(Fact.model_fields) - {"title"} <= found
    assert {Fact.model_validate(fact).operation for fact in facts(policies)} == set(OPERATIONS)


@pytest.mark.parametrize("section", ["parameters", "weights", "profile"])
def test_every_key_of_a_named_section_occurs(policies, section):
    model = Policy.model_fields[section].annotation.__args__[1]
    shared = {"law", "article", "paragraph", "item", "basis", "source", "note", "title"}
    found = {key for data in policies for entry in data[section].values() for key in entry}
    assert set(model.model_fields) - shared <= found


def test_further_columns_of_every_type_are_of_violations_and_inspections_and_read(policies):
    declared = [data["columns"] for data in policies if "columns" in data]
    for section, types in (("violations", 5), ("inspections", 4)):
        fields = [field for columns in declared for field in columns[section].values()]
        assert len({field["type"] for field in fields}) == types
        assert {"min", "max", "places", "words", "unit"} <= {key for field in fields for key in field}
    for key in ("where", "sum", "per", "once", "by", "count_distinct"):
        for section in ("violations", "of_inspection"):
            assert any(
                name in str(fact.get(key, ""))
                for data in policies
                for name in data.get("columns", {}).get(section, ())
                for fact in data["facts"].values()
            ), (key, section)


def test_every_key_of_a_signal_occurs(policies):
    found = {key for data in policies for signal in data["signals"] for key in signal}
    assert {"each", "risk_point", "deduct", "add", "places", "cap", "lacks"} <= found


def test_groups_are_of_risk_points_too_and_meet_every_way_of_putting_them_together(policies):
    grouped = [fact for fact in facts(policies) if "then" in fact]
    assert {fact["then"] for fact in grouped} == {"max", "min", "sum", "count"}
    assert any(fact["per"] == "risk_point" for fact in grouped)
    assert {fact["then"] for fact in grouped if "group_cap" in fact} == {"max", "min", "sum", "count"}
    assert any("having" in fact and "group_cap" in fact for fact in grouped)


def test_windows_that_lie_anywhere_are_of_sums_and_counts_by_every_date(policies):
    sliding = [fact for fact in facts(policies) if "in_any" in fact]
    assert {"sum" in fact for fact in sliding} == {True, False}
    assert {fact["in_any"].split()[-1] for fact in sliding} >= {"days", "months", "calendar_year"}
    assert {"by" in fact for fact in sliding} == {"within" in fact for fact in sliding} == {True, False}


def test_shares_and_tables_are_of_operators_and_of_risk_points(policies):
    for operation in ("share", "table", "value"):
        assert {fact.get("per") for fact in facts(policies) if operation in fact} == {None, "risk_point"}


def test_every_hit_policy_meets_values_written_out_and_computed_with_and_without_an_otherwise(policies):
    tables = [fact for fact in facts(policies) if "table" in fact]
    for hit in ("first", "unique", "highest", "lowest", "sum"):
        own = [fact for fact in tables if fact["hit"] == hit]
        assert {"otherwise" in fact for fact in own} == {True, False}, hit
        assert {all(row["value"].replace(".", "").isdigit() for row in fact["table"]) for fact in own} == {True, False}


def test_points_go_to_the_score_and_to_tallies_that_rules_and_the_grade_table_read(policies):
    signals = [signal for data in policies for signal in data["signals"]]
    assert {("add" in signal, "each" in signal) for signal in signals if "to" in signal} == {
        (True, True),
        (True, False),
        (False, True),
        (False, False),
    }
    grades = [data["grades"] for data in policies]
    readers = {
        "ceilings": [rule["when"] for each in grades for rule in each["ceilings"]],
        "insufficient": [each["insufficient"]["when"] for each in grades if "insufficient" in each],
        "table": [row["when"] for each in grades for row in each["table"] if "when" in row],
    }
    assert all(any("merits" in when for when in whens) for whens in readers.values())
    found = {key for data in policies for tally in data["tallies"].values() for key in tally}
    assert {"from", "floor", "ceiling", "unit"} <= found


def test_operators_are_compared_by_facts_and_columns_in_groups_and_by_filters_and_rules_read_it(policies):
    compared = [(data, name, fact) for data in policies for name, fact in data["facts"].items()
                if {"rank", "peers", "percentile"} & fact.keys()]  # fmt: skip
    assert {fact["best"] for _, _, fact in compared if "best" in fact} == {"highest", "lowest"}
    assert {len(fact.get("among", ())) for _, _, fact in compared} == {0, 1, 2}
    assert any("where" in fact for _, _, fact in compared)
    by = {fact.get("rank", "county").startswith("fact") for _, _, fact in compared}
    assert by == {True, False}
    readers = [str(data["signals"]) + str(data["grades"]) for data, name, _ in compared if name in str(data["signals"])]
    assert len(readers) > 10
    assert any(name in str(fact.get("value")) for data, name, _ in compared for fact in data["facts"].values())


def test_brackets_are_by_age_and_by_a_number_with_open_and_closed_ends(policies):
    brackets = [row for data in policies for weight in data["weights"].values() for row in weight.get("brackets", ())]
    ends = {tuple(key for key in ("within", "at_least", "below") if key in row) for row in brackets}
    assert ends == {("within",), ("at_least",), ("below",), ("at_least", "below")}
