from __future__ import annotations

import shutil
import subprocess
import time
from decimal import Decimal

import pytest

from riskengine.reports import write_xlsx
from riskengine.reports.excel import TEXT, Column, rows_sheet, write_sheets
from riskengine.reports.excel.walking import Places
from riskengine.reports.figures import context_of, worst_first
from riskengine.reports.wording import room_words

PERSON = "11010519491231002X"
SHEETS = (
    "sheet_summary",
    "sheet_list",
    "sheet_signals",
    "sheet_evidence",
    "sheet_actions",
    "sheet_measures",
    "sheet_not_evaluable",
    "sheet_left_out",
    "sheet_method",
)


def read(path):
    from openpyxl import load_workbook

    return load_workbook(path)


def cells(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


@pytest.fixture(scope="session", params=("zh", "en"))
def book(run, request, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "report.xlsx"
    write_xlsx(run, path, request.param)
    return room_words("riskengine.reports.excel", request.param), read(path), path


def test_it_has_every_sheet_with_frozen_filtered_headings_in_the_language(book):
    say, workbook, _ = book
    assert workbook.sheetnames == [say[name] for name in SHEETS]
    for sheet in workbook.worksheets[1:]:
        assert sheet.freeze_panes in {"A2", "C2"}
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
    for sheet in workbook:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert "&P" in sheet.oddFooter.right.text
    headings = [cell.value for cell in workbook[say["sheet_list"]][1]]
    assert headings[:6] == [say[key] for key in ("operator_id", "name", "county", "grade", "score", "status")]


def test_no_cell_is_a_formula_and_links_stay_inside(book):
    _, workbook, _ = book
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None or (cell.hyperlink.location and not cell.hyperlink.target)


def follow(workbook, cell):
    sheet, _, place = cell.hyperlink.location.rpartition("!")
    return workbook[sheet.strip("'").replace("''", "'")], workbook[sheet.strip("'").replace("''", "'")][place]


@pytest.mark.parametrize("row_limit", [1_048_576, 4])
def test_links_lead_to_the_signals_and_records_of_the_operator(run, tmp_path, row_limit):
    write_xlsx(run, tmp_path / "linked.xlsx", "en", row_limit=row_limit)
    say, workbook = room_words("riskengine.reports.excel", "en"), read(tmp_path / "linked.xlsx")
    followed = 0
    for sheet in workbook:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if cell.hyperlink is None or sheet.title == say["sheet_summary"]:
                    continue
                target_sheet, target = follow(workbook, cell)
                assert target.value == row[0].value
                if target_sheet.title.startswith(say["sheet_evidence"]):
                    assert target_sheet.cell(target.row, 3).value == row[2].value
                    assert target_sheet.cell(target.row, 4).value == row[3].value
                followed += 1
    signals = run.rows("signals")
    operators = len({row["operator_id"] for row in signals})
    keys = {(row["operator_id"], row["rule"], row["risk_point"]) for row in run.rows("evidence")}
    assert followed == 2 * operators + len(keys)


def test_the_list_is_in_the_order_of_all_lists(run):
    plan = context_of(run).plan
    rows = run.rows("grades")
    expected = sorted(range(len(rows)), key=lambda at: worst_first(rows[at], plan))
    assert Places(run, plan).order.tolist() == expected


ODD = (
    "<r>not rich</r>",
    "a\x00b_x0041_",
    " spaced ",
    "one\ntwo",
    "a & b < c",
    "\ud800",
    "\ufffe",
    "http://x.test",
    "\r",
    "'=1",
)


def test_any_text_comes_back_as_it_was(tmp_path):
    from datetime import date

    texts = [*ODD, "=cmd|' /C calc'!A0", "+1", "-1", "@x", "x" * 40_000]
    sheet = rows_sheet("sheet_left_out", (Column("message", 40, TEXT),), lambda: [(text,) for text in texts])
    path = tmp_path / "odd.xlsx"
    write_sheets(path, [sheet], room_words("riskengine.reports.excel", "en"), title="t", day=date(2022, 1, 1))
    read_back = [row[0] for row in cells(read(path).worksheets[0])]
    for text, found in zip(texts, read_back, strict=True):
        if len(text) > 32_767:
            assert len(found) == 32_767
            assert found.endswith("…")
        elif text not in {"\ud800", "\ufffe", "a\x00b_x0041_", "\r"}:
            assert found == text
        else:  # what no XML can hold, as Excel writes it
            assert (
                found.replace("_x005F_", "_")
                == {"\ud800": "_xD800_", "\ufffe": "_xFFFE_", "a\x00b_x0041_": "a_x0000_b_x0041_", "\r": "_x000D_"}[
                    text
                ]
                or found == text
            )


def test_texts_that_begin_like_formulas_are_texts(book):
    say, workbook, _ = book
    names = {cell.value: cell.data_type for cell in workbook[say["sheet_list"]]["B"]}
    for name in ("=1+1", "@SUM(A1)", "+新示例", "-旧示例", "<script>alert(1)</script>"):
        assert names[name] == "s"
    assert any(row[6].startswith("=样例罚") for row in cells(workbook[say["sheet_evidence"]]))


def test_grades_and_scores_equal_those_of_the_run(book, run):
    say, workbook, _ = book
    shown = {row[0]: row for row in cells(workbook[say["sheet_list"]])}
    for row in run.rows("grades"):
        found = shown[row["operator_id"] if row["operator_id"] != PERSON else "110105********002X"]
        assert found[3] == row["grade"]
        assert (None if found[4] is None else Decimal(str(found[4]))) == row["score"]
        assert found[5] == say[row["status"]]
        assert (found[11], found[12]) == (row["unknown_count"], row["quarantined_count"])


def test_every_table_has_all_its_rows(book, run):
    say, workbook, _ = book
    for name in ("signals", "evidence", "actions", "measures"):
        assert len(cells(workbook[say[f"sheet_{name}"]])) == len(run.rows(name))
    assert len(cells(workbook[say["sheet_left_out"]])) == len(run.rows("quarantine"))
    points = [row[7] for row in cells(workbook[say["sheet_signals"]])]
    assert [Decimal(str(value)) for value in points] == [row["points"] for row in run.rows("signals")]


def test_scores_are_numbers_with_two_places_at_least(book):
    say, workbook, _ = book
    formats = {cell.number_format for cell in workbook[say["sheet_list"]]["E"][1:] if cell.value is not None}
    assert formats == {"0.00####"}


def test_personal_data_is_masked_unless_asked_for(book, run, tmp_path):
    _, workbook, _ = book
    texts = [str(value) for sheet in workbook for row in cells(sheet) for value in row]
    assert not any(PERSON in text or "某小样" in text for text in texts)
    write_xlsx(run, tmp_path / "shown.xlsx", "zh", show_personal=True)
    shown = [str(value) for sheet in read(tmp_path / "shown.xlsx") for row in cells(sheet) for value in row]
    assert PERSON in shown
    assert "某小样" in shown
    assert not any("410101198001010018" in text for text in shown)


def test_equal_runs_give_equal_bytes_at_any_time_and_place(book, run, tmp_path, monkeypatch):
    say, workbook, path = book
    assert workbook.properties.created.date() == run.as_of
    lang = "zh" if say["html_lang"] == "zh-CN" else "en"
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        write_xlsx(run, tmp_path / "again.xlsx", lang)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_rows_beyond_the_limit_go_on_on_further_sheets(run, tmp_path):
    write_xlsx(run, tmp_path / "small.xlsx", "en", row_limit=5)
    workbook = read(tmp_path / "small.xlsx")
    name = room_words("riskengine.reports.excel", "en")["sheet_list"]
    parts = [sheet for sheet in workbook.sheetnames if sheet.split(" (")[0] == name]
    assert parts == [name, f"{name} (2)", f"{name} (3)"]
    assert sum(len(cells(workbook[part])) for part in parts) == len(run.rows("grades"))
    assert {workbook[part]["A1"].value for part in parts} == {
        room_words("riskengine.reports.excel", "en")["operator_id"]
    }


def test_a_file_that_cannot_be_written_is_an_os_error(run, tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        write_xlsx(run, tmp_path / "nowhere" / "report.xlsx", "en")


def test_days_are_days_that_sort(book, run):
    say, workbook, _ = book
    days = {row["violation_id"]: (row["occurred_on"], row["decided_on"]) for row in run.rows("conduct")}
    rows = [row for row in cells(workbook[say["sheet_evidence"]]) if row[5] == say["violations_source"]]
    assert rows
    for row in rows:
        assert (row[7].date(), row[8].date()) == days[row[6]]


def test_the_summary_has_the_figures_counted_anew_from_the_run_folder(book, run):
    import duckdb

    say, workbook, _ = book
    sheet = workbook[say["sheet_summary"]]
    shown = {row[0]: row[1:3] for row in cells(sheet) if row[1] is not None}

    def count(query):
        return duckdb.connect().execute(query.replace("RUN", str(run.folder))).fetchone()[0]

    listed = count("select count(*) from 'RUN/grades.parquet'")
    assert shown[say["operators_total"]][0] == listed + shown[say["left_out"]][0]
    for status in ("graded", "not_evaluable", "not_current"):
        expected = count(f"select count(*) from 'RUN/grades.parquet' where status = '{status}'")  # noqa: S608
        assert shown[say[status]][0] == expected
    for grade in context_of(run).plan.grades:
        expected = count(f"select count(*) from 'RUN/grades.parquet' where grade = '{grade}'")  # noqa: S608
        assert shown[grade][0] == expected
    touched = count("select count(*) from 'RUN/grades.parquet' where quarantined_count > 0")
    assert shown[say["operators_touched"]][0] == touched
    for row in cells(sheet):
        if isinstance(row[0], str) and row[0].startswith("HW-01 "):
            expected = count(
                "select count(distinct operator_id) from 'RUN/signals.parquet' "
                "where risk_point = 'HW-01' and status = 'fired'"
            )
            assert row[1] == expected
            break
    else:
        pytest.fail("HW-01 is not on the summary")


def test_the_charts_read_the_figures_beside_them(book):
    import zipfile

    say, _, path = book
    with zipfile.ZipFile(path) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert len(charts) == 3
    for key in ("chart_grades", "chart_areas", "chart_months"):
        assert any(say[key] in chart for chart in charts)
        assert f'descr="{say[key]}"' in drawing


def test_the_same_words_of_a_column_are_stored_once(book):
    import zipfile

    say, _, path = book
    with zipfile.ZipFile(path) as archive:
        shared = archive.read("xl/sharedStrings.xml").decode()
    assert shared.count(f"<t>{say['signal_fired']}</t>") == 1


def test_no_table_is_read_whole(run, monkeypatch):
    from riskengine.runs import portions, scanning

    monkeypatch.setattr(scanning, "_PORTION", 3)
    parts = list(portions(run, "evidence", ("operator_id", "record_id")))
    assert max(len(part[0]) for part in parts) == 3
    rows = [row for part in parts for row in zip(*part, strict=True)]
    assert rows == [(row["operator_id"], row["record_id"]) for row in run.rows("evidence")]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None or shutil.which("pdftotext") is None, reason="no LibreOffice")
def test_libreoffice_opens_it_and_prints_it(book, run, tmp_path):
    say, _, path = book
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    told = subprocess.run(["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, check=True)
    pages = told.stdout.decode().split("\f")
    assert say["operators_total"] in pages[0]
    assert len(pages) >= len(SHEETS)
    assert "#REF" not in told.stdout.decode()
    listed = next(page for page in pages if say["quarantined_count"].split()[0] in page and "OP-GOOD" in page)
    assert all(row["operator_id"] in listed for row in run.rows("grades") if row["operator_id"] != PERSON)
