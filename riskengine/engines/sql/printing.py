"""Steps as text to read: laid out by sqlglot, which also proves that each is one well-formed query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.engines.sql.dialects import in_dialect, type_in

if TYPE_CHECKING:
    from riskengine.engines.sql.inputs import Columns
    from riskengine.engines.sql.steps import Step

_MADE = {"duckdb": {False: "TEMP TABLE", True: "TEMP VIEW"}, "spark": dict.fromkeys((False, True), "TEMPORARY VIEW")}


def statement(step: Step, dialect: str = "duckdb") -> str:
    """A step as a statement that makes its table (Spark: a view), with what it holds as a comment."""
    made = _MADE[dialect][step.is_view]
    sql = step.sorted_sql if dialect == "duckdb" else step.sql
    return f"-- {step.note}\nCREATE {made} {step.name} AS\n{in_dialect(sql, dialect, pretty=True)};"


def columns_in(columns: Columns, dialect: str) -> Columns:
    """The columns of a table with their types as ``dialect`` names them."""
    return {name: type_in(kind, dialect) for name, kind in columns.items()}
