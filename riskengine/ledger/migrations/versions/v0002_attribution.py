"""Attribution: registers are staged like records, a tie may be void, and persons answer who is answerable."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TEXT, _DAY = sa.Text, sa.Date
_STAGED: dict[str, dict[str, type]] = {
    "vehicles": dict.fromkeys(("vehicle", "plate_colour", "kind", "others"), _TEXT),
    "drivers": dict.fromkeys(("driver", "name", "others"), _TEXT),
    "ties": {
        **dict.fromkeys(("kind", "vehicle", "plate_colour", "driver_key", "operator_id", "operator_key"), _TEXT),
        **dict.fromkeys(("since", "until"), _DAY),
        "document": _TEXT,
        "void": sa.Boolean,
    },
}


def upgrade() -> None:
    """Make the tables, and the column of ties."""
    op.add_column("ties_versions", sa.Column("void", sa.Boolean))
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    for name, content in _STAGED.items():
        op.create_table(
            f"{name}_staged",
            sa.Column("job", sa.Text, primary_key=True),
            sa.Column("ordinal", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("key", sa.Text, nullable=False),
            sa.Column("digest", sa.Text, nullable=False),
            *(sa.Column(column, kind) for column, kind in content.items()),
            prefixes=unlogged,
        )
    table = "attributions_versions"
    op.create_table(
        table,
        sa.Column(
            "version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True
        ),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("change", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        *(sa.Column(column, sa.Text) for column in ("operator_id", "operator_key", "document")),
        sqlite_autoincrement=True,
    )
    for columns in (("key", "version"), ("change",), ("operator_key",)):
        op.create_index(f"{table}_{columns[0]}", table, list(columns))
