"""What the tests of a policy try of it, and what they leave untried, by name.

Not here: whether a test passes (trials.run). The reference engine's own parts compute what is looked at.
May import: engines.reference, plan, policy, contract, kernel.
"""

from riskengine.trials.coverage.items import Item
from riskengine.trials.coverage.report import Coverage, coverage_of

__all__ = ["Coverage", "Item", "coverage_of"]
