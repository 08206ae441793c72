"""Ledgers for tests: each test runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("sqlalchemy", reason="the extra ledger is not installed")

from databases import key, ledger, server, url

from riskengine.ledger import Entry

__all__ = ["key", "ledger", "server", "url"]


class Clock:
    """Entries recorded one second after another, from a fixed day on."""

    def __init__(self) -> None:
        self.now = datetime(2023, 1, 1, tzinfo=UTC)

    def entry(self, why: str = "test", who: str = "示例登记员") -> Entry:
        self.now += timedelta(seconds=1)
        return Entry(self.now, who, why)


@pytest.fixture
def clock() -> Clock:
    return Clock()
