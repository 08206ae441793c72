"""Terms within which something must be done: ``15 days``, ``7 working days``.

The first day after the one on which the term begins is day one. Working days are Monday to Friday, unless the caller
knows the public holidays, and the weekends that are worked in exchange, which are announced year by year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TERM_PATTERN = r"^[1-9][0-9]{0,2} (working )?days$"
_TERM = re.compile(r"([1-9][0-9]{0,2}) (working )?days\Z")
_FRIDAY = 4


def _is_weekday(day: date) -> bool:
    return day.weekday() <= _FRIDAY


@dataclass(frozen=True, slots=True)
class Term:
    """So many days, or working days."""

    count: int
    working: bool = False

    def last_day(self, begins: date, is_working: Callable[[date], bool] = _is_weekday) -> date:
        """The last day of the term.

        Args:
            begins: the day of what it runs from.
            is_working: which days are worked.

        >>> Term(7, working=True).last_day(date(2026, 5, 8)), Term(15).last_day(date(2026, 5, 8))
        (datetime.date(2026, 5, 19), datetime.date(2026, 5, 23))
        """
        if not self.working:
            return begins + timedelta(days=self.count)
        day, left = begins, self.count
        while left:
            day += timedelta(days=1)
            left -= is_working(day)
        return day

    def __str__(self) -> str:
        return f"{self.count} {'working ' if self.working else ''}days"


def parse_term(text: str) -> Term | None:
    """Read ``15 days`` or ``7 working days``; None where it is neither.

    >>> parse_term("7 working days"), parse_term("a week")
    (Term(count=7, working=True), None)
    """
    match = _TERM.match(text)
    return None if match is None else Term(int(match[1]), bool(match[2]))
