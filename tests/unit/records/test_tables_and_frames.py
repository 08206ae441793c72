# ruff: noqa: DTZ001  files hold local times without a zone
from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from riskengine.kernel.errors import InputError
from riskengine.records import read_source
from riskengine.records.grammar import Fault, id_of, shown

ROWS = [
    {"operator_id": "A", "fleet_size": 3, "licensed_on": date(2020, 1, 2), "share": Decimal("0.25"), "listed": True},
    {"operator_id": "B", "fleet_size": None, "licensed_on": None, "share": None, "listed": None},
]


@pytest.fixture
def workbook(tmp_path):
    def write(sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "book.xlsx"
        book.save(path)
        return path

    return write


def test_every_kind_of_table_gives_the_same_records(tmp_path, workbook):
    duckdb, pandas, polars = (import_module(name) for name in ("duckdb", "pandas", "polars"))
    table = pa.Table.from_pylist(ROWS)
    parquet.write_table(table, tmp_path / "operators.parquet")
    expected = read_source(ROWS, "operators").records
    assert expected[0]["share"] == Decimal("0.25")
    given = {
        "generator": (row for row in ROWS),
        "pandas": pandas.DataFrame(ROWS),
        "polars": polars.DataFrame(ROWS),
        "arrow": table,
        "reader": table.to_reader(),
        "duckdb": duckdb.connect().from_arrow(table),
        "parquet": tmp_path / "operators.parquet",
        "excel": workbook({"s": [list(ROWS[0]), [*list(ROWS[0].values())[:3], 0.25, True], ["B"]]}),
    }
    for name, data in given.items():
        assert read_source(data, "operators").records == expected, name


def test_rows_of_frames_are_numbered_from_one_and_those_of_sheets_as_the_sheet_does(workbook):
    rows = [{"operator_id": "A"}, {"operator_id": None}]
    assert [problem.row for problem in read_source(rows, "operators").problems] == [2]
    path = workbook({"s": [["operator_id", "name"], ["A"], [None, "乙"]]})
    assert [problem.row for problem in read_source(path, "operators").problems] == [3]


def test_a_blank_record_of_a_list_is_left_out_even_at_the_end():
    read = read_source([{"operator_id": "A"}, {}, None], "operators")
    assert (read.rows_in, read.left_out_by_reason()) == (3, {"blank": 2})


def test_what_is_no_mapping_is_left_out():
    read = read_source([{"operator_id": "A"}, 7], "operators")
    assert [problem.code for problem in read.problems] == ["RE-233"]


@pytest.mark.parametrize("data", [7, object(), {"operator_id": "A"}, b"operator_id"])
def test_what_is_no_source_is_refused(data):
    with pytest.raises(InputError, match="RE-114"):
        read_source(data, "operators")


def test_missing_values_of_pandas_are_missing_in_mixed_columns():
    pandas = import_module("pandas")
    frame = pandas.DataFrame(
        {
            "operator_id": ["A", "B", "C", 4],
            "fleet_size": [float("nan"), pandas.NA, "1,234", 2.0],
            "licensed_on": [pandas.NaT, pandas.Timestamp("2020-01-02"), "2020/1/2", None],
        },
        dtype=object,
        index=[9, 8, 7, 6],
    )
    read = read_source(frame, "operators")
    assert [row["fleet_size"] for row in read.records] == [None, None, 1234, 2]
    assert [row["licensed_on"] for row in read.records] == [None, date(2020, 1, 2), date(2020, 1, 2), None]


def test_a_pandas_frame_with_one_heading_twice_is_refused():
    pandas = import_module("pandas")
    with pytest.raises(InputError, match="RE-109"):
        read_source(pandas.DataFrame([["A", "B"]], columns=["operator_id", "operator_id"]), "operators")


def test_a_polars_frame_with_objects_is_read_by_value():
    polars = import_module("polars")
    frame = polars.DataFrame({"operator_id": ["A"], "name": polars.Series([object()], dtype=polars.Object)})
    assert [problem.code for problem in read_source(frame, "operators").problems] == ["RE-204"]


def test_a_nested_column_costs_the_rows_that_use_it():
    table = pa.table({"operator_id": ["A", "B"], "fleet_size": [[1], None], "areas": [["HW"], []]})
    read = read_source(table, "operators")
    assert [problem.code for problem in read.problems] == ["RE-204"]
    assert read.records[0]["areas"] == ()


def test_a_time_zone_makes_the_day_uncertain():
    table = pa.table({"operator_id": ["A"], "licensed_on": pa.array([datetime(2022, 1, 1)], pa.timestamp("us", "UTC"))})
    assert [problem.code for problem in read_source(table, "operators").problems] == ["RE-218"]


def test_a_damaged_parquet_file_is_refused(tmp_path):
    buffer = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(ROWS), buffer)
    path = tmp_path / "x.parquet"
    path.write_bytes(buffer.getvalue()[:-20])
    with pytest.raises(InputError, match="RE-104"):
        read_source(path, "operators")


def test_the_sheet_named_like_the_source_is_taken_and_else_the_first(workbook):
    path = workbook(
        {"首页": [["operator_id"], ["X"]], "违法": [["operator_id"], ["V"]], "企业": [["operator_id"], ["A"]]}
    )
    assert read_source(path, "operators").records[0]["operator_id"] == "A"
    assert read_source(path).records[0]["operator_id"] == "X"
    assert read_source(path, "operators").label == "book.xlsx [企业]"


def test_a_formula_without_a_stored_value_is_an_error_and_no_empty_cell(workbook):
    path = workbook({"s": [["operator_id", "fleet_size"], ["A", "=1+1"], ["B", 2]]})
    read = read_source(path, "operators")
    assert [(problem.code, problem.row, problem.column) for problem in read.problems] == [("RE-219", 2, "fleet_size")]


def test_error_cells_of_a_sheet_are_errors(workbook):
    path = workbook({"s": [["operator_id", "name"], ["A", "#DIV/0!"], ["B", "乙"]]})
    assert [problem.code for problem in read_source(path, "operators").problems] == ["RE-203"]


def test_a_long_number_in_a_sheet_is_not_taken_for_an_id(workbook):
    path = workbook({"s": [["operator_id"], [410001199003070014], ["B"]]})
    problem = read_source(path, "operators").problems[0]
    assert problem.code == "RE-215"
    assert problem.found.startswith("410001********")


def test_cells_of_dates_and_empty_columns_at_the_end_of_a_sheet(workbook):
    path = workbook(
        {"s": [["operator_id", "licensed_on", None], ["A", datetime(2020, 1, 2), None], [None, None, None]]}
    )
    read = read_source(path, "operators")
    assert (read.rows_in, read.records[0]["licensed_on"]) == (1, date(2020, 1, 2))


def test_a_sheet_with_merged_cells_is_read(tmp_path):
    book = openpyxl.Workbook()
    for row in (["operator_id", "county"], ["A", "魏都区"], ["B", None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "merged.xlsx")
    assert [row["county"] for row in read_source(tmp_path / "merged.xlsx", "operators").records] == ["魏都区", None]


def test_digits_beyond_the_fifteenth_of_a_number_cell_are_not_trusted(workbook):
    from riskengine.records.excel_file import _cell

    # Some programs write all the digits of such a cell, others an exponent.
    cell = _cell(410001199003070014)
    assert (id_of(cell), shown(cell)) == (Fault("RE-215"), "410001199003070014")
    assert _cell(999_999_999_999_999) == 999_999_999_999_999


def test_nanoseconds_do_not_cost_a_column_its_days():
    moments = pa.array([1_641_081_600_000_000_001, None], pa.int64()).cast(pa.timestamp("ns"))
    read = read_source(pa.table({"operator_id": ["A", "B"], "licensed_on": moments}), "operators")
    assert [row["licensed_on"] for row in read.records] == [date(2022, 1, 2), None]
