"""Terms in days, working days and months: the last day of a term, never too early where holidays are not known.

Working days leave out weekends and statutory holidays (Administrative Penalty Law, article 85). Which days those are
is announced for each year; ``working_days.yaml`` has those of some years, a bureau may give a file of its own. For a
year that a calendar does not cover, a term that protects somebody is lengthened by :data:`MARGIN`, so that no right
lapses before its time (:func:`last_day`); a term that binds the bureau is not told (:func:`last_working_day`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.kernel.shipped import shipped_yaml
from riskengine.kernel.windows import add_months
from riskengine.kernel.yaml_document import YamlDocument, parse_yaml
from riskengine.supervision.review.procedure import DAYS, WORKING_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from riskengine.supervision.review.procedure import Length

BEIJING = timezone(timedelta(hours=8))
"""Days are those of Beijing time."""

MARGIN = 8
"""Weekdays that holidays may take out of a term of up to ten working days, and one more than the longest ones took."""

_ROOM, _FILE = "riskengine.supervision.review", "working_days.yaml"
_KINDS = ("holidays", "workdays")
_SATURDAY = 5
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The announced holidays of some years, and the weekend days that are worked instead.

    Attributes:
        years: the years that are covered.
        holidays: weekdays that are off.
        workdays: days of weekends that are worked.
    """

    years: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether a day is worked, as far as is known."""
        return day in self.workdays or (day.weekday() < _SATURDAY and day not in self.holidays)

    @property
    def sha256(self) -> str | None:
        """Knows the calendar again; None for one that says nothing."""
        if not self.years:
            return None
        return sha256_of([sorted(self.years), sorted(self.holidays), sorted(self.workdays)])


def last_day(begin: date, length: Length, calendar: Calendar) -> date:
    """The last day of a term that begins on the day after ``begin``.

    Args:
        begin: the day of the notice, say; it is not counted.
        length: how long.
        calendar: which days are worked.
    """
    if length.unit == DAYS:
        return begin + timedelta(days=length.count)
    if length.unit != WORKING_DAYS:
        return add_months(begin, length.count)
    day = _worked(begin, length.count, calendar)
    if all(year in calendar.years for year in range(begin.year, day.year + 1)):
        return day
    return _worked(day, MARGIN, calendar)


def last_working_day(begin: date, count: int, calendar: Calendar) -> date | None:
    """The last day of a term of so many working days that begins on the day after ``begin``.

    Args:
        begin: not counted.
        count: how many working days.
        calendar: which days are worked.

    Returns:
        None where the calendar lacks a year of the term: it is not guessed.
    """
    day = _worked(begin, count, calendar)
    return day if begin.year in calendar.years and day.year in calendar.years else None


@lru_cache(maxsize=1)
def shipped_calendar() -> Calendar:
    """The days that the package knows: :func:`announced_years` says how surely."""
    return _calendar(announced_years())


def announced_years() -> Mapping[int, Mapping[str, Any]]:
    """Year → ``source`` (zh, en), ``sureness``, ``holidays`` and ``workdays`` of what the package ships."""
    years: dict[int, dict[str, Any]] = shipped_yaml(_ROOM, _FILE)
    return years


def _calendar(years: Mapping[Any, Mapping[str, Any]]) -> Calendar:
    days = {kind: frozenset(day for entry in years.values() for day in entry.get(kind, ())) for kind in _KINDS}
    return Calendar(frozenset(map(int, years)), **days)


def _worked(begin: date, count: int, calendar: Calendar) -> date:
    day = begin
    while count:
        day += _ONE
        count -= calendar.is_working(day)
    return day


def read_calendar(file: Path) -> Calendar:
    """Read a bureau's file of holidays: a year, its ``holidays`` and its ``workdays``, each a list of days.

    It may have a ``source`` and a ``sureness`` beside them, as the shipped one has.

    Raises:
        UsageError: it cannot be read, or says something else (RE-935); every place is named.
    """
    try:
        document = parse_yaml(file.read_bytes(), file.name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError([Problem("RE-935", source=str(file), params=(("reason", reason),))]) from None
    if document.problems:
        raise UsageError(document.problems)
    years = document.data if isinstance(document.data, dict) else {}
    problems = list(_wrong(document, years))
    if problems or not years:
        raise UsageError(problems or [document.problem("RE-935", (), reason="no year is in it")])
    return _calendar(years)


def _wrong(document: YamlDocument, years: dict[str, Any]) -> Iterator[Problem]:
    for year, entry in years.items():
        if not (year.isdecimal() and year.isascii() and len(year) == 4 and isinstance(entry, dict)):
            yield document.problem("RE-935", (year,), year, reason="a year with holidays and workdays is expected")
            continue
        for kind, listed in entry.items():
            if kind in {"source", "sureness"}:
                continue
            if kind not in _KINDS or not isinstance(listed, list):
                yield document.problem("RE-935", (year, kind), kind, reason="holidays and workdays are lists of days")
                continue
            for at, day in enumerate(listed):
                if not isinstance(day, date) or str(day.year) != year:
                    yield document.problem("RE-935", (year, kind, at), day, reason="a day of its year is expected")
