"""Dates, sums and shares as their readers write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.kernel.formats import (
    font_stack,
    large_yuan,
    long_date,
    month_of_year,
    number,
    percent,
    table_date,
    yuan,
)


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (date(2022, 12, 31), "2022年12月31日", "31 December 2022"),
        (date(2023, 1, 2), "2023年1月2日", "2 January 2023"),
        (date(2020, 2, 29), "2020年2月29日", "29 February 2020"),
    ],
)
def test_a_date_in_a_sentence_is_written_out(day, zh, en):
    assert (long_date(day, "zh"), long_date(day, "en")) == (zh, en)


def test_a_date_in_a_table_is_short_and_none_is_empty():
    assert table_date(date(2022, 3, 4)) == "2022-03-04"
    assert table_date(None) == ""
    assert month_of_year(date(2022, 3, 4), "zh") == "2022年3月"
    assert month_of_year(date(2022, 3, 4), "en") == "March 2022"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0元", "0 yuan"),
        (Decimal("2000.00"), "2,000元", "2,000 yuan"),
        (Decimal("1234.5"), "1,234.50元", "1,234.50 yuan"),
        (Decimal("-1234567.89"), "-1,234,567.89元", "-1,234,567.89 yuan"),
        (Decimal("0.005"), "0.005元", "0.005 yuan"),
    ],
)
def test_a_sum_is_exact_with_separators(value, zh, en):
    assert (yuan(value, "zh"), yuan(value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (999, "999元", "999 yuan"),
        (9999, "9,999元", "about 10 thousand yuan"),
        (10_000, "1万元", "10 thousand yuan"),
        (123_456, "约12.35万元", "about 123.46 thousand yuan"),
        (123_500, "12.35万元", "123.5 thousand yuan"),
        (2_000_000_000, "20亿元", "2,000 million yuan"),
    ],
)
def test_a_large_sum_is_short_and_says_where_it_is_rounded(value, zh, en):
    assert (large_yuan(value, "zh"), large_yuan(value, "en")) == (zh, en)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**13), max_value=10**13))
def test_what_is_written_reads_back_as_the_same_number(value):
    assert Decimal(number(value).replace(",", "")) == value
    assert Decimal(yuan(value, "zh").removesuffix("元").replace(",", "")) == value


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_rounded_half_up(part, whole):
    shown = Fraction(percent(part, whole, "zh").removesuffix("%"))
    assert -Fraction(1, 20) < shown - Fraction(100 * part, whole) <= Fraction(1, 20)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_fonts_end_with_what_every_machine_has_and_know_chinese(lang):
    assert font_stack(lang).endswith("sans-serif")
    assert "CJK SC" in font_stack(lang)
