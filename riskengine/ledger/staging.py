"""Rows of an import on their way: staged block by block, so that a killed import goes on where it was."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.contract.registers import EMPLOYS, REGISTERS
from riskengine.contract.sources import SOURCES
from riskengine.ledger.entities import ENTITIES, LEFT_OUT, digest_of
from riskengine.ledger.putting import put
from riskengine.ledger.registers import registered
from riskengine.ledger.schema import JOBS, STAGED
from riskengine.ledger.sealing import Sealing
from riskengine.ledger.under_way import note_job

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from riskengine.ledger.keys import Keys
    from riskengine.ledger.opening import Ledger
    from riskengine.records import Kept, StoredRow

BLOCK = 20_000
"""Rows that are staged in one transaction."""


@dataclass(frozen=True, slots=True)
class Job:
    """A source on its way into the ledger.

    Attributes:
        name: of what is imported: ``operators``, ``vehicles``, ….
        kept: its rows.
        valid_from: the first day on which they hold.
        id: the same whenever the same rows are imported in the same way.
        sealing: what makes pseudonyms of the personal numbers in them.
    """

    name: str
    kept: Kept
    valid_from: date
    id: str
    sealing: Sealing


def job_of(kept: Kept, valid_from: date, keys: Keys) -> Job:
    """The job of importing a source."""
    # Over the rows, not the file: one file can be read in several ways, and a list of records has no file at all.
    sealing = Sealing(lambda: keys)
    content = hashlib.sha256(f"{kept.account.name}\x1f{valid_from.isoformat()}".encode())
    for row in kept.rows:
        content.update(repr((row.key, row.operator_key, row.reason, row.cells)).encode())
    return Job(kept.account.name, kept, valid_from, sealing.secret("job", content.hexdigest()), sealing)


def stage(ledger: Ledger, job: Job, begun_at: str) -> None:
    """Stage the rows of a job that are not staged yet. Another process with the same job may help.

    Args:
        ledger: the ledger.
        job: the job.
        begun_at: when the import began, as the ledger writes times.
    """
    for name, rows in _rows(job).items():
        _stage(ledger, job, name, rows, begun_at)


def is_staged(connection: sa.engine.Connection, job: Job) -> bool:
    """Whether every row of a job is staged: not where another process with the same job has merged them meanwhile."""
    return all(_staged_rows(connection, job, name) == len(rows) for name, rows in _rows(job).items())


def _rows(job: Job) -> dict[str, Sequence[StoredRow]]:
    """The table for which rows are staged → the rows."""
    return {
        job.name: [row for row in job.kept.rows if row.reason is None],
        LEFT_OUT.name: [row for row in job.kept.rows if row.reason is not None],
    }


def _staged_rows(connection: sa.engine.Connection, job: Job, name: str) -> int:
    table = STAGED[name]
    return int(connection.execute(sa.select(sa.func.count()).where(table.c.job == job.id)).scalar_one())


def _stage(ledger: Ledger, job: Job, name: str, rows: Sequence[StoredRow], begun_at: str) -> None:
    table = STAGED[name]
    columns = ["job", "ordinal", "key", "digest", *ENTITIES[name].columns]
    done = 0
    while done < len(rows):
        with ledger.writing() as connection:
            # Where another process has staged and merged them meanwhile, the count is 0 again: so is the work.
            done = _staged_rows(connection, job, name)
            note_job(connection, job.id, job.name, job.sealing.text(job.kept.account.label), begun_at)
            block = rows[done : done + BLOCK]
            staged = _left_out(job, done, rows) if name == LEFT_OUT.name else _usable(job, done, block)
            put(connection, table, columns, staged)
            job.sealing.flush(connection)
            done += len(block) if name != LEFT_OUT.name else len(rows) - done


def _usable(job: Job, first: int, rows: Sequence[StoredRow]) -> Iterator[list[Any]]:
    entity, known = ENTITIES[job.name], {**SOURCES, **REGISTERS}[job.name].names
    for ordinal, row in enumerate(rows, first):
        cells: dict[str, Any] = dict(row.cells)
        others = {name: text for name, text in sorted(cells.items()) if name not in known}
        cells["others"] = json.dumps(others, ensure_ascii=False) if others else None
        cells["operator_key"], cells["driver_key"] = row.operator_key, row.driver_key
        for name in ("fleet_size", "drivers"):
            if name in cells:
                cells[name] = int(cells[name])
        cells = job.sealing.row(entity.name, cells)
        key = registered(job.name, _key(job, str(row.key)), cells)
        digest = digest_of(entity, key, cells)
        yield [job.id, ordinal, key, digest, *(cells.get(name) for name in entity.columns)]


def _key(job: Job, key: str) -> str:
    """A record's key as it is kept; a driver's certificate in it is a personal number whatever its shape."""
    if job.name == "drivers":
        return job.sealing.number(key)
    if job.name == "ties" and key.startswith(f"{EMPLOYS}|"):
        kind, driver, rest = key.split("|", 2)
        return "|".join((kind, job.sealing.number(driver), job.sealing.key(rest)))
    return job.sealing.key(key)


def _left_out(job: Job, first: int, rows: Sequence[StoredRow]) -> Iterator[list[Any]]:
    """Rows that cannot be used; the key is their content, with a number where a file has it several times."""
    seen: dict[str, int] = {}
    for ordinal, row in enumerate(rows):
        cells: dict[str, Any] = {
            "source": job.name,
            "record_key": None if row.key is None else _key(job, row.key),
            "operator_key": row.operator_key,
            "reason": row.reason,
            "file": job.kept.account.label,
            "row": row.number,
            "broken": row.broken,
            "cells": json.dumps(row.cells, ensure_ascii=False, sort_keys=True),
        }
        cells = job.sealing.row(LEFT_OUT.name, cells)
        digest = digest_of(LEFT_OUT, "", cells)
        seen[digest] = seen.get(digest, 0) + 1
        if ordinal >= first:
            yield [job.id, ordinal, f"{digest}:{seen[digest]}", digest, *(cells[name] for name in LEFT_OUT.columns)]


def unstage(connection: sa.engine.Connection, job: Job) -> None:
    """Take the rows of a job out of the staging tables."""
    for table in (STAGED[job.name], STAGED[LEFT_OUT.name], JOBS):
        connection.execute(sa.delete(table).where(table.c.job == job.id))
