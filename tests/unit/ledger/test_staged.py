"""What abandoned imports leave behind is told and can be cleared; what is under way is never touched."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from riskengine import Engine, UsageError
from riskengine.cli.main import cli
from riskengine.facade.keeping import keep
from riskengine.ledger import changes, clear_staged, import_sources, importing, open_ledger, staged, staging
from riskengine.ledger.schema import JOBS, STAGED
from riskengine.ledger.under_way import under_way

OPERATOR = "91411000MA40000A18"
LATER = datetime(2023, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(staging, "BLOCK", 20)


def _violations(engine, name="V", count=50):
    rows = [
        {"violation_id": f"{name}{number}", "operator_id": OPERATOR, "risk_point": "HW-01", "occurred_on": "2022-01-01",
         "decided_on": "2022-01-02", "severity": "general" if number % 7 else "?"}
        for number in range(count)
    ]  # fmt: skip
    return keep(engine, rows, "violations")


def _abandon(monkeypatch, ledger, kept, entry, after=2):
    """An import that ends after some blocks, as one that is killed does."""
    real, calls = staging.put, iter(range(100))

    def put(*arguments):
        if next(calls) == after:
            raise KeyboardInterrupt
        real(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(staging, "put", put)
        with pytest.raises(KeyboardInterrupt):
            import_sources(ledger, [kept], entry)


def _left(ledger):
    with ledger.reading() as connection:
        tables = (JOBS, *STAGED.values())
        return sum(connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in tables)


def test_what_an_abandoned_import_staged_is_told_and_cleared(ledger, url, engine, clock, monkeypatch):
    kept = _violations(engine)
    assert staged(ledger) == []
    _abandon(monkeypatch, ledger, kept, clock.entry())
    (told,) = staged(ledger)
    assert (told["source"], told["rows"], told["begun_at"]) == ("violations", 40, "2023-01-01T00:00:01.000000Z")
    status = CliRunner().invoke(cli, ["ledger", "status", "--db", url, "--lang", "en"])
    assert "40 rows staged" in status.stdout
    assert clear_staged(ledger, datetime(2023, 1, 1, tzinfo=UTC)) == [], "it is not older"
    done = CliRunner().invoke(cli, ["ledger", "clear", "--db", url, "--older-than", "24", "--json"])
    assert json.loads(done.stdout)["cleared"] == [told]
    assert _left(ledger) == 0
    assert "nothing to clear" in CliRunner().invoke(
        cli, ["ledger", "clear", "--db", url, "--older-than", "0", "--lang", "en"]
    ).stdout  # fmt: skip
    assert import_sources(ledger, [kept], clock.entry()).sources[0].new == 42
    assert _left(ledger) == 0


def test_an_abandoned_import_goes_on_where_it_was(ledger, engine, clock, monkeypatch):
    kept = _violations(engine)
    _abandon(monkeypatch, ledger, kept, clock.entry())
    assert import_sources(ledger, [kept], clock.entry()).sources[0].new == 42
    assert staged(ledger) == []


def test_nothing_is_cleared_while_an_import_is_under_way(ledger, url, engine, clock, monkeypatch):
    _abandon(monkeypatch, ledger, _violations(engine, "A"), clock.entry())
    other = open_ledger(url)
    real, refused = staging.put, []

    def put(*arguments):
        real(*arguments)
        with pytest.raises(UsageError, match="RE-894"):
            clear_staged(other, LATER)
        refused.append(True)

    monkeypatch.setattr(staging, "put", put)
    assert import_sources(ledger, [_violations(engine, "B")], clock.entry()).sources[0].new == 42
    assert refused
    with under_way(ledger), pytest.raises(UsageError, match="RE-894"):
        clear_staged(other, LATER)
    assert [row["rows"] for row in clear_staged(other, LATER)] == [40]
    other.close()


def test_rows_that_are_gone_before_they_are_merged_are_staged_again(ledger, engine, clock, monkeypatch):
    """Another process with the same list may have merged them."""
    real, calls = importing.is_staged, []

    def gone(connection, job):
        calls.append(job)
        if len(calls) == 1:
            staging.unstage(connection, job)
        return real(connection, job)

    monkeypatch.setattr(importing, "is_staged", gone)
    assert import_sources(ledger, [_violations(engine)], clock.entry()).sources[0].new == 42
    assert len(calls) == 2
    assert len(changes(ledger)) == 1


def test_rows_that_nothing_is_known_of_are_told_and_cleared(ledger, engine, clock, monkeypatch):
    """As a ledger has them that an older version made."""
    _abandon(monkeypatch, ledger, _violations(engine), clock.entry())
    with ledger.writing() as connection:
        connection.execute(sa.delete(JOBS))
    assert [(row["file"], row["begun_at"], row["rows"]) for row in staged(ledger)] == [(None, None, 40)]
    assert len(clear_staged(ledger, datetime(2000, 1, 1, tzinfo=UTC))) == 1
    assert _left(ledger) == 0
