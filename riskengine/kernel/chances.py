"""Intervals and tail probabilities of counts, in decimals of 34 digits: the same on every machine.

Formulas of textbooks, short enough to be read; a test holds them against SciPy. Nothing here is a float.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.kernel.decimals import round_half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.kernel.decimals import Number

ONE, ZERO, TWO = Decimal(1), Decimal(0), Decimal(2)
NORMAL_975 = Decimal("1.959963984540054235524594430520551527955")
"""The point of the normal distribution below which 97.5 % lie: for intervals of 95 %."""

_CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-(10**6), Emax=10**6)
_PI = Decimal("3.141592653589793238462643383279502884197")
_STIRLING = tuple(
    Decimal(over) / Decimal(under)
    for over, under in ((1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188), (-691, 360360), (1, 156), (-3617, 122400))
)
_SHIFT = 40  # Stirling's series is used from here on: its first term left out is below 10^-26
_ENOUGH = Decimal("1e-26")
_TINY = Decimal("1e-300")
_CONVERGED = Decimal("1e-20")
_CLOSE = Decimal("1e-14")
_TAIL, _AWAY = Decimal("0.1"), Decimal("1.8")
_MOST_STEPS = 200_000
_HALVINGS = 200


def decimal_of(value: Number) -> Decimal:
    """A number as a decimal of 34 digits."""
    with localcontext(_CONTEXT):
        fraction = Fraction(value)
        return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def rounded(value: Number, places: int) -> Decimal:
    """Rounded once, half up, to ``places`` digits: what is stored and shown."""
    return round_half_up(value, places)


@lru_cache(maxsize=1 << 16)
def log_gamma(value: Decimal) -> Decimal:
    """The logarithm of the gamma function of a number above 0, by Stirling's series."""
    with localcontext(_CONTEXT):
        product, at = ONE, value
        while at < _SHIFT:
            product, at = product * at, at + ONE
        square, power, series = at * at, at, ZERO
        for term in _STIRLING:
            series += term / power
            power *= square
        return (at - ONE / TWO) * at.ln() - at + (TWO * _PI).ln() / TWO + series - product.ln()


def beta_share(at: Decimal, a: Decimal, b: Decimal) -> Decimal:
    """The share of the beta distribution of ``a`` and ``b`` that lies below ``at`` (its incomplete beta function).

    Lentz's continued fraction (Abramowitz and Stegun, 26.5.8).
    """
    if at <= 0:
        return ZERO
    if at >= 1:
        return ONE
    with localcontext(_CONTEXT):
        if at > (a + ONE) / (a + b + TWO):
            return ONE - _below(ONE - at, b, a)
        return _below(at, a, b)


def _density_scale(at: Decimal, a: Decimal, b: Decimal) -> Decimal:
    """``at^a (1 - at)^b / B(a, b)``."""
    log_beta = log_gamma(a) + log_gamma(b) - log_gamma(a + b)
    return (a * at.ln() + b * (ONE - at).ln() - log_beta).exp()


def _below(at: Decimal, a: Decimal, b: Decimal) -> Decimal:
    c, d = ONE, _apart(ONE - (a + b) * at / (a + ONE))
    d = ONE / d
    found = d
    for step in range(1, _MOST_STEPS):
        m = Decimal(step)
        for part in (
            m * (b - m) * at / ((a + TWO * m - ONE) * (a + TWO * m)),
            -(a + m) * (a + b + m) * at / ((a + TWO * m) * (a + TWO * m + ONE)),
        ):
            d = ONE / _apart(ONE + part * d)
            c = _apart(ONE + part / c)
            found *= c * d
        if abs(c * d - ONE) < _CONVERGED:
            break
    return _density_scale(at, a, b) * found / a


def _apart(value: Decimal) -> Decimal:
    return value if abs(value) > _TINY else _TINY


@lru_cache(maxsize=1 << 16)
def beta_quantile(share: Decimal, a: Decimal, b: Decimal) -> Decimal:
    """The point below which ``share`` of the beta distribution of ``a`` and ``b`` lies, to 13 digits.

    Newton's steps, within limits that are halved where a step would leave them.
    """
    with localcontext(_CONTEXT):
        low, high, at = ZERO, ONE, a / (a + b)
        if not _TAIL < share < ONE - _TAIL:  # begin near the end that is asked for
            away = _AWAY * (at * (ONE - at) / (a + b + ONE)).sqrt() * (-1 if share <= _TAIL else 1)
            at = at + away if ZERO < at + away < ONE else at
        for _ in range(_HALVINGS):
            miss = beta_share(at, a, b) - share
            low, high = (low, at) if miss > 0 else (at, high)
            slope = _density_scale(at, a, b) / (at * (ONE - at))
            step = at - miss / slope if slope > _TINY else ZERO
            nearer = step if low < step < high else (low + high) / TWO
            if abs(nearer - at) <= _CLOSE * nearer:
                return nearer
            at = nearer
        return at


@lru_cache(maxsize=1 << 16)
def share_interval(found: Number, of: Number) -> tuple[Decimal, Decimal]:
    """The interval of 95 % of a share: ``found`` of ``of`` (Clopper and Pearson 1934); neither need be whole.

    Of nothing nothing is known: 0 to 1.
    """
    if of == 0:
        return ZERO, ONE
    some, rest = decimal_of(found), decimal_of(Fraction(of) - Fraction(found))
    tail = Decimal("0.025")
    low = beta_quantile(tail, some, rest + ONE) if some > 0 else ZERO
    high = beta_quantile(ONE - tail, some + ONE, rest) if rest > 0 else ONE
    return low, high


@lru_cache(maxsize=1 << 10)
def student_975_squared(freedom: int) -> Decimal:
    """The square of the point of Student's distribution below which 97.5 % lie."""
    with localcontext(_CONTEXT):
        at = beta_quantile(Decimal("0.05"), Decimal(freedom) / TWO, ONE / TWO)
        return Decimal(freedom) * (ONE - at) / at


def clustered_interval(found: int, of: int, groups: int, squares: tuple[int, int, int]) -> tuple[Decimal, Decimal]:
    """The interval of 95 % of a share whose cases come in groups (Korn and Graubard 1998).

    The cases of a group are alike, so they count for fewer: the interval is Clopper and Pearson's of as many as they
    are worth by the variance between groups, never more than there are.

    Args:
        found: cases that are meant.
        of: all cases.
        groups: of how many groups they are.
        squares: the sums over groups of found squared, of found times cases, and of cases squared.
    """
    if of == 0:
        return ZERO, ONE
    share = Fraction(found, of)
    if found in {0, of} or groups < 2:
        worth = Fraction(min(groups, of))
    else:
        both, mixed, cases = squares
        spread = Fraction(groups, groups - 1) * (both - 2 * share * mixed + share * share * cases) / (of * of)
        freedom = Fraction(student_975_squared(of - 1)) / Fraction(student_975_squared(groups - 1))
        worth = min(Fraction(of), share * (1 - share) / spread * freedom) if spread else Fraction(of)
    return share_interval(share * worth, worth)


@lru_cache(maxsize=1 << 16)
def as_many_or_more(found: int, drawn: int, marked: int, whole: int) -> Decimal:
    """How likely ``found`` or more of ``drawn`` are marked, where ``marked`` of ``whole`` are (Fisher's exact test).

    The terms of the hypergeometric distribution by their ratios, from the largest down until they no longer count.
    """
    least, most = max(0, drawn + marked - whole), min(drawn, marked)
    if found <= least:
        return ONE
    if found > most:
        return ZERO
    with localcontext(_CONTEXT):
        peak = min(max((drawn + 1) * (marked + 1) // (whole + 2), least), most)
        above = _terms(peak, most, drawn, marked, whole)
        below = _terms_down(peak, least, drawn, marked, whole)
        total = sum(above, ZERO) + sum(below, ZERO)
        if found > peak:
            rest = _tail_from(found, peak, above, (drawn, marked, whole))
        else:
            rest = sum(above, ZERO) + sum(below[: peak - found], ZERO)
        return rest / total


def _terms(begin: int, end: int, drawn: int, marked: int, whole: int) -> list[Decimal]:
    """Terms from ``begin`` up, that of ``begin`` being 1, until they no longer count."""
    terms, term = [ONE], ONE
    for at in range(begin, end):
        over = (drawn - at) * (marked - at)
        under = (at + 1) * (whole - drawn - marked + at + 1)
        term = term * over / under
        terms.append(term)
        if term < _ENOUGH:
            break
    return terms


def _terms_down(begin: int, end: int, drawn: int, marked: int, whole: int) -> list[Decimal]:
    """Terms from the one below ``begin`` down."""
    terms, term = [], ONE
    for at in range(begin, end, -1):
        over = at * (whole - drawn - marked + at)
        under = (drawn - at + 1) * (marked - at + 1)
        term = term * over / under
        terms.append(term)
        if term < _ENOUGH:
            break
    return terms


def _tail_from(found: int, peak: int, above: Sequence[Decimal], table: tuple[int, int, int]) -> Decimal:
    """The sum of the terms from ``found`` up; beyond those that count, the first of them alone is enough."""
    if found - peak < len(above):
        return sum(above[found - peak :], ZERO)
    drawn, marked, whole = table
    term = above[-1]
    for at in range(peak + len(above) - 1, found):
        term = term * ((drawn - at) * (marked - at)) / ((at + 1) * (whole - drawn - marked + at + 1))
    return term


def discovery_rates(chances: Sequence[Decimal]) -> list[Decimal]:
    """The least false discovery rate at which each of many tests would be counted (Benjamini and Hochberg 1995)."""
    order = sorted(range(len(chances)), key=lambda at: chances[at], reverse=True)
    rates = [ONE] * len(chances)
    least, count = ONE, len(chances)
    with localcontext(_CONTEXT):
        for passed, at in enumerate(order):
            least = min(least, chances[at] * count / (count - passed))
            rates[at] = least
    return rates
