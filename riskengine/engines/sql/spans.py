"""The most in any window of a length, wherever it lies: each day with a record ends one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from riskengine.engines.sql.terms import literal

if TYPE_CHECKING:
    from riskengine.engines.sql.facts import Aggregate


def sliding(fact: Aggregate, rows: str, column: str, value: str) -> str:
    """The totals of the windows that end on the day of a record; ``value`` is the total of a group."""
    read = "" if fact.counts_only else f", {fact.value}"
    inside = in_span(fact, "b.happened", "a.grp")
    return (
        f"SELECT *, TRUE AS counts FROM (SELECT a.op, a.grp, {value} AS t "
        f"FROM (SELECT DISTINCT op, {column} AS grp FROM {rows}) AS a "
        f"JOIN (SELECT op, {column} AS happened{read} FROM {rows}) AS b ON b.op = a.op AND {inside} "
        "GROUP BY a.op, a.grp)"
    )


def in_span(fact: Aggregate, day: str, last: str) -> str:
    """Whether ``day`` is in the window of the fact that ends on the day ``last``."""
    span = fact.step.span
    assert span is not None  # noqa: S101 - asked of facts that have one
    after = {
        "days": f"{last} - {span.count}",
        "months": f"CAST({last} - INTERVAL '{span.count} months' AS DATE)",
        "calendar_year": f"CAST(date_trunc('year', {last}) AS DATE) - 1",
    }[span.unit]
    return f"{day} > GREATEST({after}, {literal(date.min).sql}) AND {day} <= {last}"
