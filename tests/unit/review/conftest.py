"""Ledgers for tests of supervision: each test that asks for one runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the extra ledger is not installed")

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

from databases import key, ledger, server, url

from riskengine.ledger import Entry

__all__ = ["key", "ledger", "server", "url"]


@pytest.fixture
def entry():
    """Who records something; all within one day, a second apart, years after what the tests tell."""
    seconds = iter(range(1, 10_000))

    def recorded(who: str = "示例登记员") -> Entry:
        at = next(seconds)
        return Entry(datetime(2030, 1, 1, at // 3600, at // 60 % 60, at % 60, tzinfo=UTC), who, "test")

    return recorded
