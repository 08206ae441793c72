"""Whether the operator was heard: the notice, the term, statements and their answers, the hearing. Pure."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import TYPE_CHECKING

from riskengine.kernel.problems import Problem
from riskengine.supervision.review.procedure import (
    ANSWER,
    HEARING_CALL,
    HEARING_HELD,
    HEARING_REQUEST,
    WAIVE,
    procedure,
)
from riskengine.supervision.review.proceeding import ASKED, CALLED
from riskengine.supervision.review.working_days import last_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.supervision.review.procedure import Kind
    from riskengine.supervision.review.proceeding import Proceeding, Step
    from riskengine.supervision.review.working_days import Calendar

_OF_HEARINGS = frozenset({WAIVE, HEARING_REQUEST, HEARING_CALL, HEARING_HELD})


def not_heard(held: Proceeding, day: date) -> Iterator[Problem]:
    """What the operator is still owed before anything can be decided on a day; nothing where no notice is owed."""
    term = held.kind_of.notice
    if term is None:
        return
    if held.until is None:
        yield Problem("RE-926", source=held.id)
        return
    if not held.waived and day <= held.until:
        words = (("what", procedure().terms[term].title.en), ("until", held.until.isoformat()))
        yield Problem("RE-924", source=held.id, found=day.isoformat(), params=words)
    if held.answered < held.statements:
        yield Problem("RE-925", source=held.id, params=(("what", "an answer to each statement"),))
    if held.hearing in {ASKED, CALLED} and not held.waived:
        yield Problem("RE-925", source=held.id, params=(("what", "the hearing that was asked for"),))


def hearing_problems(held: Proceeding, step: Step, calendar: Calendar) -> Iterator[Problem]:
    """What is wrong with a step about a statement or a hearing."""
    kind = held.kind_of
    if step.action in _OF_HEARINGS and kind.notice != "hearing":
        yield _none(held, step, kind)
    elif step.action == HEARING_REQUEST:
        yield from _asked(held, step)
    elif step.action == HEARING_CALL:
        yield from _called(held, step, calendar)
    elif step.action == HEARING_HELD:
        yield from _held(held, step)
    elif step.action == ANSWER and held.answered >= held.statements:
        yield Problem("RE-925", source=held.id, params=(("what", "a statement to answer"),))


def _none(held: Proceeding, step: Step, kind: Kind) -> Problem:
    return Problem("RE-921", source=held.id, found=step.action, params=(("what", kind.title.en), ("allowed", "–")))


def _asked(held: Proceeding, step: Step) -> Iterator[Problem]:
    if held.hearing is not None or held.waived:
        yield _none(held, step, held.kind_of)
    if held.until is not None and step.on > held.until:
        words = (("what", procedure().terms["hearing"].title.en), ("until", held.until.isoformat()))
        yield Problem("RE-927", source=held.id, params=words)


def _called(held: Proceeding, step: Step, calendar: Calendar) -> Iterator[Problem]:
    if held.hearing not in {ASKED, CALLED}:
        yield Problem("RE-925", source=held.id, params=(("what", "a request for a hearing"),))
    term = procedure().terms["hearing_notice"]
    length, day = term.on(step.on), None
    with contextlib.suppress(ValueError):  # that it is no day is said with the fields
        day = date.fromisoformat(step.cells.get("hearing_on", ""))
    if length is None or day is None:
        return
    last = last_day(step.on, length, calendar)
    if day <= last:
        words = (("what", term.title.en), ("until", last.isoformat()))
        yield Problem("RE-924", source=held.id, column="hearing_on", found=day.isoformat(), params=words)


def _held(held: Proceeding, step: Step) -> Iterator[Problem]:
    if held.hearing != CALLED or held.hearing_on is None:
        yield Problem("RE-925", source=held.id, params=(("what", "a call to the hearing"),))
    elif step.on < held.hearing_on:
        words = (("what", procedure().fields["hearing_on"].en), ("until", held.hearing_on.isoformat()))
        yield Problem("RE-924", source=held.id, found=step.on.isoformat(), params=words)
