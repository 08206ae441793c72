"""The engine: a connection in memory or in a file beside it, records taken in, the plan carried out."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from riskengine.engines.duckdb.carrying import carry_out, parts_of
from riskengine.engines.duckdb.outcome import too_little_memory
from riskengine.kernel.errors import InputError, MissingExtraError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from riskengine.contract.records import Records
    from riskengine.engines.duckdb.outcome import DuckDBOutcome
    from riskengine.plan import Plan
    from riskengine.records.bulk import Bulk
    from riskengine.records.columns import Known

_T = TypeVar("_T")
_BYTES_A_RECORD = 500
"""What a part takes of memory for each of its records, about."""
_PART = 20_000_000
"""Records of a part where no memory is named."""
_SHARE = 3
"""The part of the memory that a part of the operators is planned for: sorts and joins need the rest."""


@dataclass(frozen=True, slots=True)
class InPlace:
    """Records in a database, ready to be graded.

    Attributes:
        records: where every row ended.
        carry_out: grades every operator, once.
    """

    records: Bulk
    carry_out: Callable[..., DuckDBOutcome]

    def grade(self, clock: Callable[[], float] | None = None) -> DuckDBOutcome:
        """Grade every operator, and hold that the files are those that were checked.

        Args:
            clock: tells seconds, for the log of a run.

        Raises:
            InputError: a file changed meanwhile, or can no longer be read (RE-116).
        """
        import duckdb

        try:
            outcome = self.carry_out(clock=clock)
        except duckdb.Error:
            if changed := self.records.changed():
                raise InputError([Problem("RE-116", source=label) for label in changed]) from None
            raise
        if changed := self.records.changed():
            raise InputError([Problem("RE-116", source=label) for label in changed])
        return outcome


@dataclass(frozen=True, slots=True)
class Checked:
    """Records in a database, with the tables that a pipeline reads.

    Attributes:
        connection: to the database.
        records: where every row ended.
        sources: the tables of records that were given.
    """

    connection: Any
    records: Bulk
    sources: list[str]


class DuckDBEngine:
    """Carries out any plan as SQL on DuckDB; needs the extra ``duckdb``.

    Raises:
        MissingExtraError: DuckDB is not installed (RE-613).
    """

    name = "duckdb"

    def __init__(self) -> None:
        try:
            import duckdb
        except ImportError:
            raise MissingExtraError([Problem("RE-613", found="duckdb", params=(("extra", "duckdb"),))]) from None
        self._duckdb = duckdb

    def grade(self, plan: Plan, records: Records, as_of: date) -> DuckDBOutcome:
        """Grade every operator.

        Raises:
            EngineLimitError: a number is too large for a whole number of 128 bits (RE-622).
            PolicyError: a value is larger than its column of the tables can hold (RE-538).
        """
        from riskengine.engines.duckdb.loading import load

        connection = self._duckdb.connect(":memory:")
        load(connection, plan, records, as_of)
        sources = [source.name for source in (records.violations, records.inspections) if source is not None]
        return carry_out(connection, plan, as_of, sources)

    def take_in(
        self, plan: Plan, sources: Mapping[str, Any], known: Known, as_of: date, memory: int | None = None
    ) -> InPlace | None:
        """Read and check without a row passing through Python.

        Args:
            plan: what is carried out.
            sources: source → path or Arrow table; an empty list: none; None: not given.
            known: what the policy and the catalogue say of records.
            as_of: the day.
            memory: bytes that DuckDB may take; what does not fit is kept in a working file beside other temporary
                files (``TMPDIR``). None leaves it to DuckDB.

        Returns:
            None where a source has to be read row by row.

        Raises:
            EngineLimitError: the memory is not enough (RE-626).
        """
        rows = _PART if memory is None else max(memory // _SHARE // _BYTES_A_RECORD, 1)
        return self._read(
            memory, lambda connection: _taken(connection, plan, sources, known, as_of, rows, memory is None)
        )

    def checked(
        self, plan: Plan, sources: Mapping[str, Any], known: Known, as_of: date, memory: int | None = None
    ) -> Checked | None:
        """Read and check as :meth:`take_in` does, for another engine that grades.

        Raises:
            EngineLimitError: the memory is not enough (RE-626).
        """
        return self._read(memory, lambda connection: _checked(connection, plan, sources, known, as_of))

    def _read(self, memory: int | None, read: Callable[[Any], _T | None]) -> _T | None:
        """What ``read`` makes of a new database; None, and no database, where sources have to be read row by row."""
        import pyarrow as pa

        connection = self._connect(memory)
        try:
            taken = read(connection)
        except self._duckdb.OutOfMemoryException as error:
            connection.close()
            raise too_little_memory(error) from None
        except (self._duckdb.Error, pa.ArrowException, OSError, UnicodeError, OverflowError):
            taken = None  # whatever is odd about a file, the reader of rows says it better
        if taken is None:
            connection.close()
        return taken

    def _connect(self, memory: int | None) -> Any:
        """A database in memory; in a file of its own, that goes with the connection, where memory is limited."""
        if memory is None:
            return self._duckdb.connect(":memory:")
        folder = Path(tempfile.mkdtemp(prefix="riskengine-"))
        limits: dict[str, Any] = {"memory_limit": f"{memory}B", "temp_directory": str(folder / "spilled")}
        connection = self._duckdb.connect(str(folder / "work.duckdb"), config=limits)
        weakref.finalize(connection, shutil.rmtree, folder, ignore_errors=True)
        return connection


def _checked(connection: Any, plan: Plan, sources: Mapping[str, Any], known: Known, as_of: date) -> Checked | None:
    """Read and check, and make the tables that a pipeline reads."""
    from riskengine.engines.duckdb.intake import columns_read, take_in
    from riskengine.records.bulk import read_bulk

    bulk = read_bulk(connection, sources, known, columns_read(plan))
    return None if bulk is None else Checked(connection, bulk, take_in(connection, bulk, plan, as_of, copy=False))


def _taken(
    connection: Any, plan: Plan, sources: Mapping[str, Any], known: Known, as_of: date, rows: int, is_shared: bool
) -> InPlace | None:
    """Read and check, and be ready to grade in parts of about ``rows`` records."""
    from riskengine.engines.duckdb.intake import columns_read, take_in
    from riskengine.records.bulk import read_bulk

    bulk = read_bulk(connection, sources, known, columns_read(plan))
    if bulk is None:
        return None
    in_parts = sum(account.rows_in for account in bulk.accounts) > rows
    given = take_in(connection, bulk, plan, as_of, copy=in_parts, numbered=bulk.in_order)
    # What compares operators with each other must see all of them at once; DuckDB spills what does not fit.
    parts = parts_of(connection, given, rows) if in_parts and not plan.compares_peers else None
    of_all = partial(carry_out, connection, plan, as_of, given, parts, numbered=bulk.in_order)
    return InPlace(bulk, partial(of_all, ids_are_plain=bulk.ids_are_plain, is_shared=is_shared))
