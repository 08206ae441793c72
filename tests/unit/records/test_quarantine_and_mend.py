from __future__ import annotations

import csv
import json

import pytest

from riskengine.contract.tables import QUARANTINE
from riskengine.records import quarantine_rows, raw_json, read_source, write_mend
from riskengine.records.draft import OVERFLOW

RESIDENT = "11010519491231002X"


def test_the_quarantine_has_a_row_per_problem_in_the_columns_of_the_contract(read, operator, violation):
    records = read(
        [operator(), operator(operator_id="B", fleet_size="x", licensed_on="y")], [violation(decided_on=None)]
    )
    rows = list(quarantine_rows(records))
    assert [set(row) for row in rows] == [set(QUARANTINE.names)] * 3
    assert [(row["source"], row["row"], row["level"]) for row in rows] == [
        ("operators", 2, "error"),
        ("operators", 2, "error"),
        ("violations", 1, "warning"),
    ]
    assert json.loads(rows[0]["raw"]) == {"operator_id": "B", "fleet_size": "x", "licensed_on": "y"}
    assert rows[2]["raw"] is None
    assert rows[0]["message"] == "“x”不是整数"
    assert next(quarantine_rows(records, "en"))["message"] == "'x' is no whole number"


def test_personal_numbers_and_names_are_masked_but_kept_in_the_data(read, operator, violation):
    records = read(
        [
            operator(operator_id=RESIDENT, name="张三丰"),
            operator(operator_id="411002199003070014", name="李四", fleet_size="x", 备注="电话13800138000"),
        ],
        [violation(operator_id=RESIDENT.lower(), driver="410000123456\x01", place=RESIDENT)],
    )
    assert records.operators.records[0]["operator_id"] == RESIDENT
    assert records.violations.left_out[0].operator_id == RESIDENT
    raw = json.loads(raw_json(records.operators.left_out[0]))
    assert raw == {"operator_id": "411002********0014", "name": "李*", "fleet_size": "x", "备注": "电话138****8000"}
    raw = json.loads(raw_json(records.violations.left_out[0]))
    assert raw["place"] == "110105********002X"
    assert raw["driver"].startswith("41*********")
    told = " ".join(problem.text() for problem in records.problems())
    assert "0123456" not in told


def test_the_mend_file_shows_the_rows_as_read_with_their_problems(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(
        '案号,主体代码,风险点编号,违法日期,地点\nV1,A,HW-01,31/12/2022,"=1+1, ""x"""\nV2,A,HW-01,2022-01-01,-\n',
        "utf-8",
    )
    written = write_mend_of(path, tmp_path / "mend")
    with written.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert written.read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows[0] == ["案号", "主体代码", "风险点编号", "违法日期", "地点", "问题/problems", "行/row"]
    assert rows[1][:5] == ["V1", "A", "HW-01", "31/12/2022", '\'=1+1, "x"']
    assert rows[1][5].startswith("违法日期: RE-210")
    assert rows[1][6] == "2"
    assert len(rows) == 2


def write_mend_of(path, folder):
    from riskengine.contract.records import Records

    violations = read_source(path, "violations")
    operators = read_source([{"operator_id": "A"}], "operators")
    return write_mend(Records(operators, violations), folder)[0]


def test_a_mended_file_is_read_back_as_if_it_had_been_right_from_the_start(tmp_path, read, operator, violation):
    bad = [violation(place="=1+1", occurred_on="31/12/2021"), violation(violation_id="V2", place="'-x", penalty="1e3")]
    path = write_mend(read([operator()], bad), tmp_path)[0]
    text = path.read_text("utf-8-sig")
    path.write_text(text.replace('"31/12/2021"', '"2021-12-31"').replace('"1e3"', '"1000"'), "utf-8-sig")
    records = read([operator()], path)
    good = [bad[0] | {"occurred_on": "2021-12-31"}, bad[1] | {"penalty": "1000"}]
    assert records.violations.records == read([operator()], good).violations.records
    assert records.problems() == []


@pytest.mark.parametrize(
    "cell", ["=1+1", "+86 374", "-5", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''", "'quoted'", "plain"]
)
def test_guarding_against_formulas_is_taken_back(cell):
    from riskengine.records.mend import guard, unguard

    assert not guard(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguard(guard(cell)) == cell


def test_no_file_is_written_where_nothing_was_left_out(tmp_path, read, operator):
    assert write_mend(read([operator()]), tmp_path / "mend") == []
    assert not (tmp_path / "mend").exists()


def test_cells_without_a_heading_come_back_as_they_stood(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("violation_id,operator_id,risk_point,occurred_on\nV1,A,HW-01,2022-01-01,x\n", "utf-8")
    again = read_source(write_mend_of(path, tmp_path / "mend"), "violations")
    assert [problem.code for problem in again.problems] == ["RE-231"]
    assert again.left_out[0].cells[OVERFLOW] == ["x"]


def test_a_heading_that_is_a_star_is_a_heading_like_any_other(read):
    records = read([{"operator_id": "A"}, {"operator_id": None, "*": None}, {"operator_id": None, "*": "13800138000"}])
    raw = [json.loads(raw_json(row)) for row in records.operators.left_out]
    assert [cells["*"] for cells in raw] == [None, "138****8000"]
