from __future__ import annotations

from datetime import date, timedelta

import pytest

from riskengine.kernel.windows import Window, add_months, parse_window

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "unit", "count"),
    [
        ("365 days", "days", 365),
        ("1 day", "days", 1),
        ("12 months", "months", 12),
        ("1 month", "months", 1),
        ("3 years", "months", 36),
        ("calendar_year", "calendar_year", 1),
        (" 6 months ", "months", 6),
    ],
)
def test_a_window_is_a_number_and_a_unit(text, unit, count):
    assert parse_window(text) == Window(unit, count)


@pytest.mark.parametrize(
    "text",
    [
        "365",
        "days",
        "0 days",
        "-1 days",
        "1.5 days",
        "365days",
        "12 weeks",
        "a year",
        "",
        "calendar year",
        "123456 days",
        "1 days\n2",
    ],
)
def test_anything_else_is_no_window(text):
    assert parse_window(text) is None


def test_365_days_at_d_leave_out_d_minus_365_and_hold_d_minus_364():
    as_of, window = date(2022, 12, 31), Window("days", 365)
    assert not window.holds(as_of - 365 * DAY, as_of)
    assert window.holds(as_of - 364 * DAY, as_of)
    assert window.holds(as_of, as_of)
    assert not window.holds(as_of + DAY, as_of)


def test_365_days_are_no_year_where_a_leap_day_lies_between():
    assert Window("days", 365).after(date(2024, 12, 31)) == date(2024, 1, 1)
    assert Window("months", 12).after(date(2024, 12, 31)) == date(2023, 12, 31)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2024, 2, 29), -48, date(2020, 2, 29)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2022, 3, 31), -1, date(2022, 2, 28)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2022, 12, 31), -6, date(2022, 6, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2022, 1, 15), -1, date(2021, 12, 15)),
        (date(2022, 12, 15), 1, date(2023, 1, 15)),
        (date(1, 1, 1), -1, date.min),
    ],
)
def test_months_are_clamped_to_the_end_of_the_month(day, months, expected):
    assert add_months(day, months) == expected


def test_a_calendar_year_begins_on_the_first_of_january():
    window = Window("calendar_year", 1)
    assert [
        window.holds(day, date(2022, 6, 30)) for day in (date(2021, 12, 31), date(2022, 1, 1), date(2022, 7, 1))
    ] == [False, True, False]


@pytest.mark.parametrize("window", [Window("days", 99999), Window("months", 1_200_000), Window("calendar_year", 1)])
def test_a_window_longer_than_time_begins_with_time(window):
    assert window.after(date(1, 6, 1)) == date.min


def test_every_day_is_in_exactly_one_of_adjoining_windows():
    as_of = date(2024, 8, 31)
    half, year = Window("months", 6), Window("months", 12)
    days = [as_of - at * DAY for at in range(366)]
    assert sum(half.holds(day, as_of) for day in days) == 184
    assert sum(year.holds(day, as_of) for day in days) == 366
