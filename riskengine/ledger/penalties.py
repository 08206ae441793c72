"""Penalties as they are looked at for their repair."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.ledger.attribution import READ
from riskengine.ledger.changes import by_code_point
from riskengine.ledger.states import in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from sqlalchemy.engine import Connection

_ROWS = 10_000
_COLUMNS = (
    *READ, "violation_id", "risk_point", "decided_on", "penalty", "penalty_kind", "status", "status_on"
)  # fmt: skip


def penalties_on(
    connection: Connection, held: sa.Subquery, as_of: date, *where: sa.ColumnElement[bool]
) -> Iterator[dict[str, Any]]:
    """The penalties that were there on a day, by day of the conduct and id."""
    query = (
        sa.select(*(held.c[name] for name in _COLUMNS))
        .where(held.c.occurred_on <= as_of, held.c.decided_on.is_(None) | (held.c.decided_on <= as_of), *where)
        .order_by(held.c.occurred_on, by_code_point(connection, held.c.key))
    )
    with contextlib.closing(connection.execute(query, execution_options={"yield_per": _ROWS})) as rows:
        yield from map(dict, rows.mappings())


def penalty_of(connection: Connection, number: int, key: str) -> Mapping[str, Any] | None:
    """The penalty of a key, as it is known at a change; None where there is none."""
    held = in_force("violations", number)
    query = sa.select(*(held.c[name] for name in _COLUMNS)).where(held.c.key == key)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)
