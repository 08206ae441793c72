"""The first tables: changes, a table of versions for each kind of record, and what an import stages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXT, _DAY, _WHOLE, _FLAG = sa.Text, sa.Date, sa.BigInteger, sa.Boolean

_VEHICLE = {"vehicle": _TEXT, "plate_colour": _TEXT}
_CONTENT: dict[str, dict[str, type]] = {
    "operators": {
        **dict.fromkeys(("operator_id", "name", "areas", "county"), _TEXT),
        **dict.fromkeys(("fleet_size", "drivers"), _WHOLE),
        **dict.fromkeys(("licensed_on", "closed_on"), _DAY),
        **dict.fromkeys(("successor", "others"), _TEXT),
    },
    "violations": {
        **dict.fromkeys(("violation_id", "operator_id", "risk_point"), _TEXT),
        **dict.fromkeys(("occurred_on", "decided_on"), _DAY),
        **dict.fromkeys(("penalty", "severity", "status"), _TEXT),
        "status_on": _DAY,
        "penalty_kind": _TEXT,
        **_VEHICLE,
        **dict.fromkeys(("driver", "decision_body", "place", "inspection_id"), _TEXT),
        **dict.fromkeys(("operator_key", "driver_key", "others"), _TEXT),
    },
    "inspections": {
        **dict.fromkeys(("inspection_id", "operator_id"), _TEXT),
        "inspected_on": _DAY,
        **dict.fromkeys(("kind", "place", "result", "vehicle", "operator_key", "others"), _TEXT),
    },
    "vehicles": {**_VEHICLE, "kind": _TEXT, "others": _TEXT},
    "drivers": dict.fromkeys(("driver", "name", "others"), _TEXT),
    "ties": {
        "kind": _TEXT,
        **_VEHICLE,
        **dict.fromkeys(("driver_key", "operator_id", "operator_key"), _TEXT),
        **dict.fromkeys(("since", "until"), _DAY),
        "document": _TEXT,
    },
    "decisions": {
        **dict.fromkeys(("subject", "subject_key", "kind", "status"), _TEXT),
        "effective_on": _DAY,
        "document": _TEXT,
        "document_on": _DAY,
        **dict.fromkeys(("body", "note"), _TEXT),
    },
    "left_out": {
        **dict.fromkeys(("source", "record_key", "operator_key", "reason", "file"), _TEXT),
        "row": _WHOLE,
        "broken": _FLAG,
        "cells": _TEXT,
    },
}
_INDEXED = {
    "violations": ("operator_key", "vehicle", "driver_key", "occurred_on"),
    "inspections": ("operator_key", "vehicle"),
    "vehicles": ("vehicle",),
    "ties": ("operator_key", "vehicle", "driver_key"),
    "decisions": ("subject_key",),
    "left_out": ("record_key",),
}
_STAGED = ("operators", "violations", "inspections", "left_out")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "changes",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("recorded_at", "kind", "who", "why")),
        sa.Column("document", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("versions", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("digest", "previous", "sha256")),
    )
    for name, content in _CONTENT.items():
        _versions(name, content)
    # What is staged is read again after a crash of the server: it need not be logged.
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    for name in _STAGED:
        op.create_table(
            f"{name}_staged",
            sa.Column("job", sa.Text, primary_key=True),
            sa.Column("ordinal", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("key", sa.Text, nullable=False),
            sa.Column("digest", sa.Text, nullable=False),
            *(sa.Column(column, kind) for column, kind in _CONTENT[name].items()),
            prefixes=unlogged,
        )


def _versions(name: str, content: dict[str, type]) -> None:
    table = f"{name}_versions"
    op.create_table(
        table,
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
        *(sa.Column(column, kind) for column, kind in content.items()),
        sqlite_autoincrement=True,
    )
    op.create_index(f"{table}_key", table, ["key", "version"])
    op.create_index(f"{table}_change", table, ["change"])
    for column in _INDEXED.get(name, ()):
        op.create_index(f"{table}_{column}", table, [column])
