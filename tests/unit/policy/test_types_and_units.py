from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.policy.expression import BOOL, DATE, INTEGER, TEXT, TEXTS, Type
from riskengine.policy.parser import ExpressionError, parse_expression
from riskengine.policy.typecheck import type_of
from riskengine.policy.units import unit_of

SCOPE = {
    "n": INTEGER,
    "m": INTEGER,
    "share": Type("decimal", 3),
    "vehicles": Type("integer", unit="vehicles"),
    "trucks": Type("integer", unit="vehicles"),
    "yuan": Type("decimal", 2, "yuan"),
    "word": TEXT,
    "day": DATE,
    "flag": BOOL,
    "kinds": TEXTS,
}


def kind_of(text, *, division=False):
    return type_of(parse_expression(text), SCOPE, division=division)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n + m", INTEGER),
        ("n + share", Type("decimal", 3)),
        ("n * m", INTEGER),
        ("share * share", Type("decimal", 6)),
        ("-share", Type("decimal", 3)),
        ("vehicles + trucks", Type("integer", unit="vehicles")),
        ("vehicles + 1", Type("integer", unit="vehicles")),
        ("vehicles * yuan", Type("decimal", 2, "vehicles·yuan")),
        ("0.10 * vehicles", Type("decimal", 2, "vehicles")),
        ("least(n, 0.5)", Type("decimal", 1)),
        ("greatest(day, as_date)", DATE),
        ("coalesce(yuan, 0)", Type("decimal", 2, "yuan")),
        ("case when flag then 1 else 0.25 end", Type("decimal", 2)),
        ("case when flag then yuan else 0 end", Type("decimal", 2, "yuan")),
        ("case when flag then null else 1 end", INTEGER),
        ("n > 1", BOOL),
        ("word in ('a', 'b')", BOOL),
        ("'fine' in kinds", BOOL),
        ("day < as_date", BOOL),
        ("vehicles > 0.10 * trucks", BOOL),
        ("flag = true", BOOL),
        ("word is null", BOOL),
        ("null", None),
        ("not flag or n = 1", BOOL),
    ],
)
def test_an_expression_has_a_type(text, expected):
    SCOPE["as_date"] = DATE
    assert kind_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n / m", Type("decimal")),
        ("yuan / vehicles", Type("decimal", 2, "yuan/vehicles")),
        ("vehicles / trucks", Type("decimal")),
        ("yuan / 2", Type("decimal", 2, "yuan")),
    ],
)
def test_a_division_has_the_quotient_of_the_units(text, expected):
    assert kind_of(text, division=True) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("missing > 1", "RE-521"),
        ("n > missing", "RE-521"),
        ("least(n, missing)", "RE-521"),
        ("n > word", "RE-522"),
        ("word > day", "RE-522"),
        ("n + word", "RE-522"),
        ("flag + 1", "RE-522"),
        ("not n", "RE-522"),
        ("n and flag", "RE-522"),
        ("flag > false", "RE-522"),
        ("n = null", "RE-522"),
        ("n in (1, 'a')", "RE-522"),
        ("kinds = 'fine'", "RE-522"),
        ("n in kinds", "RE-522"),
        ("kinds in ('fine', 'warning')", "RE-522"),
        ("case when n then 1 end", "RE-522"),
        ("case when flag then 1 else 'a' end", "RE-522"),
        ("least(word, 'a')", "RE-522"),
        ("-day", "RE-522"),
        ("day - 1", "RE-522"),
        ("coalesce(n, 'a')", "RE-522"),
        ("1 < 2 < 3", "RE-522"),
        ("day = '2022-01-31'", "RE-522"),
        ("vehicles > yuan", "RE-523"),
        ("vehicles + yuan", "RE-523"),
        ("least(vehicles, yuan)", "RE-523"),
        ("vehicles in (1, yuan)", "RE-523"),
        ("case when flag then vehicles else yuan end", "RE-523"),
        ("n / m", "RE-524"),
        ("n / m > 1", "RE-524"),
        ("flag or n / m > 1", "RE-524"),
    ],
)
def test_what_does_not_fit_is_refused(text, code):
    with pytest.raises(ExpressionError) as caught:
        kind_of(text)
    assert caught.value.code == code


UNITS = st.one_of(
    st.none(),
    st.builds(
        lambda above, below: unit_of("·".join(above), "·".join(below), divided=True),
        st.lists(st.sampled_from(["lifts", "persons", "km", "mg"]), max_size=3),
        st.lists(st.sampled_from(["lifts", "persons", "km", "mg"]), max_size=3),
    ),
)


@given(UNITS, UNITS, UNITS)
def test_units_form_a_commutative_group(a, b, c):
    assert unit_of(a) == a
    assert unit_of(a, None) == unit_of(None, a) == unit_of(a, None, divided=True) == a
    assert unit_of(a, b) == unit_of(b, a)
    assert unit_of(unit_of(a, b), c) == unit_of(a, unit_of(b, c))
    assert unit_of(a, a, divided=True) is None
    assert unit_of(unit_of(a, b, divided=True), b) == a
    assert unit_of(unit_of(a, b), b, divided=True) == a
    assert unit_of(a, unit_of(b, c, divided=True), divided=True) == unit_of(unit_of(a, c), b, divided=True)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("lifts_each * technicians", "lifts"),
        ("technicians * lifts_each", "lifts"),
        ("lifts / technicians", "lifts/persons"),
        ("lifts / lifts", None),
        ("1 / technicians", "1/persons"),
        ("1 / technicians * technicians", None),
        ("lifts / (lifts / technicians)", "persons"),
        ("lifts / technicians + lifts_each", "lifts/persons"),
        ("lifts_each * technicians + lifts", "lifts"),
        ("least(square, technicians * technicians)", "persons·persons"),
        ("speed * hours", "km"),
        ("spaced + lifts_each", "lifts / persons"),
    ],
)
def test_what_is_multiplied_and_divided_cancels(text, unit):
    units = {
        "lifts": "lifts", "technicians": "persons", "lifts_each": "lifts/persons", "square": "persons·persons",
        "speed": "km/h", "hours": "h", "spaced": "lifts / persons",
    }  # fmt: skip
    scope = {name: Type("integer", unit=given) for name, given in units.items()}
    assert type_of(parse_expression(text), scope, division=True).unit == unit
    assert type_of(parse_expression("lifts > lifts_each * technicians"), scope) == BOOL
    with pytest.raises(ExpressionError) as caught:
        type_of(parse_expression("lifts > lifts_each"), scope)
    assert (caught.value.code, caught.value.params["units"]) == ("RE-523", "lifts, lifts/persons")
