"""Reading run folders back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from riskengine.catalog import load_catalog
from riskengine.contract.tables import ACTIONS, EVIDENCE, GRADES, MEASURES, QUARANTINE, RUN_FORMAT, SIGNALS
from riskengine.engines.base import result_tables
from riskengine.kernel.errors import RunError
from riskengine.kernel.lazy import lazy
from riskengine.kernel.problems import Problem
from riskengine.plan import compile_plan
from riskengine.policy import parse_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.contract.tables import Table
    from riskengine.plan import Plan
    from riskengine.policy import PolicyFile

MANIFEST = "manifest.json"
_KEYS = frozenset({"run_id", "counter", "as_of", "policy", "sources", "tables", "files", "content_hash", "sha256"})
_FIXED = {table.name: table for table in (GRADES, SIGNALS, EVIDENCE, ACTIONS, MEASURES, QUARANTINE)}


class Run:
    """A finished run: its manifest, its tables, and the policy and catalogue it used, all from the folder alone."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest

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
            raise RunError([Problem("RE-610", found=name, params=(("reason", _short(error)),))]) from None

    @lazy
    def catalog(self) -> Catalog:
        """The catalogue edition and the law register as they were."""
        inputs = self.folder / "inputs"
        return load_catalog(inputs / "risk_catalog", inputs / "measures")

    @lazy
    def plan(self) -> Plan:
        """The plan, compiled again from the inputs."""
        return compile_plan(self.policy, self.catalog)

    def table_names(self) -> Sequence[str]:
        """Every table that an engine computed, in a fixed order."""
        return tuple(result_tables(self.plan))

    def table(self, name: str) -> Table:
        """The columns of a table."""
        return _FIXED.get(name) or result_tables(self.plan)[name]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table as plain values, sorted by its key.

        Raises:
            RunError: the table's file is missing or cannot be read.
        """
        import pyarrow as pa
        from pyarrow import parquet

        try:
            rows: list[dict[str, Any]] = parquet.read_table(self.folder / f"{name}.parquet").to_pylist()
        except (OSError, pa.ArrowException) as error:
            raise RunError([Problem("RE-610", found=f"{name}.parquet", params=(("reason", _short(error)),))]) from None
        return rows


def _short(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0][:120]


def open_run(folder: Path) -> Run:
    """Open a run folder.

    Raises:
        RunError: there is no finished run there (RE-602).
    """
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_text("utf-8"))
    except OSError:
        raise _no_run(folder, "manifest.json is missing") from None
    except ValueError:
        raise _no_run(folder, "manifest.json is not JSON") from None
    if not isinstance(manifest, dict) or manifest.get("run_format") != RUN_FORMAT or not manifest.keys() >= _KEYS:
        raise _no_run(folder, f"not a run of format {RUN_FORMAT}")
    return Run(folder, manifest)


def _no_run(folder: Path, reason: str) -> RunError:
    return RunError([Problem("RE-602", found=str(folder), params=(("reason", reason),))])


def runs_in(folder: Path) -> list[Run]:
    """The finished runs in a folder of runs, in the order in which they were made."""
    if not folder.is_dir():
        return []
    entries = (entry for entry in folder.iterdir() if not entry.name.startswith("."))
    found = [open_run(entry) for entry in entries if (entry / MANIFEST).is_file()]
    return sorted(found, key=lambda run: int(run.manifest["counter"]))
