"""Carrying out a pipeline: what several steps read is written and read back, the rest stays a query with a name.

Written, because a step that stayed a query would be planned and computed again by each of its readers; and as files in
a folder that all workers see, because what a worker keeps to itself is lost with it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.engines.base import engine_tables
from riskengine.engines.duckdb.outcome import RESULT
from riskengine.engines.spark.failures import told
from riskengine.engines.spark.outcome import SparkOutcome
from riskengine.engines.spark.staging import plan_queries
from riskengine.engines.sql.dialects import in_dialect
from riskengine.engines.sql.pipeline import pipeline
from riskengine.engines.sql.records import GONE
from riskengine.engines.sql.steps import tables_read
from riskengine.engines.sql.tables import hash_query, plain_columns, result_queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from riskengine.engines.spark.work import Work
    from riskengine.plan import Plan

_A_PARTITION = 200_000
"""Records of a partition: each is a task of its own, and a task is what is lost and done again."""
_FEW = 20_000
"""Records up to which Spark's own compiling costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is carried out, on what.

    Attributes:
        plan, as_of: the plan and the day.
        staged: table → the name of its file in the working folder, and its rows.
        ids_are_plain: whether the ids of operators and records are letters, digits and the like alone.
    """

    plan: Plan
    as_of: date
    staged: Mapping[str, tuple[str, int]]
    ids_are_plain: bool = False

    @property
    def sources(self) -> list[str]:
        """The tables of records."""
        return [name for name in self.staged if name != "operators"]


def carry_out(session: Any, given: Given, work: Work) -> SparkOutcome:
    """Carry out a plan on staged records; the outcome owns the working folder.

    Args:
        session: of Spark, for this grading alone.
        given: what is carried out, on what.
        work: the folder that this machine and the workers share.

    Raises:
        EngineLimitError: a number is too large (RE-622), or the memory is not enough (RE-643).
        PolicyError: a value is larger than its column of the tables can hold (RE-538).
        UsageError: Spark cannot go on (RE-644 to RE-646).
    """
    steps = pipeline(given.plan, given.as_of, given.sources, few_joins=True)
    queries = result_queries(given.plan, steps)
    readers = _readers([step.sql for step in steps.steps] + [query.rows for query in queries.values()])
    with told():
        most = _settle(session, sum(rows for _, rows in given.staged.values()))
        _show(session, given, work)
        for step in steps.steps:
            frame = session.sql(in_dialect(step.sql, "spark"))
            kept = not step.is_view and (readers[step.name] > 1 or step.needs_all)
            if kept:
                # A union has the parts of all its branches, and each task would be sent every branch.
                frame = _kept(session, frame.coalesce(most), work, step.name)
            frame.createOrReplaceTempView(step.name)
        usage = _usage(session, given.sources)
    for name, query in queries.items():
        with told(name):
            frame = session.sql(in_dialect(query.sorted, "spark"))
            _kept(session, frame, work, f"{RESULT}{name}").createOrReplaceTempView(f"{RESULT}{name}")
    tables = engine_tables(given.plan)
    plain = plain_columns(given.plan, ids_are_plain=given.ids_are_plain)
    with told():
        sums = _sums(session, {name: hash_query(tables[name], f"{RESULT}{name}", plain) for name in queries})
        return SparkOutcome(tables, usage, sums, work)


def _readers(queries: Iterable[str]) -> Counter[str]:
    """Step → how often it is read."""
    return Counter(name for query in queries for name in tables_read(query))


def _settle(session: Any, records: int) -> int:
    """Fit Spark's settings to how much there is, its own are made for much; the number of partitions."""
    few = records <= _FEW
    cores = int(session.sparkContext.defaultParallelism)
    partitions = max(1, -(-records // _A_PARTITION), min(cores, records // _FEW if _FEW else cores))
    settings = {
        "spark.sql.shuffle.partitions": str(partitions),
        "spark.sql.adaptive.enabled": str(not few).lower(),
        "spark.sql.codegen.wholeStage": str(not few).lower(),
        "spark.sql.codegen.factoryMode": "NO_CODEGEN" if few else "FALLBACK",
    }
    for name, value in settings.items():
        session.conf.set(name, value)
    return partitions


def _show(session: Any, given: Given, work: Work) -> None:
    """The tables that the pipeline reads: the plan's rows, and the staged files."""
    for name, query in plan_queries(given.plan).items():
        session.sql(query).createOrReplaceTempView(name)
    for name, (file, _) in given.staged.items():
        session.read.parquet(work.path(file)).createOrReplaceTempView(name)


def _kept(session: Any, frame: Any, work: Work, name: str) -> Any:
    """The rows of a query, written and read back."""
    path = work.path(name)
    frame.write.parquet(path)
    return session.read.schema(frame.schema).parquet(path)


def _usage(session: Any, sources: Sequence[str]) -> dict[str, dict[str, int]]:
    """Source → ``used`` and each reason for which a record did not count → number of records."""
    usage: dict[str, dict[str, int]] = {name: {"used": 0} for name in sources}
    why = f"CASE WHEN unused IS NULL AND op IS NULL THEN '{GONE}' ELSE unused END"
    counted = [f"SELECT '{name}', {why}, COUNT(*) FROM placed_{name} GROUP BY {why}" for name in sources]
    for name, reason, count in session.sql(" UNION ALL ".join(counted)).coalesce(1).collect() if counted else ():
        usage[name][reason or "used"] = count
    return usage


def _sums(session: Any, queries: Mapping[str, str]) -> dict[str, tuple[int, int, int]]:
    """Table → its number of rows, and the two sums of its content hash."""
    parts = [f"SELECT '{name}', * FROM ({in_dialect(query, 'spark')})" for name, query in queries.items()]
    found = session.sql(" UNION ALL ".join(parts)).coalesce(1).collect()
    return {name: (count, int(first), int(second)) for name, count, first, second in found}
