"""Reading run folders back."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from riskengine.catalog import load_catalog
from riskengine.contract.tables import (
    ACTIONS,
    CONDUCT,
    EVIDENCE,
    GRADES,
    MEASURES,
    QUARANTINE,
    REGISTER,
    RUN_FORMAT,
    SIGNALS,
)
from riskengine.engines.base import result_tables
from riskengine.kernel.errors import RunError, UsageError
from riskengine.kernel.lazy import lazy
from riskengine.kernel.problems import Problem, nearest
from riskengine.plan import compile_plan
from riskengine.policy import parse_policy
from riskengine.runs.forms import MANIFEST
from riskengine.runs.kept import kept_objections, kept_repairs
from riskengine.runs.searching import left_out_of
from riskengine.runs.tables import altered, plain_rows, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.contract.tables import Table
    from riskengine.plan import Plan
    from riskengine.policy import PolicyFile
    from riskengine.results import OpenObjection

_MEMBERS = {
    "run_id": str,
    "counter": int,
    "as_of": str,
    "policy": dict,
    "sources": dict,
    "tables": dict,
    "files": dict,
    "content_hash": str,
    "sha256": str,
}
_FIXED = {table.name: table for table in (GRADES, SIGNALS, EVIDENCE, ACTIONS, MEASURES, CONDUCT, REGISTER, QUARANTINE)}
EXTRACTS = {table.name: f"inputs/{table.name}" for table in (CONDUCT, REGISTER)}
"""The extracts of the records, and where they are, without the ending: the days of the violations, and the strata."""
_MOST_OF_A_PATH = 80
_NAMED = re.compile(r".+_\d{4}-\d{2}-\d{2}_\d{4,}")


class Run:
    """A finished run: its manifest, its tables, and the policy and catalogue it used, all from the folder alone."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest

    @classmethod
    def just_written(cls, folder: Path, manifest: Mapping[str, Any], plan: Plan, catalog: Catalog | None) -> Run:
        """A run whose writer has in memory what its inputs say, so that they are not read again."""
        run = cls(folder, manifest)
        vars(run).update({"plan": plan} if catalog is None else {"plan": plan, "catalog": catalog})
        return run

    @property
    def run_id(self) -> str:
        """The run's name, which is its folder's."""
        return str(self.manifest["run_id"])

    @property
    def as_of(self) -> date:
        """The day on which everything was seen."""
        from datetime import date

        return date.fromisoformat(self.manifest["as_of"])

    @property
    def usage(self) -> dict[str, dict[str, int]]:
        """Source → ``used`` and each reason for which a record did not count → number."""
        sources = self.manifest["sources"]
        return {name: {"used": entry["used"], **entry["unused"]} for name, entry in sources.items() if "used" in entry}

    @lazy
    def policy(self) -> PolicyFile:
        """The policy as it was."""
        name = "inputs/policy.yaml"
        try:
            return parse_policy((self.folder / name).read_bytes(), name)
        except OSError as error:
            raise RunError([altered(self.run_id, name, short(error))]) from None

    @lazy
    def catalog(self) -> Catalog:
        """The catalogue edition and the law register as they were."""
        inputs = self.folder / "inputs"
        return load_catalog(inputs / "risk_catalog", inputs / "measures")

    @lazy
    def plan(self) -> Plan:
        """The plan, compiled again from the inputs."""
        return compile_plan(self.policy, self.catalog)

    @lazy
    def objections(self) -> Mapping[str, OpenObjection]:
        """Operator → its objection to a grade that was open when the run was made from a ledger.

        Raises:
            RunError: the file is missing or is none (RE-610).
        """
        return kept_objections(self.folder, self.manifest)

    @lazy
    def repairs(self) -> Mapping[str, date]:
        """Violation → the earliest day of its credit repair, where it can still be repaired; none without a ledger.

        Raises:
            RunError: the file is missing or is none (RE-610).
        """
        return kept_repairs(self.folder, self.manifest)

    def table_names(self) -> Sequence[str]:
        """Every table that an engine computed, in a fixed order."""
        return tuple(result_tables(self.plan))

    def table(self, name: str) -> Table:
        """The columns of a table."""
        return _FIXED.get(name) or result_tables(self.plan)[name]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table as plain values, sorted by its key; :meth:`stream` where they may be many.

        Raises:
            RunError: the table's file is missing or cannot be read (RE-610).
        """
        return list(self.stream(name))

    def stream(self, name: str) -> Iterator[dict[str, Any]]:
        """As :meth:`rows`, one after another, read in batches."""
        file = self.file_of(name)
        return plain_rows(self.folder, file) if file else iter(())

    def rows_of(self, name: str, operator_id: str) -> list[dict[str, Any]]:
        """The rows of a table that are about one operator; of a large table only a part is read.

        Raises:
            RunError: as :meth:`rows`.
        """
        file = self.file_of(name)
        return list(plain_rows(self.folder, file, [operator_id])) if file else []

    def file_of(self, name: str) -> str | None:
        """Where a table is in the folder, without its ending.

        None for an extract in a run that was written before there was one.
        """
        if name not in EXTRACTS:
            return name
        return EXTRACTS[name] if f"{EXTRACTS[name]}.parquet" in self.manifest["files"] else None

    def left_out_of(self, operator_id: str, count: int) -> list[dict[str, Any]]:
        """The rows of ``quarantine`` that say why ``count`` records of an operator were left out.

        Raises:
            RunError: as :meth:`rows`.
        """
        return left_out_of(self.folder, operator_id, count)


def open_run(folder: Path) -> Run:
    """Open a run folder.

    Raises:
        RunError: there is no finished run there (RE-602).
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except OSError:
        raise _no_run(folder) from None
    except (ValueError, RecursionError):
        raise RunError([no_run(folder, "manifest.json is not JSON")]) from None
    if not _is_whole(manifest):
        raise RunError([no_run(folder, f"not a run of format {RUN_FORMAT}")])
    return Run(folder, manifest)


def _is_whole(manifest: Any) -> bool:
    """Whether a manifest has the format's members, each of its kind, so that it can be shown and checked."""
    return (
        isinstance(manifest, dict)
        and manifest.get("run_format") == RUN_FORMAT
        and all(type(manifest.get(name)) is kind for name, kind in _MEMBERS.items())
        and {"id", "version", "sha256"} <= manifest["policy"].keys()
        and "operators" in manifest["sources"]
        and all(isinstance(entry, dict) for part in ("sources", "tables") for entry in manifest[part].values())
    )


def require_comparable(run: Run, policy: str, as_of: date) -> None:
    """Check that the grades of a run may stand beside those of a later one as the previous grades.

    Raises:
        UsageError: it is of another policy, or its as-of date is not earlier (RE-608).
    """
    other = str(run.manifest["policy"]["id"])
    if other != policy:
        reason = f"its policy is {other}, not {policy}"
    elif run.as_of >= as_of:
        reason = f"its as-of date {run.as_of.isoformat()} is not before {as_of.isoformat()}"
    else:
        return
    raise UsageError([Problem("RE-608", column="previous", found=run.run_id, params=(("reason", reason),))])


def no_run(path: Path, reason: str, near: Sequence[str] = ()) -> Problem:
    """The problem of a path at which there is no finished run."""
    shown = str(path)  # its end is what tells
    shown = shown if len(shown) <= _MOST_OF_A_PATH else f"…{shown[1 - _MOST_OF_A_PATH :]}"
    return Problem("RE-602", found=shown, near=tuple(near), params=(("reason", reason),))


def _no_run(folder: Path) -> RunError:
    """Why there is no manifest at a path, with the runs whose names are near to it."""
    if folder.is_dir():
        inside = len(run_folders(folder))
        reason = f"it is a folder of runs ({inside}), name one of them" if inside else "manifest.json is missing"
        return RunError([no_run(folder, reason, [str(found) for found in run_folders(folder)[-3:]])])
    if folder.exists():
        return RunError([no_run(folder, "it is a file")])
    beside = folder.parent
    names = [found.name for found in run_folders(beside)] if beside.is_dir() else []
    near = [str(beside / name) for name in nearest(folder.name, names)]
    return RunError([no_run(folder, "there is no such folder", near)])


def run_folders(folder: Path) -> list[Path]:
    """The folders in a folder of runs that are runs, whole or damaged, by name; what is being written is not."""
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith(".") and is_run_folder(entry))


def is_run_folder(path: Path) -> bool:
    """Whether a folder is a run, be it a damaged one: by its manifest, its grades, or its name."""
    return (path / MANIFEST).exists() or (path / "grades.parquet").exists() or bool(_NAMED.fullmatch(path.name))


def runs_in(folder: Path) -> list[Run]:
    """The finished runs in a folder of runs, in the order in which they were made.

    Raises:
        RunError: one of them is damaged (RE-602).
    """
    runs, problems = survey(folder)
    if problems:
        raise RunError(problems)
    return runs


def survey(folder: Path) -> tuple[list[Run], list[Problem]]:
    """As :func:`runs_in`, with the problems of those that cannot be opened beside those that can."""
    runs: list[Run] = []
    problems: list[Problem] = []
    for found in run_folders(folder):
        try:
            runs.append(open_run(found))
        except RunError as error:
            problems += error.problems
    return sorted(runs, key=lambda run: (run.manifest["counter"], run.run_id)), problems
