"""A run of any size: a small one's operators many times over, under new ids, in tables sorted as the contract says."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import compute, parquet

from riskengine.contract.arrow_hash import content_hash_of_batches
from riskengine.kernel.canonical import sha256_of, sha256_of_file
from riskengine.runs.forms import LOG, MANIFEST, log_text, manifest_text
from riskengine.runs.manifest import manifest_hash

if TYPE_CHECKING:
    from pathlib import Path

RENAMED = ("operator_id", "record_id", "violation_id")
EXTRACTS = ("inputs/conduct.parquet", "inputs/register.parquet")


def enlarged(run: Path, into: Path, copies: int, rows_per_group: int = 100_000, hashed: bool = True) -> Path:
    """Write the run folder ``into``: ``copies`` times the operators of ``run``, with a manifest that fits.

    An operator ``X`` becomes ``00000-X``, ``00001-X`` …; so do its records. Without ``hashed`` the manifest's hashes of
    tables are those of the small run, which takes less time.
    """
    shutil.copytree(run, into)
    manifest = json.loads((run / MANIFEST).read_text("utf-8"))
    for name, entry in manifest["tables"].items():
        if name != "quarantine":
            entry["rows"] = _write(run / f"{name}.parquet", into / f"{name}.parquet", copies, rows_per_group)
        if hashed:
            entry["content_hash"] = _hash(into / f"{name}.parquet", ["previous_grade"] if name == "grades" else [])
    for name in EXTRACTS:
        _write(run / name, into / name, copies, rows_per_group)
    for source in manifest["sources"].values():
        for key, value in source.items():
            if key in {"rows", "used", "graded", "not_evaluable", "not_current"}:
                source[key] = value * copies
        for key in ("left_out", "unused"):
            source[key] = {reason: count * copies for reason, count in source.get(key, {}).items()}
    manifest["run_id"] = into.name
    hashes = {name: entry["content_hash"] for name, entry in manifest["tables"].items() if name != "quarantine"}
    manifest["content_hash"] = sha256_of(hashes)
    manifest["files"] = {name: sha256_of_file(into / name) for name in manifest["files"]}
    manifest["sha256"] = manifest_hash(manifest)
    (into / MANIFEST).write_text(manifest_text(manifest), "utf-8")
    (into / LOG).write_text(log_text(manifest["sha256"], [{"event": "graded", "run_id": into.name}]), "utf-8")
    return into


def _write(source: Path, target: Path, copies: int, rows_per_group: int) -> int:
    small = parquet.read_table(source).combine_chunks()
    rows, held = 0, []
    with parquet.ParquetWriter(target, small.schema, compression="zstd") as writer:
        for number in range(copies):
            held.append(_renamed(small, f"{number:05d}-"))
            rows += small.num_rows
            if sum(table.num_rows for table in held) >= rows_per_group or number == copies - 1:
                writer.write_table(pa.concat_tables(held).combine_chunks(), row_group_size=rows_per_group)
                held = []
    return rows


def _renamed(table: pa.Table, prefix: str) -> pa.Table:
    for at, name in enumerate(table.column_names):
        if name in RENAMED:
            field = table.schema.field(at)
            renamed = compute.binary_join_element_wise(prefix, table.column(at), "")
            table = table.set_column(at, field, renamed)
    return table


def _hash(file: Path, outside: list[str]) -> str:
    with parquet.ParquetFile(file) as opened:
        columns = [name for name in opened.schema_arrow.names if name not in outside]
        return content_hash_of_batches(opened.iter_batches(columns=columns))
