"""Importing sources: staged rows become versions where they differ from what is known, all of them in one change."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.ledger.changes import next_number, record, time_text
from riskengine.ledger.entities import ENTITIES, LEFT_OUT, digest_of
from riskengine.ledger.registers import label, overlapping, shown
from riskengine.ledger.schema import ALWAYS, CHANGES, IMPORTED, STAGED, VERSIONS
from riskengine.ledger.staging import Job, is_staged, job_of, stage, unstage
from riskengine.ledger.states import in_force
from riskengine.ledger.under_way import under_way
from riskengine.ledger.unsealing import Unsealing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.engine import Connection

    from riskengine.ledger.changes import Change, Entry
    from riskengine.ledger.opening import Ledger
    from riskengine.ledger.registers import Overlap
    from riskengine.records import Kept

IMPORT = "import"
MOST_SHOWN = 1000
"""Corrections that an import names one by one; of the rest it gives the number."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A record that was known otherwise: column → what was known and what is known now."""

    source: str
    record_id: str
    columns: dict[str, tuple[str | None, str | None]]


@dataclass(slots=True)
class SourceImport:
    """What became of the rows of a source.

    Attributes:
        rows, left_out: of the file; repetitions and blank rows are among those left out.
        new, corrected, unchanged: the usable rows.
        mended: rows left out by an earlier import that this one puts right.
        orphans: violations, inspections or ties whose operator the ledger does not know; they are kept, and are left
            out of gradings until it does.
        unnamed: violations that name no operator; ties or a person tell who answers for them.
    """

    source: str
    file: str
    rows: int
    left_out: int
    new: int = 0
    corrected: int = 0
    unchanged: int = 0
    mended: int = 0
    orphans: int = 0
    unnamed: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """An import. ``change`` is None where the ledger knew all of it.

    ``overlaps``: ties of the import that hold on days on which another of the same vehicle or driver does.
    """

    change: Change | None
    sources: list[SourceImport]
    corrections: list[Correction] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)


def import_sources(
    ledger: Ledger, sources: Sequence[Kept], entry: Entry, *, valid_from: date | None = None
) -> Imported:
    """Import sources in one change: all of them or, where anything fails, none.

    An import adds and corrects; what a file does not hold is left as it is. What is known already makes no version,
    so that the same files can be imported again. An interrupted import goes on where it was when it is called again.

    Args:
        ledger: the ledger.
        sources: as :func:`riskengine.records.read_to_keep` read them.
        entry: who, when, why.
        valid_from: the first day on which operators, vehicles and drivers are as the files say; None for all days.

    Raises:
        UsageError: the database fails, or is held for too long; the key is not there (RE-880 to RE-885).
    """
    with ledger.reading() as connection:
        keys = ledger.keys(connection)
    start = valid_from or ALWAYS
    jobs = [job_of(kept, start if ENTITIES[kept.account.name].changes_in_time else ALWAYS, keys) for kept in sources]
    jobs.sort(key=lambda job: IMPORTED.index(job.name))
    done = None
    with under_way(ledger):
        while done is None:
            for job in jobs:
                stage(ledger, job, time_text(entry.recorded_at))
            done = _recorded(ledger, jobs, entry, valid_from)
    return done


def _recorded(ledger: Ledger, jobs: Sequence[Job], entry: Entry, valid_from: date | None) -> Imported | None:
    """Make versions of what is staged, in one transaction; None where not all of it is staged any more."""
    with ledger.writing() as connection:
        if not all(is_staged(connection, job) for job in jobs):
            return None
        number = next_number(connection)
        reports = [_merge(connection, job, number) for job in jobs]
        corrections = [each for job in jobs for each in _corrections(connection, job, number)]
        for job in jobs:
            unstage(connection, job)
        versions = sum(report.new + report.corrected + report.mended for report in reports)
        first_time = {job.name for job in jobs} - given_sources(connection, number)
        change = None
        if versions or first_time or _has_versions(connection, number):
            change = record(connection, IMPORT, entry, {"files": [_detail(job, valid_from) for job in jobs]})
        for report in reports:
            report.orphans = _orphans(connection, report.source, number)
            report.unnamed = _unnamed(connection, number) if report.source == "violations" else 0
        overlaps = overlapping(connection, number) if "ties" in {job.name for job in jobs} else []
    return Imported(change, reports, corrections, overlaps)


def given_sources(connection: Connection, change: int) -> set[str]:
    """The sources that were ever imported by a change."""
    imports = sa.select(CHANGES.c.detail).where(CHANGES.c.number <= change, CHANGES.c.kind == IMPORT)
    details = connection.execute(imports)
    return {file["source"] for (detail,) in details for file in json.loads(detail)["files"]}


def _detail(job: Job, valid_from: date | None) -> dict[str, Any]:
    """What a change says of a file; its digest is a keyed one, for of a small file the numbers could be tried out."""
    account = job.kept.account
    return {
        "source": job.name,
        "file": account.label,
        "hmac": None if account.sha256 is None else job.sealing.secret("file", account.sha256),
        "rows": account.rows_in,
        "left_out": account.left_out_by_reason(),
        "valid_from": valid_from.isoformat() if valid_from and ENTITIES[job.name].changes_in_time else None,
    }


def _merge(connection: Connection, job: Job, number: int) -> SourceImport:
    report = SourceImport(job.name, job.kept.account.label, job.kept.account.rows_in, job.kept.account.left_out_count)
    known = in_force(job.name, number, job.valid_from)
    differs = known.c.digest.is_(None) | (known.c.digest != STAGED[job.name].c.digest)
    staged = STAGED[job.name]
    joined = staged.outerjoin(known, known.c.key == staged.c.key)
    counts = sa.select(
        sa.func.count(),
        sa.func.count(known.c.key),
        sa.func.coalesce(sa.func.sum(sa.case((known.c.digest == staged.c.digest, 1), else_=0)), 0),
    )
    total, there, same = connection.execute(counts.select_from(joined).where(staged.c.job == job.id)).one()
    report.new, report.corrected, report.unchanged = total - there, there - same, int(same)
    if total > same:
        _insert(connection, job.name, joined, differs & (staged.c.job == job.id), job.valid_from, number)
    _merge_left_out(connection, job, number)
    report.mended = _settle(connection, job, number)
    return report


def _insert(
    connection: Connection,
    name: str,
    joined: sa.FromClause,
    where: sa.ColumnElement[bool],
    valid_from: date,
    number: int,
) -> None:
    """Make versions of staged rows, in the order of their file."""
    staged, table = STAGED[name], VERSIONS[name]
    columns = ["key", "digest", *ENTITIES[name].columns]
    rows = (
        sa.select(
            *(staged.c[column] for column in columns),
            sa.literal(valid_from, sa.Date),
            sa.false(),
            sa.literal(number, sa.BigInteger),
        )
        .select_from(joined)
        .where(where)
        .order_by(staged.c.ordinal)
    )
    connection.execute(sa.insert(table).from_select([*columns, "valid_from", "withdrawn", "change"], rows))


def _merge_left_out(connection: Connection, job: Job, number: int) -> None:
    """Rows that cannot be used and are not there yet."""
    staged = STAGED[LEFT_OUT.name]
    known = in_force(LEFT_OUT.name, number)
    joined = staged.outerjoin(known, known.c.key == staged.c.key)
    where = known.c.key.is_(None) & (staged.c.job == job.id)
    _insert(connection, LEFT_OUT.name, joined, where, ALWAYS, number)


def _settle(connection: Connection, job: Job, number: int) -> int:
    """Take back the rows left out earlier whose record this import has in a usable form. How many they were."""
    usable, again, table = STAGED[job.name], STAGED[LEFT_OUT.name], VERSIONS[LEFT_OUT.name]
    known = in_force(LEFT_OUT.name, number)
    put_right = sa.exists().where(usable.c.job == job.id, usable.c.key == known.c.record_key)
    here_too = sa.exists().where(again.c.job == job.id, again.c.key == known.c.key)
    rows = connection.execute(sa.select(known).where(known.c.source == job.name, put_right, ~here_too)).mappings().all()
    if rows:
        withdrawn = [
            {
                **{name: row[name] for name in LEFT_OUT.columns},
                "key": row["key"],
                "valid_from": row["valid_from"],
                "withdrawn": True,
                "change": number,
                "digest": digest_of(LEFT_OUT, row["key"], dict(row), withdrawn=True),
            }
            for row in rows
        ]
        connection.execute(sa.insert(table), withdrawn)
    return len(rows)


def _has_versions(connection: Connection, number: int) -> bool:
    return any(
        connection.execute(sa.select(sa.exists().where(VERSIONS[name].c.change == number))).scalar_one()
        for name in (*IMPORTED, LEFT_OUT.name)
    )


def _corrections(connection: Connection, job: Job, number: int) -> list[Correction]:
    """What the new versions say otherwise than what was known."""
    table, entity = VERSIONS[job.name], ENTITIES[job.name]
    old = in_force(job.name, number - 1, job.valid_from)
    names = [name for name in entity.columns if not name.endswith("_key")]
    query = (
        sa.select(*(table.c[name] for name in entity.columns), *(old.c[name].label(f"old_{name}") for name in names))
        .join_from(table, old, old.c.key == table.c.key)
        .where(table.c.change == number)
        .order_by(table.c.version)
        .limit(MOST_SHOWN)
    )
    found, unsealing = [], Unsealing(connection)
    for row in connection.execute(query).mappings().all():
        clear = {name: _opened(row[name], unsealing) for name in entity.columns}
        differing = {
            name: (shown(job.name, name, old), shown(job.name, name, clear[name]))
            for name, old in ((name, _opened(row[f"old_{name}"], unsealing)) for name in names)
            if row[f"old_{name}"] != row[name]
        }
        found.append(Correction(job.name, label(job.name, clear), differing))
    return found


def _opened(value: Any, unsealing: Unsealing) -> Any:
    return unsealing.text(value) if isinstance(value, str) else value


def _orphans(connection: Connection, source: str, number: int) -> int:
    """How many records name an operator that the ledger does not know at all."""
    if "operator_key" not in ENTITIES[source].columns:
        return 0
    record_, operator = in_force(source, number), VERSIONS["operators"]
    known = sa.exists().where(operator.c.key == record_.c.operator_key)
    query = sa.select(sa.func.count()).select_from(record_).where(record_.c.operator_key.is_not(None), ~known)
    return int(connection.execute(query).scalar_one())


def _unnamed(connection: Connection, number: int) -> int:
    """How many violations name no operator."""
    held = in_force("violations", number)
    query = sa.select(sa.func.count()).select_from(held).where(held.c.operator_key.is_(None))
    return int(connection.execute(query).scalar_one())
