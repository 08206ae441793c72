"""Expressions: Kleene's logic, exact arithmetic, and what unknown does to each operation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tiny import fact

T, F, U = True, False, None
AND = {(T, T): T, (T, F): F, (T, U): U, (F, T): F, (F, F): F, (F, U): F, (U, T): U, (U, F): F, (U, U): U}
OR = {(T, T): T, (T, F): T, (T, U): T, (F, T): T, (F, F): F, (F, U): U, (U, T): T, (U, F): U, (U, U): U}
PROFILE = {
    **{name: {"type": "bool"} for name in ("p", "q")},
    **{name: {"type": "integer"} for name in ("m", "n")},
    "word": {"type": "text"},
    "day": {"type": "date"},
    "share": {"type": "decimal", "places": 3, "min": -100, "max": 100},
}


def value(engine, expression, **cells):
    return fact(
        engine, {"value": expression, "places": 6 if "/" in expression else None}, operator=cells, profile=PROFILE
    )


@pytest.mark.parametrize(("p", "q"), list(AND))
def test_and_or_follow_kleene(engine, p, q):
    assert value(engine, "p and q", p=p, q=q) is AND[p, q]
    assert value(engine, "p or q", p=p, q=q) is OR[p, q]


@pytest.mark.parametrize(("p", "expected"), [(T, F), (F, T), (U, U)])
def test_not_unknown_is_unknown(engine, p, expected):
    assert value(engine, "not p", p=p) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m > 1", U),
        ("m = m", U),
        ("m <> 1", U),
        ("m + n", U),
        ("m * 0", U),
        ("-m", U),
        ("least(20, m)", U),
        ("greatest(20, m)", U),
        ("m in (1, 2)", U),
        ("m between 0 and 9", U),
        ("m is null", T),
        ("m is not null", F),
        ("coalesce(m, n)", 3),
        ("coalesce(m, 7)", 7),
    ],
)
def test_an_operation_with_an_unknown_is_unknown_unless_it_asks_for_it(engine, expression, expected):
    assert value(engine, expression, m=None, n=3) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("n in (3, m)", T),
        ("n in (4, m)", U),
        ("n in (4, 5)", F),
        ("n not in (4, m)", U),
        ("n between m and 2", F),
        ("n between m and 4", U),
    ],
)
def test_membership_and_ranges_are_unknown_only_where_the_unknown_could_decide(engine, expression, expected):
    assert value(engine, expression, m=None, n=3) is expected


def test_a_case_stops_at_an_unknown_condition(engine):
    expression = "case when m > 1 then 1 when n > 1 then 2 else 3 end"
    assert value(engine, expression, m=None, n=5) is None
    assert value(engine, expression, m=0, n=5) == 2
    assert value(engine, expression, m=0, n=0) == 3
    assert value(engine, "case when n > 9 then 1 end", n=0) is None


@pytest.mark.parametrize(
    ("m", "n", "expected"), [(1, 3, "0.333333"), (2, 3, "0.666667"), (1, 8, "0.125000"), (0, 3, "0.000000")]
)
def test_a_division_is_rounded_half_up_to_its_places(engine, m, n, expected):
    assert value(engine, "m / n", m=m, n=n) == Decimal(expected)


def test_division_by_zero_is_unknown(engine):
    assert value(engine, "m / n", m=5, n=0) is None


@pytest.mark.parametrize(
    ("share", "expected"), [("0.125", "0.13"), ("-0.125", "-0.13"), ("0.124", "0.12"), ("0.375", "0.38")]
)
def test_halves_are_rounded_away_from_zero(engine, share, expected):
    found = fact(engine, {"value": "share * 1", "places": 2}, operator={"share": Decimal(share)}, profile=PROFILE)
    assert found == Decimal(expected)


def test_decimals_are_exact(engine):
    assert value(engine, "share + share + share = 0.3", share=Decimal("0.1")) is True
    assert value(engine, "share * 3", share=Decimal("0.1")) == Decimal("0.300")


def test_texts_and_dates_compare_as_themselves(engine):
    assert value(engine, "word = '乙'", word="乙") is True
    assert value(engine, "word < 'b'", word="a") is True
    assert value(engine, "word < 'a'", word="Z") is True, "by code point, not by locale"
    assert value(engine, "day >= date '2022-02-28'", day=date(2022, 2, 28)) is True
    assert value(engine, "day < as_of", day=date(2022, 12, 31)) is False


def test_text_with_a_quote_is_text(engine):
    assert value(engine, "word = 'a''b'", word="a'b") is True
