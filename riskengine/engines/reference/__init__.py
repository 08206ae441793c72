"""The reference engine: slow, obvious, plain Python. Every other engine is tested against it.

Not here: speed.
May import: engines.base, plan, contract, kernel.
"""

from riskengine.engines.reference.engine import ReferenceEngine

__all__ = ["ReferenceEngine"]
