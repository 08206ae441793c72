"""Whose record was touched by what was recorded since a change: those alone can have another grade."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import sqlalchemy as sa

from riskengine.ledger.pseudonyms import MARK, PSEUDONYM
from riskengine.ledger.schema import VAULT, VERSIONS
from riskengine.ledger.touching_ties import touched_by_ties
from riskengine.ledger.unsealing import persons_of
from riskengine.records import id_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from riskengine.ledger.opening import Ledger

_OF_OPERATORS = ("violations", "inspections", "left_out", "ties")
_ROWS = 10_000


def touched_since(ledger: Ledger, change: int) -> set[str]:
    """The operators, as the ledger compares ids, of whom anything has a version after a change.

    That is their own record, their violations, inspections, rows left out, ties and decisions, and the inspections that
    their violations name; and whoever is tied to one of them by succession, for they answer for each other's records.
    """
    with ledger.reading() as connection:
        keys = _direct(connection, change) | set(_naming(connection, change)) | set(_deleted(connection, change))
        return with_kin(connection, {str(key) for key in keys - {None}})


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


def _naming(connection: Connection, change: int) -> Iterator[str | None]:
    """Whose violations name an inspection that has a version after a change, be it one that cannot be used."""
    inspections, left_out, violations = (VERSIONS[name] for name in ("inspections", "left_out", "violations"))
    changed = [
        sa.select(inspections.c.key).where(inspections.c.change > change),
        sa.select(left_out.c.record_key).where(left_out.c.change > change, left_out.c.source == "inspections"),
    ]
    keys = {key for query in changed for key in connection.execute(query.distinct()).scalars()}
    if not keys:
        return
    named = sa.select(violations.c.operator_key, violations.c.inspection_id)
    named = named.where(violations.c.inspection_id.is_not(None)).distinct()
    for operator, inspection in connection.execute(named, execution_options={"yield_per": _ROWS}):
        if str(id_of(inspection)) in keys:
            yield operator


def _deleted(connection: Connection, change: int) -> Iterator[str | None]:
    """Who stands under another name since a change, in their own record or in the number of a violation."""
    gone = set(connection.execute(sa.select(VAULT.c.pseudonym).where(VAULT.c.deleted > change)).scalars())
    if not gone:
        return
    operators, violations = VERSIONS["operators"], VERSIONS["violations"]
    for named, column in ((operators.c.key, operators.c.key), (violations.c.violation_id, violations.c.operator_key)):
        query = sa.select(named, column).where(named.contains(MARK)).distinct()
        yield from (key for text, key in connection.execute(query) if not gone.isdisjoint(PSEUDONYM.findall(text)))


def with_kin(connection: Connection, keys: set[str]) -> set[str]:
    """The keys with every operator that is tied to one of them by succession, at any time, known at any change."""
    kin: dict[str, set[str]] = {}
    for key, heir in _successions(connection):
        kin.setdefault(key, set()).add(heir)
        kin.setdefault(heir, set()).add(key)
    found, waiting = set(keys), list(keys)
    while waiting:
        for other in kin.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _successions(connection: Connection) -> Iterator[tuple[str, str]]:
    """Who names whom as successor, in a version of its record or in a row that cannot be used."""
    table, left_out = VERSIONS["operators"], VERSIONS["left_out"]
    query = sa.select(table.c.key, table.c.successor).where(table.c.successor.is_not(None)).distinct()
    named = [(str(key), str(successor)) for key, successor in connection.execute(query)]
    bad = sa.select(left_out.c.record_key, left_out.c.cells).where(left_out.c.source == "operators")
    for key, cells in connection.execute(bad.where(left_out.c.record_key.is_not(None))):
        if successor := json.loads(cells).get("successor"):
            named.append((key, successor))
    persons = persons_of(connection, (successor for _, successor in named))
    for key, successor in named:
        yield key, persons.get(successor) or str(id_of(successor))
