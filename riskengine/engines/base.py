"""What every engine is and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from riskengine.contract.tables import RESULT_TABLES, Table, facts_by_risk_point_table, facts_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Records
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
