"""A work plan: read from YAML, Excel and CSV alike, every problem at once; how it stands on a day, by its dates."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from riskengine.cli.main import cli
from riskengine.supervision.workplan import WORK_PLAN, read_rules, read_work_plan, standing_of

EXAMPLE = Path(__file__).parents[3] / "examples" / "record-2022" / "work_plan.yaml"
DAYS = [date(2022, 1, 1) + timedelta(days=step) for step in range(0, 460, 23)]


def _run(*arguments, expected=0):
    done = CliRunner().invoke(cli, ["supervise", "tasks", *map(str, arguments)], standalone_mode=False)
    code = done.return_value if done.exit_code == 0 else done.exit_code
    assert (code or 0) == expected, done.output
    return done


def _entries():
    """The measures of the example as plain data, with their task."""
    return [(task, entry) for task in yaml.safe_load(EXAMPLE.read_text("utf-8"))["tasks"] for entry in task["measures"]]


def _cells():
    for task, entry in _entries():
        yield {
            "任务编号": task["task"],
            "任务": task["title"]["zh"],
            "任务（英文）": task["title"]["en"],
            "措施编号": entry["measure"],
            "措施": entry["title"]["zh"],
            "措施（英文）": entry["title"]["en"],
            "牵头部门": entry["lead"],
            "配合部门": "；".join(entry.get("cooperating", [])),
            "完成时限": entry["due_on"],
            "启动日期": entry.get("begun_on"),
            "完成日期": entry.get("completed_on"),
            "佐证材料": entry.get("evidence"),
        }


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """The example as a workbook and as CSV."""
    folder = tmp_path_factory.mktemp("plans")
    rows = list(_cells())
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(folder / "plan.xlsx")
    with (folder / "plan.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder


def test_the_example_has_eight_tasks_and_thirty_eight_measures():
    plan = read_work_plan(EXAMPLE)
    assert (len(plan.tasks), len(plan.measures)) == (8, 38)
    assert "INVENTED" in EXAMPLE.read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_table_says_the_same_as_the_yaml(forms, suffix):
    read, told = read_work_plan(forms / f"plan.{suffix}"), read_work_plan(EXAMPLE)
    assert [(t.task, t.title) for t in read.tasks] == [(t.task, t.title) for t in told.tasks]
    for number, (one, other) in enumerate(zip(read.measures, told.measures, strict=True), 2):
        same = ("measure", "title", "lead", "cooperating", "due_on", "begun_on", "completed_on", "evidence")
        assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
        assert one.place == number


def _state(entry, day):
    """The state by the definitions, said again."""
    completed = entry.get("completed_on")
    if completed and completed <= day:
        return "done" if entry.get("evidence") else "no_evidence"
    if entry["due_on"] < day:
        return "late"
    if entry["due_on"] - day <= timedelta(days=30):
        return "due_soon"
    return "under_way" if entry.get("begun_on") and entry["begun_on"] <= day else "not_begun"


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_state_and_every_day_late_is_that_of_the_dates(day):
    standing = standing_of(read_work_plan(EXAMPLE), read_rules(), day)
    for (_, entry), each in zip(_entries(), standing.measures, strict=True):
        assert each.state == _state(entry, day), entry
        completed = entry.get("completed_on")
        until = completed if completed and completed <= day else day
        assert each.days_late == max(0, (until - entry["due_on"]).days)
    for task in standing.tasks:
        states = [each.state for each in task.measures]
        assert (task.state == "done") == (set(states) == {"done"})
        for worst in ("late", "no_evidence", "due_soon"):
            if worst in states:
                assert task.state == worst
                break
    reminded = {
        (name, entry["measure"])
        for _, entry in _entries()
        for name in (entry["lead"], *entry.get("cooperating", []))
        if _state(entry, day) in {"late", "no_evidence", "due_soon"}
    }
    told = standing.reminders()
    assert {(one.department, one.standing.measure.measure) for one in told} == reminded
    assert len(told) == len(reminded)


def test_the_days_of_the_rules_decide_what_is_due_soon(tmp_path):
    rules = (Path(__file__).parents[3] / "riskengine/supervision/workplan/rules.yaml").read_text("utf-8")
    (tmp_path / "rules.yaml").write_text(rules.replace("days: 30", "days: 31"), "utf-8")
    plan, day = read_work_plan(EXAMPLE), date(2022, 12, 31)
    by_days = [
        {one.measure.measure for one in standing_of(plan, read_rules(file), day).measures if one.state == "due_soon"}
        for file in (None, tmp_path / "rules.yaml")
    ]
    assert by_days[1] - by_days[0] == {"6-4"}  # due 2023-01-31


PROBLEMS = [
    ("任务一,措施甲,部门甲,,2022-05-01,,\n1,另一名称,1-2,措施乙,部门甲,,2022-05-01,,", ("RE-980", 3)),
    (",措施甲,部门甲,,2022-05-01,,", ("RE-981", 2)),
    ("任务一,措施甲,部门甲,部门乙；部门甲,2022-05-01,,", ("RE-982", 2)),
    ("任务一,措施甲,部门甲,,2022-05-01,2022-04-02,2022-04-01", ("RE-983", 2)),
    ("任务一,措施甲,部门甲,,2022-13-01,,", ("RE-2", 2)),
    ("任务一,措施甲,,,2022-05-01,,", ("RE-201", 2)),
]


def _table(text):
    head = "任务编号,任务,措施编号,措施,牵头部门,配合部门,完成时限,启动日期,完成日期\n"
    first, *rest = text.split("\n")
    title, *cells = first.split(",")
    return head + "\n".join([f"1,{title},1-1,{','.join(cells)}", *rest]) + "\n"


@pytest.mark.parametrize(("text", "expected"), PROBLEMS, ids=lambda value: value[0] if isinstance(value, tuple) else "")
def test_a_problem_is_told_with_its_row(tmp_path, text, expected):
    (tmp_path / "plan.csv").write_text(_table(text), "utf-8")
    found = json.loads(_run("check", tmp_path / "plan.csv", "--json", "--lang", "en", expected=2).stdout)["problems"]
    assert [(one["code"].startswith(expected[0]), one["row"]) for one in found if one["level"] == "error"] == [
        (True, expected[1])
    ]
    assert expected[0] in _run("show", tmp_path / "plan.csv", "--as-of", "2022-06-01", expected=2).stderr


def test_all_problems_are_told_at_once_in_yaml_too_each_with_its_line(tmp_path):
    text = EXAMPLE.read_text("utf-8")
    for old, new in (
        ("measure: 1-2,", "measure: 1-1,"),
        ("[办公室], due_on: 2022-05-31", "[法制科], due_on: 2022-05-31"),
    ):
        text = text.replace(old, new)
    (tmp_path / "plan.yaml").write_text(text, "utf-8")
    found = json.loads(_run("check", tmp_path / "plan.yaml", "--json", expected=2).stdout)["problems"]
    line = next(at for at, one in enumerate(text.splitlines(), 1) if "2022-05-31, begun_on: 2022-04-06" in one)
    assert [(one["code"], one["line"]) for one in found] == [("RE-982", line), ("RE-984", line)]


def test_a_plan_with_nothing_in_it_and_an_unknown_department_are_refused(tmp_path):
    (tmp_path / "plan.csv").write_text(_table("a,b,c,,2022-05-01,,").splitlines()[0] + "\n", "utf-8")
    assert "RE-106" in _run("check", tmp_path / "plan.csv", expected=2).stderr
    told = _run("show", EXAMPLE, "--as-of", "2022-06-01", "--department", "法治科", "--lang", "en", expected=2).stderr
    assert "RE-985" in told
    assert "法制科" in told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_shows_every_measure_and_every_reminder(tmp_path, lang):
    out = tmp_path / "standing.xlsx"
    told = json.loads(
        _run("show", EXAMPLE, "--as-of", "2022-12-31", "--out", out, "--lang", lang, "--json").stdout
    )  # fmt: skip
    measures, tasks, reminders, _ = openpyxl.load_workbook(out).worksheets
    shown = {row[2]: (row[10], row[11]) for row in measures.iter_rows(min_row=2, values_only=True)}
    words = {state: entry.get(lang) for state, entry in read_rules().states.items()}
    listed = [one for task in told["tasks"] for one in task["measures"]]
    assert shown == {one["measure"]: (words[one["state"]], one["days_late"]) for one in listed}
    assert tasks.max_row == 9
    assert reminders.max_row == 1 + len(told["reminders"])


def test_show_fails_where_asked_only_if_a_measure_is_late():
    _run("show", EXAMPLE, "--as-of", "2022-12-31", "--fail", expected=1)
    _run("show", EXAMPLE, "--as-of", "2022-01-31", "--fail")


def test_the_form_has_every_column_and_its_example_is_no_record(tmp_path):
    _run("form", "--out", tmp_path / "form.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "form.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.headings[0] for column in WORK_PLAN.columns]
    assert "RE-106" in _run("check", tmp_path / "form.xlsx", expected=2).stderr
    row = ["1", "任务", None, "1-1", "措施", None, "部门甲", None, date(2022, 5, 1), None, None, None]
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    for column, value in enumerate(row, 1):
        book.worksheets[0].cell(3, column, value)
    book.save(tmp_path / "filled.xlsx")
    assert read_work_plan(tmp_path / "filled.xlsx").measures[0].place == 3
    assert "RE-609" in _run("form", "--out", tmp_path / "form.xlsx", expected=2).stderr
