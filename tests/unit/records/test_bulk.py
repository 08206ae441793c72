"""Bulk reading: what it takes in place, what it leaves to the readers of rows, and that both say the same."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import Mock

import duckdb
import pyarrow as pa
import pytest
from bulk_compared import BULK, FATAL, ROWS, compared
from pyarrow import parquet

from riskengine import Engine
from riskengine.contract.sources import ProfileColumn
from riskengine.records.bulk.relation import Raw, stamp_of
from riskengine.records.bulk.survey import _rises

BAD = Path(__file__).parents[2] / "bad" / "records"
EXAMPLES = Path(__file__).parents[3] / "examples"
RISK_POINTS = {"HW-01": "HW", "RT-01": "RT", "UP-01": "UP"}
KNOWN = {
    "risk_points": lambda code: code if code in RISK_POINTS else None,
    "known_risk_points": list(RISK_POINTS),
    "known_areas": ["HW", "RT", "UP", "WT", "EC"],
    "risk_point_area": RISK_POINTS,
}
CASES = [folder for folder in sorted(BAD.iterdir()) if any(path.stem == "operators" for path in folder.iterdir())]
SHARE = (ProfileColumn("share", "decimal", places=2),)


def write(folder, name, text):
    path = folder / f"{name}.csv"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_bad_input_is_answered_as_by_the_readers_of_rows(folder):
    files = {path.stem: path for path in folder.iterdir() if path.name != "expect.yaml"}
    compared(files, profile=SHARE if folder.name == "profile_column_missing" else (), **KNOWN)


def test_most_bad_inputs_are_read_in_place():
    read = [
        compared({path.stem: path for path in folder.iterdir() if path.name != "expect.yaml"}, **KNOWN)
        for folder in CASES
        if folder.name != "profile_column_missing"
    ]
    assert read.count(BULK) >= 35
    assert read.count(FATAL) >= 10


@pytest.mark.parametrize(
    ("ids", "rises"),
    [
        ("ABC", True),
        ("ABD", True),
        ("AAB", False),
        ("BAC", False),
        ("A", True),
        ("", False),
        (["A", None], False),
        ([None, "A"], False),
        (["A", None, "B"], False),
        ([None], False),
    ],
)
def test_ids_in_order_are_known_to_differ(ids, rises):
    connection = duckdb.connect()
    connection.execute("CREATE TABLE ids (id VARCHAR)")
    for one in ids:
        connection.execute("INSERT INTO ids VALUES (?)", [one])
    assert _rises(connection, "id", "ids") is rises


def test_rows_that_were_looked_at_in_two_pieces_prove_nothing_of_each_other():
    connection = Mock()
    connection.execute.return_value.fetchall.return_value = [(2, True)]
    assert not _rises(connection, "id", "ids")


def test_a_file_that_cannot_be_read_to_its_end_counts_as_changed(tmp_path):
    file = write(tmp_path, "operators", "operator_id\n")
    whole, torn = Future(), Future()
    whole.set_result("0" * 64)
    torn.set_exception(OSError("gone"))
    raw = Raw("raw_operators", [], [], whole, file=file, stamp=stamp_of(file))
    assert not raw.is_changed()
    assert replace(raw, hashed=torn).is_changed()
    assert replace(raw, stamp=(0, 0, 0)).is_changed()


def test_an_id_that_is_there_twice_is_found_far_behind_ids_in_order(tmp_path):
    numbers = [*range(30_000), 29_999]
    rows = {"operator_id": ["A"] * len(numbers), "violation_id": [f"V{number:06}" for number in numbers]}
    many = pa.table({**rows, "risk_point": ["HW-01"] * len(numbers), "occurred_on": ["2022-01-01"] * len(numbers)})
    parquet.write_table(many, tmp_path / "violations.parquet")
    write(tmp_path, "operators", "operator_id,name\nA,Alpha\n")
    files = {"operators": tmp_path / "operators.csv", "violations": tmp_path / "violations.parquet"}
    assert compared(files, **KNOWN) == BULK
    result = Engine.load().grade(*files.values(), as_of=date(2022, 12, 31), engine="duckdb")
    [violations] = [account for account in result.records.accounts if account.name == "violations"]
    assert violations.left_out_by_reason() == {"duplicate": 1}


@pytest.mark.parametrize(("folder", "how"), [("", BULK), ("dirty", ROWS)])
def test_the_example_lists_are_read_alike(folder, how):
    names = ("operators", "violations", "inspections")
    files = {name: EXAMPLES / folder / f"{name}.csv" for name in names if (EXAMPLES / folder / f"{name}.csv").exists()}
    engine = Engine.load()
    known = engine._known()
    assert compared(files, **known) == how


@pytest.mark.parametrize(
    "text",
    [
        "operator_id,name\nA,甲\n\nB,乙\n",
        "operator_id,name\nA,甲\n,\n",
        "operator_id,name\nA\nB,乙\n",
        'operator_id,name\nA,"甲\n乙"\nB,"乙"\n',
        'operator_id,name\nA,"甲" \nB,乙\n',
        'operator_id,name\nA,"甲"\nB,乙\n',
        'operator_id,name\nA,""甲\nB,乙\n',
        'operator_id,name,x\nA,"甲";丙,q\nB,乙,r\n',
        'operator_id,name,x\n"【示例】1",甲,q\nB,乙,r\n',
        "operator_id,name\nA,甲\nB,乙\r",
        f"operator_id,name\nA,{'甲' * 1_000_001}\nB,乙\n",
        "operator_id\nA\nB\n",
        'operator_id,"na,me"\nA,甲\n',
        "operator_id,name\rA,甲\rB,乙\r",
        "operator_id,name\n【示例】A,甲\nB,乙\n",
        "operator_id,name,问题/problems,行/row\n'=1,甲,x,2\nB,乙,y,3\n",
    ],
)
def test_a_csv_file_of_another_build_is_left_to_the_readers_of_rows(tmp_path, text):
    assert compared({"operators": write(tmp_path, "operators", text)}) == ROWS


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_separators_ends_of_lines_and_a_mark_of_order_are_read(tmp_path, separator):
    rows = [["operator_id", "name", "fleet_size"], ["A", "甲", "1"], ["b ", "乙", "１２"], ["c", "", "x"]]
    text = "\ufeff" + "\r\n".join(separator.join(row) for row in rows) + "\r\n"
    assert compared({"operators": write(tmp_path, "operators", text)}) == BULK


def test_rows_of_one_id_are_compared_as_the_readers_of_rows_do(tmp_path):
    operators = write(tmp_path, "operators", "operator_id,name\nA,甲\n")
    heads = "violation_id,operator_id,risk_point,occurred_on,decided_on,status,status_on,penalty"
    rows = [
        "V1,A,HW-01,2022-01-01,2022-02-01,,2022-03-01,",
        "v1,A,HW-01,2022/1/1,2022-02-01,final,,",
        "V2,A,HW-01,2022-01-01,2022-02-01,,,1",
        "V2,A,HW-01,2022-01-01,2022-02-01,,,1.00",
        "V2,A,HW-01,2022-01-01,2022-02-01,,,2",
        "V3,A,HW-01,x,2022-02-01,,,1",
        "V3,A,HW-01,x,2022-02-01,,,1",
        "V4,A,HW-01,x,2022-02-01,,,1",
        "V4,A,HW-01,2022-01-01,2022-02-01,,,1",
        ",A,HW-01,2022-01-01,2022-02-01,,,1",
        ",A,HW-01,2022-01-01,2022-02-01,,,1",
    ]
    violations = write(tmp_path, "violations", "\n".join([heads, *rows]) + "\n")
    assert compared({"operators": operators, "violations": violations}, **KNOWN) == BULK


def test_typed_columns_are_read_as_their_values(tmp_path):
    table = pa.table(
        {
            "operator_id": pa.array([1, 2, 3], pa.int64()),
            "fleet_size": pa.array([1.0, float("nan"), 2.5], pa.float64()),
            "licensed_on": pa.array([date(1900, 1, 1), date(2020, 2, 29), None]),
            "share": pa.array(["0.5", "0.505", None]),
            "noted": pa.array([float("inf"), 1.5, None]),
        }
    )
    path = tmp_path / "operators.parquet"
    parquet.write_table(table, path)
    assert compared({"operators": path}, profile=SHARE) == BULK
    assert compared({"operators": table}, profile=SHARE) == BULK
    assert compared({"operators": table.to_pandas()}, profile=SHARE) == BULK


def test_types_that_no_cell_has_and_names_that_mean_many_files_are_left_to_the_readers_of_rows(tmp_path):
    nested = pa.table({"operator_id": ["A"], "areas": pa.array([["HW"]], pa.list_(pa.string()))})
    assert compared({"operators": nested}) == ROWS
    path = tmp_path / "operators[1].parquet"
    parquet.write_table(pa.table({"operator_id": ["A"]}), path)
    assert compared({"operators": path}) == ROWS


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("name", ["A1", ""]),
        ("areas", [";", ""]),
        ("areas", [" ", ""]),
        ("noted", ["  ", ""]),
        ("noted", ["#N/A", ""]),
        ("noted", [float("nan"), None]),
        ("noted", [0.0, -0.0]),
        ("noted", [float("inf"), None]),
        ("noted", [1e15, 2e15]),
    ],
)
def test_rows_of_one_id_that_differ_in_nothing_that_is_read_are_equal(tmp_path, column, cells):
    rows = [{"operator_id": "A1", column: cell} for cell in cells] + [{"operator_id": "B", column: None}]
    path = tmp_path / "operators.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), path)
    assert compared({"operators": path}, **KNOWN) == BULK


def test_folders_that_look_like_partitions_change_nothing(tmp_path):
    folder = tmp_path / "name=乙"
    folder.mkdir()
    parquet.write_table(pa.table({"operator_id": ["A"], "name": ["甲"]}), folder / "operators.parquet")
    assert compared({"operators": folder / "operators.parquet"}) == BULK


@pytest.mark.parametrize(
    "kind", [pa.duration("s"), pa.timestamp("s", "Asia/Shanghai"), pa.float16(), pa.decimal256(50, 2), pa.time64("us")]
)
def test_types_of_their_own_are_left_to_the_readers_of_rows(kind):
    column = pa.array([None, None], kind)
    assert compared({"operators": pa.table({"operator_id": ["A", "B"], "noted": column})}) == ROWS


def test_an_empty_list_says_that_there_are_no_records(tmp_path):
    operators = write(tmp_path, "operators", "operator_id,name\nA,甲\n")
    assert compared({"operators": operators, "violations": []}, **KNOWN) == BULK


def test_mapped_headings_are_followed(tmp_path):
    operators = write(tmp_path, "operators", "企业,name\nA,甲\n")
    assert compared({"operators": operators}, mapping={"operator_id": "企业"}) == BULK
    assert compared({"operators": operators}, mapping={"operator_id": "企业名"}) == FATAL
