"""The engine: records read and checked by DuckDB, staged for Spark, the plan carried out by Spark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from riskengine.engines.spark.session import is_local, open_session
from riskengine.kernel.errors import InputError, MissingExtraError, UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from riskengine.contract.records import Records
    from riskengine.engines.spark.outcome import SparkOutcome
    from riskengine.plan import Plan
    from riskengine.records.bulk import Bulk
    from riskengine.records.columns import Known


@dataclass(frozen=True, slots=True)
class Staged:
    """Records that were checked, ready to be graded.

    Attributes:
        records: where every row ended.
        carry_out: stages them and grades every operator, once.
    """

    records: Bulk
    carry_out: Callable[..., SparkOutcome]

    def grade(self, clock: Callable[[], float] | None = None) -> SparkOutcome:  # noqa: ARG002 - not timed part by part
        """Grade every operator, and hold that the files are those that were checked.

        Raises:
            InputError: a file changed meanwhile, or can no longer be read (RE-116).
        """
        import duckdb

        try:
            return self.carry_out(require_unchanged=self._require_unchanged)
        except duckdb.Error:
            self._require_unchanged()
            raise

    def _require_unchanged(self) -> None:
        if changed := self.records.changed():
            raise InputError([Problem("RE-116", source=label) for label in changed])


class SparkEngine:
    """Carries out any plan as SQL on Spark; needs the extra ``spark``, and Java.

    Args:
        master: of the cluster; None takes what ``spark-submit`` was given, or all cores of this machine.
        work: a folder that this machine and all workers read and write, as a path or a URI of Spark's file systems;
            None, where this machine is all there is, takes where temporary files go.

    Raises:
        MissingExtraError: pyspark or DuckDB is not installed (RE-613).
    """

    name = "spark"

    def __init__(self, master: str | None = None, work: str | None = None) -> None:
        try:
            import duckdb
            import pyspark  # noqa: F401 - asked first, so that what is missing is told before any work
        except ImportError:
            raise MissingExtraError([Problem("RE-613", found="spark", params=(("extra", "spark"),))]) from None
        self._duckdb = duckdb
        self._master, self._work = master, work
        self._memory: int | None = None

    def grade(self, plan: Plan, records: Records, as_of: date) -> SparkOutcome:
        """Grade every operator.

        Raises:
            UsageError: Spark cannot be started, or cannot go on (RE-640 to RE-647).
            EngineLimitError: a number is too large (RE-622), or the memory is not enough (RE-643).
            PolicyError: a value is larger than its column of the tables can hold (RE-538).
        """
        from riskengine.engines.duckdb.loading import load

        sources = [source.name for source in (records.violations, records.inspections) if source is not None]
        with self._duckdb.connect(":memory:") as connection:
            load(connection, plan, records, as_of)
            return self._carried_out(connection, plan, as_of, sources)

    def take_in(
        self, plan: Plan, sources: Mapping[str, Any], known: Known, as_of: date, memory: int | None = None
    ) -> Staged | None:
        """Read and check without a row passing through Python, as the engine ``duckdb`` does.

        Args:
            plan: what is carried out.
            sources: source → path or Arrow table; an empty list: none; None: not given.
            known: what the policy and the catalogue say of records.
            as_of: the day.
            memory: bytes for each of the two that work one after the other on this machine: DuckDB, which keeps what
                does not fit in a working file, and Spark's Java process.

        Returns:
            None where a source has to be read row by row.

        Raises:
            EngineLimitError: the memory is not enough (RE-626).
        """
        from riskengine.engines.duckdb.engine import DuckDBEngine

        self._memory = memory
        taken = DuckDBEngine().checked(plan, sources, known, as_of, memory)
        if taken is None:
            return None
        plain = taken.records.ids_are_plain
        grade = partial(self._carried_out, taken.connection, plan, as_of, taken.sources, ids_are_plain=plain)
        return Staged(taken.records, grade)

    def _carried_out(
        self,
        connection: Any,
        plan: Plan,
        as_of: date,
        sources: list[str],
        *,
        ids_are_plain: bool = False,
        require_unchanged: Callable[[], None] = lambda: None,
    ) -> SparkOutcome:
        from riskengine.engines.duckdb.outcome import too_little_memory
        from riskengine.engines.spark.carrying import Given, carry_out
        from riskengine.engines.spark.staging import stage
        from riskengine.engines.spark.work import Work

        session = open_session(self._master, self._memory)
        master = session.sparkContext.master
        if self._work is None and not is_local(master):
            raise UsageError([Problem("RE-648", found=master)])
        work = Work(session, self._work)
        try:
            staged = stage(connection, sources, work)
            require_unchanged()
            given = Given(plan, as_of, staged, ids_are_plain)
            return carry_out(session, given, work)
        except BaseException as error:
            work.remove()
            if isinstance(error, self._duckdb.OutOfMemoryException):
                raise too_little_memory(error) from None
            raise
