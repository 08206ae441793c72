"""Between which numbers a value can lie, as far as the policy says: what no record can bring about is not demanded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from riskengine.policy.expression import Expression, Literal, Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest that a number can be; None is open. Nothing is known of texts and dates."""

    low: Fraction | None = None
    high: Fraction | None = None

    def can_be_below(self, other: Range) -> bool:
        """Whether a value of this range may be less than one of the other."""
        return self.low is None or other.high is None or self.low < other.high

    def can_equal(self, other: Range) -> bool:
        """Whether the ranges have a number in common."""
        return not (_above(self.low, other.high) or _above(other.low, self.high))


ANY = Range()


def _above(low: Fraction | None, high: Fraction | None) -> bool:
    return low is not None and high is not None and low > high


def between(low: Decimal | int | None, high: Decimal | int | None) -> Range:
    """The range from one number to another; None is open."""
    return Range(*(None if end is None else Fraction(end) for end in (low, high)))


def around(values: Iterable[Decimal | int | str | None]) -> Range:
    """The least range that holds some numbers; open where one of them is no number."""
    held = list(values)
    numbers = [Fraction(value) for value in held if isinstance(value, Decimal | int)]
    return Range(min(numbers), max(numbers)) if numbers and len(numbers) == len(held) else ANY


def at_least(end: Fraction | None, limit: Decimal | int | None) -> Fraction | None:
    """The lower end of a range under which a floor is put."""
    ends = [each for each in (end, None if limit is None else Fraction(limit)) if each is not None]
    return max(ends, default=None)


def at_most(end: Fraction | None, limit: Decimal | int | None) -> Fraction | None:
    """The upper end of a range over which a ceiling is put."""
    ends = [each for each in (end, None if limit is None else Fraction(limit)) if each is not None]
    return min(ends, default=None)


def union(ranges: Iterable[Range]) -> Range:
    """The least range that holds all of some ranges."""
    held = list(ranges)
    lows, highs = [each.low for each in held], [each.high for each in held]
    low = None if None in lows or not held else min(each for each in lows if each is not None)
    high = None if None in highs or not held else max(each for each in highs if each is not None)
    return Range(low, high)


def range_of(tree: Expression, names: Mapping[str, Range]) -> Range:
    """The range of an expression; a name that is not known is open.

    >>> from riskengine.policy.parser import parse_expression
    >>> range_of(parse_expression("least(n * 2, 7) - 1"), {"n": between(0, None)})
    Range(low=Fraction(-1, 1), high=Fraction(6, 1))
    """
    if isinstance(tree, Literal):
        return ANY if isinstance(tree.value, bool | date) else around([tree.value])
    if isinstance(tree, Name):
        return names.get(tree.name, ANY)
    if tree.op == "case":
        values = [*tree.operands[1:-1:2], tree.operands[-1]]
        return union(range_of(each, names) for each in values if each != Literal(None))
    computed = _COMPUTED.get(tree.op)
    return ANY if computed is None else computed([range_of(each, names) for each in tree.operands])


def _sum(parts: Sequence[Range]) -> Range:
    left, right = parts
    low = None if left.low is None or right.low is None else left.low + right.low
    high = None if left.high is None or right.high is None else left.high + right.high
    return Range(low, high)


def _negative(parts: Sequence[Range]) -> Range:
    [part] = parts
    return Range(None if part.high is None else -part.high, None if part.low is None else -part.low)


def _product(parts: Sequence[Range]) -> Range:
    left, right = parts
    if None not in {left.low, left.high, right.low, right.high}:
        corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]  # type: ignore[operator]
        return Range(min(corners), max(corners))
    if left.low is not None and right.low is not None and left.low >= 0 and right.low >= 0:
        return Range(left.low * right.low)
    return ANY


def _quotient(parts: Sequence[Range]) -> Range:
    left, right = parts
    positive = left.low is not None and right.low is not None and left.low >= 0 and right.low >= 0
    return Range(Fraction(0)) if positive else ANY


def _least(parts: Sequence[Range]) -> Range:
    lows, highs = [part.low for part in parts], [part.high for part in parts if part.high is not None]
    low = None if None in lows else min(each for each in lows if each is not None)
    return Range(low, min(highs) if highs else None)


def _greatest(parts: Sequence[Range]) -> Range:
    return _negative([_least([_negative([part]) for part in parts])])


_COMPUTED: dict[str, Callable[[Sequence[Range]], Range]] = {
    "+": _sum,
    "-": lambda parts: _sum([parts[0], _negative([parts[1]])]),
    "*": _product,
    "/": _quotient,
    "neg": _negative,
    "least": _least,
    "greatest": _greatest,
    "coalesce": union,
}
