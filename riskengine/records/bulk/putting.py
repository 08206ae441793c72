"""Rows that Python has made, into a table of the database at once: one by one they would take minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

_FEW = 4096
"""Values that go as parameters, at a microsecond or two each; Arrow is quicker, but imports pandas first."""


def put(connection: Any, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, in the order of the table's columns."""
    put_columns(connection, table, list(zip(*rows, strict=True)))


def put_columns(connection: Any, table: str, columns: Sequence[Sequence[Any]]) -> None:
    """Insert rows that are given column by column, in the order of the table's columns."""
    if not columns or not columns[0]:
        return
    kinds = [row[1] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    if len(columns) * len(columns[0]) <= _FEW:
        cells = ", ".join(f"unnest(CAST(${at} AS {kind}[]))" for at, kind in enumerate(kinds, 1))
        connection.execute(f"INSERT INTO {table} SELECT {cells}", [list(column) for column in columns])
        return
    connection.register("put_rows", _as_arrow(columns, kinds))
    connection.execute(f"INSERT INTO {table} SELECT * FROM put_rows")
    connection.unregister("put_rows")


def _as_arrow(columns: Sequence[Sequence[Any]], kinds: Sequence[str]) -> pa.Table:
    import pyarrow as pa

    types = {
        "VARCHAR": pa.string(),
        "VARCHAR[]": pa.list_(pa.string()),
        "BIGINT": pa.int64(),
        "INTEGER": pa.int32(),
        "DATE": pa.date32(),
        "BOOLEAN": pa.bool_(),
        "HUGEINT": pa.decimal128(38, 0),  # Arrow has no like of it: whole numbers cross as decimals without places
    }
    arrays = [pa.array(list(cells), types.get(kind)) for cells, kind in zip(columns, kinds, strict=True)]
    return pa.table(arrays, names=[f"p{at}" for at in range(len(arrays))])
