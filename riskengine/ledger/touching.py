"""Whose record was touched by what was recorded since a change: those alone can have another grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from riskengine.ledger.schema import VERSIONS
from riskengine.ledger.touching_ties import touched_by_ties
from riskengine.records import id_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from riskengine.ledger.opening import Ledger

_OF_OPERATORS = ("violations", "inspections", "left_out", "ties")


def touched_since(ledger: Ledger, change: int) -> set[str]:
    """The operators, as ids are compared, of whom anything has a version after a change.

    That is their own record, their violations, inspections, rows left out, ties and decisions; and whoever is tied to
    one of them by succession, for they answer for each other's records.
    """
    with ledger.reading() as connection:
        keys = _direct(connection, change) - {None}
        return _with_kin(connection, {str(key) for key in keys})


def _direct(connection: Connection, change: int) -> set[str | None]:
    operators, violations, decisions = (VERSIONS[name] for name in ("operators", "violations", "decisions"))
    queries = [sa.select(operators.c.key).where(operators.c.change > change)]
    for name in _OF_OPERATORS:
        table, before = VERSIONS[name], VERSIONS[name].alias()
        queries.append(sa.select(table.c.operator_key).where(table.c.change > change))
        # A correction may have moved a record from another operator.
        moved = sa.select(before.c.operator_key).join_from(before, table, table.c.key == before.c.key)
        queries.append(moved.where(table.c.change > change))
    left_out = VERSIONS["left_out"]
    twins = sa.select(violations.c.operator_key).join_from(
        violations, left_out, left_out.c.record_key == violations.c.key
    )
    queries.append(twins.where(left_out.c.change > change))
    of_decisions = sa.select(violations.c.operator_key).join_from(
        violations, decisions, decisions.c.subject_key == violations.c.key
    )
    queries.append(of_decisions.where(decisions.c.change > change))
    queries += touched_by_ties(change)
    return {key for query in queries for key in connection.execute(query.distinct()).scalars()}


def _with_kin(connection: Connection, keys: set[str]) -> set[str]:
    """The keys with every operator that is tied to one of them by succession, at any time, known at any change."""
    table = VERSIONS["operators"]
    query = sa.select(table.c.key, table.c.successor).where(table.c.successor.is_not(None)).distinct()
    kin: dict[str, set[str]] = {}
    for key, successor in connection.execute(query):
        heir = str(id_of(successor))
        kin.setdefault(key, set()).add(heir)
        kin.setdefault(heir, set()).add(key)
    found, waiting = set(keys), list(keys)
    while waiting:
        for other in kin.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
