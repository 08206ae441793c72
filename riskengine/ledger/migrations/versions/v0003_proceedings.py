"""Proceedings about operators' rights: a table of their steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TABLE = "proceedings_versions"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        _TABLE,
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("change", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("proceeding", sa.Text),
        sa.Column("step", sa.BigInteger),
        *(sa.Column(name, sa.Text) for name in ("kind", "operator_id", "operator_key", "action", "who")),
        sa.Column("done_on", sa.Date),
        sa.Column("cells", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index(f"{_TABLE}_key", _TABLE, ["key", "version"])
    op.create_index(f"{_TABLE}_change", _TABLE, ["change"])
    for column in ("proceeding", "operator_key"):
        op.create_index(f"{_TABLE}_{column}", _TABLE, [column])
