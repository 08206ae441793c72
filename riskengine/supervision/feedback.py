"""What came of a plan: for each tier what was due, what was planned, what was done, what was found."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.contract.records import Record
    from riskengine.supervision.planning import Plan

OUTSIDE_PERIOD, NOT_IN_PLAN = "outside_period", "not_in_plan"
"""Why an inspection counts for no tier."""


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier.

    Attributes:
        tier: its name.
        operators: of the plan.
        due, planned: visits due in the period, and covered by the plan.
        done: inspections in the period.
        inspected: operators that had one.
        found: inspections that found a violation: those to which one refers.
        violations: that refer to these inspections.
    """

    tier: str
    operators: int
    due: int
    planned: int
    done: int
    inspected: int
    found: int
    violations: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """The tiers in the order of the rules; inspections that count for none, by reason."""

    rows: tuple[TierRow, ...]
    elsewhere: dict[str, int]
    inspections: int

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        names = ("tier", "operators", "due", "planned", "done", "inspected", "found", "violations")
        return {
            "tiers": [{name: getattr(row, name) for name in names} for row in self.rows],
            "elsewhere": self.elsewhere,
            "inspections": self.inspections,
        }


def feedback(plan: Plan, inspections: Sequence[Record], violations: Sequence[Record]) -> Feedback:
    """Hold what was done against the plan.

    Args:
        plan: the plan of the period.
        inspections: records of the contract.
        violations: likewise; those that name an inspection show what it found.
    """
    tier_of = {row.operator_id: row.tier for row in plan.planned.rows}
    named = Counter(row["inspection_id"] for row in violations if row.get("inspection_id"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    inspected: dict[str, set[str]] = defaultdict(set)
    elsewhere: Counter[str] = Counter()
    for row in plan.planned.rows:
        counts[row.tier].update(operators=1, due=row.due)
    for visit in plan.schedule.visits if plan.schedule else ():
        counts[tier_of[visit.operator_id]]["planned"] += 1
    for record in inspections:
        if not plan.request.since <= record["inspected_on"] <= plan.request.until:
            elsewhere[OUTSIDE_PERIOD] += 1
        elif record["operator_id"] not in tier_of:
            elsewhere[NOT_IN_PLAN] += 1
        else:
            tier, found = tier_of[record["operator_id"]], named[record["inspection_id"]]
            counts[tier].update(done=1, found=int(found > 0), violations=found)
            inspected[tier].add(record["operator_id"])
    rows = tuple(
        TierRow(
            tier,
            **{name: counts[tier][name] for name in ("operators", "due", "planned", "done", "found", "violations")},
            inspected=len(inspected[tier]),
        )
        for tier in plan.rules.tiers
    )
    if sum(row.done for row in rows) + sum(elsewhere.values()) != len(inspections):
        raise InternalError(message="the inspections of the feedback do not add up")
    return Feedback(rows, dict(sorted(elsewhere.items())), len(inspections))
