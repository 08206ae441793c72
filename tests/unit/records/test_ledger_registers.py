"""Registers of vehicles, drivers and ties, and violations without operator, as a ledger reads them."""

from __future__ import annotations

import openpyxl
import pytest

from riskengine.contract.registers import REGISTERS
from riskengine.kernel.errors import InputError
from riskengine.records import Known, colour_of, read_records, read_to_keep, write_template
from riskengine.records.excel_file import REGISTER_SHEETS

OPERATOR = "91411000MA40000A18"
OWNED = {"vehicle": "豫K·12345", "plate_colour": "黄色", "operator_id": OPERATOR, "since": "2020-05-01"}
EMPLOYED = {"driver": "样例证0001号", "operator_id": OPERATOR, "since": "2020-05-01"}


def _kept(rows, name):
    return read_to_keep(rows, name, Known())


def _codes(kept):
    return [(problem.code, problem.row, problem.column) for problem in kept.account.problems]


def test_a_register_is_read_by_its_chinese_headings():
    kept = _kept([{"车牌号": "豫K·12345", "号牌颜色": "黄", "车辆类型": "牵引车", "核定载质量": "30"}], "vehicles")
    (row,) = kept.rows
    assert row.key == "豫K12345|黄"
    assert row.cells == {"vehicle": "豫K12345", "plate_colour": "黄", "kind": "牵引车", "核定载质量": "30"}
    (row,) = _kept([{"从业资格证号": " 样例证0001号", "姓名": "某某某"}], "drivers").rows
    assert (row.key, row.driver_key) == ("样例证0001号", "样例证0001号")
    ties = _kept(
        [
            {
                "车牌号": "豫K12345",
                "号牌颜色": "黄",
                "主体代码": OPERATOR,
                "起始日期": "2020/5/1",
                "终止日期": "2022-07-01",
            }
        ],
        "ties",
    )
    assert [(row.key, row.reason) for row in ties.rows] == [(f"owns|豫K12345|黄|{OPERATOR}|2020-05-01", None)]


def test_a_plate_alone_is_no_key():
    kept = _kept(
        [{"vehicle": "豫K12345", "plate_colour": ""}, {"vehicle": "豫K12345", "plate_colour": "蓝"}], "vehicles"
    )
    assert _codes(kept) == [("RE-201", 1, "plate_colour")]
    assert [row.key for row in kept.rows] == [None, "豫K12345|蓝"]
    assert _codes(_kept([{**OWNED, "plate_colour": ""}], "ties")) == [("RE-201", 1, "plate_colour")]


def test_a_tie_is_of_one_thing_and_ends_after_it_began():
    rows = [
        OWNED | {"until": "2022-07-01"},
        {**OWNED, **EMPLOYED},
        {"operator_id": OPERATOR, "since": "2020-05-01"},
        {**EMPLOYED, "until": "2020-05-01"},
        {**EMPLOYED, "since": "2021-01-01", "until": "2020-05-01"},
        {**EMPLOYED, "since": "1948-01-01"},
        {**EMPLOYED, "since": "2021-02-29"},
        {**EMPLOYED, "since": "2021-03-01", "until": "2021-03-02"},
    ]
    kept = _kept(rows, "ties")
    assert _codes(kept) == [
        ("RE-873", 2, None),
        ("RE-873", 3, None),
        ("RE-874", 4, "until"),
        ("RE-874", 5, "until"),
        ("RE-212", 6, "since"),
        ("RE-211", 7, "since"),
    ]
    assert [row.number for row in kept.rows if row.reason is None] == [1, 8]


def test_a_tie_twice_with_another_end_is_not_chosen_from_and_shows_no_drivers_number():
    kept = _kept([EMPLOYED, {**EMPLOYED, "until": "2022-01-01"}, OWNED, OWNED], "ties")
    assert [problem.code for problem in kept.account.problems] == ["RE-242", "RE-242", "RE-241"]
    said = " ".join(problem.text("en") for problem in kept.account.problems)
    assert "0001" not in said


def test_names_of_drivers_are_masked_in_problems():
    (problem,) = _kept([{"driver": "样例证0001号", "name": "某某\x01某"}], "drivers").account.problems
    assert problem.found.startswith("某*")


def test_a_violation_without_operator_is_kept_where_it_names_a_vehicle_or_a_driver():
    common = {"violation_id": "A", "risk_point": "HW-01", "occurred_on": "2022-01-01", "decided_on": "2022-01-02"}
    rows = [
        {**common, "vehicle": "豫K12345"},
        {**common, "violation_id": "B", "driver": "样例证0001号"},
        {**common, "violation_id": "C"},
        {**common, "violation_id": "D", "place": "示例路"},
    ]
    kept = _kept(rows, None)
    assert kept.account.name == "violations"
    assert _codes(kept) == [("RE-877", 3, "operator_id"), ("RE-877", 4, "operator_id")]
    assert [row.operator_key for row in kept.rows] == [None] * 4


def test_a_grading_from_files_still_asks_for_the_operator():
    row = {"violation_id": "A", "risk_point": "HW-01", "occurred_on": "2022-01-01", "vehicle": "豫K12345"}
    from datetime import date

    with pytest.raises(InputError, match="RE-107"):
        read_records(operators=[{"operator_id": OPERATOR}], violations=[row], as_of=date(2022, 12, 31))
    read = read_records(
        operators=[{"operator_id": OPERATOR}], violations=[{**row, "operator_id": ""}], as_of=date(2022, 12, 31)
    )
    assert [problem.code for problem in read.violations.problems if problem.is_error] == ["RE-201"]


@pytest.mark.parametrize("name", list(REGISTERS))
def test_the_form_of_a_register_is_filled_in_and_read_back(name, tmp_path):
    path = tmp_path / "form.xlsx"
    write_template(path, [name])
    assert read_to_keep(path, name, Known()).account.rows_in == 0, "the example is no record"
    book = openpyxl.load_workbook(path)
    sheet = book[REGISTER_SHEETS[name]]
    row = {"vehicles": OWNED, "drivers": EMPLOYED, "ties": OWNED}[name]
    for column, definition in enumerate(REGISTERS[name].columns, 1):
        sheet.cell(3, column, row.get(definition.name))
    book.save(path)
    kept = read_to_keep(path, name, Known())
    assert (kept.account.problems, len(kept.rows)) == ([], 1)


def test_colours_compare_without_the_word_for_colour():
    assert {colour_of(text) for text in ("黄", "黄色", " 黄 ", "黄\u3000")} == {"黄"}
    assert (colour_of(""), colour_of(None)) == (None, None)
