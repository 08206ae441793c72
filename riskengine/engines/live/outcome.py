"""The tables of judged operators, each made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.tables import NOT_CURRENT
from riskengine.engines.base import FromRows, results_among, sorted_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.contract.records import Record
    from riskengine.contract.tables import Table
    from riskengine.engines.base import Row
    from riskengine.engines.live.tables import OperatorTables


class LiveOutcome(FromRows):
    """The tables of judged operators; each is made when it is first asked for."""

    def __init__(self, tables: dict[str, Table], usage: dict[str, dict[str, int]]) -> None:
        self._tables, self.usage = tables, usage
        self._judged: list[OperatorTables] = []
        self._gone: dict[str, list[Row]] = {"grades": [], "facts": []}
        self._rows: dict[str, list[Row]] = {}

    def add(self, tables: OperatorTables) -> None:
        """Add a judged operator."""
        self._judged.append(tables)

    def add_gone(self, operator: Record, left_out: int) -> None:
        """Add an operator that is not graded: closed before the day, or licensed after it."""
        operator_id = operator["operator_id"]
        self._gone["grades"].append(
            {
                **dict.fromkeys(self._tables["grades"].names),
                "operator_id": operator_id,
                "name": operator.get("name") or operator_id,
                "status": NOT_CURRENT,
                "missing": [],
                "unknown_count": 0,
                "quarantined_count": left_out,
            }
        )
        self._gone["facts"].append({**dict.fromkeys(self._tables["facts"].names), "operator_id": operator_id})

    def table_names(self) -> Sequence[str]:
        """Every result table, in a fixed order."""
        return results_among(self._tables)

    def table(self, name: str) -> Table:
        """The columns of a table."""
        return self._tables[name]

    def rows(self, name: str) -> list[Row]:
        """The rows of a table, sorted by its key."""
        rows = self._rows.get(name)
        if rows is None:
            made = [row for tables in self._judged for row in tables.rows(name)]
            rows = self._rows[name] = sorted_rows(self._tables[name], [*made, *self._gone.get(name, ())])
        return rows
