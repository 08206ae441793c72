"""What the ledger knows of challenges to penalties: reviews applied for, suits filed, what was decided on them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from riskengine.ledger.amending import VIOLATION
from riskengine.ledger.changes import last_number
from riskengine.ledger.entities import DECISIONS
from riskengine.ledger.schema import ALWAYS
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import Unsealing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from riskengine.ledger.opening import Ledger


class ChallengeStep(NamedTuple):
    """A step of a challenge: the violation, a kind of ``kinds.yaml``, and the day, or that of its document."""

    violation_id: str
    kind: str
    on: date


def challenge_steps(ledger: Ledger, chosen: Collection[str], as_of: date) -> list[ChallengeStep]:
    """The decisions of some kinds about violations that the ledger knows now, by day.

    Args:
        ledger: the ledger.
        chosen: the kinds.
        as_of: later ones are left out.
    """
    found = [step for step in _steps(ledger, chosen) if step.on <= as_of]
    return sorted(found, key=lambda step: (step.on, step.violation_id, step.kind))


def _steps(ledger: Ledger, chosen: Collection[str]) -> Iterator[ChallengeStep]:
    with ledger.reading() as connection:
        number, unsealing = last_number(connection), Unsealing(connection)
        decision, violation = in_force(DECISIONS.name, number), in_force("violations", number)
        query = (
            sa.select(violation.c.violation_id, *decision.c["kind", "effective_on", "document_on"])
            .join_from(decision, violation, violation.c.key == decision.c.subject_key)
            .where(decision.c.subject == VIOLATION, decision.c.kind.in_(sorted(chosen)))
        )
        with contextlib.closing(connection.execute(query, execution_options={"yield_per": 10_000})) as rows:
            for row in rows.mappings():
                day = row["document_on"] if row["effective_on"] == ALWAYS else row["effective_on"]
                (named,) = unsealing.texts([row["violation_id"]])
                if day is not None and named is not None:
                    yield ChallengeStep(named, row["kind"], day)
