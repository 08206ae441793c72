"""The engine as a library: load, assess, grade, and what they give back.

Not here: doors (cli), pages (reports), computing (engines).
May import: reports and every room to its right.
"""

from riskengine.facade.case import Case
from riskengine.facade.discretion import DiscretionReview, check_discretion
from riskengine.facade.engine import Engine
from riskengine.facade.results import Assessment, Batch

__all__ = ["Assessment", "Batch", "Case", "DiscretionReview", "Engine", "check_discretion"]
