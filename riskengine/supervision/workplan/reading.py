"""Reading a work plan, a table or YAML, with every problem of it at once."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import InputError
from riskengine.kernel.languages import Text
from riskengine.kernel.problems import Problem, in_order
from riskengine.supervision.numbered import numbered_rows
from riskengine.supervision.workplan.model import Measure, Task, WorkPlan
from riskengine.supervision.workplan.sources import WORK_PLAN
from riskengine.supervision.workplan.yaml_form import tasks_in_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from riskengine.supervision.record import Row

YAML = frozenset({".yaml", ".yml"})
_PARTED = re.compile(r"\s*[;；、]\s*")


def read_work_plan(path: Path) -> WorkPlan:
    """The plan of a file.

    Raises:
        InputError: it cannot be read or does not hold together (RE-1xx to RE-3xx, RE-900 to RE-902, RE-980 to RE-984);
            every problem of it.
    """
    plan, problems = check_work_plan(path)
    if any(problem.is_error for problem in problems):
        raise InputError(in_order(problems))
    return plan


def check_work_plan(path: Path) -> tuple[WorkPlan, list[Problem]]:
    """The plan of a file as far as it can be read, and every problem of it.

    Raises:
        InputError: the file cannot be read as a table at all, or holds no measure (RE-106).
    """
    is_yaml = path.suffix.lower() in YAML
    tasks, problems = _of_yaml(path) if is_yaml else _of_table(path)
    plan = WorkPlan(path.name, tuple(tasks))
    problems += _problems(plan, "line" if is_yaml else "row")
    return plan, in_order(problems)


def _of_yaml(path: Path) -> tuple[list[Task], list[Problem]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        return [], [Problem("RE-102", source=str(path), params=(("reason", reason),))]
    return tasks_in_yaml(content, path.name)


def _of_table(path: Path) -> tuple[list[Task], list[Problem]]:
    """The rows gathered by task; a task stands where its first row does."""
    read = numbered_rows(path, WORK_PLAN)
    if not read.rows_in:
        raise InputError([Problem("RE-106", source=path.name)])
    rows: dict[str, list[Row]] = {}
    for row in read.used:
        rows.setdefault(row.record["task"], []).append(row)
    problems = list(read.problems)
    tasks = []
    for number, own in rows.items():
        titles = _titles(own, "task_title")
        if not titles:
            problems.append(_problem(path.name, "row", own[0].number, "RE-981", "task_title", number))
        for title, at in list(titles.items())[1:]:
            problems.append(_problem(path.name, "row", at, "RE-980", "task_title", title, task=number))
        zh = next(iter(titles), number)
        en = next(iter(_titles(own, "task_title_en")), zh)
        tasks.append(Task(number, Text(zh, en), tuple(map(_measure, own))))
    return tasks, problems


def _titles(rows: Iterable[Row], column: str) -> dict[str, int]:
    """Title → the first row that has it."""
    found: dict[str, int] = {}
    for row in rows:
        if row.record[column] is not None:
            found.setdefault(row.record[column], row.number)
    return found


def _measure(row: Row) -> Measure:
    cells = row.record
    title = Text(cells["measure_title"], cells["measure_title_en"] or cells["measure_title"])
    names = tuple(name for name in _PARTED.split(cells["cooperating"] or "") if name)
    days = (cells["due_on"], cells["begun_on"], cells["completed_on"])
    return Measure(cells["measure"], title, cells["lead"], names, *days, cells["evidence"] or "", row.number)


def _problems(plan: WorkPlan, place: str) -> list[Problem]:
    """What does not fit within a plan, whichever form it has."""
    found = []

    def note(code: str, at: int, column: str, what: str, **params: str) -> None:
        found.append(_problem(plan.source, place, at, code, column, what, **params))

    tasks = Counter(task.task for task in plan.tasks)
    seen: dict[str, int] = {}
    for task in plan.tasks:
        if tasks[task.task] > 1:
            note("RE-984", task.measures[0].place, "task", task.task)
        for each in task.measures:
            if each.measure in seen:
                note("RE-984", each.place, "measure", each.measure)
            seen.setdefault(each.measure, each.place)
            twice = [name for name, count in Counter((each.lead, *each.cooperating)).items() if count > 1]
            for name in twice:
                note("RE-982", each.place, "cooperating", name, measure=each.measure)
            if each.begun_on and each.completed_on and each.completed_on < each.begun_on:
                begun = each.begun_on.isoformat()
                note("RE-983", each.place, "completed_on", each.completed_on.isoformat(), begun=begun)
    return found


def _problem(source: str, place: str, at: int, code: str, column: str, found: str, **params: str) -> Problem:
    where: dict[str, Any] = {place: at}
    return Problem(code, source=source, column=column, found=found, params=tuple(params.items()), **where)
