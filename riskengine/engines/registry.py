"""The engines by name. A new engine is a folder beside the others and a line here."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem, nearest

if TYPE_CHECKING:
    from riskengine.engines.base import GradingEngine

IN_PROCESS = ("duckdb", "live", "reference")
"""Those that need nothing but this process."""
ENGINES = (*IN_PROCESS, "spark")
BATCH, SIMPLE = "duckdb", "reference"


def batch_engine() -> str:
    """The engine for lists where none is named: ``duckdb`` where it is installed, else ``reference``."""
    return BATCH if find_spec(BATCH) is not None else SIMPLE


def engine_named(name: str, *, master: str | None = None, work: str | None = None) -> GradingEngine:
    """The engine of that name, imported only now.

    Args:
        name: one of ENGINES.
        master: for ``spark``: of the cluster.
        work: for ``spark``: the folder that all workers see.

    Raises:
        UsageError: there is none (RE-606), or it has no master (RE-649).
        MissingExtraError: it needs a library that is not installed (RE-613).
    """
    if name == "spark":
        from riskengine.engines.spark import SparkEngine

        return SparkEngine(master, work)
    if name in IN_PROCESS and (master is not None or work is not None):
        raise UsageError([Problem("RE-649", found=name)])
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
