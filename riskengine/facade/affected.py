"""Whose grade in a run would be another, with what has been recorded in the ledger since."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.facade.engine import Engine
from riskengine.facade.keeping import LEDGER_FILE
from riskengine.kernel.errors import RunError
from riskengine.kernel.problems import Problem
from riskengine.records import id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from riskengine.ledger import Ledger
    from riskengine.runs import Run

MOST_AT_ONCE = 5_000
"""Operators whose records are taken out of the ledger by themselves; where more were touched, all are."""

_COMPARED = ("status", "grade", "score")


@dataclass(frozen=True, slots=True)
class Affected:
    """An operator that would come out otherwise.

    Attributes:
        old, new: its row of ``grades``; None where it is not in the run, or is no longer in the ledger.
    """

    operator_id: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None

    def shown(self, row: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Status, grade and score of a row."""
        if row is None:
            return None
        return {name: row[name] if name != "score" or row[name] is None else str(row[name]) for name in _COMPARED}


@dataclass(frozen=True, slots=True)
class Review:
    """What would be otherwise.

    Attributes:
        since: the number of the change that the run knew.
        touched: how many operators' records have versions since; None where all were graded again, since the policy
            compares operators with each other or very many were touched.
        affected: those whose status, grade or score would be another.
    """

    since: int
    touched: int | None
    affected: list[Affected]


def review(ledger: Ledger, run: Run) -> Review:
    """Grade again, as of the run's day and by its policy and catalogue, those whose records were touched since.

    Raises:
        RunError: the run's records were no ledger's (RE-871), or the folder is damaged.
        UsageError: the ledger is another than the run's: its chain has no such change (RE-872).
    """
    from riskengine.ledger import extract, touched_since

    said = known_of_run(ledger, run)
    touched = touched_since(ledger, said["change"])
    everyone = run.plan.compares_peers or len(touched) > MOST_AT_ONCE
    if not touched:
        return Review(said["change"], 0, [])
    engine = Engine(run.policy, run.catalog, run.plan)
    with tempfile.TemporaryDirectory(prefix="riskengine-ledger-") as folder:
        only = None if everyone else touched
        made = extract(ledger, Path(folder), as_of=run.as_of, only=only)
        given: dict[str, Any] = {"violations": _none_if_asked(run, "violations"), "inspections": None, **made.files}
        batch = engine.grade(given["operators"], given["violations"], given["inspections"], as_of=run.as_of)
        new = {row["operator_id"]: row for row in batch.outcome.rows("grades")}
    old = {row["operator_id"]: row for row in _of(run.stream("grades"), None if everyone else touched)}
    return Review(said["change"], None if everyone else len(touched), list(_differing(old, new)))


def known_of_run(ledger: Ledger, run: Run) -> dict[str, Any]:
    """What a run says of the ledger that it was graded from: ledger, change, sha256, ….

    Raises:
        RunError: its records were no ledger's (RE-871), or this is another ledger (RE-872).
    """
    from riskengine.ledger import known_at

    said = _said(run)
    change = known_at(ledger, said["change"]) if said["change"] else None
    if (change.sha256 if change else None) != said["sha256"]:
        raise RunError([Problem("RE-872", source=run.run_id, found=str(said["change"]))])
    return said


def _said(run: Run) -> dict[str, Any]:
    file = run.folder / "inputs" / LEDGER_FILE
    if f"inputs/{LEDGER_FILE}" not in run.manifest["files"] or not file.is_file():
        raise RunError([Problem("RE-871", source=run.run_id)])
    said: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return said


def _none_if_asked(run: Run, name: str) -> list[Any] | None:
    return [] if name in run.manifest["sources"] else None


def _of(rows: Iterable[Mapping[str, Any]], touched: set[str] | None) -> Iterator[Mapping[str, Any]]:
    return (row for row in rows if touched is None or str(id_of(row["operator_id"])) in touched)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Affected]:
    for operator in sorted({*old, *new}):
        before, after = old.get(operator), new.get(operator)
        same = before is not None and after is not None and all(before[name] == after[name] for name in _COMPARED)
        if not same:
            yield Affected(operator, before, after)
