"""The live engine: one operator at a time, its rules on durable-rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.engines.base import answerable, is_current
from riskengine.engines.live.day import OPERATOR_NOT_CURRENT, USED
from riskengine.engines.live.judging import judge
from riskengine.engines.live.network import extension
from riskengine.engines.live.outcome import LiveOutcome
from riskengine.engines.live.peers import compared
from riskengine.engines.live.program import program_for
from riskengine.engines.live.standing import Standing
from riskengine.engines.live.tables import OperatorTables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.contract.records import Records
    from riskengine.engines.live.day import Day
    from riskengine.engines.live.peers import Told
    from riskengine.plan import Plan


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
        told: dict[str, Told] = {}
        if plan.compares_peers:
            told = dict(zip(standings, compared(list(standings.values())), strict=True))
        outcome = LiveOutcome(program.tables, usage)
        for row in operators:
            quarantined = left_out.get(row["operator_id"], 0)
            standing = standings.get(row["operator_id"])
            if standing is None:
                outcome.add_gone(row, quarantined)
            else:
                judged = judge(standing, quarantined, told.get(row["operator_id"]))
                outcome.add(OperatorTables(standing, judged, quarantined))
        return outcome


def _place(
    day: Day, standings: Mapping[str, Standing], holders: Mapping[str, str], records: Records
) -> dict[str, dict[str, int]]:
    """Give every record that counts to whom it counts for; source → ``used`` or the reason → how many."""
    usage: dict[str, dict[str, int]] = {}
    for source in (records.inspections, records.violations):
        if source is None:
            continue
        name, counts = source.name, usage.setdefault(source.name, {USED: 0})
        for record in source.records:
            reason = day.unused(name, record)
            if reason is None:
                standing = standings.get(holders[record["operator_id"]])
                if standing is not None:
                    standing.add(name, record)
                    counts[USED] += 1
                    continue
                reason = OPERATOR_NOT_CURRENT
            counts[reason] = counts.get(reason, 0) + 1
    return usage
