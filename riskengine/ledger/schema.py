"""The ledger's tables, as SQLAlchemy knows them. What a database holds is made by the migrations alone.

A test holds both equal. Every table of versions has, beside the columns of its entity:

``version`` (rising number), ``key`` (the record's id as it is compared), ``valid_from`` (the first day on which it
holds; the earliest date for all days), ``withdrawn`` (the record is taken back), ``change`` (the number of the change
that brought it), ``digest`` (SHA-256 of its content).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.ledger.entities import DAY, ENTITIES, FLAG, TEXT, WHOLE

if TYPE_CHECKING:
    from riskengine.ledger.entities import Entity

ALWAYS = date.min
"""``valid_from`` of what holds on all days."""

METADATA = sa.MetaData()

_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    TEXT: sa.Text,
    DAY: sa.Date,
    WHOLE: sa.BigInteger,
    FLAG: sa.Boolean,
}

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts up only what it calls INTEGER

CHANGES = sa.Table(
    "changes",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("document", sa.Text),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("versions", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
)
"""One row for each thing done: who, when, why, and the chain of hashes over all versions."""


def _content(entity: Entity) -> list[sa.Column[Any]]:
    return [sa.Column(name, _TYPES[kind]) for name, kind in entity.columns.items()]


def _versions(entity: Entity) -> sa.Table:
    # No foreign key to changes: a million rows of an import would each look it up; `verify` counts them instead.
    table = sa.Table(
        entity.versions,
        METADATA,
        sa.Column("version", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("change", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        *_content(entity),
        sqlite_autoincrement=True,
    )
    sa.Index(f"{entity.versions}_key", table.c.key, table.c.version)
    sa.Index(f"{entity.versions}_change", table.c.change)
    for name in entity.indexed:
        sa.Index(f"{entity.versions}_{name}", table.c[name])
    return table


def _staged(entity: Entity) -> sa.Table:
    return sa.Table(
        f"{entity.name}_staged",
        METADATA,
        sa.Column("job", sa.Text, primary_key=True),
        sa.Column("ordinal", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        *_content(entity),
    )


CAME_SO = 0
"""``deleted`` of a pseudonym that came in as one: what it stands for was never here."""

VAULT = sa.Table(
    "vault",
    METADATA,
    sa.Column("pseudonym", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("sealed", sa.Text),
    sa.Column("deleted", sa.BigInteger),
)
"""What pseudonyms stand for, sealed (Base64), each once; ``person``: the pseudonym of whom it belongs to.

Where the text is gone, ``deleted`` is the change that deleted it, or ``CAME_SO``.
"""
sa.Index("vault_person", VAULT.c.person)
_GONE = VAULT.c.deleted.is_not(None)
sa.Index("vault_deleted", VAULT.c.deleted, sqlite_where=_GONE, postgresql_where=_GONE)

KEYS = sa.Table(
    "vault_key",
    METADATA,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
)
"""The inner keys, sealed with the key outside the database, of which the fingerprint is known: one row."""

VERSIONS = {name: _versions(entity) for name, entity in ENTITIES.items()}
"""Entity → its table of versions."""

IMPORTED = ("operators", "vehicles", "drivers", "ties", "inspections", "violations")
"""What is imported from files, in the order in which it is."""

STAGED = {name: _staged(ENTITIES[name]) for name in (*IMPORTED, "left_out")}
"""Source → rows of an import that is under way, in the order of the file; empty otherwise."""

JOBS = sa.Table(
    "staged_jobs",
    METADATA,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("begun_at", sa.Text, nullable=False),
)
"""One row for each import that has staged rows: what it imports, and when it began."""
