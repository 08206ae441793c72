"""Windows of time that end on the as-of date.

``365 days`` at D holds the dates d with D-365 < d <= D; ``12 months`` those with add_months(D, -12) < d <= D, clamped
to the end of the month; ``calendar_year`` those from 1 January of D's year to D. Age brackets are half-open in the same
way.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_WINDOW = re.compile(r"([1-9][0-9]{0,4})\s+(day|days|month|months|year|years)\Z")
_EARLIEST = date.min


@dataclass(frozen=True, slots=True)
class Window:
    """A length of time before the as-of date.

    Attributes:
        unit: ``days``, ``months`` or ``calendar_year``.
        count: how many days or months; 1 for ``calendar_year``.
    """

    unit: str
    count: int

    def after(self, as_of: date) -> date:
        """The day that is just outside: a date d is in the window when ``after < d <= as_of``.

        >>> Window("days", 365).after(date(2022, 12, 31))
        datetime.date(2021, 12, 31)
        >>> Window("months", 12).after(date(2024, 2, 29))
        datetime.date(2023, 2, 28)
        >>> Window("calendar_year", 1).after(date(2022, 6, 30))
        datetime.date(2021, 12, 31)
        """
        if self.unit == "calendar_year":
            return date(as_of.year, 1, 1) - timedelta(days=1) if as_of.year > 1 else _EARLIEST
        if self.unit == "days":
            return as_of - timedelta(days=self.count) if as_of.toordinal() > self.count else _EARLIEST
        return add_months(as_of, -self.count)

    def holds(self, day: date, as_of: date) -> bool:
        """Whether ``day`` is in the window that ends on ``as_of``."""
        return self.after(as_of) < day <= as_of

    def left_on(self, day: date) -> date:
        """The first as-of date whose window no longer holds ``day``.

        >>> Window("days", 365).left_on(date(2022, 3, 1))
        datetime.date(2023, 3, 1)
        >>> Window("months", 6).left_on(date(2022, 8, 31))
        datetime.date(2023, 3, 1)
        >>> Window("calendar_year", 1).left_on(date(2022, 8, 31))
        datetime.date(2023, 1, 1)
        """
        if self.unit == "calendar_year":
            return date(day.year + 1, 1, 1)
        if self.unit == "days":
            return day + timedelta(days=self.count)
        found = add_months(day, self.count)
        while self.holds(day, found):  # a month that is shorter than the day's own
            found += timedelta(days=1)
        return found

    def __str__(self) -> str:
        return "calendar_year" if self.unit == "calendar_year" else f"{self.count} {self.unit}"


def parse_window(text: str) -> Window | None:
    """Read ``365 days``, ``12 months``, ``3 years`` (36 months) or ``calendar_year``; None where it is none of them."""
    if text == "calendar_year":
        return Window("calendar_year", 1)
    match = _WINDOW.match(text.strip())
    if match is None:
        return None
    count, unit = int(match[1]), match[2]
    if unit.startswith("day"):
        return Window("days", count)
    return Window("months", count * 12 if unit.startswith("year") else count)


@lru_cache(maxsize=1 << 14)
def add_months(day: date, months: int) -> date:
    """``day`` moved by whole months, clamped to the last day of the month; before year 1: the first date there is.

    >>> add_months(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    position = day.year * 12 + day.month - 1 + months
    year, month = divmod(position, 12)
    if year < 1:
        return _EARLIEST
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
