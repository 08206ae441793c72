"""Registers, questions, answers and counts at the command line."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner
from registers_for_tests import DRIVER, PLATE, A, B, employed, operator, overload, owned

from riskengine.cli.main import cli


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RISKENGINE_DB", str(tmp_path / "l.db"))
    monkeypatch.setenv("RISKENGINE_LANG", "en")

    def running(*arguments, code=0):
        done = CliRunner().invoke(cli, list(map(str, arguments)))
        assert done.exit_code == code, done.output + done.stderr
        return done

    running("ledger", "init")
    return running


@pytest.fixture
def file(tmp_path):
    def writing(name, rows):
        path = tmp_path / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list({column: None for row in rows for column in row}))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return writing


@pytest.fixture
def filled(run, file):
    """A ledger with a sold vehicle, a driver, and five violations of which two are questions."""
    operators = file("operators", [operator(A, fleet_size="9"), operator(B, fleet_size="9")])
    ties = file("ties", [owned(A, "2020-01-01", "2022-06-01"), owned(B, "2022-06-01"), employed(A, "2020-01-01")])
    days = ["2022-02-01", "2022-03-01", "2022-06-01", "2022-07-01"]
    rows = [overload(f"示例罚{at}号", day, vehicle=PLATE, plate_colour="黄") for at, day in enumerate(days, 1)]
    rows.append(overload("示例罚5号", "2022-07-01", vehicle=PLATE, plate_colour="黄", driver=DRIVER))
    rows.append(overload("示例罚6号", "2022-07-02", vehicle="豫K99999", plate_colour="黄"))
    drivers = file("drivers", [{"driver": DRIVER, "name": "某某某"}])
    vehicles = file("vehicles", [{"vehicle": PLATE, "plate_colour": "黄"}])
    registers = ("--ties", ties, "--drivers", drivers, "--vehicles", vehicles)
    return run("ledger", "import", operators, file("violations", rows), *registers, "--json")


def test_registers_are_imported_and_again_change_nothing(run, filled, file):
    done = json.loads(filled.stdout)
    assert [(each["source"], each["new"]) for each in done["files"]] == [
        ("operators", 2),
        ("vehicles", 1),
        ("drivers", 1),
        ("ties", 3),
        ("violations", 6),
    ]
    assert [each["unnamed"] for each in done["files"]] == [0, 0, 0, 0, 6]
    again = run("ledger", "import", "--ties", file("again", [owned(B, "2022-06-01")])).stdout
    assert "no change" in again
    assert "RE-875" in run("ledger", "import", code=2).stderr
    mapped = file("mapped", [{"plate": PLATE, "plate_colour": "黄", "operator_id": A, "since": "2022-08-01"}])
    said = run("ledger", "import", "--ties", mapped, "--map", "ties.vehicle=plate").stdout
    assert f"ties of one overlap: {PLATE}|黄, {B} (from 2022-06-01) and {A} (from 2022-08-01)" in said
    bad = run("ledger", "import", "--ties", file("bad", [owned(A, "2022-08-01", "2022-01-01")]))
    assert "RE-874" in bad.stderr
    assert "RE-874" in (file("x", []).parent / "mend" / "ties.csv").read_text("utf-8-sig")


def test_questions_are_listed_left_out_of_gradings_and_answered(run, filled, tmp_path):
    asked = json.loads(run("ledger", "questions", "--as-of", "2022-12-31", "--json").stdout)
    assert [(each["violation_id"], each["why"]) for each in asked] == [("示例罚5号", "differ"), ("示例罚6号", "nobody")]
    assert [(each["kind"], each["operator_id"]) for each in asked[0]["candidates"]] == [("owns", B), ("employs", A)]
    said = run("ledger", "questions", "--as-of", "2022-12-31").stdout
    assert "vehicle and driver point to different operators" in said
    assert "2 in all" in said
    graded = ["--ledger", tmp_path / "l.db", "--as-of", "2022-12-31", "--out", "runs", "--previous", "none", "--json"]
    before = run("grade", *graded)
    assert before.stderr.count("RE-876") == 2
    manifest = json.loads(before.stdout)
    assert manifest["sources"]["violations"]["left_out"] == {"error": 2}
    answered = run(
        "ledger", "attribute", "示例罚5号", B, "--by", "示例登记员", "--why", "调度记录", "--document", "示例函1号"
    )
    assert "answers for it; recorded as change 2" in answered.stdout
    assert run("grade", *graded).stderr.count("RE-876") == 1
    again = json.loads(run("grade", *graded, "--known-at", "1").stdout)
    assert again["content_hash"] == manifest["content_hash"]
    assert "taken back" in run("ledger", "attribute", "示例罚5号", "--take-back", "--why", "有误").stdout
    assert len(json.loads(run("ledger", "questions", "--as-of", "2022-12-31", "--json").stdout)) == 2
    at_2 = run("ledger", "questions", "--as-of", "2022-12-31", "--known-at", "2", "--json").stdout
    assert len(json.loads(at_2)) == 1
    run("ledger", "attribute", "示例罚5号", "--why", "x", code=2)
    shown = run("ledger", "show", "--violation", "示例罚5号").stdout
    assert "answers for it: a question for a person (vehicle and driver point to different operators)" in shown
    assert f"{A} employed 样例****1号 from 2020-01-01 on" in shown
    assert f"a person answered: {B} (change 2" in shown
    assert any(line.endswith("taken back") for line in shown.splitlines())
    told = json.loads(run("ledger", "show", "--violation", "示例罚1号", "--json").stdout)
    assert (told["attribution"]["operator_id"], told["attribution"]["why"], told["answers"]) == (A, "tied", [])
    assert "verified: 3 changes" in run("ledger", "verify").stdout


def test_a_vehicle_and_a_driver_are_shown_with_the_number_masked(run, filled):
    said = run("ledger", "show", "--vehicle", f"{PLATE}|黄").stdout
    assert f"{A} owned {PLATE}|黄 from 2020-01-01 on, until before 2022-06-01" in said
    assert f"示例罚1号: HW-01, 2022-02-01 → {A} (by the ties of that day)" in said
    assert "示例罚5号: HW-01, 2022-07-01 → a question for a person" in said
    found = run("ledger", "show", "--driver", DRIVER)
    assert "0001" not in found.output
    assert "employed" in found.stdout
    assert "RE-879" in run("ledger", "show", "--vehicle", "豫K00000", code=2).stderr
    assert "RE-870" in run("ledger", "show", "--vehicle", PLATE, "--driver", DRIVER, code=2).stderr
    assert "(by the ties of that day)" in run("ledger", "show", "--operator", A).stdout
    for lang in ("zh", "en"):
        shown = json.loads(run("ledger", "show", "--driver", DRIVER, "--lang", lang, "--json").stdout)
        assert shown["ties"][0]["operator_id"] == A


def test_counts_are_listed_with_their_articles_and_records(run, filled):
    said = run("ledger", "counts", "--as-of", "2022-12-31").stdout
    assert f"more than three overload violations in a year: {PLATE}|黄, 5; reached" in said
    assert "Highway Safety Protection Regulation art. 66 para. 1" in said
    assert "Henan Overload Control Regulation art. 29 para. 3" in said
    assert "示例罚1号, 示例罚2号, 示例罚3号, 示例罚4号, 示例罚5号" in said
    rows = json.loads(run("ledger", "counts", "--as-of", "2022-12-31", "--lang", "zh", "--json").stdout)
    assert [(row["count"], row["id"], row["state"]) for row in rows] == [
        ("vehicle_count", f"{PLATE}|黄", "reached"),
        ("driver_count", "样例****1号", "unknown"),  # the records without a driver may be the same one's
        ("firm_share", A, "reached"),
        ("firm_share", B, "reached"),
    ]
    assert rows[0]["follows"] == "吊销该车辆的车辆营运证"
    assert "nobody reached a count" in run("ledger", "counts", "--as-of", "2021-12-31").stdout


def test_forms_of_registers_are_written(run, tmp_path):
    run("template", "vehicles", "drivers", "ties")
    assert (tmp_path / "template.xlsx").is_file()
