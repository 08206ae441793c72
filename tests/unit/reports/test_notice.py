"""The notice to an operator: what it says, to whom, and how it is written."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner

from riskengine import Engine
from riskengine.cli.main import cli
from riskengine.reports.figures import context_of
from riskengine.reports.notice import Sender, notice_of, notice_page
from riskengine.reports.notice.parts import Grid
from riskengine.reports.printing import ENV_BROWSER, browser
from riskengine.reports.privacy import Privacy
from riskengine.reports.wording import room_words
from riskengine.results import lapses, operator_views, view_of

PERSON = "11010519491231002X"
needs_browser = pytest.mark.skipif(browser() is None, reason="no Chromium")


def notice(run, operator_id, lang="zh", **sender):
    context = context_of(run)
    view = view_of(run, operator_id)
    return notice_of(view, run, context, lang, privacy=Privacy(show_personal=False), sender=Sender(**sender))


def words_of(said):
    return notice_page(said)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    engine = Engine.load()
    batch = engine.grade("examples/operators.csv", "examples/violations.csv", as_of=date(2022, 12, 31))
    return batch.write(tmp_path_factory.mktemp("example"))


def invoke(*arguments, **more):
    return CliRunner().invoke(cli, ["notice", *map(str, arguments)], **more)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_the_grade_why_and_by_which_hash(run, lang):
    said = notice(run, "OP-BAD", lang)
    row = next(row for row in run.rows("grades") if row["operator_id"] == "OP-BAD")
    page = words_of(said)
    assert said.grade == row["grade"]
    assert run.manifest["sha256"] in page
    assert run.manifest["content_hash"] in page
    assert room_words("riskengine.reports.notice", lang)["decides"] in page
    for number in range(1, 3):
        assert f"=样例罚〔2022〕{number:03d}号" in page
    assert "2022-06-15" in page
    assert ("第六十四条" if lang == "zh" else "article 64") in page


def test_the_points_from_the_start_give_the_score(example):
    context, checked = context_of(example), 0
    for view in operator_views(example):
        said = notice_of(view, example, context, "en", privacy=Privacy(show_personal=False), sender=Sender())
        table = next((b for s in said.sections for b in s.blocks if isinstance(b, Grid) and b.summed), None)
        if table is None:
            continue
        values = [row[1].text for row in table.rows]
        points = [Decimal(value) for value in values if re.fullmatch(r"[-+]?[0-9.]+", value)]
        assert max(Decimal(0), sum(points[:-1])) == points[-1] == view.grade["score"]
        checked += 1
    assert checked > 200


def test_the_days_told_are_those_of_the_lapses(run):
    context = context_of(run)
    days = {lapse.returns_on for lapse in lapses(view_of(run, "OP-BAD"), context) if lapse.points or lapse.at_most}
    page = words_of(notice(run, "OP-BAD", "en"))
    for day in days - {None}:
        assert f"{day.day} {day:%B %Y}" in page


def test_what_is_missing_is_named_and_is_no_bad_mark(run):
    say = room_words("riskengine.reports.notice", "zh")
    page = words_of(notice(run, "OP-UNKNOWN"))
    assert say["verdict_not_evaluable"] in page
    assert "车辆数" in page


def test_a_person_is_masked_also_in_the_name_of_the_file(run, tmp_path):
    page = words_of(notice(run, PERSON))
    assert PERSON not in page
    assert "某小样" not in page
    done = invoke(run.folder, PERSON, "--out", tmp_path, "--format", "html", "--json")
    assert done.exit_code == 0, done.stderr
    assert PERSON not in done.output
    assert not [path for path in tmp_path.iterdir() if PERSON in path.name or PERSON in path.read_text("utf-8-sig")]
    shown = invoke(run.folder, PERSON, "--out", tmp_path / "shown", "--format", "html", "--show-personal")
    assert "某小样" in next((tmp_path / "shown").glob("*.html")).read_text("utf-8")
    assert PERSON not in shown.output


def test_markup_in_a_name_is_text(run):
    page = words_of(notice(run, "OP-SCRIPT"))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_what_a_bureau_must_settle_is_a_line_until_it_is_given(run):
    say = room_words("riskengine.reports.notice", "zh")
    blank = words_of(notice(run, "OP-BAD"))
    assert say["blank_term"] in blank
    assert say["blank_note"] in blank
    filled = words_of(notice(run, "OP-BAD", body="示例局", contact="示例路1号", term="十日"))
    assert "示例路1号" in filled
    assert say["blank_note"] not in filled


def test_remedies_cite_the_version_in_force_and_stay_within_their_law(tmp_path):
    files = "examples/operators.csv", "examples/violations.csv"
    engine = Engine.load()
    for day, article in ((date(2022, 12, 31), "第九条第一款"), (date(2024, 1, 1), "第二十条第一款")):
        run = engine.grade(*files, as_of=day).write(tmp_path / day.isoformat())
        page = words_of(notice(run, "91411000DEM000153M"))
        assert f"《中华人民共和国行政复议法》{article}" in page
        assert "《河南省社会信用条例》第四十三条" in page
    other = [{"operator_id": "OP-1", "name": "A"}], [], []
    run = Engine.load("eu-2022-695").grade(*other, as_of=date(2024, 1, 1)).write(tmp_path / "eu")
    page = words_of(notice(run, "OP-1"))
    assert "行政复议法" not in page
    assert "河南" not in page


def test_one_who_is_not_current_is_told_so_and_no_more(run):
    said = notice(run, "OP-GONE")
    assert said.sections == ()
    assert room_words("riskengine.reports.notice", "zh")["verdict_not_current"] in words_of(said)


def test_a_list_a_choice_and_everybody(example, tmp_path):
    ids = [row["operator_id"] for row in example.rows("grades")]
    listed = tmp_path / "list.csv"
    listed.write_text(f"主体代码,名称\r\n{ids[3]},甲\r\n{ids[5].lower()},乙\r\n", "utf-8-sig")
    done = invoke(example.folder, "--list", listed, "--out", tmp_path / "a", "--format", "html", "--json")
    assert [entry["operator_id"] for entry in json.loads(done.output)["notices"]] == [ids[3], ids[5]]
    done = invoke(example.folder, ids[7], ids[7], "--out", tmp_path / "b", "--format", "html")
    assert len(done.output.split()) == 1
    done = invoke(example.folder, "--all", "--out", tmp_path / "c", "--format", "html")
    assert done.exit_code == 0, done.stderr
    assert len(list((tmp_path / "c").glob("*.html"))) == len(ids)
    with (tmp_path / "c" / "index.csv").open(encoding="utf-8-sig") as file:
        assert [row["operator_id"] for row in csv.DictReader(file)] == ids


def test_what_is_wrong_is_said_all_at_once(run, tmp_path):
    done = invoke(run.folder, "OP-BAAD", "OP-GOOD", "OP-NOTHING", "--out", tmp_path / "x", "--lang", "en")
    assert done.exit_code == 2
    assert "OP-BAAD" in done.stderr
    assert "OP-NOTHING" in done.stderr
    assert "OP-BAD" in done.stderr
    assert not (tmp_path / "x").exists()
    for path in (tmp_path / "absent.txt", tmp_path / "empty.txt"):
        (tmp_path / "empty.txt").write_text("operator_id\n")
        done = invoke(run.folder, "--list", path, "--out", tmp_path / "x")
        assert (done.exit_code, "RE-810" in done.stderr) == (2, True)
    assert invoke(run.folder, "--out", tmp_path / "x").exit_code == 2
    done = invoke(run.folder, "OP-GOOD", "--format", "pdf", "--out", tmp_path, env={ENV_BROWSER: "no-such-browser"})
    assert (done.exit_code, "RE-812" in done.stderr) == (2, True)


def test_without_a_browser_a_document_is_written(run, tmp_path):
    done = invoke(run.folder, "OP-BAD", "--out", tmp_path, env={ENV_BROWSER: "no-such-browser"})
    assert [line.rsplit(".", 1)[1] for line in done.output.split()] == ["html", "docx"]


def test_the_document_says_what_the_page_says_and_has_equal_bytes(run, tmp_path):
    import docx

    for folder in ("a", "b"):
        invoke(run.folder, "OP-BAD", "--out", tmp_path / folder, "--format", "docx", "--format", "html")
    first, second = (next((tmp_path / folder).glob("*.docx")) for folder in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    document = docx.Document(str(first))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    text += "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    said = notice(run, "OP-BAD")
    assert all(part in text for part in (said.name, said.decides, run.manifest["sha256"], *said.verdict))
    assert all(row[0].text in text for s in said.sections for b in s.blocks if isinstance(b, Grid) for row in b.rows)


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_operator_of_the_example_has_one_or_two_pages(example, tmp_path, lang):
    if shutil.which("pdfinfo") is None:
        pytest.skip("no pdfinfo (Debian package poppler-utils)")
    chosen = [row["operator_id"] for row in example.rows("grades")][::6]
    done = invoke(example.folder, *chosen, "--out", tmp_path, "--format", "pdf", "--lang", lang)
    assert done.exit_code == 0, done.stderr
    for path in tmp_path.glob("*.pdf"):
        told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
        pages = int(re.search(r"Pages:\s+(\d+)", told)[1])
        assert pages <= 2, path.name
        assert "A4" in told


@needs_browser
def test_a_browser_that_ends_is_told_without_a_traceback(run, tmp_path):
    done = invoke(run.folder, "OP-BAD", "--format", "pdf", "--out", tmp_path, env={ENV_BROWSER: "true"})
    assert (done.exit_code, "RE-811" in done.stderr) == (2, True)


@needs_browser
def test_a_browser_prints_when_many_files_are_open(run, tmp_path):
    held = [(tmp_path / str(number)).open("w") for number in range(20)]
    done = invoke(run.folder, "OP-BAD", "--format", "pdf", "--out", tmp_path / "out")
    for file in held:
        file.close()
    assert done.exit_code == 0, done.stderr
    assert next((tmp_path / "out").glob("*.pdf")).read_bytes().startswith(b"%PDF-")


def test_points_come_back_as_a_gain_whichever_way_the_scheme_counts(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        """
policy: example-penalty-points
version: "1"
title: {zh: 示例, en: Example}
summary: {zh: 示例, en: Example}
effective: {since: 2020-01-01}
facts:
  recent: {count: violations, within: 12 months}
signals:
  - {rule: counted, title: {zh: 计点, en: Counted}, when: recent > 0, add: recent * 3,
     if_unknown: stop, basis: local_policy}
grades:
  score: {from: 0, floor: 0}
  basis: local_policy
  table:
    - {grade: low, when: score < 3}
    - {grade: high}
""",
        "utf-8",
    )
    operator = {"operator_id": "OP-1", "name": "示例"}
    record = {"violation_id": "V-1", "operator_id": "OP-1", "risk_point": "X", "occurred_on": "2022-06-15"}
    run = Engine.load(policy).grade([operator], [record], as_of=date(2022, 12, 31)).write(tmp_path / "runs")
    said = notice(run, "OP-1", "en")
    improve = next(section for section in said.sections if "improve" in section.title)
    rows = next(block for block in improve.blocks if isinstance(block, Grid)).rows
    assert [cell.text for cell in rows[0]] == ["15 June 2023", "Counted", "3"]
