"""The databases that tests of ledgers share: a SQLite file and a real PostgreSQL, and the file of the key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import postgres
import pytest

from riskengine.ledger import init_ledger

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
