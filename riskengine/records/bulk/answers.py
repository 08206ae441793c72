"""The cells that are not plainly written: each different one is read once by the column's reader."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.kernel.problems import Problem
from riskengine.records.arrow import cells_of
from riskengine.records.bulk.cells import BOOL, DAY, NUMBER, TEXT
from riskengine.records.grammar import Doubt, Fault, shown, trim

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

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
    first = True
    for start in range(0, count, _BATCH):
        page = f"SELECT * FROM odd WHERE rowid >= {start} AND rowid < {start + _BATCH}"
        answers = _answers(connection.sql(page).to_arrow_table().column(0), cell, read, as_read)
        connection.register("answered", answers)
        connection.execute(
            f"CREATE TABLE {table} AS SELECT * FROM answered"
            if first
            else f"INSERT INTO {table} SELECT * FROM answered"
        )
        connection.unregister("answered")
        first = False
    connection.execute("DROP TABLE odd")
    return not first


def _answers(cells: pa.ChunkedArray, cell: Cell, read: Callable[[Any], Any], as_read: Callable[[str], str]) -> pa.Table:
    import pyarrow as pa

    kinds = {TEXT: pa.string(), NUMBER: pa.int64(), DAY: pa.date32(), BOOL: pa.bool_()}
    texts = pa.list_(pa.string())
    rows = [_answer(raw, cell, read(raw), as_read) for raw in cells_of(cells)]
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True))
    types = [kinds.get(cell.kind, texts), pa.string(), pa.bool_(), texts, pa.string(), pa.string(), pa.string()]
    made = [pa.array(list(column), kind) for column, kind in zip(columns, types, strict=True)]
    names = ["raw", "value", "code", "is_error", "near", "params", "shown", "as_read"]
    return pa.table([cells, *made], names=names)


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
