"""From the decisions of a ledger to challenges: each filing with what decided it; what is open is pending."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from riskengine.records import id_of
from riskengine.supervision.outcomes.contested import Challenge
from riskengine.supervision.outcomes.sources import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from riskengine.supervision.outcomes.rules import OutcomeRules


class _Open(NamedTuple):
    """A challenge that is filed and not decided yet."""

    violation_id: str
    kind: str
    filed_on: date


def challenges_of(steps: Iterable[tuple[str, str, date]], rules: OutcomeRules) -> list[Challenge]:
    """The challenges behind decisions.

    A decision of a kind ends the open challenge of that kind; without one it stands for a challenge of its own day. A
    decision without a kind ends whatever was filed last; where nothing is open nobody contested, and it is none.

    Args:
        steps: the violation, the kind of the ledger's decision, the day; in the order of days.
        rules: what each kind of decision is.
    """
    waiting: dict[str, list[_Open]] = {}
    found: list[Challenge] = []
    for named, name, on in steps:
        violation_id = str(id_of(named))
        step, mine = rules.ledger[name], waiting.setdefault(violation_id, [])
        if step.result is None:
            mine.append(_Open(violation_id, step.kind or "", on))
            continue
        fitting = [each for each in mine if step.kind in {None, each.kind}]
        if fitting:
            begun = fitting[-1]
            mine.remove(begun)
        elif step.kind is not None:
            begun = _Open(violation_id, step.kind, on)
        else:
            continue
        found.append(_challenge(begun, len(found), on, step.result))
    left = [each for held in waiting.values() for each in held]
    return found + [_challenge(each, len(found) + at, None, None) for at, each in enumerate(left)]


def _challenge(begun: _Open, number: int, decided: date | None, result: str | None) -> Challenge:
    name = f"ledger-{number + 1}"
    return Challenge(name, begun.violation_id, begun.kind, FIRST, begun.filed_on, decided, result, None)
