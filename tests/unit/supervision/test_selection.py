"""The draw as a pure function: RFC 3797's own vector, the slow way, and fair shares over many draws."""

from __future__ import annotations

import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.supervision.draw import draw, key_string, sample_size, selections
from riskengine.supervision.draw.population import Stratum

RFC_SOURCES = ([9319], [2, 12, 5, 8, 10], [9, 18, 26, 34, 41, 45])
RFC_RESULT = [17, 7, 2, 16, 25, 23, 8, 24, 19, 13]


def _slowly(key: str, pool: int, count: int) -> list[int]:
    """As the RFC writes it: take one out, close the gap."""
    left, taken = list(range(pool)), []
    for turn in range(count):
        mark = bytes([turn >> 8, turn & 255])
        value = int(hashlib.md5(mark + key.encode() + mark, usedforsecurity=False).hexdigest(), 16)
        taken.append(left.pop(value % len(left)))
    return taken


def test_the_vector_of_the_rfc():
    key = key_string(RFC_SOURCES)
    assert key == "9319./2.5.8.10.12./9.18.26.34.41.45./"
    assert [place + 1 for place in selections(key, 25, 10)] == RFC_RESULT


@given(st.text("0123456789./", max_size=40), st.integers(0, 300), st.data())
def test_the_quick_way_is_the_slow_way(key, pool, data):
    count = data.draw(st.integers(0, pool))
    assert selections(key, pool, count) == _slowly(key, pool, count)


@given(st.text("0123456789./", max_size=20), st.integers(1, 200))
def test_all_of_a_pool_are_drawn_once_and_a_larger_number_changes_no_beginning(key, pool):
    everybody = selections(key, pool, pool)
    assert sorted(everybody) == list(range(pool))
    assert selections(key, pool, pool // 2) == everybody[: pool // 2]


def test_more_than_there_are_cannot_be_drawn():
    with pytest.raises(ValueError, match="3 of 2"):
        selections("1./", 2, 3)


def test_a_thousand_of_a_million_in_seconds():
    begun = time.perf_counter()
    found = selections("1./", 1_000_000, 1_000)
    assert len(set(found)) == 1_000
    assert time.perf_counter() - begun < 10


def test_turns_beyond_two_bytes_go_on():
    found = selections("7./", 70_000, 70_000)
    assert sorted(found) == list(range(70_000))


@pytest.mark.parametrize(
    ("rounding", "expected"), [("up", [10, 40, 31, 8]), ("down", [10, 40, 30, 7]), ("half_up", [10, 40, 31, 7])]
)
def test_shares_are_rounded_as_stated(rounding, expected):
    asked = (("1%", 1000), ("10%", 400), ("50%", 61), ("80%", 9))
    assert [sample_size(share, operators, rounding, 0) for share, operators in asked] == expected


def test_at_least_is_of_those_there_are_and_nothing_of_a_share_of_nothing():
    assert sample_size("0.1%", 3, "down", 2) == 2
    assert sample_size("1%", 1, "down", 5) == 1
    assert sample_size("0%", 100, "up", 5) == 0
    assert sample_size("100%", 7, "half_up", 0) == 7


STRATA = (Stratum(1, "A", "D", 4, 1, 4, "50%", 2), Stratum(2, "B", "D", 3, 5, 7, "100%", 3))
COUNTIES = ["A"] * 4 + ["B"] * 3


def test_inspectors_serve_the_county_and_never_meet_whom_they_must_not():
    inspectors = {1: "A", 2: "A", 3: "", 4: "B"}
    for seed in range(200):
        for each in draw(f"{seed}./", STRATA, COUNTIES, inspectors, {5: {4}, 6: {3, 1}, 1: {2}}):
            assert len(set(each.inspectors)) in {0, 2}
            assert set(each.inspectors) <= ({1, 2, 3} if each.stratum == 1 else {3, 4})
            if each.number in {5, 6}:
                assert each.inspectors == ()
                assert each.eligible == 1
            if each.number == 1:
                assert set(each.inspectors) == {1, 3}


def test_an_operator_without_a_county_has_inspectors_of_all_counties_alone():
    (one,) = draw("1./", (Stratum(1, "", "D", 1, 1, 1, "100%", 1),), [""], {1: "A", 2: "", 3: ""}, {})
    assert set(one.inspectors) == {2, 3}


def _chi_squared(counts, expected):
    return sum((count - expected) ** 2 / expected for count in counts)


@pytest.mark.slow
def test_over_a_hundred_thousand_draws_everybody_has_the_same_chance():
    """Fixed seeds: 20 operators of whom 5 are drawn, 6 inspectors of whom 2 are; limits at one in ten thousand."""
    strata = (Stratum(1, "A", "C", 20, 1, 20, "25%", 5),)
    inspectors = dict.fromkeys(range(1, 7), "A")
    drawn, firsts, officers, pairs = [0] * 20, [0] * 20, [0] * 6, {}
    for seed in range(100_000):
        found = draw(f"{seed}./", strata, ["A"] * 20, inspectors, {})
        firsts[found[0].number - 1] += 1
        for each in found:
            drawn[each.number - 1] += 1
        for who in found[0].inspectors:
            officers[who - 1] += 1
        pairs[frozenset(found[0].inspectors)] = pairs.get(frozenset(found[0].inspectors), 0) + 1
    assert sum(drawn) == 500_000
    assert _chi_squared(firsts, 5_000) < 50.8  # 19 degrees of freedom
    # Five different ones of twenty: the counts vary less than independent ones, by (1 − 5/20) · 20/19.
    assert _chi_squared(drawn, 25_000) / (0.75 * 20 / 19) < 50.8
    assert _chi_squared(officers, 100_000 / 3) / (2 / 3 * 6 / 5) < 25.8  # 5 degrees of freedom
    assert len(pairs) == 15
    assert _chi_squared(pairs.values(), 100_000 / 15) < 42.6  # 14 degrees of freedom


@pytest.mark.slow
def test_neighbouring_strata_are_drawn_independently():
    strata = (Stratum(1, "A", "C", 4, 1, 4, "25%", 1), Stratum(2, "B", "C", 4, 5, 8, "25%", 1))
    met = {}
    for seed in range(100_000):
        one, other = draw(f"{seed}./", strata, ["A"] * 8, {}, {})
        met[one.number, other.number] = met.get((one.number, other.number), 0) + 1
    assert len(met) == 16
    assert _chi_squared(met.values(), 100_000 / 16) < 44.3  # 15 degrees of freedom
