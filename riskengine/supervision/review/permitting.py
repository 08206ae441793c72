"""Whether a step may be taken: everything that stands in its way, said at once. Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from riskengine.kernel.problems import Problem, nearest
from riskengine.supervision.review.articles import ground_problems
from riskengine.supervision.review.hearing import hearing_problems, not_heard
from riskengine.supervision.review.listings import holds_on
from riskengine.supervision.review.procedure import (
    ANNOUNCEMENT,
    CHECK,
    DECIDE,
    NOTICE,
    PROPOSE,
    SERVE,
    procedure,
)
from riskengine.supervision.review.proceeding import SINCE, UNTIL, Proceeding, Step, person
from riskengine.supervision.review.working_days import Calendar, last_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.catalog import LawRegister
    from riskengine.supervision.review.discipline import Discipline
    from riskengine.supervision.review.procedure import Kind


@dataclass(frozen=True, slots=True)
class Setting:
    """What a step is held against beside its proceeding.

    Attributes:
        recorded_on: the day of recording, in Beijing time: nothing happens later than it is recorded.
        others: the other proceedings about the operator.
        laws: the law register.
        disciplines: what may be done to somebody who is listed.
        calendar: which days are worked.
    """

    recorded_on: date
    others: tuple[Proceeding, ...]
    laws: LawRegister
    disciplines: Mapping[str, Discipline]
    calendar: Calendar


def completed(kind: Kind, step: Step, calendar: Calendar) -> Step:
    """A step with the days that follow from it; what a caller says of them is passed over.

    Args:
        kind: of its proceeding.
        step: the step.
        calendar: which days are worked.
    """
    cells = {name: text for name, text in step.cells.items() if name not in {SINCE, UNTIL}}
    term = {NOTICE: kind.notice, SERVE: kind.lasts}.get(step.action)
    if step.action in {NOTICE, SERVE}:
        since = step.on
        announced = procedure().terms[ANNOUNCEMENT].on(step.on)
        if cells.get("service") == ANNOUNCEMENT and announced is not None:
            since = last_day(step.on, announced, calendar)
        cells[SINCE] = since.isoformat()
        length = procedure().terms[term].on(step.on) if term is not None else None
        if length is not None:
            cells[UNTIL] = last_day(since, length, calendar).isoformat()
    return replace(step, cells=cells)


def problems_with(before: Proceeding | Kind, step: Step, setting: Setting) -> list[Problem]:
    """Everything that stands in the way of a step; empty where it may be taken.

    Args:
        before: the proceeding; or the kind of one that would begin.
        step: the step, as :func:`completed` gives it.
        setting: what else it is held against.
    """
    held = before if isinstance(before, Proceeding) else None
    kind = before.kind_of if isinstance(before, Proceeding) else before
    problems = [*_fields(kind, step), *_days(held, step, setting)]
    if held is None:
        return [*problems, *_beginning(kind, step, setting)]
    misplaced = _misplaced(held, kind, step)
    if misplaced is not None:
        return [misplaced, *problems]
    problems += _people(held, step)
    problems += hearing_problems(held, step, setting.calendar)
    if step.action in {CHECK, DECIDE}:
        problems += not_heard(held, step.on)
    if step.action == DECIDE:
        problems += _in_time(held, step)
    if step.action == NOTICE:
        problems += [*ground_problems(step, setting.laws), *_disciplined(kind, step, setting)]
    return problems


def _fields(kind: Kind, step: Step) -> Iterator[Problem]:
    """What is missing or no day, and who takes the step."""
    if not person(step.who):
        yield Problem("RE-939")
    further = {PROPOSE: kind.must, DECIDE: kind.must_decide, NOTICE: kind.must}.get(step.action, ())
    for name in (*procedure().actions[step.action].needs, *further):
        if not step.cells.get(name, "").strip():
            yield Problem("RE-923", column=name, params=(("what", procedure().fields[name].en),))
    service = step.cells.get("service", "")
    if service and service not in procedure().services:
        near = nearest(service, procedure().services)
        yield Problem("RE-923", column="service", found=service, near=near, params=(("what", "a way of service"),))
    for name in procedure().days & step.cells.keys():
        try:
            date.fromisoformat(step.cells[name])
        except ValueError:
            yield Problem("RE-923", column=name, found=step.cells[name], params=(("what", "a day"),))


def _days(held: Proceeding | None, step: Step, setting: Setting) -> Iterator[Problem]:
    """No step before the one that was taken last, none after the day on which it is recorded, none before its term."""
    on = step.on.isoformat()
    if step.on > setting.recorded_on:
        limit = (("limit", setting.recorded_on.isoformat()),)
        yield Problem("RE-928", found=on, params=(("reason", "it lies after the day of recording"), *limit))
    if held is not None and step.on < held.last.on:
        limit = (("limit", held.last.on.isoformat()),)
        yield Problem("RE-928", found=on, params=(("reason", "it lies before the last step"), *limit))
    kind = held.kind_of if held is not None else None
    terms = [] if kind is None else {NOTICE: [kind.notice], SERVE: [kind.lasts]}.get(step.action, [])
    for name in terms:
        if name is not None and procedure().terms[name].on(step.on) is None:
            limit = (("limit", procedure().terms[name].values[0].basis.since.isoformat()),)
            yield Problem("RE-928", found=on, params=(("reason", "its term was not in force yet"), *limit))


def _misplaced(held: Proceeding, kind: Kind, step: Step) -> Problem | None:
    """That a step does not follow upon the state, or is none of the kind's."""
    rules = procedure()
    allowed = [action.name for action in rules.actions.values() if held.state in action.states and kind.has(action)]
    if step.action == DECIDE and held.state not in rules.actions[DECIDE].states and rules.is_open(held.state):
        if kind.notice is not None and held.until is None:
            return Problem("RE-926", source=held.id)
        return Problem("RE-925", source=held.id, params=(("what", "the legal check"),))
    if step.action in allowed:
        return None
    state, names = rules.state_title(held.kind_of, held.state).en, tuple(allowed)
    return Problem("RE-921", source=held.id, found=step.action, params=(("what", state), ("allowed", names or "–")))


def _people(held: Proceeding, step: Step) -> Iterator[Problem]:
    """Each role is another person's; who presides over a hearing did not propose."""
    role, who = procedure().actions[step.action].role, person(step.who)
    taken = [(other, people) for other, people in held.people.items() if other != role and role is not None]
    for other, people in taken:
        if who in people:
            yield Problem("RE-922", source=held.id, found=step.who, params=(("what", procedure().roles[other].en),))
    president = step.cells.get("president", "")
    if person(president) in held.people["proposer"]:
        proposer = procedure().roles["proposer"].en
        yield Problem("RE-922", source=held.id, column="president", found=president, params=(("what", proposer),))


def _in_time(held: Proceeding, step: Step) -> Iterator[Problem]:
    """That a decision comes within its term from the proposal."""
    length = procedure().terms["decision"].on(held.proposal.on)
    if length is None:
        return
    last = held.proposal.on + timedelta(days=length.count)
    if step.on > last:
        term = procedure().terms["decision"].title.en
        yield Problem("RE-927", source=held.id, params=(("what", term), ("until", last.isoformat())))


def _beginning(kind: Kind, step: Step, setting: Setting) -> Iterator[Problem]:
    """What stands in the way of a proposal: its articles, another proceeding, nothing to end, or to end so soon."""
    yield from ground_problems(step, setting.laws)
    yield from _disciplined(kind, step, setting)
    yield from _beside(kind, step, setting)
    if kind.ends is None:
        return
    listed = (each for each in setting.others if each.kind == kind.ends)
    ended = next((each for each in listed if holds_on(each, setting.others, step.on)), None)
    if ended is None or ended.since is None:
        yield Problem("RE-938", found=step.on.isoformat())
    elif kind.after is not None and (length := procedure().terms[kind.after].on(step.on)) is not None:
        earliest = last_day(ended.since, length, setting.calendar)
        if step.on < earliest:
            words = (("what", procedure().terms[kind.after].title.en), ("until", earliest.isoformat()))
            yield Problem("RE-924", source=ended.id, found=step.on.isoformat(), params=words)


def _disciplined(kind: Kind, step: Step, setting: Setting) -> Iterator[Problem]:
    """Discipline that is not of the kind's list, or that no law allows on the day."""
    known = {name: each for name, each in setting.disciplines.items() if each.list == kind.lists}
    for name in filter(None, map(str.strip, step.cells.get("discipline", "").split(";"))):
        if name not in known or known[name].on(step.on) is None:
            yield Problem("RE-936", column="discipline", found=name, near=nearest(name, known))


def _beside(kind: Kind, step: Step, setting: Setting) -> Iterator[Problem]:
    """Another proceeding about the operator that leaves no room: of its kind, or about another list."""
    if kind.lists is None and kind.ends is None:
        return
    for other in setting.others:
        same = other.kind == kind.name
        rival = kind.lists is not None and other.kind_of.lists is not None
        going = procedure().is_open(other.state) or (rival and holds_on(other, setting.others, step.on))
        if (same or rival) and going:
            yield Problem("RE-929", source=other.id, params=(("what", other.kind_of.title.en),))
