"""Numbers and names planted in every source come out nowhere: no output, no log, no error, no byte of the database."""

from __future__ import annotations

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path

import planted
import postgres
import pytest
from click.testing import CliRunner
from planted import SECRETS, found_in

from riskengine.cli.main import cli

EXAMPLES = Path(__file__).parents[3] / "examples"
WHY = f"示例来信 {planted.RESIDENT_WHY}，电话{planted.PHONE_WHY}"


@pytest.fixture
def run(url, tmp_path, monkeypatch):
    """The command line; everything that it prints is searched."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RISKENGINE_DB", url)

    def running(*arguments, code=0, show=False):
        done = CliRunner().invoke(cli, [*map(str, arguments)], catch_exceptions=False)
        assert done.exit_code == code, done.output + done.stderr
        if not show:
            assert found_in((done.output + done.stderr).encode()) == [], arguments
        return done

    return running


def database(url, tmp_path) -> bytes:
    """Every byte of a SQLite ledger's files; what PostgreSQL dumps."""
    if "://" not in url:
        return b"".join(path.read_bytes() for path in tmp_path.glob("ledger.db*") if path.suffix != ".key")
    dump = postgres.program("pg_dump")
    if dump is None:
        pytest.skip("pg_dump is not installed")
    return subprocess.run([dump, "--format=plain", url], check=True, capture_output=True).stdout


def test_the_search_finds_what_it_is_there_for(tmp_path):
    for file in planted.files(tmp_path):
        assert found_in(file.read_bytes())
    assert found_in(json.dumps([planted.NAME]).encode()) == [planted.NAME]


def test_nothing_planted_comes_out(run, url, tmp_path):
    files = planted.files(tmp_path)
    run("ledger", "init")
    run("ledger", "import", *files, "--why", WHY)
    run("ledger", "import", *files, "--json")
    rows = [list(row) for row in planted.OPERATORS]
    rows[1][-1] = f"{planted.NAME}，改号{planted.PHONE}"
    later = tmp_path / "later.csv"
    later.write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")
    for form in ([], ["--json"]):
        run("ledger", "import", later, *form)
    graded = ["--ledger", url, "--as-of", "2022-12-31"]
    watching = ["--log", "log.jsonl", "--metrics", "metrics.prom"]
    first = run("grade", *graded, "--out", "runs", "--previous", "none", *watching).stdout.split()[-1]
    document = ["--document", f"示例信〔2022〕{planted.RESIDENT_NOTE}号", "--document-on", "2022-11-20"]
    decided = ["revoked_by_body", "--on", "2022-12-01", *document, "--note", f"来电{planted.PHONE_WHY}", "--why", WHY]
    run("ledger", "amend", planted.CASE, *decided)
    second = run("grade", *graded, "--out", "runs", "--previous", "none", *watching).stdout.split()[-1]
    asked = (
        ["ledger", "show", "--violation", planted.CASE],
        ["ledger", "show", "--operator", planted.NATURAL],
        ["ledger", "show", "--operator", planted.LOWER],
        ["ledger", "show", "--operator", planted.COMPANY],
        ["ledger", "show", "--changes"],
        ["ledger", "show", "--left-out"],
        ["ledger", "limits"],
        ["ledger", "status"],
        ["ledger", "verify"],
        ["ledger", "affected", "--run", first],
        ["ledger", "prune", "--as-of", "2030-01-01", "--dry-run", "--why", WHY],
        ["explain", first, planted.NATURAL],
        ["runs", "diff", first, second],
    )
    for command in asked:
        for form in (["--lang", "zh"], ["--lang", "en"], ["--json"]):
            run(*command, *form)
    run("report", *graded, "--out", "report")
    forms = ["html", *(["docx"] if find_spec("docx") else [])]
    run("notice", second, "--all", "--out", "notices", *(f"--format={form}" for form in forms))
    written = [*Path("notices").rglob("*.*"), *Path("report").glob("report.*")]
    logs = [Path("log.jsonl"), Path("metrics.prom"), *Path("runs").rglob("log.jsonl")]
    assert len(written) >= 4
    for path in (*written, *logs):
        assert found_in(path.read_bytes()) == [], path
    assert found_in(database(url, tmp_path)) == []


def test_errors_name_nobody(run, url):
    run("ledger", "init")
    number = planted.NATURAL
    run("ledger", "show", "--operator", number, code=2)
    run("ledger", "show", "--violation", planted.CASE, code=2)
    run("ledger", "amend", planted.CASE, "objection", "--on", "2022-12-01", "--why", WHY, code=2)
    run("ledger", "prune", "--person", number, "--why", WHY, code=2)
    assert "PERSON-" not in run("ledger", "status").stdout


def test_an_aborted_import_leaves_nothing_in_clear(run, url, tmp_path, monkeypatch):
    from riskengine.ledger import staging

    run("ledger", "init")
    files = planted.files(tmp_path)
    real, calls = staging.put, []

    def breaking(connection, table, columns, staged):
        calls.append(table.name)
        if len(calls) == 4:
            raise KeyboardInterrupt
        real(connection, table, columns, staged)

    monkeypatch.setattr(staging, "BLOCK", 1)
    monkeypatch.setattr(staging, "put", breaking)
    done = CliRunner().invoke(cli, ["ledger", "import", *map(str, files)])
    assert done.exit_code != 0
    assert found_in(done.output.encode()) == []
    assert found_in(database(url, tmp_path)) == []
    assert b"PERSON-" in database(url, tmp_path)


def test_personal_numbers_are_shown_where_they_are_asked_for(run, url, tmp_path):
    """So that the search above is known to look at what could have shown them."""
    files = planted.files(tmp_path)
    run("ledger", "init")
    run("ledger", "import", *files)
    graded = run("grade", "--ledger", url, "--as-of", "2022-12-31", "--out", "runs", "--previous", "none")
    done = run("explain", graded.stdout.split()[-1], planted.NATURAL, "--show-personal", show=True)
    assert planted.NATURAL in done.stdout


def test_the_secrets_are_what_the_contract_calls_personal():
    assert len(set(SECRETS)) == len(SECRETS)


def test_a_number_beside_a_name_is_sealed_too_and_both_come_out_as_they_were():
    from riskengine.ledger.keys import Keys, _cipher
    from riskengine.ledger.sealing import Sealing

    sealing = Sealing(lambda: Keys(b"k" * 32, _cipher(bytes(range(64)))))
    note = f"{planted.NAME}{planted.PHONE}{planted.NAME}、{planted.OTHER_PERSON}，AB"
    for name in (planted.NAME, "AB"):
        cells = {"operator_id": planted.NATURAL, "name": name, "others": json.dumps({"note": note})}
        sealed = sealing.row("operators", cells)
        assert not [text for text in (planted.PHONE, planted.OTHER_PERSON, name) if text in sealed["others"]]
        assert sealing.row("operators", sealed) == sealed, "what is sealed stays as it is"
