"""An objection from the command line to every report: beside the grade, or instead of it where the policy says so."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from rich.console import Console

from riskengine import RunError
from riskengine.cli.main import cli
from riskengine.reports import terminal_summary, write_html, write_xlsx
from riskengine.reports.leader import leader_findings
from riskengine.reports.notice import Mailing, Sender, write_notices
from riskengine.reports.privacy import Privacy
from riskengine.runs import open_run

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
FILES = [EXAMPLES / f"{name}.csv" for name in ("operators", "violations", "inspections")]
POLICY = ROOT / "policies" / "xuchang-transport" / "policy.yaml"
STOPPED = "objection: {display: stopped, answer_within: 15 days, basis: local_policy}\n"
DOCUMENT = ["--document", "示例异〔2023〕1号", "--document-on", "2023-01-09", "--why", "车辆已转让"]
LATER = ["--on", "2023-01-16", *DOCUMENT]


@pytest.fixture
def run(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RISKENGINE_DB", url)
    monkeypatch.setenv("RISKENGINE_LANG", "en")

    def running(*arguments, code=0):
        done = CliRunner().invoke(cli, list(map(str, arguments)))
        assert done.exit_code == code, done.output + done.stderr
        return done

    running("ledger", "init")
    running("ledger", "import", *FILES, "--by", "甲")
    return running


@pytest.fixture(params=["beside", "stopped"])
def policy(request, tmp_path):
    """The default policy, as it is shipped and with the display stopped meanwhile."""
    file = tmp_path / "policy" / "policy.yaml"
    file.parent.mkdir()
    file.write_text(POLICY.read_text("utf-8") + (STOPPED if request.param == "stopped" else ""), "utf-8")
    return file


@pytest.fixture
def grade(run, url, policy, tmp_path):
    def grading():
        given = ("--ledger", url, "--policy", policy, "--as-of", "2022-12-31", "--out", "runs", "--previous", "none")
        return open_run(tmp_path / "runs" / json.loads(run("grade", *given, "--json").stdout)["run_id"])

    return grading


def _worst(run):
    rows = [row for row in run.rows("grades") if row["grade"] == run.plan.grades[-1]]
    return min(rows, key=lambda row: row["score"])


def _text(run, **options):
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(terminal_summary(run, "en", **options))
    return console.export_text()


def test_from_filing_to_the_answer(run, grade, policy):
    first = grade()
    row = _worst(first)
    operator, stopped = row["operator_id"], "stopped" in policy.read_text("utf-8").rsplit("\n", 2)[-2]
    filing = ["ledger", "object", operator, "--run", first.folder, "--on", "2023-01-10", *DOCUMENT]
    filed = json.loads(run(*filing, "--by", "甲", "--json").stdout)
    assert filed["grade"] == row["grade"]
    assert filed["answer_by"] == ("2023-01-25" if stopped else "2023-01-19")
    assert "no change" in run(*filing, "--by", "甲").stdout
    if not stopped:
        Path("days.yaml").write_text("'2023': {holidays: [2023-01-18], workdays: [2023-01-14, 2023-01-15]}\n", "utf-8")
        assert "RE-895" in run(*filing, "--by", "甲", "--calendar", "days.yaml", code=2).stderr, "another term"
        assert "RE-935" in run(*filing, "--by", "甲", "--calendar", "none.yaml", code=2).stderr
    assert "RE-603" in run("ledger", "object", "x", *filing[3:], code=2).stderr
    assert "RE-895" in run(*filing, "--by", "丙", code=2).stderr
    assert "1 open, 0 of them late" in run("ledger", "objections", "--as-of", filed["answer_by"], "--fail").stdout
    late = run("ledger", "objections", "--as-of", "2023-02-01", "--fail", code=1).stdout
    assert "LATE" in late
    assert "1 of them late" in late

    again = grade()
    assert again.manifest["content_hash"] == first.manifest["content_hash"], "the tables do not change by it"
    assert set(again.objections) == {operator}
    assert run("runs", "verify", "runs").exit_code == 0
    assert first.objections == {}
    _shown(run, again, row, stopped=stopped)

    answer = ["ledger", "answer", operator, "upheld", "--run", first.run_id, *LATER]
    assert "RE-897" in run(*answer, "--change", "2", "--by", "甲", code=2).stderr
    assert "RE-898" in run(*answer, "--by", "乙", code=2).stderr
    assert "upheld" in run(*answer, "--change", "2", "--new-run", again.folder, "--by", "乙").stdout
    assert "RE-896" in run("ledger", "answer", operator, "dismissed", "--run", first.run_id, *LATER, code=2).stderr
    assert "no objection" in run("ledger", "objections", "--as-of", "2023-02-01", "--fail").stdout
    (held,) = json.loads(run("ledger", "objections", "--all", "--as-of", "2023-02-01", "--json").stdout)["objections"]
    assert (held["outcome"], held["answered_by"], held["new_run_id"]) == ("upheld", "乙", again.run_id)
    assert grade().objections == {}
    assert "verified" in run("ledger", "verify").stdout
    assert "objections to grades: 1 (2 versions)" in run("ledger", "status").stdout


def _shown(run, graded, row, *, stopped):
    """What every report says of a grade under objection."""
    operator, folder = row["operator_id"], graded.folder
    told = run("explain", folder, operator).stdout
    assert "under objection" in told
    assert f"\n{row['grade']} " in told, "the grade itself is told to the bureau"
    assert ("not published" in told) == stopped
    plain = json.loads(run("explain", folder, operator, "--json").stdout)
    assert (plain["objection"]["filed_on"], plain["display_stopped"]) == ("2023-01-10", stopped)
    other = next(each for each in graded.rows("grades") if each["operator_id"] != operator)
    assert "objection" not in json.loads(run("explain", folder, other["operator_id"], "--json").stdout)
    assert _text(graded).count("under objection") == 1
    lines = [line for finding in leader_findings(graded, "en") for line in finding.evidence]
    named = [line for line in lines if operator in line]
    assert all("under objection" in line for line in named)
    (notice,) = write_notices(
        graded,
        [operator],
        Path("notices"),
        Mailing(("html",), "en", Privacy(False), Sender()),  # noqa: FBT003
    )
    text = Path(notice["files"][0]).read_text("utf-8")
    assert "under objection" in text
    assert ("not published until" in text) == stopped
    kept = [json.loads(line) for line in (folder / "inputs" / "repairs.jsonl").read_text("utf-8").splitlines()]
    behind = {item["record_id"] for item in graded.rows("evidence") if item["operator_id"] == operator}
    mine = [each for each in kept if each["violation_id"] in behind]
    assert ("repair can be applied for from" in text) == bool(mine)
    for show_personal in (False, True):
        hidden = stopped and not show_personal
        _page(graded, row, hidden=hidden, show_personal=show_personal)
        _workbook(graded, row, hidden=hidden, show_personal=show_personal)


def _page(graded, row, *, hidden, show_personal):
    write_html(graded, Path("report.html"), "en", show_personal=show_personal)
    text = Path("report.html").read_text("utf-8")
    blocks = {
        name: json.loads(block)
        for name, block in re.findall(
            r'<script type="application/json" id="([a-z0-9-]+)">(.*?)</script>', text, re.DOTALL
        )
    }
    columns, (at,) = blocks["columns"], blocks["columns"]["objected"]
    assert columns["id"][at] == row["operator_id"]
    entry = blocks["details-0"]["operators"][at]
    said = json.dumps(blocks["details-0"]["texts"][entry["objection"]], ensure_ascii=False)
    form = blocks["details-0"]["texts"][entry["objection"]]
    if not isinstance(form[0], str):
        said = json.dumps(blocks["details-0"]["forms"][form[0]], ensure_ascii=False)
    assert "under objection" in said
    if hidden:
        assert (columns["grade"][at], columns["score"][at], columns["tier"][at], columns["status"][at]) == (
            -1,
            "",
            -1,
            3,
        )
        assert set(entry) == {"objection"}
    else:
        assert blocks["shared"]["grades"][columns["grade"][at]][0] == row["grade"]
        assert entry["fired"]


def _workbook(graded, row, *, hidden, show_personal):
    write_xlsx(graded, Path("report.xlsx"), "en", show_personal=show_personal)
    book = load_workbook(Path("report.xlsx"), read_only=True)
    sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    listed = next(rows for rows in sheets if "Objection" in rows[0])
    column = {name: at for at, name in enumerate(listed[0])}
    (mine,) = [cells for cells in listed if cells[0] == row["operator_id"]]
    assert "under objection" in mine[column["Objection"]]
    assert [cells[column["Objection"]] for cells in listed[1:] if cells[0] != row["operator_id"]] == [None] * 299
    if hidden:
        assert (mine[column["Grade"]], mine[column["Score"]], mine[column["Status"]]) == (None, None, "under objection")
        assert not any(cells[0] == row["operator_id"] for rows in sheets for cells in rows if "Action" in rows[0])
    else:
        assert mine[column["Grade"]] == row["grade"]


def test_a_run_of_another_ledger_or_of_files_is_no_ground(run, grade, tmp_path):
    files = ("grade", FILES[0], "--violations", FILES[1], "--inspections", FILES[2], "--as-of", "2022-12-31", "--json")
    other = tmp_path / "runs" / json.loads(run(*files, "--out", "runs").stdout)["run_id"]
    operator = _worst(open_run(other))["operator_id"]
    filing = ["ledger", "object", operator, "--run", other, "--on", "2023-01-10", *DOCUMENT]
    assert "RE-871" in run(*filing, code=2).stderr
    folder = grade().folder
    run("ledger", "init", "--db", "other.db")
    filing = ["ledger", "object", operator, "--run", folder, "--on", "2023-01-10", *DOCUMENT]
    assert "RE-872" in run(*filing, "--db", "other.db", code=2).stderr


def test_a_damaged_list_of_objections_is_told(run, grade):
    folder = grade().folder
    manifest = folder / "manifest.json"
    for name, text in (("objections.json", "[]"), ("repairs.jsonl", "{}\n")):
        (folder / "inputs" / name).write_text(text, "utf-8")
        told = json.loads(manifest.read_text("utf-8"))
        told["files"][f"inputs/{name}"] = "0" * 64
        manifest.write_text(json.dumps(told), "utf-8")
        opened = open_run(folder)
        with pytest.raises(RunError, match="RE-610"):
            _ = opened.objections if name == "objections.json" else opened.repairs


def test_help_on_the_page_names_the_day_of_repair(grade):
    graded = grade()
    write_html(graded, Path("report.html"), "en")
    text = Path("report.html").read_text("utf-8")
    details = json.loads(re.search(r'id="details-0">(.*?)</script>', text, re.DOTALL)[1])
    days = {
        rule["repair_from"] for entry in details["operators"] for rule in entry.get("help", ()) if "repair_from" in rule
    }
    kept = (graded.folder / "inputs" / "repairs.jsonl").read_text("utf-8")
    assert days
    assert days <= {json.loads(line)["earliest"] for line in kept.splitlines()}


def test_credit_repair_at_the_command_line(run):
    listed = json.loads(run("ledger", "repair", "--as-of", "2022-12-31", "--json").stdout)
    early = next(each for each in listed["penalties"] if each["state"] == "not_yet")
    words = run("ledger", "repair", "--as-of", "2022-12-31", "--operator", early["operator_id"]).stdout
    assert early["earliest"] in words
    assert "unverified" in words
    assert "Henan" in words
    document = ["--document", "示例修〔2023〕1号", "--document-on", "2023-01-09", "--why", "申请"]
    apply = ["ledger", "amend", early["violation_id"], "repair_applied", *document]
    refused = run(*apply, "--on", "2022-12-31", code=2).stderr
    assert "RE-821" in refused
    assert early["earliest"] in refused
    run(*apply, "--on", early["earliest"])
    day = ("--as-of", early["earliest"])
    (applied,) = json.loads(run("ledger", "repair", *day, "--state", "applied", "--json").stdout)["penalties"]
    assert (applied["violation_id"], applied["since"]) == (early["violation_id"], early["earliest"])
    shown = run("ledger", "show", "--violation", early["violation_id"], *day).stdout
    assert "credit repair applied for" in shown
    assert "repair is applied for" in shown
    history = json.loads(run("ledger", "show", "--violation", early["violation_id"], *day, "--json").stdout)["repair"]
    assert [each["kind"] for each in history["history"]] == ["repair_applied"]
    assert date.fromisoformat(history["latest"]) > date.fromisoformat(history["earliest"])
