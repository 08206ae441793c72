"""The table of objections to grades: filed, and answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TABLE = "objections_versions"
_CONTENT = {
    **dict.fromkeys(("operator_id", "operator_key", "run_id", "run_sha256", "policy"), sa.Text),
    "as_of": sa.Date,
    "run_change": sa.BigInteger,
    "grade": sa.Text,
    "filed_on": sa.Date,
    "document": sa.Text,
    "document_on": sa.Date,
    **dict.fromkeys(("grounds", "filed_by", "term"), sa.Text),
    "answer_by": sa.Date,
    "outcome": sa.Text,
    "answered_on": sa.Date,
    "answer_document": sa.Text,
    "answer_document_on": sa.Date,
    **dict.fromkeys(("reasons", "answered_by", "answer_changes"), sa.Text),
    **dict.fromkeys(("new_run_id", "new_run_sha256", "new_grade"), sa.Text),
}


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        _TABLE,
        sa.Column(
            "version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True
        ),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("change", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        *(sa.Column(column, kind) for column, kind in _CONTENT.items()),
        sqlite_autoincrement=True,
    )
    op.create_index(f"{_TABLE}_key", _TABLE, ["key", "version"])
    op.create_index(f"{_TABLE}_change", _TABLE, ["change"])
    op.create_index(f"{_TABLE}_operator_key", _TABLE, ["operator_key"])
