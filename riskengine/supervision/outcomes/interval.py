"""The exact interval of a share (Clopper and Pearson 1934), in whole numbers: nothing is approximated.

Chosen over Wilson's because the numbers are small and an interval that is too narrow would blame: this one holds the
true share at least as often as it says, whatever that is. The limits are rounded outwards to four places.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING, NamedTuple

from riskengine.kernel.decimals import from_scaled

if TYPE_CHECKING:
    from decimal import Decimal

PLACES = 4
_GRID = 10**PLACES
TAIL_95 = Fraction(1, 40)
"""What lies beyond each limit of an interval of 95 %."""


class Interval(NamedTuple):
    """The limits of a share, both included."""

    low: Decimal
    high: Decimal


def share_interval(found: int, of: int, tail: Fraction = TAIL_95) -> Interval:
    """The interval of a share of which ``found`` of ``of`` were seen; of nothing it is 0 to 1.

    >>> share_interval(0, 10), share_interval(4, 20, Fraction(1, 20))
    (Interval(low=Decimal('0.0000'), high=Decimal('0.3085')), Interval(low=Decimal('0.0713'), high=Decimal('0.4011')))

    Args:
        found: 0 to ``of``.
        of: how many there were.
        tail: the chance beyond each limit.
    """
    high = _high(found, of, tail)
    low = _GRID - _high(of - found, of, tail)
    return Interval(from_scaled(low, PLACES), from_scaled(high, PLACES))


def _high(found: int, of: int, tail: Fraction) -> int:
    """The least share on the grid under which so few are seen with a chance of ``tail`` or less."""
    if found == of:
        return _GRID
    below, above = 0, _GRID  # at 0 the chance is 1, at the whole grid it is 0
    while above - below > 1:
        middle = (below + above) // 2
        if _chance_of_so_few(found, of, middle) * tail.denominator <= tail.numerator * _GRID**of:
            above = middle
        else:
            below = middle
    return above


def _chance_of_so_few(found: int, of: int, share: int) -> int:
    """The chance of ``found`` or fewer of ``of``, each with a chance of ``share`` on the grid; times grid^of."""
    rest = _GRID - share
    if 2 * found < of:
        return sum(comb(of, k) * share**k * rest ** (of - k) for k in range(found + 1))
    return _GRID**of - sum(comb(of, k) * share**k * rest ** (of - k) for k in range(found + 1, of + 1))
