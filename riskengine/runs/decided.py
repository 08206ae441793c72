"""What had been decided about violations when a run took them from a ledger, and what came to it since another run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import RunError
from riskengine.runs.tables import altered, short

if TYPE_CHECKING:
    from riskengine.runs.reading import Run

DECISIONS = "inputs/decisions.jsonl"
"""A JSON object on each line: violation_id, kind, title (zh, en), status, effective_on, document."""


def decisions_of(run: Run) -> list[dict[str, Any]]:
    """The decisions that a run knew; none where its records were files.

    Raises:
        RunError: the file cannot be read (RE-610).
    """
    file = run.folder / DECISIONS
    if DECISIONS not in run.manifest["files"]:
        return []
    try:
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise RunError([altered(run.run_id, DECISIONS, short(error))]) from None


def decided_between(old: Run, new: Run) -> list[dict[str, Any]]:
    """The decisions that the newer of two runs knew and the older did not, in the order of recording."""
    known = {json.dumps(decision, sort_keys=True) for decision in decisions_of(old)}
    return [decision for decision in decisions_of(new) if json.dumps(decision, sort_keys=True) not in known]
