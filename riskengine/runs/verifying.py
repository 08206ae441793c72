"""Whether run folders are as they were written: every byte, every row, every link of the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.content_hash import content_hash
from riskengine.kernel.canonical import sha256_of_file
from riskengine.kernel.errors import RunError
from riskengine.kernel.problems import Problem
from riskengine.runs.manifest import manifest_hash
from riskengine.runs.reading import MANIFEST, open_run, runs_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from riskengine.runs.reading import Run

_OUTSIDE = (MANIFEST, "log.jsonl")


def verify_run(run: Run) -> list[Problem]:
    """What is not as the manifest says: changed, missing or added files, tables, the manifest itself."""
    problems = list(_files(run))
    if manifest_hash(dict(run.manifest)) != run.manifest.get("sha256"):
        problems.append(_problem(run, MANIFEST, "its own hash does not match"))
    if not problems:
        problems = list(_tables(run))
    return problems


def verify_chain(folder: Path) -> list[Problem]:
    """Every run of a folder, and whether each names the one before it with its hash."""
    problems: list[Problem] = []
    before: Run | None = None
    for run in runs_in(folder):
        problems += verify_run(run)
        link = run.manifest.get("previous_run")
        expected = {"run_id": before.run_id, "sha256": before.manifest.get("sha256")} if before else None
        if link != expected:
            problems.append(_problem(run, MANIFEST, "it does not follow the run before it"))
        before = run
    return problems


def verify(path: Path) -> tuple[list[Run], list[Problem]]:
    """Verify one run folder, or a folder of runs with its chain.

    Returns:
        the runs that were looked at, and every problem.

    Raises:
        RunError: there is neither (RE-602).
    """
    if (path / MANIFEST).exists():
        run = open_run(path)
        return [run], verify_run(run)
    runs = runs_in(path)
    if not runs:
        raise RunError([Problem("RE-602", found=str(path), params=(("reason", "neither a run nor a folder of runs"),))])
    return runs, verify_chain(path)


def _files(run: Run) -> Iterator[Problem]:
    listed = run.manifest.get("files", {})
    for name, expected in listed.items():
        file = run.folder / name
        if not file.is_file():
            yield _problem(run, name, "the file is missing")
        elif sha256_of_file(file) != expected:
            yield _problem(run, name, "its bytes have changed")
    for file in sorted(run.folder.rglob("*")):
        name = file.relative_to(run.folder).as_posix()
        if file.is_file() and name not in listed and name not in _OUTSIDE:
            yield _problem(run, name, "the file is not in the manifest")


def _tables(run: Run) -> Iterator[Problem]:
    for name, entry in run.manifest["tables"].items():
        rows = run.rows(name)
        if entry != {"rows": len(rows), "content_hash": content_hash(run.table(name), rows)}:
            yield _problem(run, f"{name}.parquet", "its content hash does not match")


def _problem(run: Run, name: str, reason: str) -> Problem:
    return Problem("RE-610", source=run.run_id, found=name, params=(("reason", reason),))
