"""Decided proceedings as letters need them: what was ordered, by which decision, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from riskengine.records import id_of
from riskengine.supervision.review.procedure import DECIDE, IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from riskengine.supervision.review.proceeding import Proceeding

_DECIDED = frozenset({"decided", IN_FORCE})


@dataclass(frozen=True, slots=True)
class Order:
    """What was decided about an operator.

    Attributes:
        proceeding: its number.
        facts, grounds: those of the notice that was served, or of the proposal where none was owed.
        decision, document, decided_on: what was decided, in which document, on which day.
        correct_by: the day by which it must be put right.
    """

    proceeding: str
    facts: str
    grounds: str
    decision: str
    document: str
    decided_on: date
    correct_by: date


def orders_on(proceedings: Iterable[Proceeding], kind: str, day: date) -> dict[str, Order]:
    """Operator, as ids are compared → the newest decision of a kind that was taken by a day and stands.

    Args:
        proceedings: every proceeding that is recorded.
        kind: their kind.
        day: the day.
    """
    found: dict[str, Order] = {}
    for each in sorted(proceedings, key=lambda held: (held.last.on, held.id)):
        decided = each.step(DECIDE)
        if each.kind != kind or each.state not in _DECIDED or decided is None or decided.on > day:
            continue
        told = (each.step("notice") or each.proposal).cells
        found[str(id_of(each.operator_id))] = Order(
            each.id,
            told["facts"],
            told["grounds"],
            decided.cells["text"],
            decided.cells["document"],
            decided.on,
            date.fromisoformat(decided.cells["correct_by"]),
        )
    return found
