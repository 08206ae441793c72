"""From the ledger to files: what is known at a change, as it stands on a day, for the readers that all gradings share.

Every column is text, as the readers take it; so a grading from the ledger is one from these files, cell for cell.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.contract.sources import SOURCES
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.ledger.attributed import Attributed
from riskengine.ledger.changes import known_at
from riskengine.ledger.entities import DAY, ENTITIES, LEFT_OUT, WHOLE
from riskengine.ledger.importing import given_sources
from riskengine.ledger.schema import ALWAYS
from riskengine.ledger.states import decided, in_force
from riskengine.ledger.unsealing import Unsealing

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator, Mapping
    from datetime import date, datetime
    from pathlib import Path

    import pyarrow as pa
    from sqlalchemy.engine import Connection

    from riskengine.ledger.changes import Change
    from riskengine.ledger.opening import Ledger

_BATCH = 50_000
_DATES = {"operators": "licensed_on", "violations": "occurred_on", "inspections": "inspected_on"}
_OWNED = {"operators": "key", "violations": "operator_key", "inspections": "operator_key"}
_SPOILT = "?"
"""What stands for the date of a row that is broken as a row: no reader takes it, so that it is left out again."""


@dataclass(frozen=True, slots=True)
class Extract:
    """Files made of the ledger.

    Attributes:
        change: the newest change that they rest on; None for an empty ledger.
        files: source → its file; a source that was never imported is not there.
        deleted: how many persons stand in them under pseudonyms, since their numbers and names were deleted.
    """

    change: Change | None
    files: Mapping[str, Path]
    deleted: int = 0


def extract(
    ledger: Ledger,
    folder: Path,
    *,
    as_of: date,
    known: datetime | int | None = None,
    only: Collection[str] | None = None,
) -> Extract:
    """Write the records of a day as Parquet files, some thousand rows at a time.

    Args:
        ledger: the ledger.
        folder: where to; it must be there.
        as_of: the day: operators as they were on it, violations with the status that decisions gave them by it.
        known: what was known: a moment, the number of a change, or None for all of it.
        only: the operators, as ids are compared, to whom records are limited; None for all. Rows that cannot be used
            are not limited. :func:`riskengine.ledger.reading_with.read_with` says who has to be among them.

    Raises:
        UsageError: there is no such change (RE-858), the database fails (RE-851), the folder is full (RE-609), or the
            key is not there and a personal number is met (RE-880 to RE-885).
    """
    change = known_at(ledger, known)
    number = change.number if change else 0
    files = {}
    with ledger.reading() as connection, _written(folder):
        unsealing = Unsealing(connection)
        for name in SOURCES:
            if name in given_sources(connection, number):
                files[name] = folder / f"{name}.parquet"
                _write(connection, name, files[name], as_of, number, only, unsealing)
    return Extract(change, files, len(unsealing.deleted))


@contextlib.contextmanager
def _written(folder: Path) -> Iterator[None]:
    """What stands in the way of writing is told as a problem."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error).split("\n", maxsplit=1)[0]
        raise UsageError([Problem("RE-609", found=str(folder), params=(("reason", reason),))]) from None


def _write(
    connection: Connection,
    name: str,
    file: Path,
    as_of: date,
    number: int,
    only: Collection[str] | None,
    unsealing: Unsealing,
) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    others = _other_columns(connection, name, number, unsealing)
    schema = pa.schema([(column, pa.string()) for column in (*SOURCES[name].names, *others)])
    held_rows = contextlib.closing(_batches(connection, name, as_of, number, only))
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer, held_rows as batches:
        for batch in batches:
            writer.write_table(_table(batch, schema, len(SOURCES[name].names), unsealing))
        held = connection.execute(_left_out_query(name, number)).mappings().all()
        rows = [_left_out(name, dict(row), unsealing) for row in held]
        if rows:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _table(batch: list[Any], schema: pa.Schema, own: int, unsealing: Unsealing) -> pa.Table:
    """Rows as Arrow; the cell after the contract's own columns is the JSON of the others."""
    import pyarrow as pa

    columns = [list(column) for column in zip(*batch, strict=True)]
    arrays = [pa.array(unsealing.texts(column), pa.string()) for column in columns[:own]]
    if len(schema) > own:
        others = [unsealing.cells(json.loads(text)) if text else {} for text in columns[own]]
        arrays += [pa.array([row.get(name) for row in others], pa.string()) for name in schema.names[own:]]
    return pa.Table.from_arrays(arrays, schema=schema)


def _batches(
    connection: Connection, name: str, as_of: date, number: int, only: Collection[str] | None
) -> Generator[list[Any]]:
    held = in_force(name, number, as_of)
    columns: dict[str, Any] = {column: held.c[column] for column in SOURCES[name].names}
    source: sa.FromClause = held
    if name == "violations":
        status = decided(number, as_of)
        source = held.outerjoin(status, status.c.subject_key == held.c.key)
        counts = status.c.status.is_not(None) & (
            held.c.status_on.is_(None) | (held.c.status_on > as_of) | (held.c.status_on <= status.c.effective_on)
        )
        day = sa.case((status.c.effective_on == ALWAYS, sa.null()), else_=status.c.effective_on)
        columns["status"] = sa.case((counts, status.c.status), else_=held.c.status)
        columns["status_on"] = sa.case((counts, day), else_=held.c.status_on)
    kinds = ENTITIES[name].columns
    cells = [sa.cast(column, sa.Text) if kinds[of] in {DAY, WHOLE} else column for of, column in columns.items()]
    attributed = Attributed(connection, number, as_of, only) if name == "violations" else None
    more = attributed.columns(held) if attributed else []
    query = sa.select(*cells, held.c.others, *more).select_from(source).order_by(held.c.version)
    where = attributed.where(held) if attributed else None
    if only is not None and attributed is None:
        where = held.c[_OWNED[name]].in_(sorted(only))
    if where is not None:
        query = query.where(where)
    with contextlib.closing(connection.execute(query, execution_options={"yield_per": _BATCH})) as rows:
        for partition in rows.partitions():
            batch = list(partition) if attributed is None else attributed.placed(partition)
            if batch:
                yield batch


def places(ledger: Ledger, name: str, *, as_of: date, known: int, only: Collection[str]) -> list[int]:
    """Where the records of some operators stand in the file of all of a source, from 1, in order.

    Args:
        ledger: the ledger.
        name: of the source.
        as_of: the day.
        known: the number of the change.
        only: the operators, as :func:`extract` takes them. The rows that cannot be used stand at the end of both files.

    Raises:
        UsageError: the database fails (RE-851).
    """
    held = in_force(name, known, as_of)
    place = sa.func.row_number().over(order_by=held.c.version).label("place")
    ranked = sa.select(held.c[_OWNED[name]].label("of"), place).subquery()
    query = sa.select(ranked.c.place).where(ranked.c["of"].in_(sorted(only))).order_by(ranked.c.place)
    with ledger.reading() as connection:
        return [int(found) for found in connection.execute(query).scalars()]


def _left_out_query(name: str, number: int) -> sa.Select[Any]:
    held = in_force(LEFT_OUT.name, number)
    return sa.select(*held.c["broken", "cells"]).where(held.c.source == name).order_by(held.c.version)


def _left_out(name: str, row: Mapping[str, Any], unsealing: Unsealing) -> dict[str, str]:
    """The cells of a row that cannot be used, as it was handed in."""
    cells = unsealing.cells(json.loads(row["cells"]))
    return {**cells, _DATES[name]: _SPOILT} if row["broken"] else cells


def _other_columns(connection: Connection, name: str, number: int, unsealing: Unsealing) -> list[str]:
    """The columns, beside the contract's, of any record that holds, sorted."""
    held, names = in_force(name, number), set()
    query = sa.select(held.c.others).where(held.c.others.is_not(None)).distinct()
    for (text,) in connection.execute(query, execution_options={"yield_per": _BATCH}):
        names |= json.loads(text).keys()
    for row in connection.execute(_left_out_query(name, number)).mappings():
        names |= json.loads(row["cells"]).keys() - set(SOURCES[name].names)
    return sorted(str(each) for each in unsealing.texts(sorted(names)))
