from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.kernel.decimals import decimal_places, from_scaled, plain, round_half_up


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("0.135", 2, "0.14"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("3.5", 0, "4"),
        ("0.0049999", 2, "0.00"),
        ("-0.004", 2, "0.00"),
        ("1", 6, "1.000000"),
        ("99999999999999999999.995", 2, "100000000000000000000.00"),
    ],
)
def test_halves_go_away_from_zero(value, places, expected):
    assert str(round_half_up(Decimal(value), places)) == expected


def test_a_fraction_is_rounded_once_and_never_by_way_of_a_decimal():
    third_of_a_cent = Fraction(1, 200) - Fraction(1, 10**40)
    assert round_half_up(third_of_a_cent, 2) == Decimal("0.00")
    assert round_half_up(Fraction(1, 200), 2) == Decimal("0.01")


@given(st.fractions(max_denominator=10**9), st.integers(0, 8))
def test_the_rounded_value_is_at_most_half_a_step_away_and_has_its_places(value, places):
    rounded = round_half_up(value, places)
    assert abs(Fraction(rounded) - value) * 10**places * 2 <= 1
    assert rounded.as_tuple().exponent == -places
    assert Fraction(round_half_up(-value, places)) == -Fraction(rounded)


@given(st.integers(-(10**30), 10**30), st.integers(0, 12))
def test_a_scaled_integer_and_its_decimal_are_the_same_number(scaled, places):
    assert Fraction(from_scaled(scaled, places)) == Fraction(scaled, 10**places)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.500000"), "12.5"),
        (Decimal("-0.00"), "0"),
        (Decimal(100), "100"),
        (Decimal("1E+3"), "1000"),
        (0, "0"),
        (-7, "-7"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1, 8), "0.125"),
        (Fraction(-5, 2), "-2.5"),
        (Decimal("0.10"), "0.1"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, text):
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "places"), [(Fraction(1, 4), 2), (Fraction(3), 0), (Fraction(1, 3), None), (Fraction(1, 2**31), None)]
)
def test_the_digits_of_a_fraction_are_counted_exactly(value, places):
    assert decimal_places(value) == places
