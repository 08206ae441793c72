"""The live engine: one operator now, its rules on durable-rules, its facts on scaled integers.

Not here: lists of a million (a live list is graded one operator after another), reading, explaining.
May import: engines.base, plan, policy's expressions, contract, kernel; durable-rules in ``network`` alone.
"""

from riskengine.engines.live.case import LiveCase
from riskengine.engines.live.engine import LiveEngine
from riskengine.engines.live.program import program_for

__all__ = ["LiveCase", "LiveEngine", "program_for"]
