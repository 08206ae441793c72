"""The cells that are not plainly written: each different one is read once by the column's reader."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.kernel.problems import Problem
from riskengine.records.arrow import cells_of
from riskengine.records.bulk.cells import NUMBER, TEXT
from riskengine.records.bulk.putting import put
from riskengine.records.grammar import Doubt, Fault, shown, trim

if TYPE_CHECKING:
    from collections.abc import Callable

    from riskengine.records.bulk.cells import Cell

_BATCH = 1 << 16


def make_answers(
    connection: Any,
    table: str,
    query: str,
    cell: Cell,
    read: Callable[[Any], Any],
    as_read: Callable[[str], str] = trim,
) -> bool:
    """Make ``table``: one row for each different raw cell of ``query``; whether there is any.

    Columns: ``raw``; ``value`` (null where it cannot be used); ``code``, ``is_error``, ``near``, ``params`` (JSON) of
    what is wrong with it; ``shown``, as messages show it; ``as_read``, without white space at its ends.

    Args:
        connection: an open DuckDB connection.
        table: its name.
        query: gives the different cells, one column.
        cell: how the column is read.
        read: the column's reader.
        as_read: a cell as results show it.
    """
    connection.execute(f"CREATE TABLE odd AS {query}")
    count = connection.execute("SELECT COUNT(*) FROM odd").fetchall()[0][0]
    if count:
        raw = connection.execute("DESCRIBE odd").fetchall()[0][1]
        connection.execute(
            f"CREATE TABLE {table} (raw {raw}, value {cell.kind}, code VARCHAR, is_error BOOLEAN, near VARCHAR[], "
            "params VARCHAR, shown VARCHAR, as_read VARCHAR)"
        )
    for start in range(0, count, _BATCH):
        page = f"SELECT * FROM odd WHERE rowid >= {start} AND rowid < {start + _BATCH} ORDER BY rowid"
        _put_answers(connection, table, page, cell, read, as_read)
    connection.execute("DROP TABLE odd")
    return bool(count)


def _put_answers(
    connection: Any, table: str, page: str, cell: Cell, read: Callable[[Any], Any], as_read: Callable[[str], str]
) -> None:
    """Read the cells of a page, and put them down with what was read: the raw ones stay in the database."""
    cells = cells_of(connection.sql(page).to_arrow_table().column(0))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE read_cells AS SELECT * EXCLUDE (raw) FROM {table} LIMIT 0")
    put(connection, "read_cells", (_answer(raw, cell, read(raw), as_read) for raw in cells))
    connection.execute(f"INSERT INTO {table} SELECT * FROM ({page}) POSITIONAL JOIN read_cells")


def _answer(raw: Any, cell: Cell, value: Any, as_read: Callable[[str], str]) -> tuple[Any, ...]:
    fault: Fault | None = None
    if isinstance(value, Doubt):
        value, fault = value.value, value.fault
    elif isinstance(value, Fault):
        value, fault = None, value
    own = as_read(raw) if isinstance(raw, str) else None if value is None else str(value)
    told = () if fault is None else fault.params
    return (
        _stored(value, cell),
        None if fault is None else fault.code,
        fault is not None and Problem(fault.code).is_error,
        [] if fault is None else list(fault.near),
        json.dumps(told, ensure_ascii=False),
        shown(raw),
        own,
    )


def _stored(value: Any, cell: Cell) -> Any:
    """A value as its column holds it: numbers whole, lists as lists, what nothing reads as text."""
    if value is None:
        return None
    if cell.kind == NUMBER:
        return int(Decimal(value).scaleb(cell.places))
    if isinstance(value, tuple):
        return f";{';'.join(value)};" if cell.kind == TEXT else list(value)
    return value if isinstance(value, str | bool | date) and cell.kind != TEXT else str(value)
