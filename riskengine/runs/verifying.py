"""Whether run folders are as they were written: every byte, every row, every link of the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.arrow_hash import content_hash_of_batches
from riskengine.contract.tables import GRADES, QUARANTINE
from riskengine.kernel.canonical import sha256_of, sha256_of_file
from riskengine.kernel.errors import RunError
from riskengine.runs.forms import LOG, MANIFEST, is_log, is_manifest
from riskengine.runs.manifest import manifest_hash
from riskengine.runs.reading import is_run_folder, no_run, open_run, run_folders
from riskengine.runs.tables import altered, batches, columns_of, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from riskengine.kernel.problems import Problem
    from riskengine.runs.reading import Run

_BY_THEMSELVES = frozenset({MANIFEST, LOG})
_MAY_BE_EMPTY = frozenset({"mend", "inputs"})


def verify(path: Path) -> tuple[list[str], list[Problem]]:
    """Verify one run folder, or a folder of runs with its chain.

    Returns:
        the names of the runs that were looked at, and every problem.

    Raises:
        RunError: there is neither (RE-602).
    """
    if is_run_folder(path) and path.is_dir():
        return [_name(path)], verify_run(path)
    found = run_folders(path)
    if not found:
        reason = "neither a run nor a folder of runs" if path.exists() else "there is no such folder"
        raise RunError([no_run(path, reason)])
    return [folder.name for folder in found], verify_chain(path)


def verify_run(folder: Path) -> list[Problem]:
    """What is not as it was written: the manifest, the folder's name, files, the log, tables.

    Args:
        folder: the run folder. One whose manifest cannot be read is a problem like any other.
    """
    try:
        run = open_run(folder)
    except RunError as error:
        return [altered(_name(folder), MANIFEST, str(dict(problem.params)["reason"])) for problem in error.problems]
    problems = [*_manifest(run), *_renamed(run), *_files(run, run.manifest["files"]), *_strangers(run), *_log(run)]
    return problems or list(_tables(run))


def verify_chain(folder: Path) -> list[Problem]:
    """Every run of a folder, and whether each names the one before it with its hash."""
    problems: list[Problem] = []
    opened: list[Run] = []
    for entry in run_folders(folder):
        problems += verify_run(entry)
        try:
            opened.append(open_run(entry))
        except RunError:
            continue  # said above; the run after it will not fit the one before
    before: Run | None = None
    for run in sorted(opened, key=lambda run: (run.manifest["counter"], run.run_id)):
        expected = {"run_id": before.run_id, "sha256": before.manifest["sha256"]} if before else None
        if run.manifest.get("previous_run") != expected:
            problems.append(altered(_name(run.folder), MANIFEST, "it does not follow the run before it"))
        before = run
    return problems


def require_unaltered(run: Run, only: Callable[[str], bool] | None = None) -> None:
    """Check the manifest and the files of a run by their SHA-256; :func:`verify_run` looks at the rest too.

    Args:
        run: the run.
        only: which files, by name; all of them where it is left out.

    Raises:
        RunError: the first that is missing or altered (RE-610).
    """
    files = {name: sha256 for name, sha256 in run.manifest["files"].items() if only is None or only(name)}
    for check in (_manifest(run), _files(run, files)):
        for problem in check:
            raise RunError([problem])


def is_rule_file(name: str) -> bool:
    """Whether a file of a run is the policy, the catalogue or the law register as they were used."""
    return name.startswith("inputs/") and not name.startswith("inputs/records/")


def _name(folder: Path) -> str:
    return folder.resolve().name


def _manifest(run: Run) -> Iterator[Problem]:
    name = _name(run.folder)
    if manifest_hash(dict(run.manifest)) != run.manifest["sha256"]:
        yield altered(name, MANIFEST, "its own hash does not match")
    elif not is_manifest((run.folder / MANIFEST).read_bytes(), run.manifest):
        yield altered(name, MANIFEST, "its bytes have changed")


def _renamed(run: Run) -> Iterator[Problem]:
    if (name := _name(run.folder)) != run.run_id:
        yield altered(name, name, f"the run's name is {run.run_id}")


def _files(run: Run, listed: dict[str, str]) -> Iterator[Problem]:
    """The files of the manifest that are missing, or not those that were written."""
    for name, expected in listed.items():
        file = run.folder / name
        try:
            if file.is_symlink() or not file.is_file():
                reason = "a link stands for the file" if file.is_symlink() else "the file is missing"
            elif sha256_of_file(file) != expected:
                reason = "its bytes have changed"
            else:
                continue
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            reason = short(error)
        yield altered(_name(run.folder), name, reason)


def _strangers(run: Run) -> Iterator[Problem]:
    """What is in the folder and not in the manifest, empty folders, links and pipes too."""
    listed = {*run.manifest["files"], *_BY_THEMSELVES}
    folders = {parent for name in listed for parent in _parents(name)} | _MAY_BE_EMPTY
    for entry in sorted(run.folder.rglob("*")):
        name = entry.relative_to(run.folder).as_posix()
        if name not in (folders if entry.is_dir() and not entry.is_symlink() else listed):
            yield altered(_name(run.folder), name, "the file is not in the manifest")


def _parents(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _log(run: Run) -> Iterator[Problem]:
    file = run.folder / LOG
    if not file.is_file():
        yield altered(_name(run.folder), LOG, "the file is missing")
    elif not is_log(file.read_bytes(), run.manifest["sha256"]):
        yield altered(_name(run.folder), LOG, "its bytes have changed")


def _tables(run: Run) -> Iterator[Problem]:
    """Whether the rows are those whose hashes the manifest holds; batch by batch, and without compiling the policy."""
    tables = run.manifest["tables"]
    for name, entry in tables.items():
        found = content_hash_of_batches(batches(run.folder, name, _hashed_columns(run.folder, name)))
        if entry != {"rows": int(found.partition("-")[0]), "content_hash": found}:
            yield altered(_name(run.folder), f"{name}.parquet", "its content hash does not match")
    results = {name: entry.get("content_hash") for name, entry in tables.items() if name != QUARANTINE.name}
    if sha256_of(results) != run.manifest["content_hash"]:
        yield altered(_name(run.folder), MANIFEST, "its content hash does not match")


def _hashed_columns(folder: Path, name: str) -> list[str]:
    outside = GRADES.unhashed if name == GRADES.name else ()
    return [column for column in columns_of(folder, name) if column not in outside]
