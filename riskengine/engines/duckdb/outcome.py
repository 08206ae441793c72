"""The tables of a grading, held by DuckDB: read as rows or Arrow, hashed and written without passing through Python."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from riskengine.contract.arrow import arrow_schema
from riskengine.contract.content_hash import hash_text
from riskengine.engines.base import ROW_GROUP, results_among, sorted_rows
from riskengine.engines.sql.tables import hash_query
from riskengine.engines.sql.terms import name_of, quoted
from riskengine.kernel.errors import EngineLimitError, PolicyError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from riskengine.contract.tables import Table
    from riskengine.engines.base import Row

RESULT = "result_"
_BATCH = 1 << 16


def too_large(table: str, error: Exception) -> PolicyError:
    """That a value is larger than its column of a table can hold (RE-538)."""
    where = (("table", table), ("type", str(error).split("\n", maxsplit=1)[0][:120]))
    return PolicyError([Problem("RE-538", found=table, params=where)])


def too_little_memory(error: Exception) -> EngineLimitError:
    """That the database had not the memory that it needed (RE-626)."""
    reason = str(error).split("\n", maxsplit=1)[0][:160]
    return EngineLimitError([Problem("RE-626", params=(("reason", reason),))])


class DuckDBOutcome:
    """An outcome whose tables ``result_…`` are in a DuckDB database.

    The database lives as long as the outcome; each call has a cursor of its own, so threads may share it.

    Args:
        connection: to the database.
        tables: their columns.
        usage: source → ``used`` and each reason for which a record did not count → number of records.
        queries: what gives their rows in the order of their keys; left out where they are stored in that order.
        plain: columns of texts in which nothing needs an escape before it is hashed.
        seconds: part of the work → how long it took.
        is_shared: whether threads may ask at the same time: each has a cursor, but also memory of its own.
    """

    def __init__(
        self,
        connection: Any,
        tables: Mapping[str, Table],
        usage: Mapping[str, Mapping[str, int]],
        queries: Mapping[str, str] | None = None,
        plain: frozenset[str] = frozenset(),
        seconds: Mapping[str, float] | None = None,
        *,
        is_shared: bool = False,
    ) -> None:
        self.is_shared = is_shared
        self.seconds = dict(seconds or {})
        self._plain = plain
        self._connection = connection
        self._queries = queries or {name: f"SELECT * FROM {RESULT}{name}" for name in tables}
        self._tables = dict(tables)
        self._rows: dict[str, list[Row]] = {}
        self.usage = usage

    def table_names(self) -> Sequence[str]:
        """Every result table, in a fixed order."""
        return results_among(self._tables)

    def table(self, name: str) -> Table:
        """The columns of a table."""
        return self._tables[name]

    def rows(self, name: str) -> list[Row]:
        """The rows of a table as plain values, sorted by its key; kept, so rather for lists that fit into memory."""
        if name not in self._rows:
            self._rows[name] = self.arrow(name).to_pylist()
        return self._rows[name]

    def stream(self, name: str) -> Iterator[Row]:
        """The rows of a table, sorted by its key, one after another."""
        with self._cursor(name) as cursor:
            for batch in cursor.sql(self._queries[name]).to_arrow_reader(_BATCH):
                yield from batch.cast(arrow_schema(self._tables[name])).to_pylist()

    def rows_of(self, name: str, operator_id: str) -> list[Row]:
        """The rows of a table that are about one operator, sorted by its key."""
        with self._cursor(name) as cursor:
            sql = f"SELECT * FROM ({self._queries[name]}) WHERE operator_id = $id"
            found = cursor.sql(sql, params={"id": operator_id}).to_arrow_table()
        rows: list[Row] = found.cast(arrow_schema(self._tables[name])).to_pylist()
        return sorted_rows(self._tables[name], rows)

    def left_out_of(self, operator_id: str, count: int) -> list[Row]:  # noqa: ARG002  no run, no quarantine yet
        """What was left out of an operator's records is told by a run, which has the quarantine."""
        return []

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow, with the contract's types."""
        with self._cursor(name) as cursor:
            found: pa.Table = cursor.sql(self._queries[name]).to_arrow_table()
        return found.cast(arrow_schema(self._tables[name]))

    def digest(self, name: str) -> tuple[int, str]:
        """How many rows a table has, and its content hash."""
        with self._cursor(name) as cursor:
            query = hash_query(self._tables[name], f"{RESULT}{name}", self._plain)
            count, first, second = cursor.execute(query).fetchall()[0]
        return count, hash_text(count, first, second)

    def statuses(self) -> dict[str, int]:
        """Status → number of operators."""
        with self._connection.cursor() as cursor:
            return dict(cursor.execute(f"SELECT status, COUNT(*) FROM {RESULT}grades GROUP BY status").fetchall())

    @contextlib.contextmanager
    def _cursor(self, name: str) -> Iterator[Any]:
        """A cursor for a table's rows; a value that no column holds is the policy's problem."""
        import duckdb

        with self._connection.cursor() as cursor:
            try:
                yield cursor
            except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
                raise too_large(name, error) from None
            except duckdb.OutOfMemoryException as error:
                raise too_little_memory(error) from None

    def write(self, name: str, file: Path, previous: Path | None = None) -> None:
        """Write a table as Parquet.

        Args:
            name: which.
            file: where to.
            previous: for ``grades``: the grades of an earlier run, that stand beside the new ones.
        """
        sql = self._queries[name]
        if previous is not None:
            columns = ", ".join(
                f"{'p.grade' if column == 'previous_grade' else 'g.' + name_of(column)} AS {name_of(column)}"
                for column in self._tables[name].names
            )
            sql = (
                f"SELECT {columns} FROM {RESULT}{name} AS g LEFT JOIN read_parquet({quoted(str(previous))}) AS p "
                "ON p.operator_id = g.operator_id ORDER BY g.operator_id"
            )
        with self._cursor(name) as cursor:
            cursor.execute(
                f"COPY ({sql}) TO {quoted(str(file))} "
                f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROW_GROUP})"
            )
