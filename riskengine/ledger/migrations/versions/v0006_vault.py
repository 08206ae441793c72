"""Personal numbers as pseudonyms: the vault of what they stand for, and the key that it is sealed with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables; what an older ledger holds in clear is for its opening to refuse."""
    op.create_table(
        "vault",
        sa.Column("pseudonym", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text),
        sa.Column("deleted", sa.BigInteger),
    )
    op.create_index("vault_person", "vault", ["person"])
    gone = sa.text("deleted IS NOT NULL")  # few are, and each import asks who
    op.create_index("vault_deleted", "vault", ["deleted"], sqlite_where=gone, postgresql_where=gone)
    op.create_table(
        "vault_key",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
    )
