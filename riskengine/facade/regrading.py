"""Grading again only those whose records have changed since a run; what the others have is the run's.

A grading is of one operator's records alone, unless the policy compares operators. So of a run of the same policy,
catalogue and day everything stays that is about operators of whom nothing was recorded since. Those of whom something
was are graded twice: as the run saw them, which must give what the run says, and as they are known now.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.contract.arrow_hash import content_hash_of_batches
from riskengine.facade.carried import Carried
from riskengine.facade.carried_records import CarriedRecords
from riskengine.facade.keeping import kept_of, known_of_run
from riskengine.kernel.errors import RunError, UsageError
from riskengine.kernel.masking import is_personal
from riskengine.kernel.problems import Problem, code_register
from riskengine.records import id_of
from riskengine.runs import LOG, is_rule_file, scan
from riskengine.runs.tables import altered, batches, short

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from riskengine.facade.engine import Engine
    from riskengine.facade.results import Batch
    from riskengine.ledger import Ledger
    from riskengine.runs import Run

MOST_AT_ONCE = 5_000
"""Operators whose records are taken out of the ledger by themselves; where more are concerned, all are."""


_NOT_REPLAYED = "what the run has of those concerned does not come out of the ledger again"


@dataclass(frozen=True, slots=True)
class Regraded:
    """What came of it.

    Attributes:
        batch: the list as if all had been graded; None where all must be.
        reason: why all must be graded: a phrase of ``phrases.yaml``.
        inputs: what a run keeps of the ledger.
        again: how many operators were graded again.
    """

    batch: Batch | None
    reason: str
    inputs: Mapping[str, bytes]
    again: int = 0


@contextlib.contextmanager
def regraded(
    engine: Engine,
    ledger: Ledger,
    run: Run,
    grade: Callable[..., Batch],
    *,
    as_of: date,
    known: datetime | int | None = None,
    none: Collection[str] = (),
    lang: str = "zh",
) -> Iterator[Regraded]:
    """Grade again those whose records have changed since a run; every table is that of grading all.

    Args:
        engine: its policy and catalogue must be the run's.
        ledger: from which the run was graded.
        run: the earlier run.
        grade: as ``engine.grade``: operators, violations, inspections → batch.
        as_of: the day: the run's.
        known: as for :func:`riskengine.ledger.extract`.
        none: the sources of which the caller says that there are none.
        lang: the language of the quarantine's messages.

    Yields:
        what came of it; its files are there as long as the context.

    Raises:
        RunError: the run's records were no ledger's (RE-871), or another ledger's (RE-872).
        UsageError: the run is of another day, policy, catalogue or program (RE-891), or the database fails (RE-851).
    """
    from riskengine.ledger import known_at

    said = known_of_run(ledger, run)
    _require_fitting(engine, run, as_of)
    change = known_at(ledger, known)
    number = change.number if change else 0
    with tempfile.TemporaryDirectory(prefix="riskengine-ledger-") as folder:
        work = _Work(engine, ledger, run, Path(folder), as_of, {"then": said["change"], "now": number})
        found = work.regrade(grade, none, lang)
        again = {
            "run_id": run.run_id,
            "sha256": run.manifest["sha256"],
            "graded_again": found.again if found.batch else None,
        }
        kept = kept_of(ledger, as_of, change, {})
        yield replace(found, inputs=replace(kept, said={**kept.said, "only_affected": again}).inputs)


def with_another(ledger: Ledger, run: Run, touched: set[str]) -> set[str]:
    """The operators touched, and one of the run that is not, where there is one: a list must not be empty.

    Raises:
        UsageError: only a natural person is left, and the ledger's key is not there (RE-880 to RE-885).
    """
    from riskengine.ledger import comparing

    operators = [str(id_of(operator)) for (operator,) in scan(run, "grades", ["operator_id"])]
    # A natural person stands in the ledger under a pseudonym, which takes the key: rather an organisation.
    another = next((key for key in operators if not is_personal(key) and key not in touched), None)
    if another is None:
        with comparing(ledger) as key_of:
            another = next((key for key in map(key_of, filter(is_personal, operators)) if key not in touched), None)
    return touched if another is None else touched | {another}


def _require_fitting(engine: Engine, run: Run, as_of: date) -> None:
    """Check that what a run says of somebody of whom nothing was recorded since is what a grading would say.

    Raises:
        UsageError: it is not (RE-891).
    """
    reason = None
    files = {f"inputs/{name}": hashlib.sha256(content).hexdigest() for name, content in engine.inputs().items()}
    held = {name: sha256 for name, sha256 in run.manifest["files"].items() if name in files or is_rule_file(name)}
    if run.as_of != as_of:
        reason = f"its as-of date is {run.as_of.isoformat()}, not {as_of.isoformat()}"
    elif run.manifest["policy"]["id"] != engine.plan.policy:
        reason = f"its policy is {run.manifest['policy']['id']}, not {engine.plan.policy}"
    elif run.manifest["plan_sha256"] != engine.plan.sha256 or any(held.get(name) != files[name] for name in files):
        reason = "its policy, catalogue or law register has changed since"
    elif _other_version(run):
        reason = "another version of the program wrote it"
    elif any(run.file_of(name) is None for name in ("conduct", "register")):
        reason = "an older version of the program wrote it"
    if reason is not None:
        raise UsageError([Problem("RE-891", found=run.run_id, params=(("reason", reason),))])


def _other_version(run: Run) -> bool:
    """Whether the log of a run says that another version of the program wrote it."""
    from importlib.metadata import version

    try:
        lines = (run.folder / LOG).read_text("utf-8").splitlines()
        versions = [json.loads(line).get("versions", {}).get("riskengine") for line in lines]
    except (OSError, ValueError, AttributeError) as error:
        raise RunError([altered(run.run_id, LOG, short(error))]) from None
    return any(found not in {None, version("riskengine")} for found in versions)


@dataclass(frozen=True, slots=True)
class _Work:
    """A grading of some, with the numbers of the changes of both states."""

    engine: Engine
    ledger: Ledger
    run: Run
    folder: Path
    as_of: date
    states: Mapping[str, int]

    def regrade(self, grade: Callable[..., Batch], none: Collection[str], lang: str) -> Regraded:
        """Grade the operators concerned in both states, and put the rest beside them."""
        from riskengine.ledger import is_said

        if not is_said(self.ledger):
            return _everybody("who answers for a violation is told by ties of vehicles and drivers")
        if self.run.plan.compares_peers:
            return _everybody("the policy compares operators with each other")
        only = self._concerned()
        if only is None:
            return _everybody(f"more than {MOST_AT_ONCE} operators are concerned")
        given = {state: self._extract(state, only) for state in self.states}
        sources = self.run.manifest["sources"]
        then = {**{name: [] for name in sources}, **given["then"]}
        now = {**{name: [] for name in none}, **given["now"]}
        if set(now) != set(sources) or _headings(given["then"]) != _headings(given["now"]):
            return _everybody("the records have other sources or columns than in the run")
        batches_of = {
            state: grade(files.get("operators"), files.get("violations"), files.get("inspections"))
            for state, files in (("then", then), ("now", now))
        }
        return self._together(batches_of["then"], batches_of["now"], only, lang)

    def _concerned(self) -> set[str] | None:
        """Whose records are read: those touched, and those that belong to them."""
        from riskengine.ledger import read_with, touched_since

        some = with_another(self.ledger, self.run, touched_since(self.ledger, min(self.states.values())))
        return read_with(self.ledger, some, as_of=self.as_of, known=set(self.states.values()), most=MOST_AT_ONCE)

    def _extract(self, state: str, only: Collection[str]) -> dict[str, Any]:
        from riskengine.ledger import extract

        folder = self.folder / state
        folder.mkdir()
        return dict(extract(self.ledger, folder, as_of=self.as_of, known=self.states[state], only=only).files)

    def _together(self, then: Batch, now: Batch, only: Collection[str], lang: str) -> Regraded:
        from riskengine.ledger import places

        def places_of(state: str, source: str) -> list[int]:
            return places(self.ledger, source, as_of=self.as_of, known=self.states[state], only=only)

        outcome = Carried(self.run, then.outcome, now.outcome)
        records = CarriedRecords(self.run, then.records, now.records, places_of, outcome.gone)
        if records.compares and records.has_orphans:
            return _everybody("an unknown operator's id is compared with the whole list")
        rows = records.quarantine(lang)
        if rows is None or not self._replays(then, outcome.gone) or not _are_worded(rows, lang):
            return _everybody(_NOT_REPLAYED)
        batch = replace(now, outcome=outcome, records=records, doubts=rows)
        return Regraded(batch, "", {}, len(outcome.fresh))

    def _replays(self, then: Batch, gone: frozenset[str]) -> bool:
        """Whether the run has of the operators concerned what was computed now, and left out the same rows."""
        for name in then.outcome.table_names():
            table = then.outcome.table(name)
            columns = [column for column in table.names if column not in table.unhashed]
            held = content_hash_of_batches(batches(self.run.folder, name, columns, gone))
            if held != then.outcome.digest(name)[1]:
                return False
        sources = self.run.manifest["sources"]
        return all(sources[source.name]["left_out"] == source.left_out_by_reason() for source in then.records.sources)


def _are_worded(rows: Iterable[Mapping[str, Any]], lang: str) -> bool:
    """Whether messages are in a language: by the longest piece of each code's words that never varies."""
    return all(_piece(row["code"], lang) in row["message"] for row in rows)


@cache
def _piece(code: str, lang: str) -> str:
    return max(re.split(r"\{[^}]*\}", str(code_register()[code][lang])), key=len)


def _everybody(reason: str) -> Regraded:
    return Regraded(None, reason, {})


def _headings(files: Mapping[str, Any]) -> dict[str, list[str]]:
    from pyarrow import parquet

    return {name: parquet.read_schema(file).names for name, file in files.items()}
