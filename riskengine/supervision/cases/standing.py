"""How a case stands to the checklist: what applies, what is missing, what is due, what waits for a missing step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from riskengine.supervision.cases.checklist import ancestors, predecessors
from riskengine.supervision.cases.terms import end_of

if TYPE_CHECKING:
    from datetime import date

    from riskengine.supervision.cases.checklist import Checklist, Condition, Requirement
    from riskengine.supervision.cases.files import CaseFile, StepTaken
    from riskengine.supervision.review.working_days import Calendar


def holds(condition: Condition, case: CaseFile) -> bool:
    """Whether a condition holds of a case."""
    return bool(
        case.circumstances & set(condition.circumstances)
        or case.penalty_kinds & set(condition.penalty_kinds)
        or case.steps.keys() & set(condition.steps)
    )


def asked_of(case: CaseFile, checklist: Checklist) -> list[Requirement]:
    """The requirements that apply to a case, in the order of the checklist."""
    held = {name for name, condition in checklist.conditions.items() if holds(condition, case)}
    return [
        each
        for each in checklist.requirements
        if case.procedure in each.procedure and (not each.when or held & set(each.when)) and not held & set(each.unless)
    ]


@dataclass(slots=True)
class Standing:
    """A case as its requirements see it.

    Attributes:
        case, checklist, calendar, as_of: what is held against what, when.
        requirements: those that apply.
        due: requirement whose step is not taken → by when it is due.
        missing: requirements whose step is missing: a later one was taken, or its time is over.
        waiting: requirement whose term has not begun → the missing step with which it would begin.
    """

    case: CaseFile
    checklist: Checklist
    calendar: Calendar
    as_of: date
    requirements: list[Requirement] = field(default_factory=list)
    due: dict[str, date] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    waiting: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.requirements = asked_of(self.case, self.checklist)
        before = predecessors(self.requirements)
        there = set(self.case.steps)
        if self.case.decided_on is not None:
            there.add(self.checklist.decides)
        passed = ancestors(before, there) | (there - self.case.steps.keys())
        absent = [each for each in self.requirements if each.steps and self.taken(each) is None]
        self.due = self._due(absent)
        late = {each.requirement for each in absent if self._is_past(each)}
        self.missing = late | {each.requirement for each in absent if passed & set(each.steps)}
        self.waiting = self._waiting(absent)

    def taken(self, requirement: Requirement) -> StepTaken | None:
        """The step that meets a requirement; of several the one that was taken first."""
        held = [self.case.steps[step] for step in requirement.steps if step in self.case.steps]
        return min(held, key=lambda step: step.first) if held else None

    def _is_past(self, requirement: Requirement) -> bool:
        due = self.due.get(requirement.requirement)
        return due is not None and due < self.as_of

    def _due(self, absent: list[Requirement]) -> dict[str, date]:
        """By when a requirement is due: by its own term, and not later than what comes after it."""
        own = {}
        for each in absent:
            end = None if each.within is None else end_of(self.case, each.within, self.calendar)
            if end is not None and end.day is not None:
                own[each.requirement] = end.day
        found = {}
        for each in absent:
            days = [own[other.requirement] for other in self._upon(each, absent) if other.requirement in own]
            if days:
                found[each.requirement] = min(days)
        return found

    @staticmethod
    def _upon(requirement: Requirement, absent: list[Requirement]) -> list[Requirement]:
        """A requirement and the absent ones that come after it, by way of absent ones."""
        found, waiting = {requirement.requirement: requirement}, [requirement]
        while waiting:
            steps = set(waiting.pop().steps)
            for other in absent:
                if other.requirement not in found and steps & set(other.after):
                    found[other.requirement] = other
                    waiting.append(other)
        return list(found.values())

    def _waiting(self, absent: list[Requirement]) -> dict[str, str]:
        """Requirements not known to be missing whose term, or that of a later one, cannot begin.

        The step with which it would begin is missing, or waits itself.
        """
        gone, found = self.missing_steps(), dict[str, str]()
        while True:
            own = {each.requirement: each.within.begin for each in absent if each.within and each.within.begin in gone}
            begins = {each.requirement: self._first_of(each, absent, own) for each in absent}
            more = {name: begin for name, begin in begins.items() if begin and name not in self.missing}
            if more.keys() == found.keys():
                return more
            found = more
            gone = gone | {step for each in absent if each.requirement in found for step in each.steps}

    def _first_of(self, requirement: Requirement, absent: list[Requirement], own: dict[str, str]) -> str | None:
        """Of the steps that a requirement or a later one waits for, the first by name."""
        names = [other.requirement for other in self._upon(requirement, absent)]
        return min((own[name] for name in names if name in own), default=None)

    def missing_steps(self) -> set[str]:
        """The steps that are missing, or wait for one that is: what looks at them cannot be judged."""
        gone = self.missing | self.waiting.keys()
        return {step for each in self.requirements if each.requirement in gone for step in each.steps}
