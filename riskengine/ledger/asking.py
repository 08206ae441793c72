"""Which violations have nobody who answers for them: questions that a person must answer."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.ledger.attribution import READ, Answerable
from riskengine.ledger.changes import by_code_point, known_at
from riskengine.ledger.pseudonyms import veiled
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import for_showing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sqlalchemy.engine import Connection

    from riskengine.ledger.attribution import Attribution
    from riskengine.ledger.opening import Ledger
    from riskengine.ledger.registers import Tie

_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A violation of which it is not known who answers for it.

    Attributes:
        violation_id, risk_point, occurred_on: of the record.
        vehicle, plate_colour: as recorded, or None; ``driver`` the number masked, or None.
        said: the operator that the record names, or None.
        why: ``nobody``, ``several``, ``differ``, ``contradicted`` or ``colour``.
        candidates: the ties of that day, of the vehicle first.
    """

    violation_id: str
    risk_point: str
    occurred_on: date
    vehicle: str | None
    plate_colour: str | None
    driver: str | None
    said: str | None
    why: str
    candidates: tuple[Tie, ...]


def open_questions(ledger: Ledger, *, as_of: date, known: datetime | int | None = None) -> list[OpenQuestion]:
    """The violations that occurred by a day and of which a person must say who answers for them.

    Args:
        ledger: the ledger.
        as_of: the day; operators that one successor follows by then are one.
        known: what was known: a moment, the number of a change, or None for all of it.

    Returns:
        by day and id.

    Raises:
        UsageError: there is no such change (RE-858), or the database fails (RE-851).
    """
    change = known_at(ledger, known)
    if change is None:
        return []
    with ledger.reading() as connection:
        return [
            OpenQuestion(
                row["violation_id"],
                row["risk_point"],
                row["occurred_on"],
                row["vehicle"],
                row["plate_colour"],
                None if row["driver"] is None else veiled(row["driver"]),
                row["operator_id"],
                found.why,
                found.ties,
            )
            for row, found in attributions(connection, change.number, as_of)
            if found.is_question
        ]


def attributions(
    connection: Connection,
    change: int,
    as_of: date,
    where: sa.Select[Any] | None = None,
    answers: Answerable | None = None,
) -> Iterator[tuple[Any, Attribution]]:
    """Every violation that occurred by a day, with who answers for it, by day and id.

    Args:
        connection: of the ledger.
        change: the number of the change that is known.
        as_of: the day.
        where: the keys of the violations, as a query; None for all.
        answers: who says it, where the caller has that already.

    Yields:
        the violation, by column, with ``driver``: its ids, its operator and its driver as read where the key is there.
    """
    answers = answers or Answerable(connection, change, as_of)
    held = in_force("violations", change)
    more = ("violation_id", "risk_point", "decided_on", "status", "status_on")
    query = sa.select(*held.c[READ + more]).where(held.c.occurred_on <= as_of)
    if where is not None:
        query = query.where(held.c.key.in_(where))
    query = query.order_by(held.c.occurred_on, by_code_point(connection, held.c.key))
    opener = for_showing(connection)
    with contextlib.closing(connection.execute(query, execution_options={"yield_per": _ROWS})) as rows:
        for part in rows.mappings().partitions():
            violations, operators, drivers = (
                opener.texts([row[name] for row in part]) for name in ("violation_id", "operator_id", "driver_key")
            )
            for row, violation, operator, driver in zip(part, violations, operators, drivers, strict=True):
                opened = {**row, "violation_id": violation, "operator_id": operator, "driver": driver}
                yield opened, answers.of(opened)
