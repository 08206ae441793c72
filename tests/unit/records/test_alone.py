"""One source into a database, alone: what stands in the table and in the account is that of the readers of rows."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from riskengine.contract.sources import DATE, ID, TEXT, VIOLATIONS, Column, Source
from riskengine.kernel.errors import InputError
from riskengine.records import Known, read_source
from riskengine.records.bulk.alone import read_alone

duckdb = pytest.importorskip("duckdb")

COLUMNS = ("violation_id", "operator_id", "risk_point", "occurred_on", "decided_on", "status", "place")
TIMES = Source(
    "times", "id", (Column("id", ("编号",), ID, required=True), Column("day", (), DATE), Column("at", (), TEXT))
)
KNOWN = Known(
    risk_points=lambda code: code if code in {"HW-01", "RT-01"} else None, risk_point_codes=("HW-01", "RT-01")
)
HEAD = "violation_id,operator_id,risk_point,occurred_on,decided_on,status,place\n"
ROWS = {
    "plain": "V1,OP1,HW-01,2022-01-05,2022-01-09,final,示例路\nV2,OP1,RT-01,2022-01-05,2022-02-09,,\n",
    "odd cells": "v1 ,op1,hw-01,2022年1月5日,2022/1/9,已撤销, 示例路 \nＶ2,OP1,RT-01,20220105,,修复,\n",
    "times in days": "V1,OP1,HW-01,2022-01-05 21:40,2022-01-09,,\nV2,OP1,HW-01,2022-01-05 00:00,2022-01-09,,\n",
    "errors": "V1,OP1,HW-1,2022-01-05,2022-01-09,final,\nV2,,HW-01,2022-01-05,2022-01-09,final,\n"
    "V3,OP1,HW-01,2022-13-05,,final,\nV4,OP1,HW-01,2022-01-05,2021-01-01,final,\nV5,OP1,HW-01,2022-01-05,,wrong,\n",
    "repeated": "V1,OP1,HW-01,2022-01-05,2022-01-09,,\nV1,OP1,HW-01,2022-01-05,2022-01-09,,\n"
    "V2,OP1,HW-01,2022-01-05,2022-01-09,,\nV2,OP1,HW-01,2022-01-06,2022-01-09,,\n",
    "quotes and blanks": '"V1",OP1,HW-01,2022-01-05,2022-01-09,,"示例,路"\n,,,,,,\n'
    "V2,OP1,HW-01,2022-01-05,2022-01-09,,\n",
}


def read(data, source=VIOLATIONS, columns=COLUMNS, written=()):
    connection = duckdb.connect()
    account = read_alone(connection, data, source, KNOWN, columns, written)
    rows = connection.execute(f"SELECT * FROM read_{source.name} ORDER BY row").fetchall()  # noqa: S608
    return account, rows


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("kind", ["csv", "frame"])
def test_it_is_what_the_readers_of_rows_say(tmp_path, name, kind):
    path = tmp_path / "violations.csv"
    path.write_text(HEAD + ROWS[name], "utf-8")
    expected = read_source(path, "violations", risk_points=KNOWN.risk_points, known_risk_points=KNOWN.risk_point_codes)
    data = path
    if kind == "frame":
        pa = pytest.importorskip("pyarrow")

        with path.open("r", encoding="utf-8", newline="") as file:
            cells = list(csv.DictReader(file))
        data = pa.table({heading: [row[heading] for row in cells] for heading in cells[0]})
    account, rows = read(data)
    assert [row[1:] for row in rows] == [tuple(record[column] for column in COLUMNS) for record in expected.records]
    assert account.rows_in == expected.rows_in
    assert account.left_out_count == expected.left_out_count
    found, wanted = (
        [(problem.code, problem.column, problem.found) for problem in each.problems] for each in (account, expected)
    )
    assert sorted(found, key=str) == sorted(wanted, key=str)


def test_the_cell_as_it_was_written_stands_beside_its_day(tmp_path):
    path = tmp_path / "violations.csv"
    path.write_text(HEAD + ROWS["times in days"], "utf-8")
    for data in (path, [dict(zip(HEAD.strip().split(","), line.split(","), strict=True))
                        for line in ROWS["times in days"].splitlines()]):  # fmt: skip
        _, rows = read(data, written=("occurred_on",))
        assert [(row[4], row[-1]) for row in rows] == [
            (date(2022, 1, 5), "2022-01-05 21:40"),
            (date(2022, 1, 5), "2022-01-05 00:00"),
        ]


def test_a_table_without_operators_is_read_in_place_too(tmp_path):
    path = tmp_path / "times.csv"
    path.write_text("编号,day,at\nJC1,2022-01-05,9:30\nJC2,never,9:30\n", "utf-8")
    account, rows = read(path, TIMES, ("id", "at"))
    assert rows == [(2, "JC1", "9:30")]
    assert type(account).__name__ == "StoredSource"
    assert [(problem.row, problem.code) for problem in account.problems] == [(3, "RE-210")]


def test_a_source_that_cannot_be_used_is_told_as_by_the_readers_of_rows(tmp_path):
    path = tmp_path / "violations.csv"
    path.write_text("violation_id,risk_point\nV1,HW-01\n", "utf-8")
    with pytest.raises(InputError) as error:
        read(path)
    assert {problem.code for problem in error.value.problems} == {"RE-107"}
