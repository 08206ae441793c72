"""Which imports have staged rows, and when they began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "staged_jobs",
        sa.Column("job", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "file", "begun_at")),
    )
