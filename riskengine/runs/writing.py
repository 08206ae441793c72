"""Writing a run folder: everything into a hidden folder, then one rename. A reader never sees half a run."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riskengine.contract.arrow import arrow_schema, to_arrow
from riskengine.contract.content_hash import ContentHash
from riskengine.contract.tables import CONDUCT, QUARANTINE, REGISTER
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.records import quarantine_rows, write_mend
from riskengine.runs.forms import LOG, MANIFEST, log_text, manifest_text
from riskengine.runs.locking import Waiting, sole_writer
from riskengine.runs.manifest import build_manifest, digests_of
from riskengine.runs.reading import EXTRACTS, Run, require_comparable, runs_in
from riskengine.runs.verifying import require_unaltered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.contract.records import ListedRecords, RecordsAccount
    from riskengine.engines.base import Computed
    from riskengine.plan import Plan

_STAGE = ".writing-"
_BATCH = 1 << 14


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a run folder is made of.

    Attributes:
        plan, as_of: what was carried out, and for which day.
        records, outcome: what came in, and what was computed.
        inputs: relative path → bytes of the policy, the catalogue edition and the law register.
        lang: the language of the quarantine's messages.
        previous: the run whose grades stand beside the new ones; ``"newest"`` for the newest of the same policy with an
            earlier as-of date; None for none.
        log: further fields of ``log.jsonl`` (engine, versions, durations): outside every hash.
        catalog: the catalogue that ``inputs`` hold, where it is at hand.
        waiting: what to do while another process writes into the folder.
        quarantine: the rows of ``quarantine``; None where ``records`` tell them.
    """

    plan: Plan
    as_of: date
    records: ListedRecords
    outcome: Computed
    inputs: Mapping[str, bytes]
    lang: str = "zh"
    previous: Run | str | None = "newest"
    log: Mapping[str, Any] = field(default_factory=dict)
    catalog: Catalog | None = None
    waiting: Waiting = field(default_factory=Waiting)
    quarantine: Iterable[Mapping[str, Any]] | None = None


def write_run(runs: Path, request: RunRequest) -> Run:
    """Write a run folder into ``runs`` and return the run.

    Raises:
        UsageError: the folder cannot be written to (RE-609) or another process holds it for longer than ``waiting``
            allows (RE-624), or the run to compare with does not fit (RE-608).
        RunError: a run of the folder is damaged (RE-602), or the one to compare with is altered (RE-610).
    """
    try:
        runs.mkdir(parents=True, exist_ok=True)
        with sole_writer(runs, request.waiting):
            _remove_left_overs(runs)
            return _write(runs, request)
    except OSError as error:
        raise UsageError(
            [Problem("RE-609", found=str(runs), params=(("reason", error.strerror or str(error)),))]
        ) from None


def _remove_left_overs(runs: Path) -> None:
    """Remove what an interrupted writer left; only the one that holds the folder may."""
    for entry in runs.iterdir():
        if entry.name.startswith(_STAGE):
            shutil.rmtree(entry)


def _write(runs: Path, request: RunRequest) -> Run:
    earlier = runs_in(runs)
    counter = int(earlier[-1].manifest["counter"]) + 1 if earlier else 1
    run_id = f"{request.plan.policy}_{request.as_of.isoformat()}_{counter:04d}"
    compared = _compared_with(earlier, request)
    if compared is not None:
        require_unaltered(compared, only="grades.parquet".__eq__)
    stage = runs / f"{_STAGE}{run_id}"
    try:
        (stage / "inputs").mkdir(parents=True)
        begun = time.perf_counter()
        with ThreadPoolExecutor(1) as beside:
            # DuckDB seldom keeps every core busy: hashes are made while tables are written, where it has the memory.
            summing = beside.submit(_hash_and_register, stage, request) if request.outcome.is_shared else None
            quarantine = _write_content(stage, request, compared)
            written = time.perf_counter()
            digests = _hash_and_register(stage, request) if summing is None else summing.result()
        manifest = build_manifest(
            folder=stage,
            run_id=run_id,
            counter=counter,
            as_of=request.as_of.isoformat(),
            plan=request.plan,
            records=request.records,
            outcome=request.outcome,
            digests=digests,
            quarantine=quarantine,
            previous_run={"run_id": earlier[-1].run_id, "sha256": earlier[-1].manifest["sha256"]} if earlier else None,
            compared_with=compared.run_id if compared else None,
        )
        took = {"write": round(written - begun, 3), "hash": round(time.perf_counter() - written, 3)}
        log = {"event": "graded", "run_id": run_id, **request.log}
        log["durations"] = {**request.log.get("durations", {}), **took}
        (stage / LOG).write_text(log_text(manifest["sha256"], [log]), "utf-8")
        (stage / MANIFEST).write_text(manifest_text(manifest), "utf-8")
        _flush(stage)
        stage.rename(runs / run_id)
        _sync(runs)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    return Run.just_written(runs / run_id, manifest, request.plan, request.catalog)


def _compared_with(earlier: list[Run], request: RunRequest) -> Run | None:
    if request.previous is None:
        return None
    if isinstance(request.previous, Run):
        run = request.previous
        require_comparable(run, request.plan.policy, request.as_of)
        return run
    fitting = [
        run for run in earlier if run.manifest["policy"]["id"] == request.plan.policy and run.as_of < request.as_of
    ]
    return max(fitting, key=lambda run: (run.as_of, int(run.manifest["counter"])), default=None)


def _hash_and_register(stage: Path, request: RunRequest) -> dict[str, tuple[int, str]]:
    """Hash the tables and write the register: about as much work as :func:`_write_content`, beside which it is done."""
    digests = digests_of(request.outcome)
    _write_register(request.records, stage / f"{EXTRACTS[REGISTER.name]}.parquet")
    return digests


def _write_content(stage: Path, request: RunRequest, compared: Run | None) -> tuple[int, str]:
    """Write tables, mend files and inputs; return the number of the quarantine's rows and their hash."""
    outcome = request.outcome
    for name in outcome.table_names():
        previous = compared.folder / "grades.parquet" if compared is not None and name == "grades" else None
        outcome.write(name, stage / f"{name}.parquet", previous)
    outcome.write(CONDUCT.name, stage / f"{EXTRACTS[CONDUCT.name]}.parquet")
    quarantine = write_quarantine(request.records, stage / "quarantine.parquet", request.lang, request.quarantine)
    write_mend(request.records, stage / "mend")
    for relative, content in request.inputs.items():
        file = stage / "inputs" / relative
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return quarantine


def _write_register(records: ListedRecords, file: Path) -> None:
    from pyarrow import parquet

    with parquet.ParquetWriter(file, arrow_schema(REGISTER), compression="zstd", write_page_checksum=True) as writer:
        for batch in records.register():
            writer.write_batch(batch)


def write_quarantine(
    records: RecordsAccount, file: Path, lang: str, told: Iterable[Mapping[str, Any]] | None = None
) -> tuple[int, str]:
    """Write what was left out or doubted as Parquet, some rows at a time.

    Args:
        records: how the records were read.
        file: where to.
        lang: the language of the messages.
        told: the rows, where they are not told by the records.

    Returns:
        the number of rows, and their content hash.
    """
    from pyarrow import parquet

    sums = ContentHash(QUARANTINE)
    rows = iter(quarantine_rows(records, lang) if told is None else told)
    with parquet.ParquetWriter(file, arrow_schema(QUARANTINE), compression="zstd", write_page_checksum=True) as writer:
        while batch := list(itertools.islice(rows, _BATCH)):
            for row in batch:
                sums.add(row)
            writer.write_table(to_arrow(QUARANTINE, batch))
    return sums.count, sums.text


def _flush(folder: Path) -> None:
    """Hand every file and folder to the disk before the folder gets its name."""
    for entry in [*folder.rglob("*"), folder]:
        _sync(entry)


def _sync(entry: Path) -> None:
    handle = os.open(entry, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
