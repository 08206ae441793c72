from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from riskengine.contract.sources import SOURCES
from riskengine.kernel.errors import InputError
from riskengine.records import read_records, read_source, write_template
from riskengine.records.excel_file import SHEETS
from riskengine.records.raw import EXAMPLE


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "form.xlsx"
    write_template(path)
    return path


def test_the_form_has_a_sheet_per_source_with_every_column_and_a_help_sheet(form):
    book = openpyxl.load_workbook(form)
    assert book.sheetnames == [*SHEETS.values(), "说明"]
    for name, title in SHEETS.items():
        sheet = book[title]
        columns = SOURCES[name].columns
        assert [cell.value for cell in sheet[1]] == [column.headings[0] for column in columns]
        assert sheet.freeze_panes == "B2"
        for cell, column in zip(sheet[1], columns, strict=True):
            assert cell.comment.text.startswith("必填" if column.required else "选填")
        lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        assert len(lists) == sum(bool(column.words) for column in columns)


def test_an_untouched_form_holds_no_record(form):
    for name in ("violations", "inspections"):
        assert read_source(form, name).rows_in == 0
    with pytest.raises(InputError, match="RE-106"):
        read_source(form, "operators")


def test_a_form_that_is_filled_in_is_read(form):
    book = openpyxl.load_workbook(form)
    book["企业"]["A3"], book["企业"]["G3"] = "91350100M000100Y43", date(2020, 1, 2)
    sheet = book["违法"]
    for cell, value in {
        "A3": "V1",
        "B3": "91350100M000100Y43",
        "C3": "HW-01",
        "D3": date(2022, 3, 1),
        "E3": date(2022, 3, 2),
    }.items():
        sheet[cell] = value
    book.save(form)
    records = read_records(operators=form, violations=form, inspections=form, as_of=date(2022, 12, 31))
    assert records.problems() == []
    assert [len(source.records) for source in records.sources] == [1, 1, 0]
    assert records.operators.records[0]["licensed_on"] == date(2020, 1, 2)


def test_the_example_is_a_valid_record_but_for_its_mark(form):
    book = openpyxl.load_workbook(form)
    for title in SHEETS.values():
        sheet = book[title]
        sheet["A2"] = sheet["A2"].value.removeprefix(EXAMPLE)
    book.save(form)
    records = read_records(operators=form, violations=form, inspections=form, as_of=date(2022, 12, 31))
    assert records.problems() == []
    assert [len(source.records) for source in records.sources] == [1, 1, 1]


def test_a_form_for_one_source_has_its_sheet_only(tmp_path):
    write_template(tmp_path / "v.xlsx", ["violations"])
    assert openpyxl.load_workbook(tmp_path / "v.xlsx").sheetnames == ["违法", "说明"]
