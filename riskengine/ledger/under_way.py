"""Imports that are under way or were abandoned: what they have staged, and how that is cleared.

Rows are staged in transactions of their own, so that a killed import goes on where it was. One that nobody runs again
leaves them behind. They never count; they only take room.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.ledger.changes import time_text
from riskengine.ledger.schema import JOBS, STAGED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from riskengine.ledger.opening import Ledger

_LOCK = 0x5249534B494D5054  # held shared by imports on PostgreSQL: any number, so it be always the same
_ENDING = "-imports"  # of the file beside a SQLite ledger that imports lock


@contextlib.contextmanager
def under_way(ledger: Ledger) -> Iterator[None]:
    """While an import runs: nothing that is staged is cleared meanwhile. It ends with its process, also when killed.

    Raises:
        UsageError: the database fails (RE-851).
    """
    if ledger.is_sqlite:
        with _file_lock(ledger, exclusive=False):
            yield
        return
    with ledger.apart() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock_shared({_LOCK})")
        try:
            yield
        finally:
            with contextlib.suppress(sa.exc.DBAPIError):  # a connection that is lost holds no lock
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock_shared({_LOCK})")


@contextlib.contextmanager
def _none_under_way(ledger: Ledger) -> Iterator[None]:
    """While no import runs; none begins meanwhile.

    Raises:
        UsageError: one is under way (RE-894).
    """
    if ledger.is_sqlite:
        with _file_lock(ledger, exclusive=True):
            yield
        return
    with ledger.apart() as connection:
        if not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_LOCK})").scalar_one():
            raise UsageError([Problem("RE-894", source=ledger.name)])
        try:
            yield
        finally:
            with contextlib.suppress(sa.exc.DBAPIError):
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_LOCK})")


@contextlib.contextmanager
def _file_lock(ledger: Ledger, *, exclusive: bool) -> Iterator[None]:
    import fcntl

    try:
        with open(f"{ledger.name}{_ENDING}", "ab") as file:  # noqa: PTH123 - beside the ledger, whatever its name
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB if exclusive else fcntl.LOCK_SH)
            yield
    except BlockingIOError:
        raise UsageError([Problem("RE-894", source=ledger.name)]) from None
    except OSError as error:  # of the lock alone: what the database says comes as a problem
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-851", source=ledger.name, params=reason)]) from None


def note_job(connection: Connection, job: str, source: str, file: str, begun_at: str) -> None:
    """Note whose rows are about to be staged; what is noted already stays.

    Args:
        connection: in a writer's transaction.
        job: its id.
        source: ``operators``, ``violations`` or ``inspections``.
        file: as the user names it.
        begun_at: as :func:`riskengine.ledger.changes.time_text` writes it.
    """
    if connection.execute(sa.select(JOBS.c.job).where(JOBS.c.job == job)).first() is None:
        row = {"job": job, "source": source, "file": file, "begun_at": begun_at}
        connection.execute(sa.insert(JOBS).values(row))


def staged(ledger: Ledger) -> list[dict[str, Any]]:
    """What imports have staged that are under way or were abandoned.

    Returns:
        for each: ``file``, ``source``, ``begun_at`` (None where it was not noted) and ``rows``; the oldest first.

    Raises:
        UsageError: the database fails (RE-851).
    """
    with ledger.reading() as connection:
        return [{name: row[name] for name in ("file", "source", "begun_at", "rows")} for row in _staged(connection)]


def clear_staged(ledger: Ledger, before: datetime) -> list[dict[str, Any]]:
    """Take away what imports that began before a moment have staged and left behind.

    Args:
        ledger: the ledger.
        before: the moment, with its zone.

    Returns:
        what was taken away, as :func:`staged` tells it.

    Raises:
        UsageError: an import is under way (RE-894), the moment has no zone (RE-856), or the database fails (RE-851).
    """
    moment = time_text(before)
    with _none_under_way(ledger), ledger.writing() as connection:
        old = [row for row in _staged(connection) if row["begun_at"] is None or row["begun_at"] < moment]
        for row in old:
            for table in (JOBS, *STAGED.values()):
                connection.execute(sa.delete(table).where(table.c.job == row["job"]))
    return [{name: row[name] for name in ("file", "source", "begun_at", "rows")} for row in old]


def _staged(connection: Connection) -> list[dict[str, Any]]:
    rows: dict[str, int] = {}
    for table in STAGED.values():
        counts = sa.select(table.c.job, sa.func.count()).group_by(table.c.job)
        for job, count in connection.execute(counts):
            rows[job] = rows.get(job, 0) + int(count)
    noted = {row["job"]: dict(row) for row in connection.execute(sa.select(JOBS)).mappings()}
    unknown = {"file": None, "source": None, "begun_at": None}
    found = [{**unknown, **noted.get(job, {}), "job": job, "rows": rows.get(job, 0)} for job in {*rows, *noted}]
    return sorted(found, key=lambda row: (row["begun_at"] or "", row["job"]))
