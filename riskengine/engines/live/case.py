"""One operator whose records come and go by their place in the order given, graded at any moment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from riskengine.engines.base import is_current
from riskengine.engines.live.day import OPERATOR_NOT_CURRENT, USED
from riskengine.engines.live.judging import judge
from riskengine.engines.live.outcome import LiveOutcome
from riskengine.engines.live.program import program_for
from riskengine.engines.live.standing import Standing
from riskengine.engines.live.tables import OperatorTables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.plan import Plan


class LiveCase:
    """The standing of one operator on a day.

    Args:
        plan: what is carried out.
        as_of: the day.
        operator: the validated operator.

    Raises:
        UsageError: the plan compares operators, so that one alone cannot be graded (RE-630).
        MissingExtraError: durable-rules is not installed (RE-613).
    """

    def __init__(self, plan: Plan, as_of: date, operator: Record) -> None:
        plan.require_no_peers()
        program = program_for(plan)
        self._tables, self._operator, self._day = program.tables, operator, program.day(as_of)
        self._standing = Standing(program, self._day, operator) if is_current(operator, as_of) else None
        self._held: dict[tuple[str, int], tuple[str, Record | None]] = {}
        self._usage = {"violations": Counter[str](), "inspections": Counter[str]()}

    def put(self, source: str, at: int, record: Record) -> None:
        """Add a validated record, or replace the one that was put at the same place."""
        if (source, at) in self._held:
            reason, row = self._held[source, at]
            self._usage[source][reason] -= 1
            if row is not None and self._standing is not None:
                self._standing.drop(source, row)
        reason = self._day.unused(source, record) or (USED if self._standing is not None else OPERATOR_NOT_CURRENT)
        taken = self._standing.add(source, record) if reason == USED and self._standing is not None else None
        self._usage[source][reason] += 1
        self._held[source, at] = reason, taken

    def outcome(self, sources: Iterable[str]) -> LiveOutcome:
        """The grade as of now; ``sources``: those that were given, though they may hold nothing.

        Raises:
            EngineLimitError: a number is too large for durable-rules (RE-614).
        """
        usage = {name: {USED: 0, **{key: n for key, n in self._usage[name].items() if n}} for name in sources}
        outcome = LiveOutcome(self._tables, usage)
        if self._standing is None:
            outcome.add_gone(self._operator, 0)
        else:
            outcome.add(OperatorTables(self._standing, judge(self._standing, 0), 0))
        return outcome
