"""The manifest of a run: what went in, where every row ended, and the hashes that hold it together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import GRADED, NOT_CURRENT, NOT_EVALUABLE, RUN_FORMAT
from riskengine.kernel.canonical import sha256_of, sha256_of_file
from riskengine.kernel.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from riskengine.contract.records import RecordsAccount
    from riskengine.engines.base import Computed
    from riskengine.plan import Plan


def digests_of(outcome: Computed) -> dict[str, tuple[int, str]]:
    """Table → the number of its rows, and its content hash."""
    return {name: outcome.digest(name) for name in outcome.table_names()}


def build_manifest(
    *,
    folder: Path,
    run_id: str,
    counter: int,
    as_of: str,
    plan: Plan,
    records: RecordsAccount,
    outcome: Computed,
    digests: Mapping[str, tuple[int, str]],
    quarantine: tuple[int, str],
    previous_run: dict[str, str] | None,
    compared_with: str | None,
) -> dict[str, Any]:
    """The manifest of the files that are in ``folder``, with its own hash; ``digests``: what ``digests_of`` gives.

    Raises:
        InternalError: the accounts do not add up.
    """
    tables = {name: {"rows": count, "content_hash": digest} for name, (count, digest) in digests.items()}
    manifest: dict[str, Any] = {
        "run_format": RUN_FORMAT,
        "run_id": run_id,
        "counter": counter,
        "as_of": as_of,
        "policy": {"id": plan.policy, "version": plan.policy_version, "sha256": plan.policy_sha256},
        "catalog": {"id": plan.catalog, "version": plan.catalog_version, "sha256": plan.catalog_sha256}
        if plan.catalog
        else None,
        "plan_sha256": plan.sha256,
        "sources": account(records, outcome),
        "tables": {
            **tables,
            "quarantine": {"rows": quarantine[0], "content_hash": quarantine[1]},
        },
        "content_hash": sha256_of({name: entry["content_hash"] for name, entry in tables.items()}),
        "files": {
            file.relative_to(folder).as_posix(): sha256_of_file(file)
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        },
        "compared_with": compared_with,
        "previous_run": previous_run,
    }
    manifest["sha256"] = manifest_hash(manifest)
    return manifest


def manifest_hash(manifest: dict[str, Any]) -> str:
    """SHA-256 of the RFC 8785 form of a manifest without its own hash."""
    return sha256_of({key: value for key, value in manifest.items() if key != "sha256"})


def account(records: RecordsAccount, outcome: Computed) -> dict[str, dict[str, Any]]:
    """Where every row of every source ended.

    Raises:
        InternalError: a row is unaccounted for.
    """
    result: dict[str, dict[str, Any]] = {}
    for source in records.sources:
        entry: dict[str, Any] = {
            "file": source.label,
            "sha256": source.sha256,
            "rows": source.rows_in,
            "left_out": source.left_out_by_reason(),
        }
        if source.name == "operators":
            counts = dict.fromkeys((GRADED, NOT_EVALUABLE, NOT_CURRENT), 0) | dict(outcome.statuses())
            entry.update(counts)
            ended = sum(counts.values())
        else:
            usage = dict(outcome.usage[source.name])
            entry["used"] = usage.pop("used", 0)
            entry["unused"] = dict(sorted(usage.items()))
            ended = entry["used"] + sum(usage.values())
        if ended + sum(entry["left_out"].values()) != source.rows_in:
            raise InternalError(message=f"{source.name}: {source.rows_in} rows came in, {entry} accounts for others")
        result[source.name] = entry
    return result
