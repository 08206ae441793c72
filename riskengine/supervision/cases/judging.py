"""One case held against the checklist: what is missing, late, too early, out of order, by the same person; what is due.

A requirement whose check looks at a step that is missing cannot be judged, and says so: it is not met. So a step that
is added where one was missing never makes a case worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from riskengine.supervision.cases.files import together
from riskengine.supervision.cases.sources import PERSON
from riskengine.supervision.cases.standing import Standing
from riskengine.supervision.cases.terms import end_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from riskengine.supervision.cases.checklist import Apart, Checklist, Requirement
    from riskengine.supervision.cases.files import CaseFile, People, StepTaken
    from riskengine.supervision.review.working_days import Calendar

MISSING, LATE, EARLY, DISORDER = "missing", "late", "early", "out_of_order"
UNDOCUMENTED, TOO_FEW, SAME, UNNAMED = "undocumented", "too_few", "same_person", "not_named"
OVER, DIFFERS, NO_DECISION = "over_limit", "differs", "no_violation"
UNJUDGED, NO_CALENDAR = "unjudged", "no_calendar"
NOT_TOLD = frozenset({UNJUDGED, NO_CALENDAR})
"""Kinds that say that something cannot be judged: for want of an earlier step, or of the year's working days."""
IN_ORDER, OPEN, DEFECTS, NOT_COVERED = "in_order", "open", "defects", "not_covered"
STATES = (IN_ORDER, OPEN, UNJUDGED, DEFECTS, NOT_COVERED)
_ON_THE_SPOT = frozenset({"fine", "warning"})


class Finding(NamedTuple):
    """Something that is not as it should be.

    Attributes:
        requirement: of which requirement.
        kind: what is wrong: ``missing``, ``late`` and the like, or one of :data:`NOT_TOLD`.
        step: the step that it is about, or "".
        done_on: when that was taken, or None.
        limit: the last day of the term, or the day that it is compared with, or None.
        other: the other step or role, or "".
        people: those whom it is about, as they are written.
        amount: a number that it is about: people, yuan; or "".
    """

    requirement: str
    kind: str
    step: str = ""
    done_on: date | None = None
    limit: date | None = None
    other: str = ""
    people: tuple[str, ...] = ()
    amount: str = ""


class Deadline(NamedTuple):
    """A step that is still to be taken, by a day where a term says one."""

    requirement: str
    step: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what was found.

    Attributes:
        case: the case.
        state: ``in_order``, ``open`` (nothing wrong so far), ``unjudged`` (something cannot be judged, nothing else is
            wrong), ``defects``, or ``not_covered`` (it began before the checklist's first day).
        findings: in the order of the checklist.
        ahead: what is still to be done.
    """

    case: CaseFile
    state: str
    findings: tuple[Finding, ...] = ()
    ahead: tuple[Deadline, ...] = ()


def judge(case: CaseFile, checklist: Checklist, calendar: Calendar, as_of: date) -> Judged:
    """Hold a case against the checklist.

    Args:
        case: with the steps taken by the day.
        checklist: what is asked for.
        calendar: which days are worked.
        as_of: the day.
    """
    begun = case.begun_on
    if begun is not None and begun < checklist.since:
        return Judged(case, NOT_COVERED)
    view = Standing(case, checklist, calendar, as_of)
    findings, ahead = [], []
    if case.has_violation is False:
        findings.append(Finding("", NO_DECISION, checklist.decides, other=case.violation_id or ""))
    for requirement in view.requirements:
        found = dict.fromkeys(_findings(view, requirement))
        findings += found
        if requirement.demands and requirement.steps and not found and view.taken(requirement) is None:
            ahead.append(Deadline(requirement.requirement, requirement.steps[0], view.due.get(requirement.requirement)))
    return Judged(case, _state(findings, ahead), tuple(findings), tuple(ahead))


def _state(findings: Sequence[Finding], ahead: Sequence[Deadline]) -> str:
    if any(found.kind not in NOT_TOLD for found in findings):
        return DEFECTS
    if findings:
        return UNJUDGED
    return OPEN if ahead else IN_ORDER


def _findings(view: Standing, requirement: Requirement) -> Iterator[Finding]:
    """What is not as a requirement asks."""
    name, taken = requirement.requirement, view.taken(requirement)
    if requirement.steps and taken is None:
        yield from _absent(view, requirement)
        return
    if taken is not None:
        step = next(step for step in requirement.steps if view.case.steps.get(step) is taken)
        yield from _order(view, requirement, step, taken)
        yield from _terms(view, requirement, step, taken)
        yield from _content(view, requirement, step, taken)
    for apart in requirement.apart:
        yield from _apart(view, name, apart)


def _absent(view: Standing, requirement: Requirement) -> Iterator[Finding]:
    name, step = requirement.requirement, requirement.steps[0]
    if name in view.waiting:
        yield Finding(name, UNJUDGED, step, other=view.waiting[name])
    elif name in view.missing:
        kind = MISSING if requirement.demands else UNJUDGED
        yield Finding(name, kind, step, limit=view.due.get(name))


def _order(view: Standing, requirement: Requirement, step: str, taken: StepTaken) -> Iterator[Finding]:
    gone = view.missing_steps()
    for before in requirement.after:
        first = view.case.steps.get(before)
        if first is not None and first.first > taken.first:
            yield Finding(requirement.requirement, DISORDER, step, taken.first, first.first, before)
        elif first is None and before in gone:
            yield Finding(requirement.requirement, UNJUDGED, step, taken.first, other=before)


def _terms(view: Standing, requirement: Requirement, step: str, taken: StepTaken) -> Iterator[Finding]:
    name, gone = requirement.requirement, view.missing_steps()
    for term, kind in ((requirement.within, LATE), (requirement.not_before, EARLY)):
        if term is None:
            continue
        end = end_of(view.case, term, view.calendar)
        if end is None:
            if term.begin in gone:
                yield Finding(name, UNJUDGED, step, taken.first, other=term.begin)
        elif end.day is None:
            yield Finding(name, NO_CALENDAR, step, taken.first, other=term.begin)
        elif taken.first > end.day if kind == LATE else taken.first <= end.day:
            yield Finding(name, kind, step, taken.first, end.day, term.begin)


def _content(view: Standing, requirement: Requirement, step: str, taken: StepTaken) -> Iterator[Finding]:
    name, case = requirement.requirement, view.case
    if requirement.documented and requirement.demands and not taken.documented:
        yield Finding(name, UNDOCUMENTED, step, taken.first)
    if requirement.people is not None:
        people = taken.by or case.roles.get("investigator", {})
        if len(people) < requirement.people:
            named = tuple(people.values())
            yield Finding(name, TOO_FEW, step, taken.first, people=named, amount=str(requirement.people))
    if requirement.fine_at_most is not None:
        limits = requirement.fine_at_most
        most = limits.person if case.party == PERSON else limits.organisation
        if (case.fine is not None and case.fine > most) or case.penalty_kinds - _ON_THE_SPOT:
            yield Finding(name, OVER, step, taken.first, amount=str(most))
    if step == view.checklist.decides and requirement.demands:
        decided = case.decided_on
        if decided is not None and decided != taken.first:
            yield Finding(name, DIFFERS, step, taken.first, decided)


def _apart(view: Standing, name: str, apart: Apart) -> Iterator[Finding]:
    looked_at = [*view.checklist.roles[apart.role].steps]
    if apart.other is not None:
        looked_at += view.checklist.roles[apart.other].steps
    gone = view.missing_steps()
    yield from (Finding(name, UNJUDGED, step, other=apart.role) for step in sorted(gone & set(looked_at)))
    one, two = _of_role(view, apart.role), _others(view, apart)
    if apart.step is not None and apart.step not in view.case.steps:
        if apart.step in gone:
            yield Finding(name, UNJUDGED, apart.step, other=apart.role)
        return
    for held, role in ((one, apart.role), (two, apart.other or apart.step or "")):
        if not held:
            yield Finding(name, UNNAMED, other=role)
    both = tuple(one[key] for key in sorted(one.keys() & two.keys()))
    if both:
        yield Finding(name, SAME, apart.role, other=apart.other or apart.step or "", people=both)


def _of_role(view: Standing, role: str) -> People:
    held = [view.case.steps[step].by for step in view.checklist.roles[role].steps if step in view.case.steps]
    return together([view.case.roles.get(role, {}), *held])


def _others(view: Standing, apart: Apart) -> People:
    if apart.other is not None:
        return _of_role(view, apart.other)
    taken = view.case.steps.get(apart.step or "")
    return taken.by if taken is not None else {}
