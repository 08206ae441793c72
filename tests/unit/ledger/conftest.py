"""Ledgers for tests: each test runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("sqlalchemy", reason="the extra ledger is not installed")

import postgres

from riskengine.ledger import Entry, init_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    reason = postgres.why_not()
    if reason is not None:
        pytest.skip(reason)
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def key(tmp_path_factory) -> Iterator[Path]:
    """The file of the key, of all ledgers of the tests: a PostgreSQL database has no place beside it."""
    place = tmp_path_factory.mktemp("key") / "ledger.key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RISKENGINE_KEY", str(place))
        yield place


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "ledger.db")
        return
    with postgres.database(request.getfixturevalue("server"), f"ledger_{os.getpid()}") as made:
        yield made


@pytest.fixture
def ledger(url):
    made, _ = init_ledger(url)
    yield made
    made.close()


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
