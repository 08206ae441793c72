"""Steps as text to read: laid out by sqlglot, which also proves that each is one well-formed query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot

if TYPE_CHECKING:
    from riskengine.engines.sql.pipeline import Step


def statement(step: Step) -> str:
    """A step as a statement that makes its table, with what it holds as a comment."""
    pretty = sqlglot.parse_one(step.sql, read="duckdb").sql(dialect="duckdb", pretty=True)
    return f"-- {step.note}\nCREATE TEMP {'VIEW' if step.is_view else 'TABLE'} {step.name} AS\n{pretty};"
