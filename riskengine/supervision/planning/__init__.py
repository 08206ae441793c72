"""The plan: what each operator of a run is due by its tier, and what the inspectors of a period can cover of it.

Tiers, channels, frequencies and deadlines are data; how a period is filled is one stated rule.
Not here: drawing at random (supervision.draw), the plan as a workbook (reports.plan).
May import: the rest of supervision but the draw's folder forms, runs, policy, catalog, records, contract, kernel.
"""

from riskengine.supervision.planning.content import Planned, PlanRow, checklist, plan_of
from riskengine.supervision.planning.plan import Plan, PlanRequest, make_plan
from riskengine.supervision.planning.rules import PlanRules, TierRule, read_rules
from riskengine.supervision.planning.schedule import Demand, Officer, Schedule, Uncovered, Visit, schedule

__all__ = [
    "Demand",
    "Officer",
    "Plan",
    "PlanRequest",
    "PlanRow",
    "PlanRules",
    "Planned",
    "Schedule",
    "TierRule",
    "Uncovered",
    "Visit",
    "checklist",
    "make_plan",
    "plan_of",
    "read_rules",
    "schedule",
]
