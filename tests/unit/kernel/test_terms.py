"""Terms: the day of what they run from is not counted, and working days are Monday to Friday."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.kernel.terms import Term, parse_term

FRIDAY = date(2026, 5, 8)


@pytest.mark.parametrize(
    ("text", "begins", "last"),
    [
        ("1 working days", FRIDAY, date(2026, 5, 11)),
        ("3 working days", FRIDAY, date(2026, 5, 13)),
        ("7 working days", FRIDAY, date(2026, 5, 19)),
        ("1 working days", date(2026, 5, 9), date(2026, 5, 11)),
        ("15 days", FRIDAY, date(2026, 5, 23)),
        ("1 days", date(2024, 2, 28), date(2024, 2, 29)),
    ],
)
def test_the_last_day(text, begins, last):
    term = parse_term(text)
    assert str(term) == text
    assert term.last_day(begins) == last


def test_holidays_are_not_worked_and_some_weekends_are():
    off, worked = {date(2026, 5, 11)}, {date(2026, 5, 9)}

    def is_working(day):
        return day in worked or (day.weekday() < 5 and day not in off)

    assert Term(2, working=True).last_day(FRIDAY, is_working) == date(2026, 5, 12)
    assert Term(2).last_day(FRIDAY, is_working) == date(2026, 5, 10), "days are days"


@pytest.mark.parametrize(
    "text", ["", "0 days", "7", "7 workdays", "-1 days", "7 working  days", "1000 days", "7 days "]
)
def test_what_is_no_term(text):
    assert parse_term(text) is None


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_so_many_working_days_lie_in_the_term(begins, count):
    last = Term(count, working=True).last_day(begins)
    held = [begins + timedelta(days=at) for at in range(1, (last - begins).days + 1)]
    assert sum(day.weekday() < 5 for day in held) == count
    assert last.weekday() < 5
