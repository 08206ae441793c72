"""What will be done: a policy and a catalogue turned into steps that leave an engine nothing to decide.

Not here: how a policy is written (policy), which program carries the plan out (engines).
May import: policy, catalog, contract, kernel.
"""

from riskengine.plan.compile import compile_plan
from riskengine.plan.known import known_of
from riskengine.plan.meaning import evaluate, exact, settled_points
from riskengine.plan.model import Plan
from riskengine.plan.steps import FactStep, RuleStep, TallyStep, WeightStep

__all__ = [
    "FactStep",
    "Plan",
    "RuleStep",
    "TallyStep",
    "WeightStep",
    "compile_plan",
    "evaluate",
    "exact",
    "known_of",
    "settled_points",
]
