"""The engines by name. A new engine is a folder beside the others and a line here."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem, nearest

if TYPE_CHECKING:
    from riskengine.engines.base import GradingEngine

ENGINES = ("duckdb", "live", "reference")
BATCH, SIMPLE = "duckdb", "reference"


def batch_engine() -> str:
    """The engine for lists where none is named: ``duckdb`` where it is installed, else ``reference``."""
    return BATCH if find_spec(BATCH) is not None else SIMPLE


def engine_named(name: str) -> GradingEngine:
    """The engine of that name, imported only now.

    Raises:
        UsageError: there is none (RE-606).
        MissingExtraError: it needs a library that is not installed (RE-613).
    """
    if name == "duckdb":
        from riskengine.engines.duckdb import DuckDBEngine

        return DuckDBEngine()
    if name == "live":
        from riskengine.engines.live import LiveEngine

        return LiveEngine()
    if name == "reference":
        from riskengine.engines.reference import ReferenceEngine

        return ReferenceEngine()
    raise UsageError([Problem("RE-606", found=name, near=nearest(name, ENGINES) or ENGINES)])
