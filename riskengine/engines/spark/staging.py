"""From the database that read and checked the records to Parquet files that Spark reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.engines.duckdb.carrying import ALL
from riskengine.engines.sql.dialects import in_dialect
from riskengine.engines.sql.inputs import NUMBER, PLAN_TABLES, plan_rows
from riskengine.engines.sql.scope import NO_FIELDS
from riskengine.engines.sql.terms import literal, name_of, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.engines.spark.work import Work
    from riskengine.engines.sql.inputs import Columns
    from riskengine.plan import Plan

_WHOLE = "DECIMAL(38,0)"  # what whole numbers of 128 bits are for Spark, and what Parquet can hold of them


def stage(connection: Any, sources: Sequence[str], work: Work) -> dict[str, tuple[str, int]]:
    """Write operators and records as Parquet into the working folder, and hand them over.

    Args:
        connection: the database, with ``all_operators`` and ``all_…`` for each source.
        sources: of records.
        work: where to.

    Returns:
        table → the name of its file, and its rows.
    """
    staged = {}
    for name in ("operators", *sources):
        file = f"in_{name}.parquet"
        target = quoted(str(work.local / file))
        sql = f"COPY ({_select(connection, ALL + name)}) TO {target} (FORMAT parquet, COMPRESSION snappy)"
        staged[name] = (file, int(connection.execute(sql).fetchall()[0][0]))
        work.hand_over(file)
    return staged


def plan_queries(plan: Plan) -> dict[str, str]:
    """The tables that the plan itself gives, as queries that hold their rows: there are few of them."""
    given = plan_rows(plan)
    return {name: in_dialect(_listed(columns, given[name]), "spark") for name, columns in PLAN_TABLES.items()}


def _listed(columns: Columns, rows: Sequence[Sequence[Any]]) -> str:
    rows_or_none = rows or [(None,) * len(columns)]
    listed = ", ".join(f"({', '.join(map(_cell, row))})" for row in rows_or_none)
    typed = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in columns.items())
    return f"SELECT {typed} FROM (VALUES {listed}) AS t({', '.join(columns)}){'' if rows else ' WHERE FALSE'}"


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]" if value else NO_FIELDS
    if value is None or isinstance(value, int):
        return "NULL" if value is None else str(value)
    return literal(value).sql


def _select(connection: Any, table: str) -> str:
    columns = [
        f"CAST({name_of(name)} AS {_WHOLE}) AS {name_of(name)}" if kind == NUMBER else name_of(name)
        for name, kind, *_ in connection.execute(f"DESCRIBE {table}").fetchall()
    ]
    return f"SELECT {', '.join(columns)} FROM {table}"
