"""A work plan's standing in lines for the terminal: how many in each state, then whom to remind of what."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.supervision.workplan import Reminder, Standing

ROOM = "riskengine.reports.workplan"


def lines_of(standing: Standing, lang: str, department: str | None = None) -> Iterator[str]:
    """The lines.

    Args:
        standing: the plan on its day.
        lang: ``zh`` or ``en``.
        department: whose reminders; all where none is named.
    """
    say = room_words(ROOM, lang)
    tasks, measures = standing.count(standing.tasks), standing.count(standing.measures)
    counts = {"tasks": len(standing.tasks), "measures": len(standing.measures)}
    yield say["plan_line"].format(day=standing.day.isoformat(), **counts)
    for state, words in standing.rules.states.items():
        if tasks[state] or measures[state]:
            yield say["state_line"].format(state=words.get(lang), tasks=tasks[state], measures=measures[state])
    for name, reminders in groupby(standing.reminders(), key=lambda one: one.department):
        if department in {None, name}:
            yield say["reminder_head"].format(department=name)
            for reminder in reminders:
                yield _line(standing, reminder, say, lang)


def _line(standing: Standing, reminder: Reminder, say: Mapping[str, str], lang: str) -> str:
    one = reminder.standing
    return say["reminder_late" if one.days_late else "reminder_line"].format(
        measure=one.measure.measure,
        title=one.measure.title.get(lang),
        role=say["role_lead" if reminder.leads else "role_cooperating"],
        state=next(words.get(lang) for state, words in standing.rules.states.items() if state == one.state),
        due=one.measure.due_on.isoformat(),
        days=one.days_late,
    )
