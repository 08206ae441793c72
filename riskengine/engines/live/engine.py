"""The live engine: one operator at a time, its rules on durable-rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.tables import NOT_CURRENT
from riskengine.engines.base import result_tables, sorted_rows
from riskengine.engines.live.day import USED, answerable, is_current
from riskengine.engines.live.network import extension
from riskengine.engines.live.program import program_for
from riskengine.engines.live.standing import Standing
from riskengine.engines.live.tables import OperatorTables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Record, Records
    from riskengine.contract.tables import Table
    from riskengine.engines.base import Row
    from riskengine.engines.live.day import Day
    from riskengine.plan import Plan

OPERATOR_NOT_CURRENT = "operator_not_current"


class LiveEngine:
    """Carries out any plan on durable-rules; needs the extra ``live``.

    Raises:
        MissingExtraError: durable-rules is not installed (RE-613).
    """

    name = "live"

    def __init__(self) -> None:
        extension()

    def grade(self, plan: Plan, records: Records, as_of: date) -> LiveOutcome:
        """Grade every operator, one after another.

        Raises:
            EngineLimitError: a number is too large for durable-rules (RE-614).
        """
        program = program_for(plan)
        day = program.day(as_of)
        operators = records.operators.records
        standings = {row["operator_id"]: Standing(program, day, row) for row in operators if is_current(row, as_of)}
        holders = answerable(operators, as_of)
        usage = _place(day, standings, holders, records)
        left_out: dict[str, int] = {}
        for operator_id, count in records.quarantined.items():
            holder = holders.get(operator_id, operator_id)
            left_out[holder] = left_out.get(holder, 0) + count
        outcome = LiveOutcome(plan, usage)
        for row in operators:
            quarantined = left_out.get(row["operator_id"], 0)
            standing = standings.get(row["operator_id"])
            if standing is None:
                outcome.add_gone(row, quarantined)
            else:
                outcome.add(OperatorTables(standing, standing.judge(quarantined), quarantined))
        return outcome


class LiveOutcome:
    """The tables of judged operators; each is made when it is first asked for."""

    def __init__(self, plan: Plan, usage: dict[str, dict[str, int]]) -> None:
        self._tables, self.usage = result_tables(plan), usage
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
        """Every table, in a fixed order."""
        return tuple(self._tables)

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


def _place(
    day: Day, standings: Mapping[str, Standing], holders: Mapping[str, str], records: Records
) -> dict[str, dict[str, int]]:
    """Give every record that counts to whom it counts for; source → ``used`` or the reason → how many."""
    usage: dict[str, dict[str, int]] = {}
    for source in (records.violations, records.inspections):
        if source is None:
            continue
        counts = usage.setdefault(source.name, {USED: 0})
        for record in source.records:
            reason = day.unused(source.name, record)
            if reason is None:
                standing = standings.get(holders[record["operator_id"]])
                if standing is None:
                    reason = OPERATOR_NOT_CURRENT
                else:
                    standing.add(source.name, record)
            counts[reason or USED] = counts.get(reason or USED, 0) + 1
    return usage
