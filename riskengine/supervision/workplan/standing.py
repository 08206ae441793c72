"""How a work plan stands on a day: the state of each measure and task, and of what each department is reminded."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.supervision.workplan.rules import DONE, DUE_SOON, LATE, NO_EVIDENCE, NOT_BEGUN, UNDER_WAY

if TYPE_CHECKING:
    from datetime import date

    from riskengine.supervision.workplan.model import Measure, Task, WorkPlan
    from riskengine.supervision.workplan.rules import WorkPlanRules


@dataclass(frozen=True, slots=True)
class MeasureStanding:
    """A measure on the day.

    Attributes:
        measure: as planned.
        state: one of the rules' states.
        days_late: by how many days it is or was late: to the day of the plan where it is not completed, else to the
            day of completion; 0 where it is not.
        days_left: to its last day; None where it is completed or late.
    """

    measure: Measure
    state: str
    days_late: int
    days_left: int | None


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """A task on the day: the worst state of its measures, done where all are."""

    task: Task
    state: str
    measures: tuple[MeasureStanding, ...]

    @property
    def done(self) -> int:
        """How many of its measures are done."""
        return sum(each.state == DONE for each in self.measures)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a department is told of a measure: whether it leads, and how the measure stands."""

    department: str
    leads: bool
    standing: MeasureStanding


@dataclass(frozen=True, slots=True)
class Standing:
    """A plan on a day."""

    plan: WorkPlan
    rules: WorkPlanRules
    day: date
    tasks: tuple[TaskStanding, ...]

    @property
    def measures(self) -> tuple[MeasureStanding, ...]:
        """Those of all tasks, in the order of the plan."""
        return tuple(measure for task in self.tasks for measure in task.measures)

    def count(self, of: tuple[MeasureStanding, ...] | tuple[TaskStanding, ...]) -> dict[str, int]:
        """How many are in each state, in the order of the rules."""
        counts = Counter(each.state for each in of)
        return {str(state): counts[state] for state in self.rules.states}

    def reminders(self) -> tuple[Reminder, ...]:
        """By department, those that it leads first, then the worst and the longest late."""
        order = {str(state): at for at, state in enumerate(self.rules.reminded)}
        told: dict[str, list[Reminder]] = defaultdict(list)
        for each in self.measures:
            if each.state in order:
                for name in (each.measure.lead, *each.measure.cooperating):
                    told[name].append(Reminder(name, name == each.measure.lead, each))
        return tuple(
            reminder
            for name in sorted(told)
            for reminder in sorted(
                told[name], key=lambda one: (not one.leads, order[one.standing.state], -one.standing.days_late)
            )
        )

    def to_dict(self, lang: str) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "file": self.plan.source,
            "as_of": self.day.isoformat(),
            "rules": self.rules.work_plan,
            "soon_days": self.rules.soon.days,
            "tasks": [
                {
                    "task": task.task.task,
                    "title": task.task.title.get(lang),
                    "state": task.state,
                    "done": task.done,
                    "measures": [_measure(each, lang) for each in task.measures],
                }
                for task in self.tasks
            ],
            "task_states": self.count(self.tasks),
            "measure_states": self.count(self.measures),
            "reminders": [
                {"department": one.department, "leads": one.leads, **_measure(one.standing, lang)}
                for one in self.reminders()
            ],
        }


def standing_of(plan: WorkPlan, rules: WorkPlanRules, day: date) -> Standing:
    """How a plan stands on a day. What happened after the day is not known on it.

    Args:
        plan: the plan.
        rules: what is due soon, and in which order states count.
        day: the as-of date.
    """
    order = [str(state) for state in rules.states]
    tasks = []
    for task in plan.tasks:
        measures = tuple(_standing(measure, rules.soon.days, day) for measure in task.measures)
        states = {each.state for each in measures}
        tasks.append(TaskStanding(task, _state_of_task(states, order), measures))
    return Standing(plan, rules, day, tuple(tasks))


def _state_of_task(states: set[str], order: list[str]) -> str:
    """The worst state; a task of which some measures are done and the rest not begun is under way."""
    if DONE in states and states <= {DONE, NOT_BEGUN} and len(states) > 1:
        return UNDER_WAY
    return next((state for state in order if state in states and state != DONE), DONE)


def _standing(measure: Measure, soon: int, day: date) -> MeasureStanding:
    completed = measure.completed_on if measure.completed_on and measure.completed_on <= day else None
    late = max(0, ((completed or day) - measure.due_on).days)
    if completed is not None:
        return MeasureStanding(measure, DONE if measure.evidence else NO_EVIDENCE, late, None)
    if late:
        return MeasureStanding(measure, LATE, late, None)
    left = (measure.due_on - day).days
    if left <= soon:
        return MeasureStanding(measure, DUE_SOON, 0, left)
    begun = measure.begun_on is not None and measure.begun_on <= day
    return MeasureStanding(measure, UNDER_WAY if begun else NOT_BEGUN, 0, left)


def _measure(each: MeasureStanding, lang: str) -> dict[str, Any]:
    measure = each.measure
    return {
        "measure": measure.measure,
        "title": measure.title.get(lang),
        "lead": measure.lead,
        "cooperating": list(measure.cooperating),
        "due_on": measure.due_on.isoformat(),
        "completed_on": None if measure.completed_on is None else measure.completed_on.isoformat(),
        "evidence": measure.evidence or None,
        "state": each.state,
        "days_late": each.days_late,
        "days_left": each.days_left,
        "place": measure.place,
    }
