"""Terms of a case: the last day of one that runs from a step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from riskengine.supervision.review.working_days import last_working_day

if TYPE_CHECKING:
    from riskengine.supervision.cases.checklist import Term
    from riskengine.supervision.cases.files import CaseFile
    from riskengine.supervision.review.working_days import Calendar


class End(NamedTuple):
    """The last day of a term; None where the calendar does not know its days: it is not guessed."""

    day: date | None


def end_of(case: CaseFile, term: Term, calendar: Calendar) -> End | None:
    """The end of a term of a case; None where it has not begun.

    A last day that is no working day moves to the next one; a term of no days ends on its day. An extension counts
    where it was taken before the term would have ended.
    """
    begun = case.steps.get(term.begin)
    if begun is None:
        return None
    last = _last(begun.first, term.count, term.unit, calendar)
    if term.extended is not None and last is not None:
        extension = case.steps.get(term.extended.step)
        if extension is not None and extension.first <= last:
            last = _last(begun.first, term.count + term.extended.count, term.unit, calendar)
    return End(last)


def _last(begun: date, count: int, unit: str, calendar: Calendar) -> date | None:
    if not count:
        return begun
    if unit == "working_days":
        return last_working_day(begun, count, calendar)
    day = begun + timedelta(days=count)
    while day.year in calendar.years and not calendar.is_working(day):
        day += timedelta(days=1)
    return day if day.year in calendar.years else None
