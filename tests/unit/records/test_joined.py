"""Ids made of several columns: what they are, what is wrong with them, and that a database reads them alike."""

from __future__ import annotations

import csv
import random
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from bulk_compared import BULK, FATAL, ROWS, compared
from odd_sources import CELLS, DAYS, IDS
from pyarrow import parquet

from riskengine.kernel.errors import InputError
from riskengine.records import Known, read_records, read_source
from riskengine.records.bulk import read_bulk
from riskengine.records.mend import write_mend

AS_OF = date(2024, 12, 31)
HEADINGS = "place,day,type"
MAPPING = {"operator_id": "place+day+type"}


def write(folder, text, name="operators.csv"):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def read(folder, text, mapping=None, **sources):
    path = write(folder, text)
    return read_records(operators=path, as_of=AS_OF, mapping=mapping or MAPPING, **sources)


def faults(records):
    return [(problem.row, problem.column, problem.code) for problem in records.problems() if problem.is_error]


def test_the_parts_stand_in_the_order_mapped_with_a_bar_between_them(tmp_path):
    records = read(tmp_path, "type,place,day\nfirst visit,7,2024-05-01\n")
    assert records.operators.records[0]["operator_id"] == "7|2024-05-01|first visit"
    assert records.operators.records[0]["name"] == "7|2024-05-01|first visit"


def test_the_columns_that_it_is_made_of_are_kept_as_they_are(tmp_path):
    record = read(tmp_path, f"{HEADINGS}\n7,2024-05-01,first\n").operators.records[0]
    assert [record[name] for name in ("place", "day", "type")] == ["7", "2024-05-01", "first"]


def test_ids_are_compared_part_by_part_as_ids_are(tmp_path):
    """Trimmed, half-width, upper case; results show them as they were read."""
    records = read(tmp_path, f"{HEADINGS}\n７ ,2024-05-01, First\n7,2024-05-01,first\n")
    assert faults(records) == [(2, "operator_id", "RE-242"), (3, "operator_id", "RE-242")]
    records = read(tmp_path, f"{HEADINGS}\n７ ,2024-05-01, First\n")
    assert records.operators.records[0]["operator_id"] == "７|2024-05-01|First"


def test_no_two_rows_are_one_because_their_parts_run_together(tmp_path):
    records = read(tmp_path, "place,day\n1,12\n11,2\n", {"operator_id": "place+day"})
    assert [record["operator_id"] for record in records.operators.records] == ["1|12", "11|2"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("7,,first", "RE-220"),
        (",2024-05-01,first", "RE-220"),
        ("7,2024-05-01,-", "RE-220"),
        ("7,2024-05-01,a|b", "RE-221"),
        ("7,2024-05-01,#REF!", "RE-203"),
        ("7,2024-05-01,a\x01b", "RE-202"),
    ],
)
def test_an_id_that_is_not_whole_leaves_its_row_out(tmp_path, row, code):
    records = read(tmp_path, f"{HEADINGS}\n{row}\n8,2024-05-01,first\n")
    assert faults(records) == [(2, "operator_id", code)]
    problem = next(problem for problem in records.problems() if problem.is_error)
    assert problem.heading == "place+day+type"
    assert len(records.operators.records) == 1


def test_an_id_of_empty_parts_is_a_required_cell_that_is_empty(tmp_path):
    records = read(tmp_path, f"{HEADINGS},name\n,,,x\n8,2024-05-01,first,y\n")
    assert faults(records) == [(2, "operator_id", "RE-201")]


def test_a_short_row_and_a_blank_one_are_what_they_were(tmp_path):
    records = read(tmp_path, f"{HEADINGS}\n7,2024-05-01\n,,\n8,2024-05-01,first\n")
    assert faults(records) == [(2, "operator_id", "RE-220"), (3, None, "RE-232")]


def test_the_rows_left_out_come_back_in_the_shape_of_the_input(tmp_path):
    records = read(tmp_path, f"{HEADINGS}\n7,,first\n8,2024-05-01,first\n")
    (path,) = write_mend(records, tmp_path / "mend", "en")
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, row = csv.reader(file)
    assert headings[:3] == ["place", "day", "type"]
    assert row[:3] == ["7", "", "first"]
    mended = path.read_text("utf-8-sig").replace('"7","","first"', '"7","2024-06-01","first"')
    path.write_text(mended, "utf-8-sig")
    again = read_records(operators=path, as_of=AS_OF, mapping=MAPPING)
    assert [record["operator_id"] for record in again.operators.records] == ["7|2024-06-01|first"]


def test_records_find_their_operator_by_the_same_columns(tmp_path):
    violations = write(
        tmp_path,
        f"violation_id,{HEADINGS},risk_point,occurred_on\nV1,7,2024-05-01,FIRST,X,2024-05-01\n"
        "V2,7,2024-05-02,first,X,2024-05-01\n",
        "violations.csv",
    )
    records = read(tmp_path, f"{HEADINGS}\n7,2024-05-01,first\n", violations=violations)
    assert [record["operator_id"] for record in records.violations.records] == ["7|2024-05-01|first"]
    assert faults(records) == [(3, "operator_id", "RE-243")]


def test_a_heading_with_a_plus_in_it_is_a_heading(tmp_path):
    records = read(tmp_path, "place+day+type,place,day,type\nA,7,8,9\n")
    assert records.operators.records[0]["operator_id"] == "A"


def test_a_source_is_told_by_its_joined_id(tmp_path):
    path = write(tmp_path, "case,number,operator_id,risk_point,occurred_on\nA,1,7,X,2024-05-01\n", "v.csv")
    assert read_source(path, mapping={"violation_id": "case+number"}).name == "violations"


@pytest.mark.parametrize(
    ("mapping", "code", "found", "near"),
    [
        ({"operator_id": "place+dya+type"}, "RE-111", "dya", ("day",)),
        ({"operator_id": "place++type"}, "RE-111", "", ()),
        ({"name": "place+day", "operator_id": "type"}, "RE-117", "place+day", ()),
        ({"operator": "place+day"}, "RE-112", "operator", ("operator_id",)),
    ],
)
def test_a_mapping_that_cannot_be_joined_says_why(tmp_path, mapping, code, found, near):
    with pytest.raises(InputError) as caught:
        read(tmp_path, f"{HEADINGS}\n7,2024-05-01,first\n", mapping)
    first = caught.value.problems[0]
    assert (first.code, first.found, first.near) == (code, found, near)


def test_parts_that_stand_in_different_sources_are_no_id(tmp_path):
    violations = write(tmp_path, "violation_id,risk_point,occurred_on,day\nV1,X,2024-05-01,3\n", "violations.csv")
    with pytest.raises(InputError, match="RE-111") as caught:
        read(tmp_path, "place\n7\n", {"operator_id": "place+day"}, violations=violations)
    assert caught.value.problems[0].found == "place+day"


def test_an_id_column_beside_a_joined_one_must_be_chosen(tmp_path):
    with pytest.raises(InputError, match="RE-108"):
        read(tmp_path, f"operator_id,{HEADINGS}\nA,7,2024-05-01,first\n")


ROWS_OF_EACH_KIND = (
    "7,2024-05-01,FIRST\n7,2024-05-01,first\n8,2024-05-01,first visit\n８ ,2024-05-02, x\n,,\n9,,x\n,,x\n"
    "10,2024-05-01,a|b\n11,2024-05-01,#N/A\n12,2024-05-01,-\n示例,〔1〕,X-1\n13,a,b\n13,a,b\n1,1,1\n,-,\n"
)


def test_a_database_reads_them_alike(tmp_path):
    assert (
        compared(
            {"operators": write(tmp_path, f"{HEADINGS},name\n" + ROWS_OF_EACH_KIND.replace("\n", ",n\n"))},
            mapping=MAPPING,
        )
        == BULK
    )
    assert compared({"operators": write(tmp_path, f"{HEADINGS}\n{ROWS_OF_EACH_KIND}")}, mapping=MAPPING) == BULK
    assert compared({"operators": write(tmp_path, f"{HEADINGS}\n1,2,3\n")}, mapping={"operator_id": "a+b"}) == FATAL


def test_a_database_links_records_by_them_alike(tmp_path):
    operators = write(tmp_path, f"{HEADINGS}\n7,2024-05-01,first\n8,2024-05-01,A\n9,,x\n")
    rows = "V1,7,2024-05-01,FIRST,X,2024-05-01\nV2,8,2024-05-01,A,X,2024-05-01\nV3,9,1,x,X,2024-05-01\n"
    violations = write(tmp_path, f"violation_id,{HEADINGS},risk_point,occurred_on\n{rows}", "violations.csv")
    assert compared({"operators": operators, "violations": violations}, mapping=MAPPING) == BULK


def test_typed_columns_are_joined_as_they_are_written(tmp_path):
    table = pa.table(
        {
            "place": pa.array([7, 8, None], pa.int64()),
            "day": pa.array([date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)]),
            "type": ["A", "b", "C"],
        }
    )
    path = tmp_path / "operators.parquet"
    parquet.write_table(table, path)
    records = read_records(operators=path, as_of=AS_OF, mapping=MAPPING)
    assert [row["operator_id"] for row in records.operators.records] == ["7|2024-05-01|A", "8|2024-05-02|b"]
    for data in (table, path):
        assert compared({"operators": data}, mapping=MAPPING) == BULK
    doubtful = table.set_column(0, "place", pa.array([1.5, 2.0, None]))
    assert compared({"operators": doubtful}, mapping=MAPPING) == ROWS


@pytest.mark.parametrize("seed", range(20))
def test_odd_parts_are_read_alike(tmp_path, seed):
    """Cells of every oddity, in text files and in typed columns."""
    chance = random.Random(seed)  # noqa: S311 - test data
    cells = [
        *("Re-inspection / b", "a  b (c)", "it's", "a\\b", "#a", "(a)", "a-", "ß", "ǆ", "é", "/", "--", "n/a"),
        *IDS,
        *CELLS["name"],
        *CELLS["备注"],
        *DAYS,
        *CELLS["plate_colour"],
        "",
        " ",
        "|",
        "a|b",
        "#REF!",
        "-",
        "0",
    ]
    cells = [cell for cell in cells if not set(cell) & set(',"\r\n')]
    rows = [[chance.choice(cells) for _ in range(3)] for _ in range(60)]
    path = write(tmp_path, "\n".join([f"{HEADINGS},name", *(",".join([*row, "n"]) for row in rows)]) + "\n")
    assert compared({"operators": path}, mapping=MAPPING) == BULK
    numbers = pa.array([chance.choice([None, 0, 7, -3, 2**62]) for _ in rows], pa.int64())
    days = pa.array([chance.choice([None, date(2024, 5, 1), date(1, 1, 1), date(9999, 12, 31)]) for _ in rows])
    table = pa.table({"place": numbers, "day": days, "type": [row[2] or None for row in rows]})
    assert compared({"operators": table}, mapping=MAPPING) == BULK


def test_parts_in_plain_letters_are_read_by_the_database_itself(tmp_path):
    """No cell goes to the reader of rows, and the id is still shown as it was written."""
    connection = duckdb.connect()
    path = write(tmp_path, f"{HEADINGS}\n7,2024-05-01,First visit (a/b)\n8,2024-05-01,first - visit\n")
    bulk = read_bulk(connection, {"operators": path}, Known(mapping=MAPPING), {"operators": ["operator_id"]})
    assert bulk.ids_are_plain
    found = connection.execute("SELECT id, as_read FROM used_operators ORDER BY id").fetchall()
    assert found == [
        ("7|2024-05-01|FIRST VISIT (A/B)", "7|2024-05-01|First visit (a/b)"),
        ("8|2024-05-01|FIRST - VISIT", "8|2024-05-01|first - visit"),
    ]
