from __future__ import annotations

import time
from decimal import Decimal

import pytest

from riskengine.reports import write_xlsx
from riskengine.reports.wording import wording

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
    return wording(request.param), read(path), path


def test_it_has_every_sheet_with_frozen_filtered_headings_in_the_language(book):
    say, workbook, _ = book
    assert workbook.sheetnames == [say[name] for name in SHEETS]
    for sheet in workbook:
        assert sheet.freeze_panes in {"A2", "C2"}
        assert sheet.auto_filter.ref.startswith("A1:")
    headings = [cell.value for cell in workbook[say["sheet_list"]][1]]
    assert headings[:5] == [say["operator_id"], say["name"], say["status"], say["grade"], say["score"]]


def test_no_cell_is_a_formula_or_a_link(book):
    _, workbook, _ = book
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None


def test_texts_that_begin_like_formulas_are_texts(book):
    say, workbook, _ = book
    names = {cell.value: cell.data_type for cell in workbook[say["sheet_list"]]["B"]}
    for name in ("=1+1", "@SUM(A1)", "+新示例", "-旧示例", "<script>alert(1)</script>"):
        assert names[name] == "s"
    assert any(row[5].startswith("=样例罚") for row in cells(workbook[say["sheet_evidence"]]))


def test_grades_and_scores_equal_those_of_the_run(book, run):
    say, workbook, _ = book
    shown = {row[0]: row for row in cells(workbook[say["sheet_list"]])}
    for row in run.rows("grades"):
        found = shown[row["operator_id"] if row["operator_id"] != PERSON else "110105********002X"]
        assert found[3] == row["grade"]
        assert (None if found[4] is None else Decimal(str(found[4]))) == row["score"]
        assert (found[7], found[8]) == (row["unknown_count"], row["quarantined_count"])


def test_every_table_has_all_its_rows(book, run):
    say, workbook, _ = book
    for name in ("signals", "evidence", "actions", "measures"):
        assert len(cells(workbook[say[f"sheet_{name}"]])) == len(run.rows(name))
    assert len(cells(workbook[say["sheet_left_out"]])) == len(run.rows("quarantine"))
    points = [row[8] for row in cells(workbook[say["sheet_signals"]])]
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
    name = wording("en")["sheet_list"]
    parts = [sheet for sheet in workbook.sheetnames if sheet.split(" (")[0] == name]
    assert parts == [name, f"{name} (2)", f"{name} (3)"]
    assert sum(len(cells(workbook[part])) for part in parts) == len(run.rows("grades"))
    assert {workbook[part]["A1"].value for part in parts} == {wording("en")["operator_id"]}


def test_a_file_that_cannot_be_written_is_an_os_error(run, tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        write_xlsx(run, tmp_path / "nowhere" / "report.xlsx", "en")
