"""Whose grade in a run would be another, with what has been recorded in the ledger since."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.facade.engine import Engine
from riskengine.facade.keeping import known_of_run
from riskengine.facade.regrading import MOST_AT_ONCE, with_another

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from riskengine.ledger import Ledger
    from riskengine.runs import Run

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
    from riskengine.ledger import comparing, extract, known_at, read_with, touched_since

    since = known_of_run(ledger, run)["change"]
    touched = touched_since(ledger, since)
    if not touched:
        return Review(since, 0, [])
    change, only = known_at(ledger, None), None
    number = change.number if change else 0
    if not run.plan.compares_peers:
        some = with_another(ledger, run, touched)
        only = read_with(ledger, some, as_of=run.as_of, known={number}, most=MOST_AT_ONCE)
    compared = None if only is None else touched
    engine = Engine(run.policy, run.catalog, run.plan)
    with tempfile.TemporaryDirectory(prefix="riskengine-ledger-") as folder:
        made = extract(ledger, Path(folder), as_of=run.as_of, known=number, only=only)
        given: dict[str, Any] = {"violations": _none_if_asked(run, "violations"), "inspections": None, **made.files}
        batch = engine.grade(given["operators"], given["violations"], given["inspections"], as_of=run.as_of)
        new = {row["operator_id"]: row for row in batch.outcome.rows("grades")}
    with comparing(ledger) as key:
        new = {name: row for name, row in new.items() if compared is None or key(name) in compared}
        old = {row["operator_id"]: row for row in _of(run.stream("grades"), compared, key)}
        _rename_deleted(old, new, key)
    return Review(since, None if compared is None else len(compared), list(_differing(old, new)))


def _none_if_asked(run: Run, name: str) -> list[Any] | None:
    return [] if name in run.manifest["sources"] else None


def _of(
    rows: Iterable[Mapping[str, Any]], touched: set[str] | None, key: Callable[[str], str]
) -> Iterator[Mapping[str, Any]]:
    return (row for row in rows if touched is None or key(row["operator_id"]) in touched)


def _rename_deleted(old: dict[str, Any], new: dict[str, Any], key: Callable[[str], str]) -> None:
    """Let who has come to stand under a pseudonym since be found under it."""
    for operator in [each for each in old if each not in new]:
        pseudonym = key(operator)
        if pseudonym in new:
            old[pseudonym] = old.pop(operator)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Affected]:
    for operator in sorted({*old, *new}):
        before, after = old.get(operator), new.get(operator)
        same = before is not None and after is not None and all(before[name] == after[name] for name in _COMPARED)
        if not same:
            yield Affected(operator, before, after)
