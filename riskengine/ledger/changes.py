"""Changes: what was done to the ledger, by whom, when and why; chained by hashes over everything they brought."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.ledger.schema import CHANGES, VERSIONS
from riskengine.ledger.sealing import sealing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.engine import Connection

    from riskengine.ledger.opening import Ledger

BEFORE_ALL = "0" * 64
"""What the first change has for the hash of the one before it."""

_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Who records something, when and why; the time is the caller's, for the ledger reads no clock.

    Attributes:
        recorded_at: with its time zone.
        who: a person's name or account.
        why: in a few words.
        document: the document that it rests on, or None.
    """

    recorded_at: datetime
    who: str
    why: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it is recorded.

    Attributes:
        number: 1, 2, 3, …; what is known at a change is what it and those before it brought.
        recorded_at: in UTC, as ``2026-01-31T08:00:00.000000Z``.
        kind: ``import``, ``amend``, ….
        detail: what else is to be known of it.
        versions: how many versions it brought.
        digest: SHA-256 over their digests in order.
        previous, sha256: the hash of the change before it, and its own.
    """

    number: int
    recorded_at: str
    kind: str
    who: str
    why: str
    document: str | None
    detail: Mapping[str, Any]
    versions: int
    digest: str
    previous: str
    sha256: str


def time_text(moment: datetime) -> str:
    """A moment as the ledger writes it, so that texts compare as moments do.

    Raises:
        UsageError: it has no time zone (RE-856).
    """
    if moment.tzinfo is None:
        raise UsageError([Problem("RE-856", found=moment.isoformat())])
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def next_number(connection: Connection) -> int:
    """The number of the change that a writer is about to record."""
    return last_number(connection) + 1


def last_number(connection: Connection) -> int:
    """The number of the newest change; 0 where there is none."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(CHANGES.c.number), 0))).scalar_one())


def record(connection: Connection, kind: str, entry: Entry, detail: Mapping[str, Any]) -> Change:
    """Record the change whose versions stand under the next number, as the last step of a writer's transaction.

    Personal numbers in its texts are sealed.

    Raises:
        UsageError: it is recorded at an earlier time than the change before it (RE-857): clocks differ.
    """
    last = connection.execute(sa.select(CHANGES).order_by(CHANGES.c.number.desc()).limit(1)).mappings().first()
    moment = time_text(entry.recorded_at)
    if last is not None and moment < last["recorded_at"]:
        raise UsageError([Problem("RE-857", found=moment, params=(("last", last["recorded_at"]),))])
    number = 1 if last is None else int(last["number"]) + 1
    versions, digest = _digest(connection, number)
    seal = sealing(connection)
    row: dict[str, Any] = {
        "number": number,
        "recorded_at": moment,
        "kind": kind,
        "who": seal.text(entry.who),
        "why": seal.text(entry.why),
        "document": None if entry.document is None else seal.text(entry.document),
        "detail": seal.text(json.dumps(detail, ensure_ascii=False, sort_keys=True)),
        "versions": versions,
        "digest": digest,
        "previous": BEFORE_ALL if last is None else last["sha256"],
    }
    row["sha256"] = sha256_of(row)
    connection.execute(sa.insert(CHANGES).values(row))
    seal.flush(connection)
    return _change(row)


def _digest(connection: Connection, number: int) -> tuple[int, str]:
    """How many versions a change brought, and the SHA-256 over what each of them says.

    Their order is that of table, key and content, so that it is the same in every database.
    """
    total, count = hashlib.sha256(), 0
    for name, table in VERSIONS.items():
        rows = connection.execute(
            sa.select(*table.c["key", "valid_from", "digest"])
            .where(table.c.change == number)
            .order_by(by_code_point(connection, table.c.key), table.c.valid_from, table.c.digest),
            execution_options={"yield_per": _ROWS},
        )
        for key, day, digest in rows:
            count += 1
            total.update(f"{name}\x1f{key}\x1f{day.isoformat()}\x1f{digest}\n".encode())
    return count, total.hexdigest()


def by_code_point(connection: Connection, column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """A text in the order of its code points, whatever the database's own order is."""
    return sa.collate(column, "C") if connection.dialect.name == "postgresql" else column


def changes(ledger: Ledger) -> list[Change]:
    """Every change, in order."""
    with ledger.reading() as connection:
        return list(_all(connection))


def _all(connection: Connection) -> Iterator[Change]:
    for row in connection.execute(sa.select(CHANGES).order_by(CHANGES.c.number)).mappings():
        yield _change(dict(row))


def _change(row: Mapping[str, Any]) -> Change:
    return Change(**{**row, "number": int(row["number"]), "detail": json.loads(row["detail"])})


def known_at(ledger: Ledger, moment: datetime | int | None) -> Change | None:
    """The newest change at a moment: what was known then is what it and those before it brought.

    Args:
        ledger: the ledger.
        moment: with its time zone; or a change's number; None for now.

    Returns:
        None where nothing had been recorded.

    Raises:
        UsageError: there is no change of that number (RE-858).
    """
    query = sa.select(CHANGES).order_by(CHANGES.c.number.desc()).limit(1)
    if isinstance(moment, int):
        query = query.where(CHANGES.c.number == moment)
    elif moment is not None:
        query = query.where(CHANGES.c.recorded_at <= time_text(moment))
    with ledger.reading() as connection:
        row = connection.execute(query).mappings().first()
        if row is None and isinstance(moment, int) and moment:
            last = str(last_number(connection))
            raise UsageError([Problem("RE-858", found=str(moment), params=(("last", last),))])
    return None if row is None else _change(dict(row))


def verify_chain(ledger: Ledger) -> list[Problem]:
    """What does not fit: a change that was altered, taken out or put in, or that brought other versions than it says.

    A version's digest is held against its content by :func:`riskengine.ledger.checking.verify_content`.
    """
    problems = []
    previous, number = BEFORE_ALL, 0
    with ledger.reading() as connection:
        for change in list(_all(connection)):
            number += 1
            held = {
                "number": change.number,
                "recorded_at": change.recorded_at,
                "kind": change.kind,
                "who": change.who,
                "why": change.why,
                "document": change.document,
                "detail": json.dumps(change.detail, ensure_ascii=False, sort_keys=True),
                "versions": change.versions,
                "digest": change.digest,
                "previous": change.previous,
            }
            fits = change.number == number and change.previous == previous and sha256_of(held) == change.sha256
            if not fits or _digest(connection, change.number) != (change.versions, change.digest):
                problems.append(Problem("RE-859", source=ledger.name, found=str(change.number)))
            previous, number = change.sha256, change.number
    return problems
