"""The live engine: one operator now, its rules on durable-rules, its facts on scaled integers.

Not here: lists of a million (a live list is graded one operator after another), reading, explaining.
May import: engines.base, plan, policy's expressions, contract, kernel; durable-rules in ``network`` alone.
"""

from riskengine.engines.live.engine import LiveEngine, LiveOutcome
from riskengine.engines.live.program import Program, program_for
from riskengine.engines.live.standing import Standing

__all__ = ["LiveEngine", "LiveOutcome", "Program", "Standing", "program_for"]
