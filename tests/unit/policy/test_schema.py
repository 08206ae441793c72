"""The JSON Schema of a policy file: made from the models, takes what they take, refuses what is wrong in shape."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from inspect import get_annotations
from pathlib import Path

import jsonschema
import pytest
import yaml

from riskengine.kernel.errors import PolicyError
from riskengine.kernel.windows import parse_window
from riskengine.kernel.yaml_document import parse_yaml
from riskengine.policy import policy_schema, read_policy, schema_text, shipped_file, shipped_policies
from riskengine.policy.model import Policy
from riskengine.policy.schema import _held, documented_keys
from riskengine.policy.schema_words import WORDS
from riskengine.policy.sections import Section

TESTS = Path(__file__).parents[2]
BAD = sorted(path for path in (TESTS / "bad" / "policy").iterdir() if path.is_dir())
SHAPE = {"RE-502", "RE-503", "RE-504", "RE-505"}
MEANING = {f"RE-5{n}" for n in (11, 13, 14, 21, 22, 23, 24, 25, 26, 28, 29, 31, 32, 36, 39, 40, 41, 43)}
BEYOND = {
    "cap_of_too_many_digits": "digits after the point cannot be counted in a JSON number",
    "floor_above_ceiling": "two values cannot be compared",
    "a min above the max": "likewise",
    "an end before its beginning": "likewise",
    "a count of another source": "likewise",
    "a unit of a text": "the value may be of either kind",
    "least_above_greatest": "two values cannot be compared",
    "until_before_since": "likewise",
    "values_out_of_order": "likewise",
    "two_values_from_one_day": "likewise",
    "values_of_two_kinds": "likewise",
    "grade_assigned_twice": "likewise",
    "effective_on_a_day_that_does_not_exist": "whether a day exists is a format, which few validators hold",
    "huge_number": "the value may be a text",
    "infinity": "likewise",
    "number_with_an_exponent": "likewise",
}
BOTH = {"zh": "某", "en": "something"}


SIGNAL = {"rule": "r", "title": BOTH, "when": "1 = 1", "if_unknown": "skip", "basis": "local_policy"}


@cache
def validator():
    jsonschema.Draft202012Validator.check_schema(policy_schema())
    return jsonschema.Draft202012Validator(policy_schema())


def plain(value):
    """What another reader of YAML would have: dates as text, decimals as floats."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def faults(data):
    """Where the schema finds fault, as ``signals/0/when``, with the words."""
    return {"/".join(map(str, error.path)): error.message for error in validator().iter_errors(plain(data))}


def models():
    found = [Policy]
    for model in found:
        inner = [kind for field in model.model_fields.values() for kind in _held(field.annotation)]
        found += [kind for kind in dict.fromkeys(inner) if kind not in found]
    return found


def policy(**sections):
    return {
        "policy": "tiny",
        "version": "1",
        "title": BOTH,
        "summary": BOTH,
        "effective": {"since": date(2000, 1, 1)},
        "grades": {"score": {"from": 100}, "table": [{"grade": "A"}], "basis": "local_policy"},
        **sections,
    }


def test_the_shipped_schema_is_the_one_that_the_models_make():
    text = resources.files("riskengine.policies").joinpath("policy.schema.json").read_text("utf-8")
    assert text == schema_text(), "run: python tests/docs/make_policy_schema.py"
    assert json.loads(text) == policy_schema()


def test_the_command_prints_the_shipped_schema(capsys):
    from riskengine.cli.policy import command

    command(["schema"], standalone_mode=False)
    assert capsys.readouterr().out == schema_text()


def test_the_schema_is_the_callers_own():
    policy_schema()["$defs"]["window"].clear()
    assert policy_schema()["$defs"]["window"]


def test_every_section_and_key_of_the_models_is_there_with_title_and_meaning():
    schema = policy_schema()
    for model in models():
        section = schema if model is Policy else schema["$defs"][model.__name__]
        keys = {field.alias or name: field for name, field in model.model_fields.items()}
        assert list(section["properties"]) == list(keys)
        assert section["required"] == [key for key, field in keys.items() if field.is_required()]
        assert section["additionalProperties"] is False
        assert section["title"]
        for text in (section["description"], *(shape["description"] for shape in section["properties"].values())):
            assert text.endswith("."), (model.__name__, text)
            assert text[0].isupper() or text[0] == "`", (model.__name__, text)
            assert "``" not in text
        assert all(shape["title"] for shape in section["properties"].values())


def test_no_meaning_is_kept_beside_that_a_docstring_gives_or_that_nothing_has():
    sections = {kind for model in models() for kind in model.__mro__ if issubclass(kind, Section)} - {Section}
    by_name = {kind.__name__: kind for kind in sections}
    assert WORDS.keys() <= by_name.keys()
    for name, words in WORDS.items():
        own, fields = get_annotations(by_name[name]), by_name[name].model_fields
        keys = {field.alias or key for key, field in fields.items() if key in own}
        assert words.keys() <= keys
        assert not words.keys() & documented_keys(by_name[name]).keys()


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_fits_and_names_the_schema_for_editors(name):
    content = shipped_file(name, "policy.yaml")
    assert faults(parse_yaml(content, name).data) == {}
    assert content.decode().splitlines()[0] == "# yaml-language-server: $schema=../policy.schema.json"


def test_random_policies_from_the_whole_language_fit(monkeypatch):
    monkeypatch.syspath_prepend(TESTS / "engines")
    before = set(sys.modules)
    from random_policies import random_policy

    try:
        for seed in range(150):
            assert faults(random_policy(seed)) == {}, seed
    finally:
        for name in {"random_policies", "random_expressions"} - before:
            sys.modules.pop(name, None)


@pytest.mark.parametrize("folder", BAD, ids=lambda folder: folder.name)
def test_a_bad_policy_that_is_wrong_in_shape_does_not_fit_and_one_wrong_in_meaning_alone_does(folder):
    document = parse_yaml((folder / "policy.yaml").read_bytes(), folder.name)
    codes = {entry["code"] for entry in yaml.safe_load((folder / "expect.yaml").read_text("utf-8"))}
    if codes & SHAPE:
        assert bool(faults(document.data)) != (folder.name in BEYOND)
    elif codes <= MEANING:
        assert faults(document.data) == {}


def test_what_is_wrong_is_found_where_it_stands():
    document = parse_yaml((TESTS / "bad" / "policy" / "five_keys_at_once" / "policy.yaml").read_bytes(), "x")
    found = faults(document.data)
    assert sorted(found) == [
        "",
        "grades/ceilings/0/if_unknown",
        "grades/score/from",
        "profile/flagged/type",
        "signals/0",
    ]
    assert "'version' is a required property" in found[""]
    assert "'deducts' was unexpected" in found["signals/0"]


FITS = {
    "a number for a text": policy(version=2022),
    "one grade for a list": policy(supervision={"assign": [{"grade": "A", "tier": "t", "actions": ["a"]}]}),
    "a list of grades": policy(supervision={"assign": [{"grade": ["A", 1], "tier": "t", "actions": ["a"]}]}),
    "a grade that is a number": policy(grades={"score": {"from": 99}, "table": [{"grade": 5}], "basis": "published"}),
    "a parameter that is a text": policy(parameters={"p": {"value": "一", "basis": "unverified"}}),
    "a condition that is a word of YAML": policy(
        signals=[{"rule": "r", "title": BOTH, "when": True, "if_unknown": "skip", "law": "x", "article": 3}]
    ),
    "the catalogue's law of a risk point": policy(
        signals=[
            {
                "rule": "r",
                "title": BOTH,
                "when": "1 = 1",
                "if_unknown": "skip",
                "law": "from_catalog",
                "risk_point": "x",
            }
        ]
    ),
    "days since a declared date": policy(facts={"f": {"days_since": "checked_on"}}),
    "a missing that is a number": policy(facts={"f": {"count": "violations", "missing": 3}}),
}


@pytest.mark.parametrize("data", FITS.values(), ids=FITS)
def test_every_spelling_that_the_models_take_fits(data):
    read_policy(data)
    assert faults(data) == {}


def fact(**keys):
    return policy(facts={"f": {"count": "violations", **keys}})


def ruled(**keys):
    shared = {"rule": "r", "title": BOTH, "when": "1 = 1", "if_unknown": "skip", "basis": "local_policy"}
    return policy(signals=[{key: value for key, value in {**shared, **keys}.items() if value is not None}])


DOES_NOT_FIT = {
    "an unknown section": policy(factz={}),
    "an unknown key": fact(windw="12 months"),
    "a name with a capital": policy(facts={"F": {"count": "violations"}}),
    "no if_unknown": ruled(if_unknown=None),
    "another word for if_unknown": ruled(if_unknown="ignore"),
    "one language": ruled(title={"zh": "某"}),
    "no law and no basis": ruled(basis=None),
    "a law without its article": ruled(law="road_law"),
    "the catalogue's law without a risk point": ruled(law="from_catalog"),
    "both deduct and add": ruled(deduct="1", add="1"),
    "both each and a risk point": ruled(each="risk_point", risk_point="HW-01"),
    "too many places": ruled(places=7),
    "a cap beyond the column": ruled(cap=10**12),
    "two operations": fact(latest="violations"),
    "no operation": policy(facts={"f": {"of": "violations"}}),
    "then without per": fact(then="max"),
    "a group cap without groups": fact(per="risk_point", group_cap=3),
    "a window anywhere of groups": fact(per="vehicle", then="max", in_any="6 months"),
    "a window anywhere with a number for what is missing": fact(in_any="6 months", missing=1),
    "a window anywhere of a share": policy(facts={"f": {"share": "1 = 1", "places": 1, "in_any": "6 months"}}),
    "a share without places": policy(facts={"f": {"share": "1 = 1"}}),
    "a share of groups": policy(facts={"f": {"share": "1 = 1", "places": 1, "per": "vehicle", "then": "max"}}),
    "a share put together": policy(facts={"f": {"share": "1 = 1", "places": 1, "per": "risk_point", "then": "max"}}),
    "a value of groups": policy(facts={"f": {"value": "1", "per": "vehicle"}}),
    "a value of a source": policy(facts={"f": {"value": "1", "of": "inspections"}}),
    "a table without a hit policy": policy(facts={"f": {"table": [{"when": "1 = 1", "value": 1}]}}),
    "a table without rows": policy(facts={"f": {"table": [], "hit": "first"}}),
    "a table with a row without a condition": policy(facts={"f": {"table": [{"value": 1}], "hit": "first"}}),
    "a hit policy that is none": policy(facts={"f": {"table": [{"when": "1 = 1", "value": 1}], "hit": "last"}}),
    "otherwise without a table": fact(otherwise=1),
    "a rank without best": policy(facts={"f": {"rank": "drivers"}}),
    "a percentile without places": policy(facts={"f": {"percentile": "drivers", "best": "highest"}}),
    "peers with best": policy(facts={"f": {"peers": "drivers", "best": "highest"}}),
    "a rank of each risk point": policy(facts={"f": {"rank": "drivers", "best": "highest", "per": "risk_point"}}),
    "a count among": fact(among="county"),
    "a count of another source": policy(facts={"f": {"count": "violations", "of": "inspections"}}),
    "digits of a whole number": policy(profile={"t": {"type": "integer", "places": 2}}),
    "a least text": policy(profile={"t": {"type": "text", "min": 2}}),
    "a unit of a day": policy(profile={"t": {"type": "date", "unit": "days"}}),
    "words of a number": policy(profile={"t": {"type": "decimal", "words": ["a"]}}),
    "a min above the max": policy(profile={"t": {"type": "integer", "min": 2, "max": 1}}),
    "a word twice": policy(profile={"t": {"type": "text", "words": ["a", "a"]}}),
    "no status that counts": policy(counted_statuses=[]),
    "an end before its beginning": policy(effective={"since": date(2020, 1, 1), "until": date(2019, 1, 1)}),
    "a unit of a text": policy(parameters={"p": {"value": "x", "unit": "yuan", "basis": "unverified"}}),
    "an article without a law": policy(parameters={"p": {"value": 1, "article": 3, "basis": "unverified"}}),
    "an article beside the catalogue's": policy(
        signals=[{**SIGNAL, "risk_point": "x", "law": "from_catalog", "article": 3}]
    ),
    "a cap without points": policy(signals=[{**SIGNAL, "cap": 3}]),
    "digits without points": policy(signals=[{**SIGNAL, "places": 3}]),
    "a cap below 0": policy(signals=[{**SIGNAL, "deduct": "1", "cap": -3}]),
    "a bracket without ends": policy(
        weights={"w": {"by": "penalty", "brackets": [{"value": 1}], "basis": "published"}}
    ),
    "a bracket of two kinds": policy(
        weights={"w": {"by": "age", "brackets": [{"within": "1 day", "below": 3, "value": 1}], "basis": "published"}}
    ),
    "a range by age": policy(
        weights={"w": {"by": "age", "brackets": [{"below": 3, "value": 1}], "basis": "published"}}
    ),
    "a window by a number": policy(
        weights={"w": {"by": "penalty", "brackets": [{"within": "1 day", "value": 1}], "basis": "published"}}
    ),
    "per a column without then": fact(per="vehicle"),
    "having without then": fact(having="group > 1"),
    "having with another then": fact(per="vehicle", then="max", having="group > 1"),
    "places of a count": fact(places=2),
    "a value with a window": policy(facts={"f": {"value": "1", "within": "12 months"}}),
    "a grade row with two conditions": policy(
        grades={
            "score": {"from": 1},
            "table": [{"grade": "A", "at_least": 1, "when": "1 = 1"}],
            "basis": "local_policy",
        }
    ),
    "no grade": policy(grades={"score": {"from": 1}, "table": [], "basis": "local_policy"}),
    "value and values": policy(
        parameters={"p": {"value": 1, "values": [{"since": date(2000, 1, 1), "value": 1}], "basis": "local_policy"}}
    ),
    "a table by age": policy(weights={"w": {"by": "age", "table": {"x": 1}, "basis": "local_policy"}}),
    "brackets by a column": policy(
        weights={"w": {"by": "severity", "brackets": [{"within": "1 day", "value": 1}], "basis": "local_policy"}}
    ),
    "a rule with a tier": policy(supervision={"assign": [{"rule": "r", "tier": "t", "actions": ["a"]}]}),
    "a grade without a tier": policy(supervision={"assign": [{"grade": ["A"], "actions": ["a"]}]}),
    "grade and rule": policy(supervision={"assign": [{"grade": ["A"], "rule": "r", "tier": "t", "actions": ["a"]}]}),
    "no day": policy(effective={"since": "spring"}),
    "a number for a day": policy(effective={"since": 0}),
    "a number in quotes": policy(grades={"score": {"from": "99.5"}, "table": [{"grade": "A"}], "basis": "published"}),
    "true for a number": policy(parameters={"p": {"value": True, "basis": "unverified"}}),
    "true for a digit": policy(facts={"f": {"value": "1", "places": True}}),
    "a digit in quotes": policy(facts={"f": {"value": "1", "places": "2"}}),
    "true for a version": policy(version=True),
    "true for a grade": policy(grades={"score": {"from": 1}, "table": [{"grade": True}], "basis": "published"}),
}


@pytest.mark.parametrize(("name", "data"), DOES_NOT_FIT.items(), ids=DOES_NOT_FIT)
def test_what_the_models_refuse_does_not_fit(name, data):
    with pytest.raises(PolicyError):
        read_policy(data)
    assert bool(faults(data)) != (name in BEYOND)


WINDOWS = ("1 day", "365 days", "12  months", "3 years", "calendar_year", " 7 days ", "1 year", "99999 days")
NO_WINDOWS = ("365", "0 days", "12 weeks", "-1 days", "12months", "1.5 years", "100000 days", "calendar_years", "")


@pytest.mark.parametrize("text", [*WINDOWS, *NO_WINDOWS])
def test_windows_are_those_that_the_kernel_reads(text):
    assert (parse_window(text) is not None) == (text in WINDOWS)
    assert (faults(fact(within=text)) == {}) == (text in WINDOWS)


@pytest.mark.parametrize(("key", "name"), [("by", "severity"), ("per", "penalty_kind"), ("count_distinct", "vehicl")])
def test_a_column_that_no_record_has_does_not_fit(key, name):
    data = policy(facts={"f": {"count_distinct": name}}) if key == "count_distinct" else fact(**{key: name})
    assert f"facts/f/{key}" in faults(data)
