"""Between an engine and a ledger: records read to be kept, and kept records made into the files of a grading."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import RunError
from riskengine.kernel.problems import Problem
from riskengine.plan import known_of
from riskengine.records import Kept, Known, read_to_keep

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

    from riskengine.facade.engine import Engine
    from riskengine.ledger import Change, Ledger
    from riskengine.runs import Run

LEDGER_FILE = "ledger.json"
"""The file of a run's inputs that says what was known of the ledger."""

DECISIONS_FILE = "decisions.jsonl"
"""The file of a run's inputs that says what had been decided about violations."""


def keep(engine: Engine, source: Any, name: str | None = None, *, mapping: Mapping[str, str] | None = None) -> Kept:
    """Read and check a source for a ledger: the columns and codes are those of the engine's policy and catalogue.

    Args:
        engine: whose policy may declare further columns.
        source: a path, frame, Arrow table or iterable of mappings.
        name: ``operators``, ``violations`` or ``inspections``, which its headings tell where it is left out; or a
            register: ``vehicles``, ``drivers``, ``ties``.
        mapping: column → heading.

    Raises:
        InputError: it cannot be read as a whole, or its headings do not tell what it is.
    """
    known = known_of(engine.plan, engine.catalog)
    return read_to_keep(
        source,
        name,
        Known(
            known["profile"],
            known["risk_points"],
            known["known_risk_points"],
            known["known_areas"],
            {},
            mapping or {},
        ),
    )


OBJECTIONS_FILE = "objections.json"
"""The file of a run's inputs that says which objections to grades were open."""


REPAIRS_FILE = "repairs.jsonl"
"""The file of a run's inputs that says from when on penalties can be repaired."""


@dataclass(frozen=True, slots=True)
class FromLedger:
    """The sources of a grading, out of a ledger.

    Attributes:
        sources: source → its file; a source that was never imported is not there.
        said: what a run keeps of it: the ledger's name, the day, the number and hash of the newest change known.
        decisions: what had been decided about violations by the day, a JSON object on each line.
        repairs: penalties whose repair is neither granted nor past, with its days, a JSON object on each line.
        objections: the objections to grades that were known and not known to be answered, as JSON.
    """

    sources: Mapping[str, Path]
    said: Mapping[str, Any]
    decisions: str = ""
    objections: str = ""
    repairs: str = ""

    @property
    def inputs(self) -> dict[str, bytes]:
        """The files that a run keeps under ``inputs/``."""
        text = json.dumps(self.said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        found = {LEDGER_FILE: text.encode(), DECISIONS_FILE: self.decisions.encode()}
        more = {OBJECTIONS_FILE: self.objections, REPAIRS_FILE: self.repairs}
        return {**found, **{name: text.encode() for name, text in more.items() if text}}


def from_ledger(
    url: str, folder: Path, *, as_of: date, known: datetime | int | None = None, key: Path | None = None
) -> FromLedger:
    """Write the records of a ledger, as they stood on a day, into files that ``Engine.grade`` takes.

    Args:
        url: of the ledger.
        folder: where the files go; it must be there.
        as_of: the day.
        known: a moment or a change's number: what was recorded later is not seen; None for all that is recorded.
        key: the file of the ledger's key; None as in ``open_ledger``.

    Raises:
        UsageError: there is no such ledger (RE-852, RE-854, RE-855) or change (RE-858), its database fails (RE-851), or
            it holds personal numbers and the key is not there (RE-880 to RE-885).
        MissingExtraError: the extra ``ledger`` or ``postgres`` is not installed (RE-850).
    """
    from riskengine.ledger import extract, open_ledger

    ledger = open_ledger(url, key)
    try:
        made = extract(ledger, folder, as_of=as_of, known=known)
        return kept_of(ledger, as_of, made.change, made.files, made.deleted)
    finally:
        ledger.close()


def kept_of(
    ledger: Ledger, as_of: date, change: Change | None, files: Mapping[str, Path], deleted: int = 0
) -> FromLedger:
    """What a run keeps of a ledger, beside the files that were made of it; ``deleted``: persons under pseudonyms."""
    from riskengine.facade.objecting import open_objections
    from riskengine.ledger import decisions_known, repairs_known

    number = change.number if change else 0
    decided = [json.dumps(row, ensure_ascii=False) + "\n" for row in decisions_known(ledger, number, as_of)]
    said = {
        "ledger": ledger.name,
        "as_of": as_of.isoformat(),
        "change": number,
        "recorded_at": change.recorded_at if change else None,
        "sha256": change.sha256 if change else None,
        "deleted_persons": deleted,
    }
    contested, repairable = open_objections(ledger, number), repairs_known(ledger, number, as_of)
    return FromLedger(files, said, "".join(decided), contested, repairable)


def known_of_run(ledger: Ledger, run: Run) -> dict[str, Any]:
    """What a run says of the ledger that it was graded from.

    Raises:
        RunError: its records were no ledger's (RE-871), or this is another one: its chain has no such change (RE-872).
    """
    from riskengine.ledger import known_at

    file = run.folder / "inputs" / LEDGER_FILE
    if f"inputs/{LEDGER_FILE}" not in run.manifest["files"] or not file.is_file():
        raise RunError([Problem("RE-871", source=run.run_id)])
    said: dict[str, Any] = json.loads(file.read_text("utf-8"))
    last = known_at(ledger, None)
    has_it = last is not None and 0 < said["change"] <= last.number
    change = known_at(ledger, said["change"]) if has_it else None
    if (change.sha256 if change else None) != said["sha256"]:
        raise RunError([Problem("RE-872", source=run.run_id, found=str(said["change"]))])
    return said
