"""The violations that count on a day, each with its vehicle, its driver and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.ledger.asking import attributions
from riskengine.ledger.attribution import Answerable
from riskengine.ledger.schema import ALWAYS
from riskengine.ledger.states import decided
from riskengine.records import colour_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from sqlalchemy.engine import Connection

    from riskengine.ledger.attribution import Attribution

OPEN = "?"
"""For the colour of a plate that is known in several and of which the record names none."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A violation that counts on a day.

    Attributes:
        violation_id, risk_point, occurred_on: of the record.
        plate, colour: the vehicle; no colour where none is known, ``OPEN`` where it is open.
        driver: as numbers are compared, or None.
        operators: who answers for it on the day, or, where that is open, whoever may: as ids are compared.
        is_open: whether it is.
    """

    violation_id: str
    risk_point: str
    occurred_on: date
    plate: str | None
    colour: str | None
    driver: str | None
    operators: tuple[str, ...]
    is_open: bool


def counted_records(connection: Connection, change: int, as_of: date) -> Iterator[Counted]:
    """The violations that count on a day, by their own day and id.

    They occurred by it, were decided by it (or have no day of decision), and their status on it is final.
    """
    answers = Answerable(connection, change, as_of)
    decision = decided(change, as_of)
    columns = decision.c["subject_key", "status", "effective_on"]
    statuses = {key: (status, day) for key, status, day in connection.execute(sa.select(*columns))}
    rows = [
        (row, found)
        for row, found in attributions(connection, change, as_of, answers=answers)
        if (row["decided_on"] is None or row["decided_on"] <= as_of) and _is_final(row, statuses.get(row["key"]), as_of)
    ]
    said: dict[str, set[str]] = {}
    for row, _ in rows:
        colour = colour_of(row["plate_colour"])
        if row["vehicle"] is not None and colour is not None:
            said.setdefault(row["vehicle"], set()).add(colour)
    for row, found in rows:
        plate, colour = row["vehicle"], colour_of(row["plate_colour"])
        if plate is not None and colour is None:
            known = answers.colours(plate) | said.get(plate, set())
            colour = None if not known else next(iter(known)) if len(known) == 1 else OPEN
        yield Counted(
            row["violation_id"],
            row["risk_point"],
            row["occurred_on"],
            plate,
            colour,
            row["driver"],
            _who(row, found, answers),
            found.is_question,
        )


def _who(row: Mapping[str, Any], found: Attribution, answers: Answerable) -> tuple[str, ...]:
    if found.operator_key is not None:
        return (answers.heir(found.operator_key),)
    keys = {tie.operator_key for tie in found.ties} | {row["operator_key"]} - {None}
    return tuple(sorted({answers.heir(str(key)) for key in keys if key is not None}))


def _is_final(row: Mapping[str, Any], decision: tuple[str, date] | None, as_of: date) -> bool:
    """Whether the status of a record is final on a day, by what it says itself and by the last decision about it."""
    status, since = row["status"] or "final", row["status_on"] if row["status"] else None
    if decision is not None and (since is None or since > as_of or since <= decision[1]):
        status, since = decision[0], None if decision[1] == ALWAYS else decision[1]
    if since is not None and as_of < since:  # until that day it was what it had been
        return bool(status != "final")
    return bool(status == "final")
