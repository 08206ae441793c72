# ruff: noqa: DTZ001  files hold local times without a zone
from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module

import pytest

from riskengine.records.grammar import (
    Doubt,
    Fault,
    bool_of,
    date_of,
    decimal_of,
    extra_of,
    id_of,
    integer_of,
    simple,
    text_of,
)
from riskengine.records.words import areas_of, plate_of, word_of, words_of

WORDS = {"general": "general", "一般": "general", "serious": "serious", "严重": "serious"}


def yuan(raw):
    return decimal_of(raw, places=2, low=0, high=10**12)


def code(value):
    return value.code if isinstance(value, Fault) else value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("  甲 公司　", "甲 公司"),
        ("", None),
        ("  ", None),
        (None, None),
        ("无", "无"),
        ("—", "—"),
        ("a\nb", "a\nb"),
        (12, "12"),
        (12.0, "12"),
        (1.5, "1.5"),
        (True, "true"),
        (date(2022, 1, 2), "2022-01-02"),
        (datetime(2022, 1, 2, 3, 4), "2022-01-02 03:04:00"),
        (float("nan"), None),
        ("\ufeff甲\u200b", "甲"),
        ("a\x00", "RE-202"),
        ("a\x1b[0m", "RE-202"),
        ("\ud800", "RE-202"),
        (b"a", "RE-204"),
        ([1], "RE-204"),
        ("#REF!", "RE-203"),
    ],
)
def test_text_is_trimmed_and_kept(raw, value):
    assert code(text_of(raw)) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("　ａｂ－１ ", "AB-1"),
        ("x", "X"),
        (7, "7"),
        (7.0, "7"),
        ("—", None),
        ("a\nb", "RE-202"),
        (410001199003070014.0, "RE-215"),
        (123456789012345.0, "123456789012345"),
    ],
)
def test_an_id_is_half_width_and_upper_case(raw, value):
    assert code(id_of(raw)) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12", 12),
        ("１２", 12),
        ("1,234", 1234),
        ("1，234", 1234),
        (12, 12),
        (12.0, 12),
        ("12.0", 12),
        (Decimal("12.00"), 12),
        ("0", 0),
        (10**9, 10**9),
        ("", None),
        ("— —", None),
        ("无", None),
        ("/", None),
        ("12.5", "RE-205"),
        (12.5, "RE-205"),
        ("1,23", "RE-205"),
        ("一", "RE-205"),
        (True, "RE-205"),
        ("+1", "RE-205"),
        ("1e3", "RE-205"),
        ("12元", "RE-205"),
        ("0x10", "RE-205"),
        ("1 2", "RE-205"),
        ("1_000", "RE-205"),
        ("²", "RE-205"),
        ("-1", "RE-206"),
        (-1, "RE-206"),
        (10**9 + 1, "RE-207"),
        ("9" * 400, "RE-207"),
        (date(2022, 1, 1), "RE-205"),
    ],
)
def test_an_integer_is_whole_not_negative_and_in_range(raw, value):
    assert code(integer_of(raw)) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1000", "1000.00"),
        ("1,000.5元", "1000.50"),
        ("¥1,000", "1000.00"),
        ("￥１０．２５", "10.25"),
        ("1.500", "1.50"),
        (0.1, "0.10"),
        (1e3, "1000.00"),
        (Decimal("1E+3"), "1000.00"),
        (5, "5.00"),
        ("10 元", "10.00"),
        (10**12, "1000000000000.00"),
    ],
)
def test_an_amount_is_exact_to_the_fen(raw, value):
    assert str(yuan(raw)) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1e3", "RE-208"),
        ("nan", "RE-208"),
        ("inf", "RE-208"),
        (float("inf"), "RE-208"),
        ("1万元", "RE-208"),
        ("元", "RE-208"),
        ("1.", "RE-208"),
        (".5", "RE-208"),
        (True, "RE-208"),
        ("0.125", "RE-209"),
        (0.1 + 0.2, "RE-209"),
        ("-0.01", "RE-206"),
        ("1000000000000.01", "RE-207"),
        (Decimal("1E+999999"), "RE-207"),
        (Decimal("NaN"), None),
        (Decimal("sNaN"), None),
        (float("nan"), None),
        ("—", None),
    ],
)
def test_what_is_no_amount_is_refused(raw, value):
    assert code(yuan(raw)) == value


def test_an_amount_does_not_depend_on_the_decimal_context():
    from decimal import localcontext

    with localcontext(prec=3):
        assert str(yuan("123456.78")) == "123456.78"


@pytest.mark.parametrize(
    "raw",
    [
        "2022-12-05",
        "2022/12/05",
        "2022.12.05",
        "2022-12-5",
        "20221205",
        "2022年12月5日",
        "２０２２－１２－０５",
        "2022-12-05 00:00:00",
        "2022-12-05T13:14:15",
        20221205,
        20221205.0,
        date(2022, 12, 5),
        datetime(2022, 12, 5),
        datetime(2022, 12, 5, 23, 59),
    ],
)
def test_a_date_is_read_in_every_form_with_the_year_first(raw):
    assert date_of(raw) == date(2022, 12, 5)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("31/12/2022", "RE-210"),
        ("12-5", "RE-210"),
        ("2022-12/05", "RE-210"),
        (44926, "RE-210"),
        ("44926", "RE-210"),
        (True, "RE-210"),
        ("2022-12-05Z", "RE-210"),
        ("2022-02-30", "RE-211"),
        ("20221301", "RE-211"),
        ("0000-01-01", "RE-211"),
        (datetime(2022, 12, 5, tzinfo=timezone(timedelta(hours=8))), "RE-218"),
        (timedelta(1), "RE-204"),
        ("无", None),
    ],
)
def test_what_is_no_certain_day_is_refused(raw, expected):
    assert code(date_of(raw)) == expected


def test_a_date_before_the_earliest_is_impossible():
    assert code(date_of("1949-09-30", date(1949, 10, 1))) == "RE-212"
    assert date_of("1949-10-01", date(1949, 10, 1)) == date(1949, 10, 1)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("true", True),
        ("是", True),
        (1, True),
        ("YES", True),
        (True, True),
        ("否", False),
        ("0", False),
        (0.0, False),
        ("no", False),
        ("", None),
        ("maybe", "RE-214"),
        (2, "RE-214"),
    ],
)
def test_yes_and_no(raw, value):
    assert code(bool_of(raw)) == value


def test_words_are_known_whatever_their_case_and_nearly_known_ones_are_named():
    assert word_of(" General ", WORDS) == "general"
    assert word_of("严重", WORDS) == "serious"
    assert word_of("/", WORDS) is None
    fault = word_of("seriuos", WORDS)
    assert (fault.code, fault.near) == ("RE-213", ("serious",))


def test_several_words_are_a_tuple_without_repetitions():
    assert words_of("严重；general; SERIOUS;", WORDS) == ("serious", "general")
    assert words_of(";", WORDS) is None
    assert words_of(("严重", "general"), WORDS) == ("serious", "general")
    assert code(words_of("严重;x", WORDS)) == "RE-213"


def test_areas_are_codes_and_empty_means_all():
    assert areas_of(" hw；RT;hw ", ["HW", "RT"]) == ("HW", "RT")
    assert areas_of(None, ["HW"]) == ()
    assert areas_of(["hw", "RT"], ["HW", "RT"]) == ("HW", "RT")
    assert areas_of("ZZ") == ("ZZ",)
    assert code(areas_of("HW;ZZ", ["HW"])) == "RE-216"
    assert code(areas_of(["HW", 1], ["HW"])) == "RE-204"


def test_a_plate_is_normalised_and_a_bad_one_kept_with_a_doubt():
    assert plate_of("豫ｋ· 123 45") == "豫K12345"
    assert plate_of("豫KI2345") == Doubt("豫KI2345", Fault("RE-261"))
    assert plate_of("无") is None


def test_a_cell_that_no_rule_reads_keeps_its_type():
    assert extra_of(" a ") == " a "
    assert extra_of("") is None
    assert extra_of(1.5) == Decimal("1.5")
    assert extra_of(datetime(2022, 1, 2)) == date(2022, 1, 2)
    assert code(extra_of([])) == "RE-204"


def test_values_of_numpy_and_pandas_are_taken_as_what_they_are():
    numpy, pandas = import_module("numpy"), import_module("pandas")
    assert [type(simple(value)) for value in (numpy.int64(3), numpy.float64(0.5), numpy.bool_(1))] == [
        int,
        Decimal,
        bool,
    ]
    assert simple(numpy.datetime64("2022-01-02T00:00:00", "ns")) == datetime(2022, 1, 2)
    assert [simple(value) for value in (pandas.NaT, pandas.NA, numpy.nan)] == [None, None, None]
    assert date_of(pandas.Timestamp("2022-01-02 10:00")) == date(2022, 1, 2)
