"""Making and opening a ledger: its tables, its versions, what is no ledger, and writers beside each other."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from riskengine.kernel.errors import UsageError
from riskengine.ledger import Entry, changes, init_ledger, known_at, open_ledger, verify_chain
from riskengine.ledger import opening as tables
from riskengine.ledger.changes import record
from riskengine.ledger.schema import METADATA, VERSIONS


def test_the_migrations_make_the_tables_that_the_program_knows(ledger):
    with ledger.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "ledger_schema", "compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_ledger_of_the_first_tables_is_brought_up_with_what_it_holds(url):
    script = tables._script()
    assert len(script.get_heads()) == 1
    old = tables._connect(tables._address(url))
    with old.writing() as connection:
        config = tables._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        row = "('A', '0001-01-01', false, 1, 'x', 'A')"
        columns = "key, valid_from, withdrawn, change, digest, operator_id"
        connection.execute(sa.text(f"INSERT INTO operators_versions ({columns}) VALUES {row}"))  # noqa: S608
    old.close()
    with pytest.raises(UsageError, match="RE-855"):
        open_ledger(url)
    made, done = init_ledger(url)
    with made.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "ledger_schema", "compare_type": True})
        assert compare_metadata(context, METADATA) == []
        held = connection.execute(sa.select(VERSIONS["operators"].c.key)).scalars().all()
    assert (done, held) == (True, ["A"])
    made.close()


def test_making_a_ledger_twice_does_nothing_the_second_time(url):
    first, made = init_ledger(url)
    again, made_again = init_ledger(url)
    assert (made, made_again) == (True, False)
    first.close()
    again.close()
    open_ledger(url).close()


def test_what_is_no_ledger_is_told(tmp_path):
    with pytest.raises(UsageError, match="RE-852"):
        open_ledger(str(tmp_path / "none.db"))
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(UsageError, match="RE-852"):
        open_ledger(str(tmp_path / "other.db"))
    (tmp_path / "text.db").write_text("no database, but a text that is long enough to be looked at", "utf-8")
    with pytest.raises(UsageError, match="RE-851"):
        open_ledger(str(tmp_path / "text.db"))
    for address in ("mysql://host/db", "sqlite://", "://", "postgresql:/x://y"):
        with pytest.raises(UsageError, match="RE-854"):
            open_ledger(address)


def test_no_password_is_ever_shown():
    pytest.importorskip("psycopg")
    with pytest.raises(UsageError, match="RE-851") as caught:
        open_ledger("postgresql://clerk:geheim@127.0.0.1:1/ledger")
    assert "geheim" not in caught.value.text("zh") + caught.value.text("en")
    assert "clerk" in caught.value.text()


def test_tables_of_another_version_are_refused(ledger, url):
    with ledger.writing() as connection:
        connection.execute(sa.text("UPDATE ledger_schema SET version_num = '9999'"))
    for opening in (open_ledger, init_ledger):
        with pytest.raises(UsageError, match="RE-855"):
            opening(url)


def test_changes_are_numbered_chained_and_known_by_their_times(ledger, clock):
    with ledger.writing() as connection:
        first = record(connection, "test", clock.entry("first"), {"a": "甲"})
    with ledger.writing() as connection:
        second = record(connection, "test", clock.entry("second"), {})
    assert (first.number, second.number, second.previous) == (1, 2, first.sha256)
    assert changes(ledger) == [first, second]
    moment = datetime.fromisoformat(first.recorded_at)
    assert known_at(ledger, moment) == first
    assert known_at(ledger, 1) == first
    assert known_at(ledger, None) == second
    assert known_at(ledger, datetime(2022, 1, 1, tzinfo=UTC)) is None
    with pytest.raises(UsageError, match="RE-858"):
        known_at(ledger, 3)
    with pytest.raises(UsageError, match="RE-856"):
        known_at(ledger, datetime(2022, 1, 1))  # noqa: DTZ001 - that is what is refused
    with ledger.writing() as connection, pytest.raises(UsageError, match="RE-857"):
        record(connection, "test", Entry(datetime(2022, 1, 1, tzinfo=UTC), "x", "y"), {})


@pytest.mark.parametrize(
    "done",
    [
        "UPDATE changes SET why = 'other' WHERE number = 1",
        "DELETE FROM changes WHERE number = 1",
        "UPDATE operators_versions SET digest = 'x'",
        "DELETE FROM operators_versions",
        (
            "INSERT INTO operators_versions (key, valid_from, withdrawn, change, digest) "
            "VALUES ('B', '2022-01-01', {no}, 1, 'e')"
        ),
    ],
)
def test_the_chain_shows_what_was_done_by_hand(ledger, clock, done):
    with ledger.writing() as connection:
        row = {"key": "A", "valid_from": datetime(2022, 1, 1).date(), "withdrawn": False, "change": 1, "digest": "d"}  # noqa: DTZ001
        connection.execute(sa.insert(VERSIONS["operators"]).values(row))
        record(connection, "test", clock.entry(), {})
    with ledger.writing() as connection:
        record(connection, "test", clock.entry(), {})
    assert verify_chain(ledger) == []
    with ledger.writing() as connection:
        connection.execute(sa.text(done.replace("{no}", "0" if ledger.is_sqlite else "false")))
    assert {problem.code for problem in verify_chain(ledger)} == {"RE-859"}


def test_writers_go_one_after_another(ledger, clock):
    def write(number: int) -> None:
        with ledger.writing() as connection:
            record(connection, "test", Entry(clock.now, f"writer {number}", "at once"), {})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [change.number for change in changes(ledger)] == list(range(1, 9))
    assert verify_chain(ledger) == []


def test_what_fails_half_way_leaves_nothing(ledger, clock):
    class BrokenError(RuntimeError):
        pass

    with pytest.raises(BrokenError), ledger.writing() as connection:  # noqa: PT012 - the block is what is tried
        record(connection, "test", clock.entry(), {})
        raise BrokenError
    assert changes(ledger) == []


def test_without_the_extra_the_command_says_how_to_install_it():
    code = (
        "import sys; sys.modules['sqlalchemy'] = None; from riskengine.cli.main import main; main(['ledger', 'status'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "RE-850" in done.stderr
    assert "riskengine[ledger]" in done.stderr
    assert "Traceback" not in done.stderr
