"""Backup and restore as docs/ledger.md says: the restored ledger verifies, has the same chain, replays an old run."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import postgres
import pytest

from riskengine import Engine
from riskengine.facade.keeping import from_ledger, keep
from riskengine.kernel.errors import UsageError
from riskengine.ledger import Decision, amend, import_sources, known_at, open_ledger, verify_ledger

EXAMPLES = Path(__file__).parents[3] / "examples"
AS_OF = date(2022, 12, 31)


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


def _hash(engine, url, folder, known=None):
    made = from_ledger(url, folder, as_of=AS_OF, known=known)
    return engine.grade(made.sources["operators"], made.sources["violations"], as_of=AS_OF).content_hash


def _filled(ledger, engine, clock):
    files = [EXAMPLES / "operators.csv", EXAMPLES / "violations.csv"]
    import_sources(ledger, [keep(engine, file) for file in files], clock.entry())
    decision = Decision("样例交罚〔2020〕0450号", "revoked_by_court", date(2021, 2, 1), "（2021）示例行终1号", AS_OF)
    amend(ledger, decision, clock.entry())


def _is_the_same(engine, url, restored, folder):
    ledger, copy = open_ledger(url), open_ledger(restored)
    assert verify_ledger(copy) == []
    assert known_at(copy, None) == known_at(ledger, None)
    ledger.close()
    copy.close()
    keyless = open_ledger(restored, folder / "nowhere")
    assert verify_ledger(keyless) == [], "a backup is whole without the key, which is kept apart"
    keyless.close()
    with pytest.raises(UsageError, match="RE-880"):
        from_ledger(restored, folder, as_of=AS_OF, key=folder / "nowhere")
    for known in (1, 2):
        assert _hash(engine, restored, folder, known) == _hash(engine, url, folder, known)


def test_a_sqlite_file(engine, clock, tmp_path):
    from riskengine.ledger import init_ledger

    url, backup = str(tmp_path / "ledger.db"), str(tmp_path / "backup.db")
    ledger, _ = init_ledger(url)
    _filled(ledger, engine, clock)
    with closing(sqlite3.connect(url)) as connection:  # beside an open ledger
        connection.execute("VACUUM INTO ?", [backup])
    ledger.close()
    _is_the_same(engine, url, backup, tmp_path)


def test_a_postgresql_database(server, engine, clock, tmp_path):
    from riskengine.ledger import init_ledger

    dump, restore = postgres.program("pg_dump"), postgres.program("pg_restore")
    if dump is None or restore is None:
        pytest.skip("pg_dump is not installed")
    names = [f"{name}_{os.getpid()}" for name in ("origin", "restored")]
    with postgres.database(server, names[0]) as url, postgres.database(server, names[1]) as restored:
        ledger, _ = init_ledger(url)
        _filled(ledger, engine, clock)
        file = tmp_path / "ledger.dump"
        subprocess.run([dump, "--format=custom", f"--file={file}", url], check=True)
        ledger.close()
        subprocess.run([restore, "--exit-on-error", "--no-owner", f"--dbname={restored}", str(file)], check=True)
        _is_the_same(engine, url, restored, tmp_path)
