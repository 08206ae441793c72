"""Exact numbers: fractions while computing, decimals of a stated scale when stored. Never a float."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Number = int | Decimal | Fraction


def round_half_up(value: Number, places: int) -> Decimal:
    """Round once, halves away from zero, to ``places`` digits after the point.

    >>> round_half_up(Fraction(1, 8), 2), round_half_up(Fraction(-5, 2), 0)
    (Decimal('0.13'), Decimal('-3'))
    """
    return from_scaled(scaled_half_up(Fraction(value), places), places)


def scaled_half_up(value: Fraction, places: int) -> int:
    """``value`` times 10^places, halves away from zero, as an integer."""
    scaled = abs(value) * int("1" + "0" * places)
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return -rounded if value < 0 else rounded


def from_scaled(scaled: int, places: int) -> Decimal:
    """The decimal ``scaled`` / 10^places with exactly ``places`` digits, however large.

    >>> from_scaled(-1250, 2)
    Decimal('-12.50')
    """
    return Decimal((1 if scaled < 0 else 0, tuple(int(digit) for digit in str(abs(scaled))), -places))


def places_of(value: object) -> int | None:
    """Digits after the point of a plain value; None where it is no number."""
    if isinstance(value, Decimal):
        return max(0, -int(value.as_tuple().exponent))
    return 0 if isinstance(value, int) and not isinstance(value, bool) else None


def plain(value: Number) -> str:
    """A number as people write it: no exponent, no trailing zeros after the point.

    >>> plain(Decimal("12.500000")), plain(Decimal("-0.00")), plain(Fraction(1, 3))
    ('12.5', '0', '1/3')
    """
    if isinstance(value, Fraction):
        places = decimal_places(value)
        if places is None:
            return f"{value.numerator}/{value.denominator}"
        value = from_scaled(scaled_half_up(value, places), places)
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def decimal_places(value: Fraction, most: int = 30) -> int | None:
    """How many digits after the point write ``value`` exactly; None where no number up to ``most`` does."""
    rest = value.denominator
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    return places if rest == 1 and places <= most else None
