"""What every engine is and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from riskengine.contract.tables import RESULT_TABLES, Table, facts_by_risk_point_table, facts_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Record, Records
    from riskengine.plan import Plan

Row = dict[str, Any]


class Outcome(Protocol):
    """The tables of a grading, however they are held."""

    @property
    def usage(self) -> Mapping[str, Mapping[str, int]]:
        """Source → ``used`` and each reason for which a record did not count → number of records."""

    def table_names(self) -> Sequence[str]:
        """Every table, in a fixed order."""

    def table(self, name: str) -> Table:
        """The columns of a table."""

    def rows(self, name: str) -> Iterable[Row]:
        """The rows of a table, sorted by its key, as plain values."""


class GradingEngine(Protocol):
    """An engine: a name, and one method."""

    name: str

    def grade(self, plan: Plan, records: Records, as_of: date) -> Outcome:
        """Carry out ``plan`` on ``records`` as of a day."""


@dataclass(slots=True)
class RowOutcome:
    """An outcome held as lists of rows in memory."""

    tables: dict[str, Table]
    data: dict[str, list[Row]]
    usage: dict[str, dict[str, int]]

    def table_names(self) -> Sequence[str]:
        """Every table, in a fixed order."""
        return tuple(self.tables)

    def table(self, name: str) -> Table:
        """The columns of a table."""
        return self.tables[name]

    def rows(self, name: str) -> list[Row]:
        """The rows of a table, sorted by its key."""
        return self.data[name]


def result_tables(plan: Plan) -> dict[str, Table]:
    """Every table that an engine computes for a plan, by name, in contract order."""
    tables = [
        *RESULT_TABLES,
        facts_table(plan.fact_fields(per_risk_point=False)),
        facts_by_risk_point_table(plan.fact_fields(per_risk_point=True)),
    ]
    return {table.name: table for table in tables}


def sorted_rows(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Rows sorted by the table's key, nulls first, texts by code point."""
    return sorted(rows, key=lambda row: tuple((row[name] is not None, row[name] or "") for name in table.key))


def is_current(operator: Record, as_of: date) -> bool:
    """Whether an operator is graded: not closed before the as-of date, not licensed after it."""
    closed, licensed = operator.get("closed_on"), operator.get("licensed_on")
    return not ((closed is not None and closed < as_of) or (licensed is not None and licensed > as_of))


def answerable(operators: Sequence[Record], as_of: date) -> dict[str, str]:
    """operator_id → who answers for its record: itself, or the last successor where it is closed before the day.

    The reference engine has its own, so that a fault here is found.
    """
    by_id = {operator["operator_id"]: operator for operator in operators}
    holders = {}
    for first in by_id:
        holder, passed = first, {first}
        while (closed := by_id[holder].get("closed_on")) is not None and closed < as_of:
            heir = by_id[holder].get("successor")
            if heir not in by_id or heir in passed:
                break
            passed.add(heir)
            holder = heir
        holders[first] = holder
    return holders
