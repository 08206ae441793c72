"""How far two reviewers agree beyond chance: Cohen's kappa, plain and weighted, in exact fractions.

Kappa (Cohen 1960) is 1 less the disagreement observed over that expected of two who judge independently, each with
their own frequencies; weighted (Cohen 1968) by how far apart two judgements are. Where all judgements of both are
one and the same, none is expected and kappa is not defined: None, however well they agree.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from riskengine.kernel.decimals import Number

Pair = tuple["Number", "Number"]
"""What the first reviewer gave a file, and the second."""


class Agreement(NamedTuple):
    """How far two agree.

    Attributes:
        files: how many both have judged.
        same: for how many of them they gave the same.
        kappa: unweighted; None where it is not defined.
        weighted: with linear weights; None where it is not defined.
    """

    files: int
    same: int
    kappa: Fraction | None
    weighted: Fraction | None


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """The agreement of two reviewers.

    >>> agreement([(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15).kappa
    Fraction(2, 5)
    """
    same = sum(one == two for one, two in pairs)
    return Agreement(len(pairs), same, kappa(pairs, apart), kappa(pairs, linear))


def kappa(pairs: Sequence[Pair], distance: Callable[[Number, Number], Fraction]) -> Fraction | None:
    """Kappa with a distance between judgements as the weight of a disagreement; None where it is not defined.

    Args:
        pairs: what both gave each file.
        distance: 0 for the same.
    """
    count = len(pairs)
    ones, twos = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    expected = sum(
        (distance(one, two) * n * m for one, n in ones.items() for two, m in twos.items()), start=Fraction(0)
    )
    if not expected:
        return None
    observed = sum((distance(one, two) for one, two in pairs), start=Fraction(0))
    return 1 - observed * count / expected


def apart(one: Number, two: Number) -> Fraction:
    """1 where two judgements differ: the weights of plain kappa."""
    return Fraction(one != two)


def linear(one: Number, two: Number) -> Fraction:
    """How far two numbers are apart."""
    return abs(Fraction(one) - Fraction(two))


def quadratic(one: Number, two: Number) -> Fraction:
    """The square of how far two numbers are apart."""
    return linear(one, two) ** 2
