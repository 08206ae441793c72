"""The record folder: a file is found by its name whatever its suffix, every row must be right, and errors say where."""

from __future__ import annotations

import pytest

from riskengine.contract.sources import INSPECTIONS
from riskengine.kernel.errors import InputError, UsageError
from riskengine.supervision.record import rows_of, rows_or_none

GOOD = "检查编号,主体代码,检查日期\n甲1,OP-1,2022-03-01\n甲2,OP-1,2022-03-02\n"


def test_rows_come_with_the_numbers_that_people_see(tmp_path):
    (tmp_path / "inspections.csv").write_text(GOOD, "utf-8")
    found = rows_of(tmp_path, INSPECTIONS)
    assert found.label == "inspections.csv"
    assert [(row.number, row.record["inspection_id"]) for row in found.rows] == [(2, "甲1"), (3, "甲2")]
    problem = found.problem("RE-957", found.rows[1], "inspection_id")
    assert (problem.source, problem.row, problem.found) == ("inspections.csv", 3, "甲2")


def test_a_file_that_is_not_there_is_none_or_an_error_that_names_the_nearest(tmp_path):
    (tmp_path / "inspection.csv").write_text(GOOD, "utf-8")
    assert rows_or_none(tmp_path, INSPECTIONS) is None
    with pytest.raises(UsageError, match=r"RE-957.*inspections.*Did you mean: inspection\?"):
        rows_of(tmp_path, INSPECTIONS)


def test_two_files_of_one_name_are_refused(tmp_path):
    for name in ("inspections.csv", "inspections.jsonl"):
        (tmp_path / name).write_text(GOOD, "utf-8")
    with pytest.raises(UsageError, match=r"RE-956.*inspections\.csv.*inspections\.jsonl"):
        rows_of(tmp_path, INSPECTIONS)


def test_a_folder_that_is_none_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="RE-955"):
        rows_or_none(tmp_path / "nowhere", INSPECTIONS)


@pytest.mark.parametrize("row", ["甲2,OP-1,2022-02-30", "甲1,OP-2,2022-03-02", "甲1,OP-1,2022-03-01"])
def test_no_row_is_left_out_without_a_word(tmp_path, row):
    (tmp_path / "inspections.csv").write_text(f"{GOOD}{row}\n", "utf-8")
    with pytest.raises(InputError, match=r"row 4"):
        rows_of(tmp_path, INSPECTIONS)
