"""The key of a ledger: made once, outside the database, asked for where a personal number is met, exchanged."""

from __future__ import annotations

import base64
import sqlite3
from datetime import date
from pathlib import Path

import planted
import pytest
import sqlalchemy as sa

from riskengine import Engine, UsageError
from riskengine.facade.keeping import from_ledger, keep
from riskengine.ledger import (
    Decision,
    amend,
    changes,
    erase,
    history,
    import_sources,
    init_ledger,
    left_out_rows,
    open_ledger,
    overview,
    questions,
    rekey,
    touched_since,
    verify_ledger,
)
from riskengine.ledger.schema import KEYS, VAULT

AS_OF = date(2022, 12, 31)
COMPANY_ROW = {"operator_id": planted.COMPANY, "name": "示例运输有限公司", "fleet_size": "20"}


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def filled(ledger, engine, clock, tmp_path):
    import_sources(ledger, [keep(engine, file) for file in planted.files(tmp_path)], clock.entry())
    return ledger


def test_the_key_lies_beside_a_sqlite_file_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("RISKENGINE_KEY")
    ledger, made = init_ledger(str(tmp_path / "l.db"))
    ledger.close()
    place = tmp_path / "l.db.key"
    assert made
    assert place.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(place.read_text("ascii"))) == 32
    before = place.read_bytes()
    init_ledger(str(tmp_path / "l.db"))[0].close()
    assert place.read_bytes() == before


def test_a_postgresql_database_needs_a_file_named(server, monkeypatch, tmp_path):
    import postgres

    monkeypatch.delenv("RISKENGINE_KEY")
    with postgres.database(server, "unnamed_key") as url:
        with pytest.raises(UsageError, match="RE-885"):
            init_ledger(url)
        with pytest.raises(UsageError, match="RE-852"):
            open_ledger(url)
        init_ledger(url, tmp_path / "k")[0].close()
        open_ledger(url).close()


def test_what_is_no_key_or_another_one_is_refused(url, engine, clock, tmp_path):
    place = tmp_path / "k"
    init_ledger(url, place)[0].close()
    right = place.read_text("ascii")

    def importing():
        ledger = open_ledger(url, place)
        try:
            import_sources(ledger, [keep(engine, [COMPANY_ROW], "operators")], clock.entry())
        finally:
            ledger.close()

    place.write_text("0" * 64, "ascii")
    with pytest.raises(UsageError, match="RE-881"):
        importing()
    place.write_text("too short", "ascii")
    with pytest.raises(UsageError, match="RE-882"):
        importing()
    place.write_bytes(bytes.fromhex(right))
    place.chmod(0o644)
    with pytest.raises(UsageError, match="RE-883"):
        importing()
    place.unlink()
    with pytest.raises(UsageError, match="RE-880"):
        importing()
    assert not place.exists(), "a key that is lost is not made anew"
    place.write_bytes(bytes.fromhex(right))  # the bytes themselves are a key as well
    place.chmod(0o600)
    importing()


def test_without_the_key_everything_works_that_needs_no_number(filled, url, engine, clock, tmp_path):
    key = tmp_path / "nowhere"
    ledger = open_ledger(url, key)
    assert verify_ledger(ledger) == []
    assert overview(ledger) == overview(filled)
    assert len(questions(ledger)) == len(questions(filled))
    assert touched_since(ledger, 0) == touched_since(filled, 0)
    shown = [str(history(ledger, "violations", "A3")), str(left_out_rows(ledger)), str(changes(ledger))]
    assert planted.found_in("".join(shown).encode()) == []
    assert "PERSON-" in shown[0]
    assert "PERSON-" in shown[1]
    amend(ledger, Decision("A3", "objection", date(2022, 6, 1)), clock.entry())
    with pytest.raises(UsageError, match="RE-880"):
        history(ledger, "operators", planted.NATURAL)
    pseudonym = history(filled, "violations", "A2")["versions"][0]["cells"]["operator_key"]
    assert pseudonym == planted.LOWER.upper()
    with pytest.raises(UsageError, match="RE-880"):
        from_ledger(url, tmp_path, as_of=AS_OF, key=key)
    ledger.close()


def test_a_ledger_without_personal_numbers_is_read_without_the_key(ledger, url, engine, clock, tmp_path):
    import_sources(ledger, [keep(engine, [COMPANY_ROW], "operators")], clock.entry())
    made = from_ledger(url, tmp_path, as_of=AS_OF, key=tmp_path / "nowhere")
    assert set(made.sources) == {"operators"}


def test_what_is_sealed_can_be_neither_altered_exchanged_nor_taken_out(filled):
    with filled.reading() as connection:
        rows = connection.execute(sa.select(VAULT).where(VAULT.c.sealed.is_not(None)).limit(3)).mappings().all()
    first, second, third = (dict(row) for row in rows)
    spoilt = base64.b64encode(base64.b64decode(third["sealed"])[:-1] + b"!").decode()
    with filled.writing() as connection:
        for row, sealed in ((first, second["sealed"]), (second, None), (third, spoilt)):
            connection.execute(sa.update(VAULT).where(VAULT.c.pseudonym == row["pseudonym"]).values(sealed=sealed))
    found = verify_ledger(filled)
    assert {problem.code for problem in found} == {"RE-889"}
    assert {problem.found for problem in found} == {row["pseudonym"] for row in (first, second, third)}
    with filled.writing() as connection:
        connection.execute(sa.delete(VAULT).where(VAULT.c.pseudonym == first["pseudonym"]))
    assert first["pseudonym"] in {problem.found for problem in verify_ledger(filled)}


def test_a_key_is_exchanged_for_another_and_pseudonyms_stay(filled, url, engine, clock, tmp_path, key):
    before = from_ledger(url, tmp_path, as_of=AS_OF).sources["operators"].read_bytes()
    with filled.reading() as connection:
        held = connection.execute(sa.select(KEYS)).mappings().one()
    new = tmp_path / "new.key"
    change = rekey(filled, new, clock.entry("exchanged"))
    assert erase(filled)
    assert (change.kind, len(change.detail["fingerprint"])) == ("rekey", 16)
    assert from_ledger(url, tmp_path, as_of=AS_OF, key=new).sources["operators"].read_bytes() == before
    with pytest.raises(UsageError, match="RE-881"):
        from_ledger(url, tmp_path, as_of=AS_OF, key=key)
    kept = [keep(engine, file) for file in planted.files(tmp_path)]
    assert import_sources(filled, kept, clock.entry()).change is None
    assert verify_ledger(filled) == []
    if filled.is_sqlite:
        assert held["sealed"].encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("ledger.db*"))


def test_a_ledger_that_holds_numbers_in_clear_is_refused(tmp_path):
    """As the first version of the tables was filled; an empty one is brought up."""
    from alembic import command

    from riskengine.ledger.opening import _address, _config, _connect

    for name, filled in (("empty.db", False), ("filled.db", True)):
        made = _connect(_address(str(tmp_path / name)), None)
        config = _config()
        with made.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
            if filled:
                connection.execute(
                    sa.text("INSERT INTO changes VALUES (1, '2023', 'import', 'a', 'b', NULL, '{}', 0, 'd', 'p', 's')")
                )
        made.close()
        if filled:
            with pytest.raises(UsageError, match="RE-884"):
                init_ledger(str(tmp_path / name))
            with pytest.raises(UsageError, match="RE-855"):
                open_ledger(str(tmp_path / name))
            tables = {row[0] for row in sqlite3.connect(tmp_path / name).execute("SELECT name FROM sqlite_master")}
            assert "vault" not in tables
        else:
            ledger, done = init_ledger(str(tmp_path / name))
            assert (done, verify_ledger(ledger)) == (True, [])
            ledger.close()


def test_a_lost_key_is_told_at_the_command_line(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from riskengine.cli.main import cli

    monkeypatch.delenv("RISKENGINE_KEY")
    monkeypatch.setenv("RISKENGINE_LANG", "en")
    monkeypatch.setenv("RISKENGINE_DB", str(tmp_path / "l.db"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["ledger", "init", "--key", "kept/apart.key"])
    assert done.exit_code == 0, done.output
    assert "apart.key" in done.output
    operators = planted.files(tmp_path)[0]
    done = CliRunner().invoke(cli, ["ledger", "import", str(operators)])
    assert (done.exit_code, "RE-880" in done.stderr) == (2, True)
    done = CliRunner().invoke(cli, ["ledger", "import", str(operators), "--key", "kept/apart.key"])
    assert done.exit_code == 0, done.output
    graded = ["grade", "--ledger", "l.db", "--violations", "none", "--as-of", "2022-12-31", "--out", "runs"]
    assert "RE-880" in CliRunner().invoke(cli, graded).stderr
    done = CliRunner().invoke(cli, [*graded, "--key", str(Path("kept/apart.key").resolve())])
    assert done.exit_code == 0, done.output + done.stderr
