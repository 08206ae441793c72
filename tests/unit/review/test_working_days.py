"""Terms never end too early: weekends, holidays of a file, and the margin where none is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from riskengine import UsageError
from riskengine.supervision.review.procedure import Length, procedure
from riskengine.supervision.review.working_days import (
    MARGIN,
    Calendar,
    announced_years,
    last_day,
    last_working_day,
    read_calendar,
    shipped_calendar,
)

# The days around 1 October as a bureau would enter them; the year and its days are invented.
HOLIDAYS = """\
2031:
  holidays: [2031-10-01, 2031-10-02, 2031-10-03, 2031-10-06, 2031-10-07]
  workdays: [2031-09-28, 2031-10-11]
"""


@pytest.fixture
def calendar(tmp_path):
    file = tmp_path / "holidays.yaml"
    file.write_text(HOLIDAYS, "utf-8")
    return read_calendar(file)


def _working(count):
    return Length(count, "working_days", procedure().terms["hearing"].values[0].basis)


def test_five_working_days_leave_out_weekends_and_holidays_and_count_worked_weekends(calendar):
    assert last_day(date(2031, 9, 29), _working(5), calendar) == date(2031, 10, 11)  # 30 Sep, 8, 9, 10, 11 Oct
    assert last_day(date(2031, 9, 26), _working(2), calendar) == date(2031, 9, 29)  # Sunday 28 is worked


def test_without_a_calendar_a_term_is_longer_never_shorter(calendar):
    for day in range(365):
        begin = date(2031, 1, 1) + timedelta(days=day)
        if begin.year == 2031 and last_day(begin, _working(7), Calendar()).year == 2031:
            assert last_day(begin, _working(7), Calendar()) >= last_day(begin, _working(7), calendar)
    assert last_day(date(2031, 3, 3), _working(5), Calendar()) == last_day(
        date(2031, 3, 10), _working(MARGIN), calendar
    )


def test_a_term_into_a_year_that_the_file_lacks_has_the_margin(calendar):
    assert last_day(date(2031, 12, 29), _working(5), calendar) > date(2032, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1",
        "2031: [2031-10-01]",
        "2031: {holiday: [2031-10-01]}",
        "2031: {holidays: [2032-10-01]}",
        "x: {}",
        "a: b: c",
    ],
)
def test_a_file_that_is_no_calendar_is_told(tmp_path, text):
    file = tmp_path / "holidays.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"RE-(935|301)"):
        read_calendar(file)
    with pytest.raises(UsageError, match="RE-935"):
        read_calendar(tmp_path / "none.yaml")


def test_the_shipped_years_name_their_source_and_hold_together():
    assert list(announced_years()) == list(range(2019, 2027))
    for year, entry in announced_years().items():
        assert entry["source"]["zh"]
        assert entry["sureness"] in {"text", "secondary", "memory"}
        assert {day.year for kind in ("holidays", "workdays") for day in entry[kind]} == {year}
        assert all(day.weekday() < 5 for day in entry["holidays"]), "a holiday of the list takes out a weekday"
        assert all(day.weekday() >= 5 for day in entry["workdays"]), "a worked day of the list lies in a weekend"
        assert entry["holidays"] == sorted(set(entry["holidays"]))
        assert 16 <= len(entry["holidays"]) <= 19


def test_a_term_of_working_days_in_a_known_year_is_exact():
    # 30 September 2022 is a Friday; 8 and 9 October are a worked weekend: 8, 9, 10, 11, 12, 13, 14 October.
    assert last_working_day(date(2022, 9, 30), 7, shipped_calendar()) == date(2022, 10, 14)
    # The Spring Festival of 2020 was prolonged to 2 February.
    assert last_working_day(date(2020, 1, 23), 1, shipped_calendar()) == date(2020, 2, 3)


def test_a_term_across_a_year_that_is_not_known_is_not_told():
    assert last_working_day(date(2026, 12, 30), 7, shipped_calendar()) is None
    assert last_working_day(date(2018, 12, 28), 1, shipped_calendar()) is None
