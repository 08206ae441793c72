"""Carrying out a pipeline: one table for each step, the contract's tables at the end; in parts where there is much.

Every fact, rule and grade is of one operator, so operators are carried out a few at a time, in the order of their ids:
what a part needs of memory does not grow with the list, and its results follow those of the parts before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riskengine.engines.base import engine_tables
from riskengine.engines.duckdb.outcome import RESULT, DuckDBOutcome, too_large, too_little_memory
from riskengine.engines.sql.pipeline import pipeline, usage_of
from riskengine.engines.sql.records import GONE
from riskengine.engines.sql.steps import tables_read
from riskengine.engines.sql.tables import plain_columns, result_queries
from riskengine.kernel.errors import EngineLimitError
from riskengine.kernel.problems import Problem
from riskengine.kernel.progress import track

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date

    from riskengine.engines.sql.steps import Pipeline, Step
    from riskengine.engines.sql.tables import ResultQuery
    from riskengine.plan import Plan

ALL, DAYS = "all_", "days_"
"""What the tables with every row are called, of which the pipeline reads views of a part; and what they are called with
the days and the status of records alone."""

_MARKED = "marked_"
Part = tuple[int, int]


@dataclass(slots=True)
class _Seen:
    """What is counted on the way: records that count, by source; the seconds of the steps that decide."""

    used: Counter[str] = field(default_factory=Counter)
    rules: float = 0.0
    clock: Callable[[], float] | None = None


def carry_out(
    connection: Any,
    plan: Plan,
    as_of: date,
    sources: Sequence[str],
    parts: Sequence[Part] | None = None,
    *,
    numbered: Collection[str] = (),
    ids_are_plain: bool = False,
    clock: Callable[[], float] | None = None,
    is_shared: bool = False,
) -> DuckDBOutcome:
    """Carry out a plan on tables that are there; the outcome owns the connection.

    Args:
        connection: an open DuckDB connection with the tables of ``engines.sql.inputs``; those of records and operators
            with ``all_`` before their names.
        plan: what is carried out.
        as_of: the day.
        sources: the tables of records that are there.
        parts: the operators' numbers, first and last of each part, in order; None is all at once.
        numbered: the tables whose records bear ``number``, which orders them as their ids do.
        ids_are_plain: whether the ids of operators and records are letters, digits and the like alone.
        clock: tells seconds, for the log of a run; nothing that is computed reads one.
        is_shared: whether there is memory for threads that ask for tables at the same time.

    Raises:
        EngineLimitError: a number is too large for a whole number of 128 bits (RE-622), or the memory is not enough
            (RE-626).
        PolicyError: a value is larger than its column of the tables can hold (RE-538).
    """
    import duckdb

    steps = pipeline(plan, as_of, sources, numbered)
    plain = plain_columns(plan, ids_are_plain=ids_are_plain)
    try:
        queries: dict[str, str] | None = None
        seen = _Seen(clock=clock)
        if parts is None:
            queries = _at_once(connection, plan, steps, sources, seen)
        for at, part in enumerate(parts or ()):
            _part(connection, plan, steps, sources, part, seen, is_first=at == 0)
        usage = {name: _usage(connection, usage_of(plan, name, as_of), name, seen.used[name]) for name in sources}
    except duckdb.OutOfMemoryException as error:
        raise too_little_memory(error) from None
    except duckdb.OutOfRangeException as error:
        raise EngineLimitError([Problem("RE-622", found="duckdb", params=(("reason", str(error)),))]) from None
    took = {"rules": seen.rules} if clock else {}
    return DuckDBOutcome(connection, engine_tables(plan), usage, queries, plain, took, is_shared=is_shared)


def _at_once(connection: Any, plan: Plan, steps: Pipeline, sources: Sequence[str], seen: _Seen) -> dict[str, str]:
    """Carry out the plan for all operators; results stay what they are made of until they are asked for."""
    queries = result_queries(plan, steps)
    _steps(connection, steps, queries, ["operators", *sources], None, seen)
    for name, query in queries.items():
        connection.execute(f"CREATE VIEW {RESULT}{name} AS {query.rows}")
    return {name: query.rows if query.in_order else query.sorted for name, query in queries.items()}


def _steps(
    connection: Any,
    steps: Pipeline,
    queries: Mapping[str, ResultQuery],
    views: Sequence[str],
    part: Part | None,
    seen: _Seen,
) -> list[Step]:
    """Make the steps one after another, dropping each that nobody reads any more; those that are left, in order."""
    inside = "" if part is None else f" WHERE op BETWEEN {part[0]} AND {part[1]}"
    for name in views:
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {ALL}{name}{inside}")
    last = _last_readers(steps, queries)
    held: list[Step] = []
    for step in track(steps.steps, "steps", len(steps.steps), every=1):
        begun = seen.clock() if seen.clock else 0.0
        connection.execute(f"CREATE {_kind(is_view=step.is_view)} {step.name} AS {step.sorted_sql}")
        seen.rules += seen.clock() - begun if seen.clock and step.decides else 0.0
        if step.name.startswith(_MARKED):
            used = connection.execute(f"SELECT COUNT(*) FROM {step.name}").fetchall()[0][0]
            seen.used[step.name.removeprefix(_MARKED)] += used
        held.append(step)
        for other in [other for other in held if last[other.name] == step.name]:
            connection.execute(f"DROP TABLE {other.name}")
            held.remove(other)
    return held


def _last_readers(steps: Pipeline, queries: Mapping[str, ResultQuery]) -> dict[str, str | None]:
    """Step → the last one that reads it; None where a view or a result does, and what no step reads."""
    last: dict[str, str | None] = dict.fromkeys(step.name for step in steps.steps)
    for step in steps.steps:
        read = tables_read(step.sorted_sql)
        last.update((name, step.name) for name in read if name in last and name != step.name)
    kept = [step.sql for step in steps.steps if step.is_view] + [query.rows for query in queries.values()]
    last.update((name, None) for sql in kept for name in tables_read(sql) if name in last)
    return last | {step.name: None for step in steps.steps if step.is_view}


def _usage(connection: Any, query: str, name: str, used: int) -> dict[str, int]:
    """``used`` and each reason for which a record of a source did not count → number of records."""
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {DAYS}{name}")
    counts: dict[str | None, int] = dict(connection.execute(query).fetchall())
    gone = counts.pop(None, 0) - used
    reasons = {str(reason): count for reason, count in counts.items()}
    return {"used": used, **reasons, **({GONE: gone} if gone else {})}


def _part(
    connection: Any,
    plan: Plan,
    steps: Pipeline,
    sources: Sequence[str],
    part: Part,
    seen: _Seen,
    *,
    is_first: bool,
) -> None:
    """Carry out the plan for some operators, and put their rows after those of the parts before."""
    views, queries = ["operators", *sources], result_queries(plan, steps)
    held = _steps(connection, steps, queries, views, part, seen)
    _results(connection, queries, is_first=is_first)
    for step in reversed(held):
        connection.execute(f"DROP {_kind(is_view=step.is_view)} {step.name}")
    for name in views:
        connection.execute(f"DROP VIEW {name}")


def _kind(*, is_view: bool) -> str:
    return "VIEW" if is_view else "TABLE"


def _results(connection: Any, queries: Mapping[str, ResultQuery], *, is_first: bool) -> None:
    import duckdb

    for name, query in queries.items():
        into = f"CREATE TABLE {RESULT}{name} AS" if is_first else f"INSERT INTO {RESULT}{name}"
        try:
            connection.execute(f"{into} {query.rows if query.in_order else query.sorted}")
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise too_large(name, error) from None


def parts_of(connection: Any, sources: Sequence[str], rows: int) -> list[Part] | None:
    """Parts of the operators with about ``rows`` records each, an operator never split; None where one is enough."""
    counted = "".join(
        f" UNION ALL SELECT op, COUNT(*) AS n FROM {ALL}{name} WHERE op IS NOT NULL GROUP BY op" for name in sources
    )
    summed = f"SELECT op, SUM(n) AS n FROM (SELECT op, 1 AS n FROM {ALL}operators{counted}) GROUP BY op"
    running = f"SELECT op, CAST((SUM(n) OVER (ORDER BY op) - n) // {rows} AS BIGINT) AS part FROM ({summed})"
    sql = f"SELECT MIN(op), MAX(op) FROM ({running}) GROUP BY part ORDER BY part"
    found = [(first, last) for first, last in connection.execute(sql).fetchall()]
    return found if len(found) > 1 else None
