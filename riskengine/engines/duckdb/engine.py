"""Carrying out a pipeline: one connection, one table for each step, the tables of the contract at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.engines.base import result_tables
from riskengine.engines.duckdb.outcome import RESULT, DuckDBOutcome
from riskengine.engines.sql.pipeline import pipeline, usage_of
from riskengine.engines.sql.tables import result_queries
from riskengine.kernel.errors import EngineLimitError, MissingExtraError, PolicyError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from riskengine.contract.records import Records
    from riskengine.engines.sql.pipeline import Pipeline
    from riskengine.plan import Plan


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


def carry_out(connection: Any, plan: Plan, as_of: date, sources: Sequence[str]) -> DuckDBOutcome:
    """Carry out a plan on tables that are there; the outcome owns the connection.

    Args:
        connection: an open DuckDB connection with the tables of ``engines.sql.inputs``.
        plan: what is carried out.
        as_of: the day.
        sources: the tables of records that are there.

    Raises:
        EngineLimitError: a number is too large for a whole number of 128 bits (RE-622).
        PolicyError: a value is larger than its column of the tables can hold (RE-538).
    """
    import duckdb

    steps = pipeline(plan, as_of, sources)
    try:
        for step in steps.steps:
            connection.execute(f"CREATE {'VIEW' if step.is_view else 'TABLE'} {step.name} AS {step.sql}")
    except duckdb.OutOfRangeException as error:
        raise EngineLimitError([Problem("RE-622", found="duckdb", params=(("reason", str(error)),))]) from None
    usage: dict[str, dict[str, int]] = {}
    for source in sources:
        usage[source] = {"used": 0, **dict(connection.execute(usage_of(source)).fetchall())}
    _results(connection, plan, steps)
    for step in reversed(steps.steps):
        connection.execute(f"DROP {'VIEW' if step.is_view else 'TABLE'} {step.name}")
    return DuckDBOutcome(connection, result_tables(plan), usage)


def _results(connection: Any, plan: Plan, steps: Pipeline) -> None:
    import duckdb

    for name, sql in result_queries(plan, steps).items():
        try:
            connection.execute(f"CREATE TABLE {RESULT}{name} AS {sql}")
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            where = (("table", name), ("type", str(error).split("\n", maxsplit=1)[0][:120]))
            raise PolicyError([Problem("RE-538", found=name, params=where)]) from None
