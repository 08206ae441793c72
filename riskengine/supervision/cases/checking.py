"""All cases of a record held against the checklist, with the account of every one, by unit and in all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.kernel.masking import mask_name, mask_personal
from riskengine.supervision.cases.files import read_cases
from riskengine.supervision.cases.judging import DEFECTS, NOT_TOLD, STATES, UNJUDGED, judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from riskengine.catalog import LawRegister
    from riskengine.supervision.cases.checklist import Checklist
    from riskengine.supervision.cases.judging import Finding, Judged
    from riskengine.supervision.review.working_days import Calendar


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """A unit's cases: how many, by state, and how many of them have each kind of finding."""

    unit: str
    cases: int
    states: dict[str, int]
    findings: dict[str, int]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in the cases of a record.

    Attributes:
        checklist: what they were held against.
        as_of: the day.
        cases: every case of the record, by number.
        later_steps: rows of steps after the day, which were not used.
    """

    checklist: Checklist
    as_of: date
    cases: tuple[Judged, ...]
    later_steps: int

    @property
    def states(self) -> dict[str, int]:
        """State → how many cases: together they are all."""
        counted = Counter(each.state for each in self.cases)
        return {state: counted[state] for state in STATES}

    @property
    def has_defects(self) -> bool:
        """Whether anything is wrong with any case, or cannot be judged."""
        return any(each.state in {DEFECTS, UNJUDGED} for each in self.cases)

    @property
    def units(self) -> list[UnitCounts]:
        """The counts of each unit, by its name."""
        names = sorted({each.case.unit for each in self.cases})
        return [_of_unit(name, [each for each in self.cases if each.case.unit == name]) for name in names]

    @property
    def by_requirement(self) -> dict[str, int]:
        """Requirement → in how many cases it is not met; those that are met everywhere are left out."""
        counted = Counter(name for each in self.cases for name in {found.requirement for found in each.findings})
        order = ["", *(each.requirement for each in self.checklist.requirements)]
        return {name: counted[name] for name in order if counted[name]}

    def to_dict(self, register: LawRegister, *, show_personal: bool = False) -> dict[str, Any]:
        """A JSON-ready form.

        Args:
            register: the law register, for the articles.
            show_personal: whether names stand in full.
        """
        return {
            "checklist": self.checklist.checklist,
            "as_of": self.as_of.isoformat(),
            "cases": len(self.cases),
            "states": self.states,
            "later_steps": self.later_steps,
            "units": [
                {"unit": each.unit, "cases": each.cases, "states": each.states, "findings": each.findings}
                for each in self.units
            ],
            "requirements": [
                {
                    "requirement": each.requirement,
                    "title": each.title.to_dict(),
                    "cases": self.by_requirement.get(each.requirement, 0),
                    "articles": [label.to_dict() for label in each.labels_on(register, self.as_of)],
                    "basis": each.basis,
                    "note": None if each.note is None else each.note.to_dict(),
                }
                for each in self.checklist.requirements
            ],
            "files": [_case_dict(each, show_personal=show_personal) for each in self.cases],
        }


def check_cases(folder: Path, checklist: Checklist, calendar: Calendar, as_of: date) -> Checked:
    """Hold every case of a record folder against a checklist.

    Args:
        folder: with ``cases`` and ``case_steps``, and ``violations`` where decisions are to be compared.
        checklist: what is asked for.
        calendar: which days are worked.
        as_of: the day; steps after it are not used.

    Raises:
        UsageError: there is no such folder or file (RE-955 to RE-957).
        InputError: a file cannot be used (RE-1xx, RE-2xx, RE-958 to RE-960).
    """
    cases = read_cases(folder, checklist, as_of)
    judged = tuple(judge(case, checklist, calendar, as_of) for case in cases)
    return Checked(checklist, as_of, judged, sum(case.later for case in cases))


def shown_names(people: Sequence[str], *, show_personal: bool) -> tuple[str, ...]:
    """Names as they may be shown."""
    return tuple(name if show_personal else mask_name(name) for name in people)


def _of_unit(name: str, cases: Sequence[Judged]) -> UnitCounts:
    states = Counter(each.state for each in cases)
    kinds = Counter(kind for each in cases for kind in {found.kind for found in each.findings} - NOT_TOLD)
    return UnitCounts(name, len(cases), {state: states[state] for state in STATES}, dict(sorted(kinds.items())))


def _case_dict(each: Judged, *, show_personal: bool) -> dict[str, Any]:
    case = each.case
    return {
        "case_id": mask_personal(case.case_id),
        "violation_id": None if case.violation_id is None else mask_personal(case.violation_id),
        "unit": case.unit,
        "procedure": case.procedure,
        "state": each.state,
        "findings": [_finding_dict(found, show_personal=show_personal) for found in each.findings],
        "ahead": [
            {"requirement": to_do.requirement, "step": to_do.step, "due": to_do.due and to_do.due.isoformat()}
            for to_do in each.ahead
        ],
    }


def _finding_dict(found: Finding, *, show_personal: bool) -> dict[str, Any]:
    return {
        "requirement": found.requirement or None,
        "kind": found.kind,
        "step": found.step or None,
        "done_on": found.done_on and found.done_on.isoformat(),
        "limit": found.limit and found.limit.isoformat(),
        "other": mask_personal(found.other) or None,
        "people": list(shown_names(found.people, show_personal=show_personal)),
        "amount": found.amount or None,
    }
