"""A connection that PostgreSQL ends in the middle: it is told, nothing is half there, and the rerun completes."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any

import postgres
import pytest
import sqlalchemy as sa
from pyarrow import parquet

from riskengine import Engine, UsageError
from riskengine.facade.keeping import keep
from riskengine.ledger import (
    changes,
    extract,
    extracting,
    import_sources,
    importing,
    init_ledger,
    staged,
    staging,
    verify_ledger,
)

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATOR = "91411000MA40000A18"
AS_OF = date(2022, 12, 31)


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def ledger(server):
    with postgres.database(server, f"lost_{os.getpid()}") as url:
        made, _ = init_ledger(url)
        yield made
        made.close()


@pytest.fixture
def cut(server, ledger):
    """A function after which no connection to the ledger's database is left."""
    import psycopg

    name = str(ledger.engine.url.database)

    def cutting() -> None:
        with psycopg.connect(server, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    return cutting


def _first(cutting: Callable[[], None], real: Callable[..., Any], at: int = 1) -> Callable[..., Any]:
    """A function that loses every connection before its call number ``at``."""
    calls = []

    def instead(*arguments: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == at:
            cutting()
        return real(*arguments, **more)

    return instead


def _violations(engine, count=100):
    rows = [
        {"violation_id": f"V{number}", "operator_id": OPERATOR, "risk_point": "HW-01", "occurred_on": "2022-01-01",
         "decided_on": "2022-01-02", "penalty": "500", "severity": "general" if number % 7 else "?"}
        for number in range(count)
    ]  # fmt: skip
    return keep(engine, rows, "violations")


@pytest.mark.parametrize(
    ("room", "function", "at"),
    [(staging, "put", 1), (staging, "put", 3), (importing, "_insert", 1), (importing, "record", 1)],
    ids=["first block", "later block", "making versions", "recording the change"],
)
def test_while_files_are_imported(room, function, at, ledger, cut, engine, clock, monkeypatch):
    monkeypatch.setattr(staging, "BLOCK", 25)
    kept = _violations(engine)
    with monkeypatch.context() as patched:
        patched.setattr(room, function, _first(cut, getattr(room, function), at))
        with pytest.raises(UsageError, match="RE-851"):
            import_sources(ledger, [kept], clock.entry())
    assert changes(ledger) == []
    assert import_sources(ledger, [kept], clock.entry()).sources[0].new == sum(bool(n % 7) for n in range(100))
    assert len(changes(ledger)) == 1
    assert staged(ledger) == []
    assert verify_ledger(ledger) == []


def test_while_records_are_taken_out(ledger, cut, engine, clock, monkeypatch, tmp_path):
    import_sources(ledger, [_violations(engine)], clock.entry())
    monkeypatch.setattr(extracting, "_BATCH", 10)  # so that rows are still to come
    with monkeypatch.context() as patched:
        patched.setattr(extracting, "_table", _first(cut, extracting._table, 2))
        with pytest.raises(UsageError, match="RE-851"):
            extract(ledger, tmp_path, as_of=AS_OF)
    made = extract(ledger, tmp_path, as_of=AS_OF)
    assert parquet.read_metadata(made.files["violations"]).num_rows == 100


def test_a_lock_that_was_lost_with_its_connection_is_free(ledger, cut, engine, clock, monkeypatch):
    """An import whose connections end holds nobody else up."""
    with monkeypatch.context() as patched:
        patched.setattr(staging, "put", _first(cut, staging.put))
        with pytest.raises(UsageError, match="RE-851"):
            import_sources(ledger, [_violations(engine)], clock.entry())
    with ledger.reading() as connection:
        held = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                       "(SELECT oid FROM pg_database WHERE datname = current_database())")  # fmt: skip
        assert connection.execute(held).scalar_one() == 0
