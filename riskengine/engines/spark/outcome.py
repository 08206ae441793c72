"""The tables of a grading as Spark wrote them: hashed by Spark, put together on the machine that started it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from riskengine.contract.content_hash import hash_text
from riskengine.engines.duckdb.outcome import RESULT, DuckDBOutcome
from riskengine.engines.sql.terms import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.contract.tables import Table
    from riskengine.engines.spark.work import Work

Sums = tuple[int, int, int]


class SparkOutcome(DuckDBOutcome):
    """An outcome whose tables are files of a working folder, each sorted by its key from file to file.

    Args:
        tables: their columns.
        usage: source → ``used`` and each reason for which a record did not count → number of records.
        sums: table → its number of rows, and the two sums of its content hash, as Spark reckoned them.
        work: the working folder, which goes with the outcome.
        seconds: part of the work → how long it took.
    """

    def __init__(
        self,
        tables: Mapping[str, Table],
        usage: Mapping[str, Mapping[str, int]],
        sums: Mapping[str, Sums],
        work: Work,
        seconds: Mapping[str, float] | None = None,
    ) -> None:
        import duckdb

        connection: Any = duckdb.connect(":memory:")
        for name in tables:
            files = ", ".join(quoted(str(file)) for file in work.fetch(f"{RESULT}{name}"))
            connection.execute(f"CREATE VIEW {RESULT}{name} AS SELECT * FROM read_parquet([{files}])")
        super().__init__(connection, tables, usage, seconds=seconds)
        self._sums = dict(sums)
        weakref.finalize(self, work.remove)

    def digest(self, name: str) -> tuple[int, str]:
        """How many rows a table has, and its content hash."""
        count, first, second = self._sums[name]
        return count, hash_text(count, first, second)
