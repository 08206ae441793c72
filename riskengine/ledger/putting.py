"""Many rows into a table at once, by the quickest way of each database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import sqlalchemy as sa
    from sqlalchemy.engine import Connection


def put(connection: Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows: by ``COPY`` on PostgreSQL, by one prepared statement on SQLite. Dates are ISO texts.

    Args:
        connection: in a transaction.
        table: whose rows they become.
        columns: their names, in the order of the cells.
        rows: texts, whole numbers, yes or no, None.
    """
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection in a transaction has one
    named = ", ".join(f'"{column}"' for column in columns)
    if connection.dialect.name == "postgresql":
        with driver.cursor().copy(f'COPY "{table.name}" ({named}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    driver.executemany(f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})', rows)
