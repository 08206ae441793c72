"""A proceeding as it stands: what its steps made of it. Pure: no database, no clock.

Whether a step may be taken is told by :mod:`riskengine.supervision.review.permitting`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from riskengine.supervision.review.procedure import CHECKER, DECIDER, IN_FORCE, PROPOSER, procedure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from riskengine.supervision.review.procedure import Kind

ASKED, CALLED, HELD = "asked", "called", "held"
"""How far a hearing has come."""

SINCE, UNTIL = "since", "until"
"""Cells that the program fills in: the day on which a service counts; the last day of the term that began with it, or
the first day on which what was decided no longer stands.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a proceeding.

    Attributes:
        action: its name in ``proceedings.yaml``.
        who: who takes it; for what the operator says, who received it.
        on: the day on which it happened.
        cells: what it says, by field; days as ``2023-01-31``.
    """

    action: str
    who: str
    on: date
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proceeding:
    """A proceeding as its steps made it.

    Attributes:
        id, kind, operator_id: which one, of which kind, about whom.
        state: a state of ``proceedings.yaml``.
        steps: in their order.
        people: role → who has acted in it, as persons are compared.
        until: the last day of the term for statements and hearings; None before a notice.
        waived: whether the operator has expressly given up those rights.
        statements, answered: how many statements were heard, and how many answered.
        hearing: ``asked``, ``called``, ``held`` or None.
        hearing_on: for which day it was called.
        since: the first day on which what was decided stands: that of its service.
        lasts_until: the first day on which it no longer stands; None where it does not lapse.
    """

    id: str
    kind: str
    operator_id: str
    state: str
    steps: tuple[Step, ...]
    people: Mapping[str, frozenset[str]]
    until: date | None = None
    waived: bool = False
    statements: int = 0
    answered: int = 0
    hearing: str | None = None
    hearing_on: date | None = None
    since: date | None = None
    lasts_until: date | None = None

    @property
    def kind_of(self) -> Kind:
        """Its kind."""
        return procedure().kinds[self.kind]

    @property
    def proposal(self) -> Step:
        """The step with which it began."""
        return self.steps[0]

    @property
    def last(self) -> Step:
        """The newest step."""
        return self.steps[-1]

    def step(self, action: str) -> Step | None:
        """The newest step of a kind."""
        return next((step for step in reversed(self.steps) if step.action == action), None)

    def stands_on(self, day: date) -> bool:
        """Whether what was decided is in force on a day: served by then, not lapsed, not revoked by then."""
        if self.since is None or day < self.since or (self.lasts_until is not None and day >= self.lasts_until):
            return False
        return self.state == IN_FORCE or day < self.last.on


def person(name: str) -> str:
    """A person's name as persons are compared: width, case and white space say nothing.

    >>> person("  ＬＩ  Ming ") == person("li ming")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def begun(proceeding_id: str, kind: str, operator: str, step: Step) -> Proceeding:
    """A proceeding with its first step.

    Args:
        proceeding_id: its number.
        kind: of which kind it is.
        operator: the id of whom it is about.
        step: the proposal.
    """
    people = {PROPOSER: frozenset({person(step.who)}), CHECKER: frozenset(), DECIDER: frozenset()}
    state = procedure().actions[step.action].to
    return Proceeding(proceeding_id, kind, operator, str(state), (step,), people)


def advanced(before: Proceeding, step: Step) -> Proceeding:
    """What a step makes of a proceeding; it is not asked whether it may be taken."""
    action = procedure().actions[step.action]
    people = dict(before.people)
    if action.role is not None:
        people[action.role] |= {person(step.who)}
    after = replace(before, state=action.to or before.state, steps=(*before.steps, step), people=people)
    return _noted(after, step)


def _noted(after: Proceeding, step: Step) -> Proceeding:
    """What a step says, kept where it is asked for."""
    match step.action:
        case "notice":
            return replace(after, until=date.fromisoformat(step.cells[UNTIL]))
        case "statement":
            return replace(after, statements=after.statements + 1)
        case "answer":
            return replace(after, answered=after.answered + 1)
        case "waive":
            return replace(after, waived=True)
        case "hearing_request":
            return replace(after, hearing=ASKED)
        case "hearing_call":
            return replace(after, hearing=CALLED, hearing_on=date.fromisoformat(step.cells["hearing_on"]))
        case "hearing_held":
            return replace(after, hearing=HELD)
        case "serve":
            lapses = step.cells.get(UNTIL)
            since = date.fromisoformat(step.cells[SINCE])
            return replace(after, since=since, lasts_until=date.fromisoformat(lapses) if lapses else None)
    return after


def standing(proceeding_id: str, kind: str, operator: str, steps: Sequence[Step]) -> Proceeding:
    """A proceeding from its recorded steps, of which there is at least one."""
    found = begun(proceeding_id, kind, operator, steps[0])
    for step in steps[1:]:
        found = advanced(found, step)
    return found
