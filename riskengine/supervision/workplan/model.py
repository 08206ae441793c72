"""A work plan as read, from a table or from YAML: tasks in the order of the file, each with its measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from riskengine.kernel.languages import Text


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of a task.

    Attributes:
        measure: its number, ``3-2``.
        title: what is to be done; the same in both languages where the file has one alone.
        lead: the department that answers for it.
        cooperating: the others.
        due_on: the last day.
        begun_on, completed_on: when it was; None where nothing is said.
        evidence: the document that shows it; empty where there is none.
        place: its row of the table, or its line of the YAML file.
    """

    measure: str
    title: Text
    lead: str
    cooperating: tuple[str, ...]
    due_on: date
    begun_on: date | None
    completed_on: date | None
    evidence: str
    place: int


@dataclass(frozen=True, slots=True)
class Task:
    """A task: its number, its title, its measures in the order of the file."""

    task: str
    title: Text
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """The tasks of a file.

    Attributes:
        source: the file's name.
        tasks: in the order of the file.
    """

    source: str
    tasks: tuple[Task, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Those of all tasks."""
        return tuple(measure for task in self.tasks for measure in task.measures)

    @property
    def departments(self) -> tuple[str, ...]:
        """Every department that leads or cooperates, sorted."""
        return tuple(sorted({name for each in self.measures for name in (each.lead, *each.cooperating)}))
