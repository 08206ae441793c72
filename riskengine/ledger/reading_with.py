"""Whose records must be read with those of some operators, so that what is read of them is what a full reading says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.ledger.schema import VERSIONS
from riskengine.ledger.states import in_force
from riskengine.ledger.touching import with_kin
from riskengine.records import id_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from sqlalchemy.engine import Connection

    from riskengine.ledger.opening import Ledger

_AT_ONCE = 5_000  # values of one question
_SOURCES = ("violations", "inspections")


def read_with(
    ledger: Ledger, touched: Collection[str], *, as_of: date, known: Collection[int], most: int
) -> set[str] | None:
    """The operators touched, and those without whom a reading of them would differ from one of all records.

    That is: who is tied to them by succession, who has an inspection that a violation of theirs names, and, since rows
    that cannot be used are read in any case, whoever has such a row, a record of the same number as one, or records
    without being an operator on the day.

    Args:
        ledger: the ledger.
        touched: operators, as ids are compared.
        as_of: the day.
        known: the numbers of the changes whose states will be read.
        most: how many they may become.

    Returns:
        them, or None where they are more than ``most``.

    Raises:
        UsageError: the database fails (RE-851).
    """
    with ledger.reading() as connection:
        found = set(touched) | set(_of_left_out(connection)) | set(_of_nobody(connection, as_of, known))
        while len(found) <= most:
            more = with_kin(connection, found)
            more |= set(_inspected(connection, sorted(more)))
            if more == found:
                return found
            found = more
    return None


def is_said(ledger: Ledger) -> bool:
    """Whether every violation says itself who answers for it: no ties, no answers, none without an operator.

    Raises:
        UsageError: the database fails (RE-851).
    """
    derived = [sa.select(VERSIONS[name].c.version) for name in ("ties", "attributions")]
    derived.append(sa.select(VERSIONS["violations"].c.version).where(VERSIONS["violations"].c.operator_key.is_(None)))
    with ledger.reading() as connection:
        return all(connection.execute(query.limit(1)).first() is None for query in derived)


def _of_left_out(connection: Connection) -> Iterator[str]:
    """Who has a row that cannot be used, or a record of the number that stands in one."""
    left_out = VERSIONS["left_out"]
    queries = [
        sa.select(left_out.c.operator_key),
        sa.select(left_out.c.record_key).where(left_out.c.source == "operators"),
    ]
    for name in _SOURCES:
        table = VERSIONS[name]
        twins = sa.select(table.c.operator_key).join_from(table, left_out, left_out.c.record_key == table.c.key)
        queries.append(twins.where(left_out.c.source == name))
    for query in queries:
        yield from (key for key in connection.execute(query.distinct()).scalars() if key is not None)


def _of_nobody(connection: Connection, as_of: date, known: Collection[int]) -> Iterator[str]:
    """Who has records, without being an operator that day in each of the states."""
    there = set.intersection(*({*_keys(connection, in_force("operators", number, as_of).c.key)} for number in known))
    for name in _SOURCES:
        yield from (key for key in _keys(connection, VERSIONS[name].c.operator_key) if key not in there)


def _keys(connection: Connection, column: sa.ColumnElement[Any]) -> Iterator[str]:
    query = sa.select(column).distinct()
    for key in connection.execute(query, execution_options={"yield_per": _AT_ONCE}).scalars():
        if key is not None:
            yield key


def _inspected(connection: Connection, operators: Sequence[str]) -> Iterator[str]:
    """Who has the inspections that violations of some operators name."""
    violations, inspections, ties = (VERSIONS[name] for name in (*_SOURCES, "ties"))
    named: set[str] = set()
    for some in _portions(operators):
        # A violation may go to whoever is tied to its vehicle or its driver.
        tied = [
            violations.c[name].in_(
                sa.select(ties.c[name]).where(ties.c.operator_key.in_(some), ties.c[name].is_not(None))
            )
            for name in ("vehicle", "driver_key")
        ]
        query = sa.select(violations.c.inspection_id).where(violations.c.operator_key.in_(some) | sa.or_(*tied))
        query = query.where(violations.c.inspection_id.is_not(None)).distinct()
        named |= {str(id_of(name)) for name in connection.execute(query).scalars()}
    for some in _portions(sorted(named)):
        query = sa.select(inspections.c.operator_key).where(inspections.c.key.in_(some)).distinct()
        yield from (key for key in connection.execute(query).scalars() if key is not None)


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(values), _AT_ONCE):
        yield values[first : first + _AT_ONCE]
