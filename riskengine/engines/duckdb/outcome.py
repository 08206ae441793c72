"""The tables of a grading, held by DuckDB: read as rows or Arrow, hashed and written without passing through Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.arrow import arrow_schema
from riskengine.contract.content_hash import hash_text
from riskengine.engines.sql.tables import hash_query
from riskengine.engines.sql.terms import name_of, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from riskengine.contract.tables import Table
    from riskengine.engines.base import Row

RESULT = "result_"
_GROUP = 1 << 17


class DuckDBOutcome:
    """An outcome whose tables ``result_…`` are in a DuckDB database, sorted by their keys.

    The database lives as long as the outcome; each call has a cursor of its own, so threads may share it.
    """

    def __init__(self, connection: Any, tables: Mapping[str, Table], usage: Mapping[str, Mapping[str, int]]) -> None:
        self._connection = connection
        self._tables = dict(tables)
        self._rows: dict[str, list[Row]] = {}
        self.usage = usage

    def table_names(self) -> Sequence[str]:
        """Every table, in a fixed order."""
        return tuple(self._tables)

    def table(self, name: str) -> Table:
        """The columns of a table."""
        return self._tables[name]

    def rows(self, name: str) -> list[Row]:
        """The rows of a table as plain values, sorted by its key; kept, so rather for lists that fit into memory."""
        if name not in self._rows:
            self._rows[name] = self.arrow(name).to_pylist()
        return self._rows[name]

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow, with the contract's types."""
        with self._connection.cursor() as cursor:
            found: pa.Table = cursor.sql(f"SELECT * FROM {RESULT}{name}").to_arrow_table()
        return found.cast(arrow_schema(self._tables[name]))

    def digest(self, name: str) -> tuple[int, str]:
        """How many rows a table has, and its content hash."""
        with self._connection.cursor() as cursor:
            count, first, second = cursor.execute(hash_query(self._tables[name], f"{RESULT}{name}")).fetchall()[0]
        return count, hash_text(count, first, second)

    def statuses(self) -> dict[str, int]:
        """Status → number of operators."""
        with self._connection.cursor() as cursor:
            return dict(cursor.execute(f"SELECT status, COUNT(*) FROM {RESULT}grades GROUP BY status").fetchall())

    def write(self, name: str, file: Path, previous: Path | None = None) -> None:
        """Write a table as Parquet.

        Args:
            name: which.
            file: where to.
            previous: for ``grades``: the grades of an earlier run, that stand beside the new ones.
        """
        sql = f"SELECT * FROM {RESULT}{name}"
        if previous is not None:
            columns = ", ".join(
                f"{'p.grade' if column == 'previous_grade' else 'g.' + name_of(column)} AS {name_of(column)}"
                for column in self._tables[name].names
            )
            sql = (
                f"SELECT {columns} FROM {RESULT}{name} AS g LEFT JOIN read_parquet({quoted(str(previous))}) AS p "
                "ON p.operator_id = g.operator_id ORDER BY g.operator_id"
            )
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"COPY ({sql}) TO {quoted(str(file))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP})"
            )
