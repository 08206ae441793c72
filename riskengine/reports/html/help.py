"""What would help an operator, as the page carries it: when records stop counting, and what repair would give back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from riskengine.kernel.languages import Text
    from riskengine.results import Outlook


def help_of(found: Sequence[Outlook], place: Callable[[Text], int]) -> list[dict[str, Any]]:
    """The rules that lose their records, each with the days from which it gives less for certain.

    ``ends`` is the day from which it no longer fires, 1 where that is the ``last`` day of its records.

    Args:
        found: of an operator.
        place: stores a text.
    """
    return [
        {name: value for name, value in _entry(rule, place) if value is not None and value != []}
        for rule in found
        if rule.later or rule.repaired is not None
    ]


def _entry(rule: Outlook, place: Callable[[Text], int]) -> Iterator[tuple[str, Any]]:
    lapse = rule.lapse
    days = [record.lapses_on for record in lapse.records if record.lapses_on is not None]
    yield "title", place(lapse.title)
    yield "point", lapse.risk_point
    yield "at_most", lapse.at_most
    yield "points", plain(lapse.points) if rule.to_score and lapse.points else None
    yield "steps", _steps(rule)
    last = max(days) if days and len(days) == len(lapse.records) else None
    yield "last", last.isoformat() if last else None
    if rule.ends is not None:
        yield "ends", 1 if rule.ends == last else rule.ends.isoformat()
    if rule.repaired is not None:
        yield "repair_from", rule.repair_from.isoformat() if rule.repair_from else None
        yield "repaired", 0 if rule.repaired.fires is False else _points(rule.repaired.points)


def _steps(rule: Outlook) -> list[list[str]]:
    """Day and points, where the points are told, go to the score, and are others than before; but not the end."""
    steps, before = [], rule.lapse.points
    for later in rule.later if rule.to_score else ():
        if later.day == rule.ends:
            break
        if later.points is not None and later.points != before:
            steps.append([later.day.isoformat(), plain(later.points)])
            before = later.points
    return steps


def _points(points: Decimal | None) -> str | None:
    return None if points is None else plain(points)


def last_days(found: Sequence[Outlook]) -> dict[str, date]:
    """Record id → the first day on which it counts for none of the rules any more; only where all of them tell."""
    days: dict[str, list[date | None]] = {}
    for rule in found:
        for record in rule.lapse.records:
            days.setdefault(record.record_id, []).append(record.lapses_on)
    last = {record: [day for day in own if day is not None] for record, own in days.items()}
    return {record: max(own) for record, own in last.items() if own and len(own) == len(days[record])}
