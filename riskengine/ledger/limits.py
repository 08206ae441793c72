"""Recorded penalties held against limits that the law sets: time, one fine for one act, first and minor.

The limits, with their articles and days, are data: ``limits.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.shipped import shipped_yaml
from riskengine.kernel.windows import add_months
from riskengine.ledger.changes import last_number
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import for_showing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from sqlalchemy.engine import Connection, RowMapping

    from riskengine.ledger.opening import Ledger
    from riskengine.ledger.unsealing import Unsealing, Veiled

FINE = "fine"
_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Question:
    """A recorded penalty that a person should look at.

    Attributes:
        limit: a name of ``limits.yaml``.
        violation_id: the record; ``beside`` the others that it is about.
    """

    limit: str
    violation_id: str
    beside: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def limits() -> Mapping[str, Mapping[str, Any]]:
    """Every limit by its name: zh, en, law, article, from (the first day), months where it has a length."""
    entries: dict[str, Any] = shipped_yaml("riskengine.ledger", "limits.yaml")
    return entries


def questions(ledger: Ledger) -> list[Question]:
    """What the limits ask about the violations that the ledger holds now, by limit and then by day and id.

    A limit is asked of decisions since the day on which its article came into force; a record without the day of its
    decision is not asked about.
    """
    with ledger.reading() as connection:
        number, opener = last_number(connection), for_showing(connection)
        found = [
            *_late(connection, number),
            *_fined_twice(connection, number),
            *_first_and_minor(connection, number),
        ]
        return [Question(each.limit, *_opened(each, opener)) for each in found]


def _opened(question: Question, opener: Unsealing | Veiled) -> tuple[str, tuple[str, ...]]:
    return opener.text(question.violation_id), tuple(opener.text(other) for other in question.beside)


def _rows(connection: Connection, number: int, since: date, *more: str) -> Iterator[RowMapping]:
    held = in_force("violations", number)
    names = ("violation_id", "operator_key", "risk_point", "occurred_on", "decided_on", *more)
    query = (
        sa.select(*(held.c[name] for name in names))
        .where(held.c.decided_on >= since)
        .order_by(held.c.occurred_on, held.c.key)
    )
    yield from connection.execute(query, execution_options={"yield_per": _ROWS}).mappings()


def _late(connection: Connection, number: int) -> Iterator[Question]:
    limit = limits()["time_limit"]
    inspection = in_force("inspections", number)
    rows = connection.execute(sa.select(*inspection.c["inspection_id", "inspected_on"]))
    found: dict[str, date] = {name: day for name, day in rows}  # noqa: C416 - rows are no pairs to the type checker
    for row in _rows(connection, number, limit["from"], "inspection_id"):
        end = add_months(row["occurred_on"], limit["months"])
        discovered = found.get(row["inspection_id"])
        if row["decided_on"] > end and (discovered is None or discovered > end):
            yield Question("time_limit", row["violation_id"])


def _fined_twice(connection: Connection, number: int) -> Iterator[Question]:
    acts: dict[tuple[Any, ...], list[str]] = {}
    for row in _rows(connection, number, limits()["fined_twice"]["from"], "vehicle", "penalty_kind"):
        if row["vehicle"] is not None and FINE in (row["penalty_kind"] or "").split(";"):
            act = tuple(row[name] for name in ("operator_key", "occurred_on", "vehicle", "risk_point"))
            acts.setdefault(act, []).append(row["violation_id"])
    for records in acts.values():
        if len(records) > 1:
            yield Question("fined_twice", records[0], tuple(records[1:]))


def _first_and_minor(connection: Connection, number: int) -> Iterator[Question]:
    held = in_force("violations", number)
    first = sa.select(held.c.operator_key, sa.func.min(held.c.occurred_on)).group_by(held.c.operator_key)
    first = first.where(held.c.operator_key.is_not(None))  # a record may name nobody
    earliest: dict[str, date] = {operator: day for operator, day in connection.execute(first)}  # noqa: C416 - as above
    for row in _rows(connection, number, limits()["first_and_minor"]["from"], "severity", "penalty_kind"):
        is_first = row["occurred_on"] == earliest.get(row["operator_key"])
        if is_first and row["severity"] == "minor" and FINE in (row["penalty_kind"] or "").split(";"):
            yield Question("first_and_minor", row["violation_id"])
