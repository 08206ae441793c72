"""A run beside the one that its grades were compared with, and the runs before that, from the folders beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import RunError
from riskengine.reports.figures import context_of
from riskengine.results import NO_FILE, Comparison, Side, compare
from riskengine.runs import open_run, scan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.results import Context
    from riskengine.runs import Run

SOURCES = ("operators", "violations", "inspections")
MOST_EARLIER = 12
"""How many earlier runs a history goes back."""


def earlier_runs(run: Run, most: int = MOST_EARLIER) -> list[Run]:
    """The run that this one was compared with, the one that that was compared with, and so on: the newest first.

    The chain ends where a run was compared with none, or its folder no longer stands beside the others.
    """
    found: list[Run] = []
    while len(found) < most:
        name = (found[-1] if found else run).manifest.get("compared_with")
        if not name:
            break
        try:
            found.append(open_run(run.folder.parent / str(name)))
        except RunError:
            break
    return found


def compare_runs(before: Run, after: Run, *, show_personal: bool = False) -> Comparison:
    """What changed between two runs of a policy; what both used alike is read once.

    Raises:
        RunError: a folder is damaged (RE-610).
    """
    old = context_of(before)
    new = replace(old, as_of=after.as_of) if _inputs(before) == _inputs(after) else context_of(after)
    return compare(_side(before, old), _side(after, new), show_personal=show_personal)


def _inputs(run: Run) -> dict[str, str]:
    """The hashes of the policy, the catalogue and the laws."""
    kept = ("inputs/policy", "inputs/risk_catalog", "inputs/measures")
    return {name: sha256 for name, sha256 in run.manifest["files"].items() if name.startswith(kept)}


def _side(run: Run, context: Context) -> Side:
    files = {name: _file(run.manifest["sources"].get(name)) for name in SOURCES}
    return Side(run.run_id, context, files, partial(scan, run))


def _file(source: Mapping[str, Any] | None) -> str | None:
    return str(source["sha256"]) if source and source["sha256"] else None if source and source["rows"] else NO_FILE
