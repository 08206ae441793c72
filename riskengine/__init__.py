"""A rule-driven compliance-risk engine for regulated operators: credit grades that are exact, explained and replayable.

The public names are those of ``__all__``; everything else may move. Importing this package loads none of the heavy
libraries; each is loaded where it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import (
    CatalogError,
    EngineLimitError,
    InputError,
    InternalError,
    MissingExtraError,
    PolicyError,
    RiskEngineError,
    RunError,
    UsageError,
)
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from riskengine.catalog import Catalog
    from riskengine.facade import Assessment, Batch, Case, DiscretionReview, Engine, check_discretion
    from riskengine.records import Inspection, Operator, Violation
    from riskengine.results import Explanation
    from riskengine.runs import Run, open_run

__version__ = "0.1.0"

__all__ = [
    "Assessment",
    "Batch",
    "Case",
    "Catalog",
    "CatalogError",
    "DiscretionReview",
    "Engine",
    "EngineLimitError",
    "Explanation",
    "InputError",
    "Inspection",
    "InternalError",
    "MissingExtraError",
    "Operator",
    "PolicyError",
    "Problem",
    "RiskEngineError",
    "Run",
    "RunError",
    "UsageError",
    "Violation",
    "check_discretion",
    "open_run",
]

_ROOMS = {
    "Assessment": "facade",
    "Batch": "facade",
    "Case": "facade",
    "Catalog": "catalog",
    "DiscretionReview": "facade",
    "Engine": "facade",
    "Explanation": "results",
    "Inspection": "records",
    "Operator": "records",
    "Run": "runs",
    "Violation": "records",
    "check_discretion": "facade",
    "open_run": "runs",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its room at its first use."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'riskengine' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"riskengine.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return __all__
