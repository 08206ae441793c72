"""``riskengine ledger`` and ``grade --ledger`` at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from riskengine.cli.main import cli

EXAMPLES = Path(__file__).parents[3] / "examples"
FILES = [str(EXAMPLES / f"{name}.csv") for name in ("operators", "violations", "inspections")]
AT = ["--recorded-at", "2023-01-01T08:00:00+08:00"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RISKENGINE_DB", str(tmp_path / "l.db"))
    monkeypatch.setenv("RISKENGINE_LANG", "en")

    def running(*arguments, code=0):
        done = CliRunner().invoke(cli, list(map(str, arguments)))
        assert done.exit_code == code, done.output + done.stderr
        return done

    return running


def _manifest(done):
    return json.loads(done.stdout)


def test_from_nothing_to_a_replayed_run(run, tmp_path):
    assert "RE-852" in run("ledger", "status", code=2).stderr
    assert "made the ledger" in run("ledger", "init").stdout
    first = json.loads(run("ledger", "import", *FILES, *AT, "--by", "示例登记员", "--json").stdout)
    assert [file["new"] for file in first["files"]] == [300, 4000, 2996]
    assert "no change" in run("ledger", "import", *FILES).stdout
    later = tmp_path / "later.csv"
    later.write_text((EXAMPLES / "violations.csv").read_text("utf-8").replace(",minor,", ",major,"), "utf-8")
    assert "minor → major" in run("ledger", "import", later).stdout
    graded = ["--as-of", "2022-12-31", "--out", "runs", "--previous", "none", "--json"]
    files = _manifest(run("grade", FILES[0], "--violations", FILES[1], "--inspections", FILES[2], *graded))
    replayed = _manifest(run("grade", "--ledger", tmp_path / "l.db", "--known-at", "2023-01-01T00:00:00Z", *graded))
    by_number = _manifest(run("grade", "--ledger", tmp_path / "l.db", "--known-at", "1", *graded))
    now = _manifest(run("grade", "--ledger", tmp_path / "l.db", *graded))
    assert files["content_hash"] == replayed["content_hash"] == by_number["content_hash"] != now["content_hash"]
    kept = json.loads((tmp_path / "runs" / replayed["run_id"] / "inputs" / "ledger.json").read_text("utf-8"))
    assert (kept["change"], kept["as_of"]) == (1, "2022-12-31")
    assert "inputs/ledger.json" in replayed["files"]
    assert "verified: 2 changes" in run("ledger", "verify").stdout
    held = json.loads(run("ledger", "status", "--json").stdout)
    assert held["records"]["violations"]["count"] == 2996


def test_too_many_rows_left_out_import_nothing(run):
    run("ledger", "init")
    dirty = EXAMPLES / "dirty" / "violations.csv"
    assert "RE-605" in run("ledger", "import", dirty, "--max-quarantine", "3", code=2).stderr
    assert json.loads(run("ledger", "status", "--json").stdout)["change"] is None
    done = run("ledger", "import", dirty)
    assert Path("mend/violations.csv").is_file()
    assert "left out" in done.stdout


def test_what_does_not_go_together_is_told(run, tmp_path):
    run("ledger", "init")
    common = ["--as-of", "2022-12-31", "--out", "runs"]
    assert "RE-860" in run("grade", *common, code=2).stderr
    assert "RE-861" in run("grade", FILES[0], "--ledger", "l.db", *common, code=2).stderr
    assert "RE-861" in run("grade", FILES[0], "--known-at", "1", *common, code=2).stderr
    assert "RE-862" in run("grade", "--ledger", "l.db", *common, code=2).stderr
    assert "RE-856" in run("grade", "--ledger", "l.db", "--known-at", "2023-01-01", *common, code=2).stderr
    assert "RE-858" in run("grade", "--ledger", "l.db", "--known-at", "7", *common, code=2).stderr
    assert not (tmp_path / "runs").is_dir() or not list((tmp_path / "runs").glob("xuchang*"))


def test_an_altered_ledger_is_exit_1(run, tmp_path):
    import sqlite3

    run("ledger", "init")
    run("ledger", "import", FILES[0])
    connection = sqlite3.connect(tmp_path / "l.db")
    connection.execute("UPDATE operators_versions SET fleet_size = 1 WHERE version = 5")
    connection.commit()
    connection.close()
    assert "RE-863" in run("ledger", "verify", code=1).stderr
