"""Ledgers for tests of supervision: each test that asks for one runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("sqlalchemy", reason="the extra ledger is not installed")

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

import postgres

from riskengine.ledger import Entry, init_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    with postgres.database(request.getfixturevalue("server"), f"review_{os.getpid()}") as made:
        yield made


@pytest.fixture
def ledger(url):
    made, _ = init_ledger(url)
    yield made
    made.close()


@pytest.fixture
def entry():
    """Who records something; all within one day, a second apart, years after what the tests tell."""
    seconds = iter(range(1, 10_000))

    def recorded(who: str = "示例登记员") -> Entry:
        at = next(seconds)
        return Entry(datetime(2030, 1, 1, at // 3600, at // 60 % 60, at % 60, tzinfo=UTC), who, "test")

    return recorded
