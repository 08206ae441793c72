"""Rows that Python has made, into a table of the database at once: one by one they would take minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def put(connection: Any, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, in the order of the table's columns."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True))
    if not columns:
        return
    arrays = [pa.array(list(column)) for column in columns]
    connection.register("put_rows", pa.table(arrays, names=[f"p{at}" for at in range(len(arrays))]))
    connection.execute(f"INSERT INTO {table} SELECT * FROM put_rows")
    connection.unregister("put_rows")
