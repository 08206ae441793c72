"""A work plan's standing as a workbook: measures, tasks, reminders by department, what the states mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.reports.excel import NUMBER, WORD, Column, rows_sheet, write_sheets
from riskengine.reports.excel.sheet import DATE, FLAG
from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from riskengine.reports.excel import Sheet
    from riskengine.supervision.workplan import Standing

ROOM = "riskengine.reports.workplan"


def write_standing(standing: Standing, path: Path, lang: str) -> None:
    """Write how a plan stands; equal standings give equal bytes.

    Args:
        standing: the plan on its day.
        path: the file to write.
        lang: ``zh`` or ``en``.

    Raises:
        OSError: the file cannot be written.
    """
    say = {**room_words("riskengine.reports.excel", lang), **room_words(ROOM, lang)}
    sheets = _Sheets(standing, say, lang)
    title = say["standing_title"].format(day=standing.day.isoformat())
    write_sheets(path, sheets.all(), say, title=title, day=standing.day)


class _Sheets:
    """The sheets of one standing in one language."""

    def __init__(self, standing: Standing, say: Mapping[str, str], lang: str) -> None:
        self._standing, self._say, self._lang = standing, say, lang
        self._states = {str(state): words.get(lang) for state, words in standing.rules.states.items()}

    def all(self) -> list[Sheet]:
        """All sheets in their order."""
        return [self._measures(), self._tasks(), self._reminders(), self._about()]

    def _measures(self) -> Sheet:
        def rows() -> Iterator[tuple[Any, ...]]:
            for task in self._standing.tasks:
                for each in task.measures:
                    measure = each.measure
                    yield (
                        task.task.task,
                        task.task.title.get(self._lang),
                        measure.measure,
                        measure.title.get(self._lang),
                        measure.lead,
                        self._say["separator"].join(measure.cooperating) or None,
                        measure.due_on,
                        measure.begun_on,
                        measure.completed_on,
                        measure.evidence or None,
                        self._states[each.state],
                        each.days_late,
                        each.days_left,
                        measure.place,
                    )

        columns = (
            Column("task", 9),
            Column("task_title", 26, wrap=True),
            Column("work_measure", 9),
            Column("work_measure_title", 44, wrap=True),
            Column("lead", 18, WORD),
            Column("cooperating", 22, wrap=True),
            *(Column(key, 12, DATE) for key in ("due_on", "begun_on", "completed_on")),
            Column("work_evidence", 26, wrap=True),
            Column("work_state", 12, WORD),
            Column("days_late", 9, FLAG),
            Column("days_left", 9, NUMBER),
            Column("file_place", 9, NUMBER),
        )
        return rows_sheet("sheet_measures", columns, rows)

    def _tasks(self) -> Sheet:
        def rows() -> Iterator[tuple[Any, ...]]:
            for each in self._standing.tasks:
                name = each.task.title.get(self._lang)
                yield each.task.task, name, len(each.measures), each.done, self._states[each.state]

        counts = (Column("measures_in_all", 10, NUMBER), Column("measures_done", 10, NUMBER))
        columns = (Column("task", 10), Column("task_title", 50, wrap=True), *counts, Column("work_state", 14, WORD))
        return rows_sheet("sheet_tasks", columns, rows)

    def _reminders(self) -> Sheet:
        def rows() -> Iterator[tuple[Any, ...]]:
            for one in self._standing.reminders():
                measure = one.standing.measure
                yield (
                    one.department,
                    self._say["role_lead" if one.leads else "role_cooperating"],
                    measure.measure,
                    measure.title.get(self._lang),
                    measure.due_on,
                    self._states[one.standing.state],
                    one.standing.days_late,
                )

        columns = (
            Column("department", 20, WORD),
            Column("role", 12, WORD),
            Column("work_measure", 9),
            Column("work_measure_title", 54, wrap=True),
            Column("due_on", 12, DATE),
            Column("work_state", 14, WORD),
            Column("days_late", 10, FLAG),
        )
        return rows_sheet("sheet_reminders", columns, rows)

    def _about(self) -> Sheet:
        rules, say = self._standing.rules, self._say

        def rows() -> Iterator[tuple[Any, ...]]:
            yield say["about_plan_file"], self._standing.plan.source
            yield say["about_day"], self._standing.day.isoformat()
            yield say["about_work_rules"], rules.title.get(self._lang)
            yield say["about_soon"], str(rules.soon.days)
            for words in rules.states.values():
                yield words.get(self._lang), words.means.get(self._lang)

        return rows_sheet("sheet_about_states", (Column("item", 30), Column("content", 90, wrap=True)), rows)
