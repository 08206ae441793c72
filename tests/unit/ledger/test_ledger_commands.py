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


def test_a_revocation_is_named_by_runs_diff_and_the_earlier_run_replays(run, tmp_path):
    run("ledger", "init")
    violations = tmp_path / "v.csv"
    operator = "91411000DEM000014Y"
    rows = [
        f"示例罚〔2022〕{number}号,{operator},RT-0{number},2022-0{number}-01,2022-0{number}-09,serious,豫K1234{number},20000,fine"
        for number in range(1, 8)
    ]
    heading = "violation_id,operator_id,risk_point,occurred_on,decided_on,severity,vehicle,penalty,penalty_kind"
    violations.write_text("\n".join([heading, *rows]) + "\n", "utf-8")
    run("ledger", "import", FILES[0], violations)
    graded = ["--ledger", tmp_path / "l.db", "--as-of", "2022-12-31", "--out", "runs", "--previous", "none", "--json"]
    before = _manifest(run("grade", *graded))
    document = ["--document", "（2022）示例行终1号", "--document-on", "2022-11-20", "--why", "判决生效"]
    decided = [run("ledger", "amend", f"示例罚〔2022〕{number}号", "revoked_by_court", "--on", "2022-12-01", *document)
               for number in range(2, 8)]  # fmt: skip
    assert "revoked by a court from 2022-12-01 on; recorded as change 2" in decided[0].stdout
    again = run("ledger", "amend", "示例罚〔2022〕2号", "revoked_by_court", "--on", "2022-12-01", *document)
    assert "no change" in again.stdout
    after = _manifest(run("grade", *graded))
    again = _manifest(run("grade", *graded, "--known-at", "1"))
    assert after["content_hash"] != before["content_hash"] == again["content_hash"]
    folders = [tmp_path / "runs" / manifest["run_id"] for manifest in (before, after)]
    said = run("runs", "diff", *folders).stdout.replace("\n", "")
    assert "decided meanwhile: 示例罚〔2022〕2号" in said
    assert "revoked by a court" in said
    told = json.loads(run("runs", "diff", *folders, "--json").stdout)
    assert [each["kind"] for each in told["decisions"]] == ["revoked_by_court"] * 6
    (mover,) = told["movers"]
    assert (mover["operator_id"], mover["kind"]) == (operator, "up")
    gone = {record for rule in mover["rules"] for record in rule["gone"]}
    assert "示例罚〔2022〕2号" in gone
    shown = run("ledger", "show", "--violation", "示例罚〔2022〕2号").stdout
    assert "Administrative Litigation Law art. 70" in shown
    assert "判决生效" in run("ledger", "show", "--changes").stdout
    assert len(json.loads(run("ledger", "show", "--operator", operator, "--json").stdout)["violations"]) == 7
    assert "RE-870" in run("ledger", "show", code=2).stderr
    assert "RE-869" in run("ledger", "show", "--operator", "x", code=2).stderr
    assert "no row is left out" in run("ledger", "show", "--left-out").stdout


def test_a_driver_is_masked_in_what_is_shown(run):
    run("ledger", "init")
    run("ledger", "import", FILES[0], FILES[1])
    said = run("ledger", "show", "--violation", "样例交罚〔2020〕0003号").stdout
    assert "4110SL00220008" not in said
    assert "41**********08" in said
