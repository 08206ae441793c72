"""Small pure functions: the columns that figures need beyond those of a file's row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from riskengine.engines.reference.placing import status_at
from riskengine.supervision.review.working_days import last_working_day

if TYPE_CHECKING:
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.supervision.review.working_days import Calendar
    from riskengine.supervision.yearly.context import YearContext

HALVES = ("h1", "h2")
"""January to June; July to December."""


def of_operator(row: Record, context: YearContext) -> dict[str, Any]:
    """``current``: whether it was licensed and not closed at the year's end."""
    last, licensed, closed = context.period.last, row["licensed_on"], row["closed_on"]
    return {"current": (licensed is None or licensed <= last) and (closed is None or closed > last)}


def of_violation(row: Record, context: YearContext) -> dict[str, Any]:
    """``area`` of its risk point; ``standing``: its status at the year's end."""
    return {"area": context.area_of(row["risk_point"]), "standing": status_at(row, context.period.last)}


def of_approval(row: Record, context: YearContext) -> dict[str, Any]:
    """``days_taken`` in working days, ``on_time``: both None while it is open or where the days are not known."""
    accepted, decided = row["accepted_on"], row["decided_on"]
    if decided is None or decided > context.period.last:
        return {"days_taken": None, "on_time": None, "decided_on": None, "result": None}
    term = last_working_day(accepted, row["promised_days"], context.calendar)
    taken = working_days_between(accepted, decided, context.calendar)
    return {"days_taken": taken, "on_time": None if term is None else decided <= term}


def of_comment(row: Record, context: YearContext) -> dict[str, Any]:
    """``answered`` by the year's end."""
    answered = row["answer"] is not None and (row["answered_on"] or row["received_on"]) <= context.period.last
    return {"answered": answered, "answer": row["answer"] if answered else None}


def working_days_between(begin: date, end: date, calendar: Calendar) -> int | None:
    """How many working days lie after ``begin`` up to ``end``; None where the calendar lacks a year of them."""
    if any(year not in calendar.years for year in range(begin.year, end.year + 1)):
        return None
    return sum(calendar.is_working(begin + timedelta(days=step)) for step in range(1, (end - begin).days + 1))
