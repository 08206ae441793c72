"""Intervals and tails of counts: against values of SciPy, kept here and computed anew where it is installed."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import comb

import pytest

from riskengine.kernel.chances import (
    as_many_or_more,
    beta_quantile,
    beta_share,
    clustered_interval,
    discovery_rates,
    log_gamma,
    rounded,
    share_interval,
    student_975_squared,
)


def close(found: Decimal, expected: float, relative: float = 1e-9) -> bool:
    return abs(float(found) - expected) <= relative * max(abs(expected), 1e-12)


@pytest.mark.parametrize(
    ("share", "a", "b", "expected"),
    [  # scipy.stats.beta.ppf
        ("0.025", "3", "8", 0.06673951117773447),
        ("0.975", "4", "7", 0.6524528500599972),
        ("0.5", "0.5", "0.5", 0.5),
        ("0.05", "1", "1", 0.05),
    ],
)
def test_quantiles_are_those_that_are_known(share, a, b, expected):
    assert close(beta_quantile(Decimal(share), Decimal(a), Decimal(b)), expected)


def test_a_quantile_is_where_the_share_lies():
    dice = random.Random(1)  # noqa: S311
    for _ in range(40):
        a, b = (Decimal(str(round(dice.uniform(0.2, 400), 3))) for _ in range(2))
        share = Decimal(str(round(dice.uniform(0.001, 0.999), 4)))
        assert abs(beta_share(beta_quantile(share, a, b), a, b) - share) < Decimal("1e-13")


def test_it_is_what_scipy_says():
    stats = pytest.importorskip("scipy.stats", reason="SciPy is not installed")
    special = pytest.importorskip("scipy.special")
    dice = random.Random(2)  # noqa: S311
    for _ in range(60):
        a, b = (dice.choice([0.3, 1, 2.5, 17, 400.25, 12345, 99999]) for _ in range(2))
        share = dice.choice([0.025, 0.05, 0.5, 0.975])
        found = beta_quantile(*(Decimal(str(value)) for value in (share, a, b)))
        assert close(found, stats.beta.ppf(share, a, b)), (share, a, b)
        assert close(log_gamma(Decimal(str(a))), special.gammaln(a), 1e-12)
        whole = dice.randint(5, 50_000)
        marked, drawn = dice.randint(0, whole), dice.randint(1, whole)
        mean = drawn * marked // whole
        hits = dice.randint(max(0, mean - 20), min(drawn, marked) if dice.random() < 0.2 else mean + 30)
        expected = stats.hypergeom.sf(hits - 1, whole, marked, drawn)
        assert abs(float(as_many_or_more(hits, drawn, marked, whole)) - expected) < 1e-9
        of = dice.randint(1, 300)
        some = dice.randint(0, of)
        interval = stats.binomtest(some, of).proportion_ci(0.95, "exact")
        assert close(share_interval(some, of)[0], interval.low)
        assert close(share_interval(some, of)[1], interval.high)
    assert close(student_975_squared(7), stats.t.ppf(0.975, 7) ** 2)
    chances = [dice.random() ** 3 for _ in range(50)]
    expected_rates = stats.false_discovery_control(chances)
    rates = discovery_rates([Decimal(str(chance)) for chance in chances])
    assert all(close(rate, expected) for rate, expected in zip(rates, expected_rates, strict=True))


def test_the_tail_is_exact():
    for drawn, marked, whole in ((5, 3, 12), (7, 9, 20), (30, 40, 200)):
        below = Fraction(0)
        for found in range(min(drawn, marked) + 1):
            tail = as_many_or_more(found, drawn, marked, whole)
            assert abs(Fraction(tail) - (1 - below)) < Fraction(1, 10**24)
            below += Fraction(comb(marked, found) * comb(whole - marked, drawn - found), comb(whole, drawn))
    assert as_many_or_more(5, 4, 4, 10) == 0
    assert as_many_or_more(0, 4, 4, 10) == 1


def test_of_nothing_nothing_is_known():
    assert share_interval(0, 0) == (0, 1)
    assert clustered_interval(0, 0, 0, (0, 0, 0)) == (0, 1)


def test_none_and_all_have_a_limit_that_is_known():
    low, high = share_interval(0, 10)
    assert low == 0
    assert close(high, 1 - 0.025 ** (1 / 10))
    assert share_interval(10, 10)[1] == 1
    assert share_interval(10, 10)[0] == pytest.approx(1 - high)


def test_groups_that_are_alike_make_an_interval_wider_and_never_narrower():
    groups = [(9, 10)] * 2 + [(0, 10)] * 3
    even = [(1, 2)] * 25
    plain = share_interval(18, 50)

    def interval(parts):
        squares = (sum(r * r for r, _ in parts), sum(r * n for r, n in parts), sum(n * n for _, n in parts))
        found, of = (sum(part[at] for part in parts) for at in (0, 1))
        return clustered_interval(found, of, len(parts), squares)

    low, high = interval(groups)
    assert low < plain[0]
    assert high > plain[1]
    assert interval(even) == share_interval(25, 50)


def test_rates_of_false_discoveries_do_not_hang_on_the_order():
    chances = [Decimal(text) for text in ("0.001", "0.02", "0.02", "0.9")]
    expected = dict(zip(chances, discovery_rates(chances), strict=True))
    for order in permutations(chances):
        assert discovery_rates(list(order)) == [expected[chance] for chance in order]
    assert [rounded(rate, 4) for rate in discovery_rates(chances)] == [
        Decimal(text) for text in ("0.0040", "0.0267", "0.0267", "0.9000")
    ]
