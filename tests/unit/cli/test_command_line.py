"""The command line: what each command prints, writes and answers; how bad input is refused."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from riskengine.cli.main import COMMANDS

AS_OF = "2022-12-31"


@pytest.fixture
def small(tmp_path):
    """Two operators, three violations: one of nobody, one of a natural person."""
    operators, violations = tmp_path / "operators.csv", tmp_path / "violations.csv"
    operators.write_text(
        "operator_id,name,fleet_size,licensed_on\n91411000MA40000A18,示例甲,10,2015-01-01\n"
        "11010519491231002X,某某某,1,2015-01-01\n",
        "utf-8",
    )
    violations.write_text(
        "violation_id,operator_id,risk_point,occurred_on,decided_on,severity,penalty_kind,driver\n"
        "V1,91411000MA40000A18,RT-04,2022-10-01,2022-10-08,general,warning,\n"
        "V2,11010519491231002X,HW-01,2022-10-01,2022-10-08,minor,warning,110105194912310021\n"
        "V3,91411000MA40000B2C,RT-04,2022-10-01,2022-10-08,general,warning,\n",
        "utf-8",
    )
    return operators, violations


def _grade(cli, operators, violations, runs, *more):
    done = cli("grade", operators, "--violations", violations, "--as-of", AS_OF, "--out", runs, *more)
    assert done.code == 0, done.err
    return done


def test_every_command_has_help(cli):
    for name in COMMANDS:
        done = cli(name, "--help")
        assert done.code == 0
        assert "Usage:" in done.out


def test_grade_prints_the_run_folder_last_and_writes_every_file_of_the_contract(cli, small, tmp_path):
    done = _grade(cli, *small, tmp_path / "runs")
    run = Path(done.out.splitlines()[-1])
    names = {path.name for path in run.iterdir()}
    assert names == {
        "grades.parquet",
        "signals.parquet",
        "facts.parquet",
        "facts_by_risk_point.parquet",
        "evidence.parquet",
        "actions.parquet",
        "measures.parquet",
        "quarantine.parquet",
        "mend",
        "inputs",
        "manifest.json",
        "log.jsonl",
    }
    assert (run / "mend" / "violations.csv").is_file()


def test_rows_in_are_rows_out(cli, small, tmp_path):
    manifest = json.loads(_grade(cli, *small, tmp_path / "runs", "--json").out)
    operators, violations = manifest["sources"]["operators"], manifest["sources"]["violations"]
    assert operators["rows"] == operators["graded"] + operators["not_evaluable"] + operators["not_current"] == 2
    assert violations["rows"] == 3
    assert violations["used"] == 2
    assert violations["left_out"] == {"orphan": 1}


def test_the_same_grading_has_the_same_content_hash_and_another_link_in_the_chain(cli, small, tmp_path):
    first = json.loads(_grade(cli, *small, tmp_path / "runs", "--json").out)
    second = json.loads(_grade(cli, *small, tmp_path / "runs", "--json").out)
    assert first["content_hash"] == second["content_hash"]
    assert first["tables"] == second["tables"]
    assert second["previous_run"] == {"run_id": first["run_id"], "sha256": first["sha256"]}


def test_a_personal_number_is_masked_wherever_it_is_shown(cli, small, tmp_path):
    done = _grade(cli, *small, tmp_path / "runs", "--lang", "en")
    run = Path(done.out.splitlines()[-1])
    explained = cli("explain", run, "11010519491231002X")
    report = cli("report", small[0], "--violations", small[1], "--as-of", AS_OF, "--out", tmp_path / "out")
    pages = (tmp_path / "out" / "report.html").read_text("utf-8")
    log = (run / "log.jsonl").read_text("utf-8")
    quarantine = str(parquet.read_table(run / "quarantine.parquet").to_pylist())
    shown = [done.out, done.err, explained.out, explained.err, report.out, report.err, pages, log, quarantine]
    for text in shown:
        assert "11010519491231002X" not in text
        assert "110105194912310021" not in text
        assert "某某某" not in text
    assert "110105********002X" in explained.out
    assert "11010519491231002X" in cli("explain", run, "11010519491231002X", "--show-personal").out


def test_explain_says_it_all_from_the_run_alone(cli, small, tmp_path):
    run = Path(_grade(cli, *small, tmp_path / "runs").out.splitlines()[-1])
    for path in small:
        path.unlink()
    done = cli("explain", run, "91411000MA40000A18", "--lang", "en")
    assert done.code == 0
    assert "V1" in done.out
    assert "article" in done.out
    assert "does not hold" in done.out
    data = json.loads(cli("explain", run, "91411000MA40000A18", "--json").out)
    total = Decimal(data["start"]) + sum(Decimal(rule["points"]) for rule in data["fired"])
    assert Decimal(data["score"]) == total
    assert data["schema"] == "riskengine.explanation/1"


def test_the_grade_of_the_run_before_stands_beside_the_new_one(cli, examples, tmp_path):
    runs = tmp_path / "runs"
    files = (examples / "operators.csv", "--violations", examples / "violations.csv")
    cli("grade", *files, "--as-of", "2022-06-30", "--out", runs)
    done = cli("grade", *files, "--as-of", AS_OF, "--out", runs)
    before = {
        row["operator_id"]: row["grade"]
        for row in parquet.read_table(next(runs.glob("*06-30*")) / "grades.parquet").to_pylist()
    }
    for row in parquet.read_table(Path(done.out.splitlines()[-1]) / "grades.parquet").to_pylist():
        assert row["previous_grade"] == before[row["operator_id"]]
    alone = cli("grade", *files, "--as-of", AS_OF, "--out", runs, "--previous", "none", "--json")
    compared = cli("grade", *files, "--as-of", AS_OF, "--out", runs, "--json")
    assert json.loads(alone.out)["content_hash"] == json.loads(compared.out)["content_hash"]
    assert json.loads(alone.out)["compared_with"] is None


def test_too_many_rows_left_out_refuse_the_run_and_leave_the_quarantine(cli, small, tmp_path):
    runs = tmp_path / "runs"
    done = cli("grade", small[0], "--violations", small[1], "--as-of", AS_OF, "--out", runs, "--max-quarantine", "0")
    assert done.code == 2
    assert "RE-605" in done.err
    assert [path.name for path in runs.iterdir()] == [f"refused_xuchang-transport_{AS_OF}"]
    assert (runs / f"refused_xuchang-transport_{AS_OF}" / "quarantine.parquet").is_file()
    assert _grade(cli, *small, runs, "--max-quarantine", "1").code == 0


def test_a_changed_byte_an_added_and_a_missing_file_are_found(cli, small, tmp_path):
    run = Path(_grade(cli, *small, tmp_path / "runs").out.splitlines()[-1])
    assert cli("runs", "verify", run).code == 0
    for damage in ("change", "add", "remove", "manifest"):
        copy = tmp_path / damage / run.name
        copy.parent.mkdir()
        _copy(run, copy)
        if damage == "change":
            content = bytearray((copy / "grades.parquet").read_bytes())
            content[len(content) // 2] ^= 1
            (copy / "grades.parquet").write_bytes(bytes(content))
        elif damage == "add":
            (copy / "note.txt").write_text("x")
        elif damage == "remove":
            (copy / "signals.parquet").unlink()
        else:
            text = (copy / "manifest.json").read_text("utf-8")
            (copy / "manifest.json").write_text(text.replace('"rows": 3', '"rows": 4'), "utf-8")
        done = cli("runs", "verify", copy, "--lang", "en")
        assert done.code == 1
        assert "RE-610" in done.out


def _copy(source: Path, target: Path) -> None:
    import shutil

    shutil.copytree(source, target)


def test_a_run_without_its_inputs_is_refused_with_a_code(cli, small, tmp_path):
    run = Path(_grade(cli, *small, tmp_path / "runs").out.splitlines()[-1])
    (run / "inputs" / "policy.yaml").unlink()
    done = cli("explain", run, "91411000MA40000A18")
    assert done.code == 2
    assert "RE-610" in done.err
    (run / "manifest.json").write_text('{"run_format": "1"}')
    assert "RE-602" in cli("runs", "show", run).err


def test_a_run_taken_out_of_the_chain_is_found(cli, small, tmp_path):
    import shutil

    runs = tmp_path / "runs"
    for _ in range(3):
        _grade(cli, *small, runs)
    assert cli("runs", "verify", runs).code == 0
    shutil.rmtree(sorted(runs.glob("xuchang*"))[1])
    assert cli("runs", "verify", runs).code == 1


BAD = [
    (["grade", "{o}", "--violations", "{v}", "--as-of", "2022-02-30", "--out", "{t}"], "RE-601"),
    (["grade", "{o}", "--as-of", AS_OF, "--out", "{t}"], "RE-604"),
    (["grade", "{t}/none.csv", "--violations", "{v}", "--as-of", AS_OF, "--out", "{t}"], "RE-101"),
    (["grade", "{o}", "--violations", "{t}/none.csv", "--as-of", AS_OF, "--out", "{t}"], "RE-101"),
    (["grade", "{o}", "--violations", "{v}", "--as-of", AS_OF, "--out", "{o}/runs"], "RE-609"),
    (["grade", "{o}", "--violations", "{v}", "--as-of", AS_OF, "--out", "{t}", "--policy", "uk-fhsr"], "uk-fhrs"),
    (["grade", "{o}", "--violations", "{v}", "--as-of", AS_OF, "--out", "{t}", "--map", "fleet_size"], "RE-607"),
    (["grade", "{o}", "--violations", "{v}", "--as-of", AS_OF, "--out", "{t}", "--previous", "{t}"], "RE-602"),
    (["explain", "{t}", "X"], "RE-602"),
    (["runs", "verify", "{t}"], "RE-602"),
    (["catalog", "show", "HW-1"], "HW-01"),
    (["catalog", "list", "--area", "XX"], "RE-611"),
    (["repot"], "report"),
    (["template", "--out", "{o}"], "RE-609"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD, ids=[" ".join(words[:2]) + f" {code}" for words, code in BAD])
def test_bad_usage_is_exit_2_with_a_code_or_the_nearest_name_and_no_traceback(cli, small, tmp_path, arguments, words):
    folder = tmp_path / "target"
    folder.mkdir()
    filled = [text.format(o=small[0], v=small[1], t=folder) for text in arguments]
    done = cli(*filled)
    assert done.code == 2
    assert words in done.err
    assert "Traceback" not in done.err


def test_sources_that_there_are_none_of_are_said_to_be_none(cli, small, tmp_path):
    done = cli("grade", small[0], "--violations", "none", "--as-of", AS_OF, "--out", tmp_path / "runs", "--json")
    assert done.code == 0
    assert json.loads(done.out)["sources"]["violations"]["rows"] == 0


def test_without_an_as_of_date_today_is_taken_and_said(cli, small, tmp_path):
    done = cli("grade", small[0], "--violations", small[1], "--out", tmp_path / "runs", "--json")
    today = date.today().isoformat()  # noqa: DTZ011 - the command's own clock is meant
    assert today in done.err
    assert json.loads(done.out)["as_of"] == today


def test_catalog_list_gives_one_object_per_risk_point(cli):
    points = json.loads(cli("catalog", "list", "--json").out)
    assert len(points) == 32
    assert sum(len(point["measures"]) for point in points) == 120
    assert set(points[0]) == {"code", "area", "level", "title", "measures"}


def test_catalog_show_gives_conduct_citations_and_measures_in_both_languages(cli):
    assert "公路安全保护条例" in cli("catalog", "show", "HW-01", "--lang", "zh").out
    assert "article" in cli("catalog", "show", "hw-01", "--lang", "en").out
    assert json.loads(cli("catalog", "show", "HW-01-M1", "--json").out)


def test_policy_list_names_the_default_and_lint_passes(cli):
    assert "xuchang-transport" in cli("policy", "list").out
    assert {entry["policy"] for entry in json.loads(cli("policy", "list", "--json").out)} >= {"uk-fhrs"}
    assert cli("policy", "lint").code == 0


def test_policy_lint_lists_every_problem_with_its_line(cli, tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text("policy: broken\nversion: 1\nfactz: {}\n", "utf-8")
    done = cli("policy", "lint", file, "--lang", "en")
    assert done.code == 1
    assert re.search(r"^error: .*line 3, character 1, factz: RE-502.*facts", done.out, re.MULTILINE)
    assert cli("policy", "lint", file, "--lang", "zh").out.startswith("错误：")


def test_the_template_can_be_filled_in_and_graded(cli, tmp_path):
    from openpyxl import load_workbook

    form = tmp_path / "form.xlsx"
    assert cli("template", "--out", form).code == 0
    book = load_workbook(form)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    row = {"统一社会信用代码": "91411000MA40000A18", "名称": "示例甲", "车辆数": 12, "许可日期": date(2015, 1, 1)}
    for at, heading in enumerate(headings, start=1):
        name = str(heading).split("\n")[0].strip("* ")
        if name in row:
            sheet.cell(row=3, column=at, value=row[name])
    book.save(form)
    done = cli("grade", form, "--violations", "none", "--as-of", AS_OF, "--out", tmp_path / "runs", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["sources"]["operators"]["graded"] == 1


def test_validate_lists_every_problem_and_grades_nothing(cli, examples, tmp_path):
    dirty = examples / "dirty"
    done = cli("validate", dirty / "operators.csv", dirty / "violations.csv", "--as-of", AS_OF, "--json")
    assert done.code == 2
    result = json.loads(done.out)
    assert all(entry["rows"] == entry["valid"] + entry["left_out"] for entry in result["files"])
    assert len({problem["code"] for problem in result["problems"]}) > 15
    clean = cli("validate", examples / "operators.csv", "--lang", "en")
    assert clean.code == 0


def test_validate_follows_a_mapping_that_is_meant_for_one_of_the_files(cli, tmp_path):
    (tmp_path / "o.csv").write_text("operator_id,name\nA,x\n", "utf-8")
    (tmp_path / "i.csv").write_text("inspection_id,operator_id,day\nI1,A,2022-06-01\nI2,A,2022-06-01\n", "utf-8")
    both = [tmp_path / "o.csv", tmp_path / "i.csv"]
    done = cli("validate", *both, "--map", "inspected_on=day", "--as-of", AS_OF, "--lang", "en")
    assert "o.csv: operators, 1 rows = 1 valid" in done.out
    assert "i.csv: inspections, 2 rows = 2 valid" in done.out
    assert "RE-111" not in done.err
    done = cli("validate", *both, "--map", "inspected_on=nowhere", "--as-of", AS_OF, "--lang", "en")
    assert done.code == 2
    assert "RE-111" in done.err
