"""Deleting what is sealed of a person: recorded as a change, and gone from the database's files.

Versions and the chain of changes stay as they are, since they hold pseudonyms alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from riskengine.ledger.changes import next_number, record
from riskengine.ledger.keys import exchange_keys
from riskengine.ledger.opening import PATIENCE
from riskengine.ledger.schema import KEYS, VAULT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from riskengine.ledger.changes import Change, Entry
    from riskengine.ledger.opening import Ledger
    from riskengine.ledger.retention import Due

PRUNE, REKEY = "prune", "rekey"
_AT_ONCE = 500


def prune(ledger: Ledger, persons: Sequence[Due], entry: Entry) -> Change | None:
    """Delete what is sealed of persons, in one change that names their pseudonyms, and why.

    Call :func:`erase` afterwards: what a database has let go of still stands in its files.

    Args:
        ledger: the ledger.
        persons: as :func:`riskengine.ledger.retention.due` or ``asked`` gave them.
        entry: who, when, why, and the document that it rests on.

    Returns:
        the change; None where nothing of theirs was there.

    Raises:
        UsageError: the database fails, or is held for too long.
    """
    with ledger.writing() as connection:
        number, texts = next_number(connection), 0
        names = [each.person for each in persons]
        for first in range(0, len(names), _AT_ONCE):
            done = connection.execute(
                sa.update(VAULT)
                .where(VAULT.c.person.in_(names[first : first + _AT_ONCE]), VAULT.c.sealed.is_not(None))
                .values(sealed=None, deleted=number)
            )
            texts += done.rowcount
        if not texts:
            return None
        detail = {"persons": [{"person": each.person, "rule": each.rule} for each in persons], "texts": texts}
        return record(connection, PRUNE, entry, detail)


def rekey(ledger: Ledger, new: Path, entry: Entry) -> Change:
    """Seal the inner keys with the key of another file; pseudonyms and sealed texts stay what they are.

    Call :func:`erase` afterwards, so that nothing in the database's files opens with the old key.

    Raises:
        UsageError: the old key or the new one cannot be used (RE-880 to RE-885).
    """
    with ledger.writing() as connection:
        made = exchange_keys(connection, ledger.key, new, ledger.name)
        change = record(connection, REKEY, entry, {"fingerprint": made})
    ledger.key = new
    ledger.forget_keys()
    return change


def erase(ledger: Ledger, *, patience: int = PATIENCE) -> bool:
    """Write the database anew without what was deleted, so that its bytes are gone from the files.

    On SQLite the whole file (VACUUM) and the log; on PostgreSQL the tables of the vault (VACUUM FULL), while
    the server's own write-ahead log and its backups keep what they hold until they are turned over.

    Args:
        ledger: the ledger.
        patience: seconds that it waits for others who read.

    Returns:
        whether it is done; False where another process was reading, so that it must be called again.

    Raises:
        UsageError: the database fails (RE-851), or is held for too long (RE-853).
    """
    with ledger.outside() as driver:
        if not ledger.is_sqlite:
            for table in (VAULT, KEYS):
                driver.execute(f"VACUUM FULL {table.name}")
            return True
        driver.execute("PRAGMA secure_delete=ON").close()
        driver.execute("VACUUM").close()
        driver.execute(f"PRAGMA busy_timeout={patience * 1000}").close()
        (busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
