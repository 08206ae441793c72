"""The steps of proceedings: recorded once, in the chain of changes, never altered.

What a step means and whether it may be taken is not known here: the caller says, within the writer's transaction, so
that no two steps can be taken upon the same state.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.ledger.changes import next_number, record
from riskengine.ledger.entities import PROCEEDINGS, digest_of
from riskengine.ledger.schema import ALWAYS, CHANGES, VERSIONS
from riskengine.ledger.sealing import sealing
from riskengine.ledger.unsealing import Unsealing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from sqlalchemy.engine import Connection

    from riskengine.ledger.changes import Change, Entry
    from riskengine.ledger.opening import Ledger

REVIEW = "review"
"""The kind of change that a step is."""

_TABLE = VERSIONS[PROCEEDINGS.name]


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to be recorded.

    Attributes:
        proceeding: the proceeding's number.
        kind, operator_id, operator_key: of the proceeding; the key is the id as ids are compared.
        action, who, done_on, cells: what was done, by whom, on which day, and what it says.
    """

    proceeding: str
    kind: str
    operator_id: str
    operator_key: str
    action: str
    who: str
    done_on: date
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """A step as it stands in the ledger: its place in the proceeding, from 1, and when and as which change."""

    step: int
    said: NewStep
    change: int
    recorded_at: str


class Shelf:
    """The recorded steps, as a writer or a reader sees them in one transaction.

    Personal numbers are sealed in the tables and opened here (UsageError where the key is not there: RE-880 to RE-885).
    """

    def __init__(self, connection: Connection) -> None:
        self._connection, self._seal, self._opener = connection, sealing(connection), Unsealing(connection)

    def all(self) -> list[RecordedStep]:
        """Every step, in the order of recording."""
        return self._where(sa.true())

    def of(self, proceeding: str) -> list[RecordedStep]:
        """The steps of a proceeding."""
        return self._where(_TABLE.c.proceeding == self._seal.text(proceeding))

    def about(self, operator_key: str) -> list[RecordedStep]:
        """The steps of every proceeding about an operator."""
        return self._where(_TABLE.c.operator_key == self._seal.key(operator_key))

    def numbers(self, prefix: str) -> list[str]:
        """The numbers of proceedings that begin so, in order."""
        query = sa.select(_TABLE.c.proceeding).distinct().where(_TABLE.c.proceeding.startswith(prefix, autoescape=True))
        return sorted(map(self._opener.text, self._connection.execute(query).scalars().all()))

    def _where(self, condition: sa.ColumnElement[bool]) -> list[RecordedStep]:
        query = (
            sa.select(_TABLE, CHANGES.c.recorded_at)
            .join_from(_TABLE, CHANGES, CHANGES.c.number == _TABLE.c.change)
            .where(condition)
            .order_by(_TABLE.c.version)
        )
        rows = self._connection.execute(query).mappings().all()
        return [_recorded(dict(row), self._opener) for row in rows]


def _recorded(row: Mapping[str, Any], opener: Unsealing) -> RecordedStep:
    names = ("proceeding", "kind", "operator_id", "operator_key", "action", "who")
    opened = {name: opener.text(row[name]) for name in names}
    said = NewStep(**opened, done_on=row["done_on"], cells=opener.cells(json.loads(row["cells"])))
    return RecordedStep(int(row["step"]), said, int(row["change"]), row["recorded_at"])


def recorded_steps(ledger: Ledger, look: Callable[[Shelf], list[RecordedStep]]) -> list[RecordedStep]:
    """Steps of a ledger, as they stand in one state of it.

    Args:
        ledger: the ledger.
        look: which ones, of :class:`Shelf`.
    """
    with ledger.reading() as connection:
        return look(Shelf(connection))


def record_step(ledger: Ledger, make: Callable[[Shelf], NewStep], entry: Entry) -> tuple[RecordedStep, Change]:
    """Record a step as a change of its own.

    Args:
        ledger: the ledger.
        make: gives the step from what is recorded, or raises what stands in its way; nobody else writes meanwhile.
        entry: who records it, when and why.

    Raises:
        UsageError: what ``make`` raises; times run backwards (RE-857).
    """
    with ledger.writing() as connection:
        shelf, number = Shelf(connection), next_number(connection)
        said = make(shelf)
        place = len(shelf.of(said.proceeding)) + 1
        row: dict[str, Any] = {
            "key": f"{said.proceeding}|{place:06}",
            "step": place,
            **{name: getattr(said, name) for name in NewStep.__slots__},
            "cells": json.dumps(dict(said.cells), ensure_ascii=False, sort_keys=True),
        }
        seal = sealing(connection)
        row = seal.row(PROCEEDINGS.name, row)
        row["digest"] = digest_of(PROCEEDINGS, row["key"], row)
        row |= {"valid_from": ALWAYS, "withdrawn": False, "change": number}
        connection.execute(sa.insert(_TABLE).values(row))
        seal.flush(connection)
        change = record(connection, REVIEW, entry, {"proceeding": said.proceeding, "action": said.action})
        return RecordedStep(place, said, number, change.recorded_at), change
