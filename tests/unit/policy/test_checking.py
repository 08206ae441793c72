"""What is allowed and looks wrong, and what only the check of the whole policy sees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from riskengine.kernel.errors import PolicyError
from riskengine.policy import Known, check_policy, parse_policy, read_policy, shipped_policies

BOTH = {"zh": "某", "en": "something"}
COUNT = {"count": "violations"}


def policy(**sections):
    return {
        "policy": "tiny",
        "version": "1",
        "title": BOTH,
        "summary": BOTH,
        "effective": {"since": date(2000, 1, 1)},
        "grades": {
            "score": {"from": 100},
            "table": [{"grade": "A", "at_least": 60}, {"grade": "B"}],
            "basis": "local_policy",
        },
        **sections,
    }


def signal(when, **more):
    return {"rule": "r", "title": BOTH, "when": when, "if_unknown": "stop", "basis": "local_policy", **more}


def checked(data):
    return check_policy(read_policy(data), Known(("road_law",), ("HW-01",)))


def refusals(data):
    with pytest.raises(PolicyError) as caught:
        checked(data)
    return [(problem.code, problem.column) for problem in caught.value.problems if problem.is_error]


def test_a_rounded_value_that_meets_a_limit_is_a_warning():
    facts = {"n": COUNT, "share": {"value": "n / fleet_size", "places": 4}}
    for when in ("share > 0.10", "n > 0 and 0.10 <= share", "not share = 0.10"):
        warnings = checked(policy(facts=facts, signals=[signal(when)])).warnings
        assert [(problem.code, problem.column) for problem in warnings] == [("RE-534", "signals[0].when")]
    assert checked(policy(facts=facts, signals=[signal("n > 0.10 * fleet_size")])).warnings == []


def test_a_thing_that_is_never_used_is_a_warning_but_a_value_may_be_there_to_be_shown():
    data = policy(
        parameters={"p": {"value": 1, "basis": "local_policy"}}, facts={"n": COUNT, "m": {"value": "fleet_size * 2"}}
    )
    assert [(problem.code, problem.found) for problem in checked(data).warnings] == [("RE-533", "p"), ("RE-533", "n")]


@pytest.mark.parametrize("name", ["penalty", "fleet_size", "inspected_on", "as_of", "score", "size"])
@pytest.mark.parametrize("section", ["parameters", "weights", "facts"])
def test_a_name_means_one_thing_everywhere(section, name):
    entry = {
        "parameters": {"value": 1, "basis": "local_policy"},
        "facts": COUNT,
        "weights": {"by": "severity", "table": {"minor": 1}, "basis": "local_policy"},
    }[section]
    assert refusals(policy(profile={"size": {"type": "integer"}}, **{section: {name: entry}})) == [
        ("RE-528", f"{section}.{name}")
    ]


@pytest.mark.parametrize("by", ["other", "step", "as_of", "penalty", "penalty_kind", "occurred_on", "severety"])
def test_a_weight_is_looked_up_by_a_text_column_and_by_nothing_else(by):
    weight = {"by": "severity", "table": {"minor": 1}, "basis": "local_policy"}
    data = policy(
        parameters={"step": {"value": "x", "basis": "local_policy"}},
        weights={"w": {**weight, "by": by}, "other": weight},
    )
    assert refusals(data) == [("RE-530", "weights.w.by")]


@pytest.mark.parametrize("column", ["step", "as_of", "w", "penalty_kind", "vehicles"])
def test_groups_and_distinct_values_are_of_a_column_and_of_nothing_else(column):
    sections = {
        "parameters": {"step": {"value": 1, "basis": "local_policy"}},
        "weights": {"w": {"by": "severity", "table": {"minor": 1}, "basis": "local_policy"}},
    }
    assert refusals(policy(**sections, facts={"f": {**COUNT, "per": column, "then": "max"}})) == [
        ("RE-530", "facts.f.per")
    ]
    assert refusals(policy(**sections, facts={"f": {"count_distinct": column}})) == [
        ("RE-530", "facts.f.count_distinct")
    ]


@pytest.mark.parametrize(
    ("fact", "key"),
    [
        ({"latest": "violations", "empty": 0}, "empty"),
        ({"latest": "violations", "missing": 0}, "missing"),
        ({"max": "occurred_on", "empty": 0}, "empty"),
        ({"latest": "violations", "per": "vehicle", "then": "sum"}, "then"),
        ({"min": "decided_on", "per": "vehicle", "then": "sum"}, "then"),
        ({"days_since": "violations", "missing": 0}, "missing"),
        ({"days_since": "licensed_on", "where": "status = 'final'"}, "where"),
        ({"days_since": "licensed_on", "within": "12 months"}, "within"),
        ({"days_since": "licensed_on", "empty": 9}, "empty"),
        ({"days_since": "licensed_on", "per": "risk_point"}, "per"),
    ],
)
def test_a_key_that_the_operation_would_not_heed_is_refused(fact, key):
    assert ("RE-536", f"facts.f.{key}") in refusals(policy(facts={"f": fact}))


@pytest.mark.parametrize(
    "fact",
    [
        {"latest": "violations", "missing": "ignore"},
        {"latest": "violations", "per": "vehicle", "then": "max"},
        {"days_since": "violations", "empty": 9999},
        {"days_since": "violations", "missing": "ignore"},
        {"days_since": "licensed_on"},
        {"max": "penalty", "empty": 0, "missing": Decimal("0.5")},
    ],
)
def test_a_key_that_is_heeded_is_allowed(fact):
    checked(policy(facts={"f": fact}))


@pytest.mark.parametrize(
    "fact",
    [
        COUNT,
        {"sum": "penalty"},
        {**COUNT, "per": "vehicle", "then": "count"},
        {"days_since": "violations"},
        {"value": "fleet_size * 1"},
    ],
)
def test_a_declared_unit_is_the_unit_of_the_fact(fact):
    data = policy(facts={"f": {**fact, "unit": "things"}}, signals=[signal("f > drivers")])
    assert refusals(data) == [("RE-523", "signals[0].when")]
    assert checked(policy(facts={"f": {**fact, "unit": "persons"}}, signals=[signal("f > drivers")])).warnings == []


def test_facts_are_ordered_by_what_they_need():
    facts = {"c": {"value": "b + a"}, "b": {"value": "a * 2"}, "a": COUNT}
    assert checked(policy(facts=facts)).fact_order == ["a", "b", "c"]


def test_a_fact_of_a_risk_point_is_unknown_where_there_is_none():
    facts = {"n": {**COUNT, "per": "risk_point"}}
    assert refusals(policy(facts=facts, signals=[signal("n > 0")])) == [("RE-521", "signals[0].when")]
    assert (
        checked(
            policy(facts=facts, signals=[signal("n > 0 and level = 'red' and fleet_size > 0", each="risk_point")])
        ).warnings
        == []
    )


def test_a_policy_may_be_plain_data_with_decimals_and_shared_parts_and_nothing_that_is_no_data():
    data = policy(
        parameters={"limit": {"value": Decimal("0.10"), "basis": "local_policy"}},
        signals=[signal("fleet_size > limit")],
    )
    assert read_policy(data).policy.parameters["limit"].value == Decimal("0.10")
    circle = {}
    circle["circle"] = circle
    for odd in ({"parameters": object()}, circle):
        with pytest.raises(PolicyError) as caught:
            read_policy({**data, **odd})
        assert [problem.code for problem in caught.value.problems] == ["RE-504"]


@pytest.mark.parametrize("content", [b"", b"- a\n", b"text\n", b"a: [\n", b"\xff", b"policy: x\n"])
def test_what_is_no_policy_is_a_policy_error(content):
    with pytest.raises(PolicyError) as caught:
        parse_policy(content, "x.yaml")
    assert caught.value.problems
    assert caught.value.text("zh") != caught.value.text("en")


@pytest.mark.parametrize("name", ["uk-fhr", "nothing-like-it", "", ".", "no/such/policy.yaml", "a\x00b"])
def test_a_policy_that_is_not_there_is_a_policy_error(name):
    with pytest.raises(PolicyError) as caught:
        read_policy(name)
    assert [problem.code for problem in caught.value.problems] == ["RE-501"]
    assert ("Did you mean: uk-fhrs" in caught.value.text()) == (name == "uk-fhr")
    assert "xuchang-transport" in caught.value.text()


def test_the_shipped_policies_are_listed_sorted_and_the_default_is_among_them():
    assert list(shipped_policies()) == sorted(shipped_policies())
    assert {"uk-fhrs", "xuchang-transport"} <= set(shipped_policies())


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("severity = 'serius'", ["serius"]),
        ("severity in ('serious', 'majr') or 'minor ' <> severity", ["majr", "minor "]),
        ("'fines' in penalty_kind", ["fines"]),
        ("level = 'purple' and status <> 'final'", ["purple"]),
        ("severity = 'serious' and 'fine' in penalty_kind and level = 'red' and vehicle = 'any'", []),
    ],
)
def test_a_word_that_a_column_never_holds_is_a_warning_with_the_nearest_one(where, found):
    data = policy(facts={"n": {**COUNT, "where": where}}, signals=[signal("n > 0")])
    warnings = checked(data).warnings
    assert [(problem.code, problem.found) for problem in warnings] == [("RE-542", word) for word in found]


def test_words_of_weights_and_of_the_profile_are_held_too():
    data = policy(
        profile={"kind_of": {"type": "text", "words": ["goods", "people"]}},
        weights={"w": {"by": "severity", "table": {"minor": 1, "severe": 2}, "basis": "local_policy"}},
        facts={"n": {"sum": "w"}},
        signals=[signal("n > 0 and kind_of = 'good'")],
    )
    warnings = checked(data).warnings
    assert [(problem.code, problem.column, problem.near[:1]) for problem in warnings] == [
        ("RE-542", "weights.w.table.severe", ()),
        ("RE-542", "signals[0].when", ("goods",)),
    ]


@pytest.mark.parametrize(
    "fact",
    [
        {"latest": "violations"},
        {"max": "occurred_on"},
        {"value": "county"},
        {"value": "fleet_size > 1"},
        {"table": [{"when": "fleet_size > 1", "value": "'a'"}], "hit": "first"},
    ],
)
def test_what_is_no_number_has_no_unit(fact):
    assert ("RE-536", "facts.f.unit") in refusals(policy(facts={"f": {**fact, "unit": "days"}}))
