"""A work plan as YAML: its model, and how it becomes a plan."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the module's names
from typing import TYPE_CHECKING

from pydantic import Field

from riskengine.catalog.part import Part, Words
from riskengine.kernel.models import validated
from riskengine.kernel.yaml_document import parse_yaml, refuse_hidden
from riskengine.supervision.files import CODES
from riskengine.supervision.workplan.model import Measure, Task

if TYPE_CHECKING:
    from riskengine.kernel.problems import Problem
    from riskengine.kernel.yaml_document import YamlDocument


class MeasureEntry(Part):
    """A measure: as the columns of the table, with the title in both languages."""

    measure: str = Field(min_length=1)
    title: Words
    lead: str = Field(min_length=1)
    cooperating: tuple[str, ...] = ()
    due_on: date
    begun_on: date | None = None
    completed_on: date | None = None
    evidence: str = ""


class TaskEntry(Part):
    """A task with its measures."""

    task: str = Field(min_length=1)
    title: Words
    measures: tuple[MeasureEntry, ...] = Field(min_length=1)


class WorkPlanFile(Part):
    """``tasks:``, a list."""

    tasks: tuple[TaskEntry, ...] = Field(min_length=1)


def tasks_in_yaml(content: bytes, source: str) -> tuple[list[Task], list[Problem]]:
    """The tasks of a YAML file, and every problem of it as YAML and as a model (RE-3xx, RE-900 to RE-902).

    Args:
        content: of the file.
        source: how messages name it.
    """
    document = parse_yaml(content, source)
    refuse_hidden(document)
    problems: list[Problem] = []
    found = validated(document, WorkPlanFile, CODES, problems)
    return ([] if found is None else _tasks(found, document)), problems


def _tasks(file: WorkPlanFile, document: YamlDocument) -> list[Task]:
    return [
        Task(
            task.task,
            task.title,
            tuple(
                Measure(
                    entry.measure,
                    entry.title,
                    entry.lead,
                    entry.cooperating,
                    entry.due_on,
                    entry.begun_on,
                    entry.completed_on,
                    entry.evidence,
                    document.line(("tasks", number, "measures", at)) or 1,
                )
                for at, entry in enumerate(task.measures)
            ),
        )
        for number, task in enumerate(file.tasks)
    ]
