"""What a run keeps of the ledger that it was made from: objections that were open, and days of credit repair."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import RunError
from riskengine.results import read_objections
from riskengine.runs.tables import altered, short

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from riskengine.results import OpenObjection

OBJECTIONS = "inputs/objections.json"
"""The objections to grades that were open; not there where there were none."""
REPAIRS = "inputs/repairs.jsonl"
"""From when on penalties can be repaired: a JSON object on each line; not there where there were none."""


def kept_objections(folder: Path, manifest: Mapping[str, Any]) -> dict[str, OpenObjection]:
    """Operator → the objection that was open.

    Raises:
        RunError: the file is missing or is none (RE-610).
    """
    text = _text(folder, manifest, OBJECTIONS)
    try:
        return read_objections(text, manifest["policy"]["id"]) if text else {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError([altered(str(manifest["run_id"]), OBJECTIONS, type(error).__name__)]) from None


def kept_repairs(folder: Path, manifest: Mapping[str, Any]) -> dict[str, date]:
    """Violation → the earliest day of its credit repair, where it could still be repaired.

    Raises:
        RunError: the file is missing or is none (RE-610).
    """
    try:
        rows = [json.loads(line) for line in _text(folder, manifest, REPAIRS).splitlines()]
        return {row["violation_id"]: date.fromisoformat(row["earliest"]) for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        raise RunError([altered(str(manifest["run_id"]), REPAIRS, type(error).__name__)]) from None


def _text(folder: Path, manifest: Mapping[str, Any], name: str) -> str:
    """A file of the run; empty where it has none of that name."""
    if name not in manifest["files"]:
        return ""
    try:
        return (folder / name).read_text("utf-8")
    except OSError as error:
        raise RunError([altered(str(manifest["run_id"]), name, short(error))]) from None
