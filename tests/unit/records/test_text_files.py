from __future__ import annotations

import hashlib
import json

import pytest

from riskengine.kernel.errors import InputError
from riskengine.records import read_source
from riskengine.records.draft import OVERFLOW
from riskengine.records.raw import EXAMPLE

HEAD = "operator_id,name,fleet_size\n"


@pytest.fixture
def source(tmp_path):
    def reader(content, extension="csv", name="operators", **options):
        path = tmp_path / f"records.{extension}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_source(path, name, **options)

    return reader


def names(source):
    return [row["name"] for row in source.records]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_encodings_are_told_apart(source, encoding):
    assert names(source((HEAD + "A,许昌甲公司,1\n").encode(encoding))) == ["许昌甲公司"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(source, separator, line_end):
    content = (HEAD + "A,甲,1\nB,乙,2\n").replace(",", separator).replace("\n", line_end)
    assert [row["fleet_size"] for row in source(content).records] == [1, 2]


def test_quotes_hold_separators_breaks_and_quotes(source):
    assert names(source(HEAD + 'A,"甲, ""乙""\n丙",1\nB,5" 管,2\n"C",,3')) == ['甲, "乙"\n丙', '5" 管', "C"]


def test_breaks_inside_cells_do_not_count_as_rows(source):
    problems = source(HEAD + 'A,"甲\n\n乙",1\nB,乙,x\n').problems
    assert [problem.row for problem in problems] == [3]


def test_a_blank_row_counts_only_where_records_follow(source):
    read = source(HEAD + "A,甲,1\n\n ,,\nB,乙,2\n\n,,\n")
    assert read.rows_in == 4
    assert read.left_out_by_reason() == {"blank": 2}
    assert [row.row for row in read.left_out] == [3, 4]


def test_empty_cells_beyond_the_headings_are_nothing_and_full_ones_an_error(source):
    read = source(HEAD + "A,甲,1,,\nB,乙,2,x\n")
    assert names(read) == ["甲"]
    assert read.left_out[0].cells == {"operator_id": "B", "name": "乙", "fleet_size": "2", OVERFLOW: ["x"]}
    assert read.left_out[0].operator_id == "B"


def test_a_column_without_a_heading_must_be_empty(source):
    read = source("operator_id,,name\nA,,甲\nB,x,乙\n")
    assert names(read) == ["甲"]
    assert [problem.code for problem in read.problems] == ["RE-231"]


def test_the_hash_is_that_of_the_bytes(source):
    content = (HEAD + "A,甲,1\n").encode()
    assert source(content).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("主体代码,名称", "operators"),
        ("案号,主体代码,风险点编号,违法日期", "violations"),
        ("检查编号,主体代码,检查日期", "inspections"),
    ],
)
def test_the_headings_tell_which_source_it_is(source, heading, kind):
    assert source(f"{heading}\n" + ",".join("1" * (heading.count(",") + 1)), name=None).name == kind


def test_headings_that_tell_nothing_are_refused(source):
    with pytest.raises(InputError, match="RE-113"):
        source("a,b\n1,2\n", name=None)


def test_a_mapped_heading_is_read_as_its_column(source):
    read = source("编码,名称\nA,甲\n", mapping={"operator_id": "编码"})
    assert read.records[0]["operator_id"] == "A"
    assert read.headings == {"operator_id": "编码", "name": "名称"}


def test_a_mapping_chooses_between_two_headings(source):
    read = source("统一社会信用代码,主体代码\nA,B\n", mapping={"operator_id": "主体代码"})
    assert read.records[0]["operator_id"] == "B"


@pytest.mark.parametrize(
    ("mapping", "code", "near"),
    [({"operator_id": "企业编吗"}, "RE-111", ("企业编码",)), ({"operater_id": "企业编码"}, "RE-112", ("operator_id",))],
)
def test_a_mapping_that_fits_nothing_names_what_is_near(source, mapping, code, near):
    with pytest.raises(InputError) as caught:
        source("企业编码\nA\n", mapping=mapping)
    assert (caught.value.problems[0].code, caught.value.problems[0].near) == (code, near)


def test_a_missing_file_names_those_that_are_near(tmp_path):
    (tmp_path / "operators.csv").write_text("operator_id\nA\n")
    with pytest.raises(InputError) as caught:
        read_source(tmp_path / "operator.csv", "operators")
    assert caught.value.problems[0].code == "RE-101"
    assert caught.value.problems[0].near == ("operators.csv",)


@pytest.mark.parametrize("path", ["", ".", "a\x00b.csv", "/", "no.such/folder/x.csv"])
def test_a_path_that_is_no_file_is_refused(path):
    with pytest.raises(InputError):
        read_source(path, "operators")


def test_json_lines_keep_their_line_numbers_and_exact_numbers(source):
    lines = [{"operator_id": "A", "fleet_size": 3, "备注": 0.1}, {"operator_id": "B", "fleet_size": 1.5}]
    read = source("\n".join(json.dumps(line) for line in lines) + "\n\n", "jsonl")
    assert str(read.records[0]["备注"]) == "0.1"
    assert [(problem.code, problem.row) for problem in read.problems] == [("RE-205", 2)]


@pytest.mark.parametrize(
    "line", ["[1]", "1", "{", '{"operator_id": ' + "[" * 100_000, '{"operator_id": "B", "operator_id": "B"}']
)
def test_a_line_that_is_no_record_is_left_out(source, line):
    read = source('{"operator_id": "A"}\n' + line, "ndjson")
    assert (len(read.records), [problem.code for problem in read.problems]) == (1, ["RE-233"])


def test_a_huge_integer_in_json_is_a_problem_and_no_crash(source):
    read = source('{"operator_id": "A", "fleet_size": ' + "9" * 5000 + "}", "jsonl")
    assert [problem.code for problem in read.problems] == ["RE-207"]


def test_a_stray_quotation_mark_costs_its_own_row_only(source):
    read = source(HEAD + 'A,"甲,1\nB,乙,2\nC,"丙ok",3\nD,丁 ""x,4\nE,"戊 ""x,5\nF,己,6\n')
    assert names(read) == ["乙", "丙ok", '丁 ""x', "己"]
    assert [(problem.code, problem.row) for problem in read.problems] == [("RE-234", 2), ("RE-236", 6)]


def test_what_is_no_record_is_kept_apart_from_the_columns(source):
    left_out = source('{"operator_id": "A"}\n{"operator_id": "B"', "jsonl").left_out[0]
    assert (left_out.operator_id, left_out.cells[OVERFLOW]) == (None, ['{"operator_id": "B"'])


def test_one_heading_cannot_be_mapped_to_two_columns(source):
    with pytest.raises(InputError, match="RE-115"):
        source("编码\nA\n", mapping={"operator_id": "编码", "name": "编码"})


def test_only_a_form_has_an_example_row(source):
    assert source('{"operator_id": "A"}\n{"operator_id": "示例"}', "jsonl").rows_in == 2
    assert source(f"operator_id\n{EXAMPLE}A\nB\n").rows_in == 1
    assert source("operator_id\n示例A\nB\n").rows_in == 2


@pytest.mark.parametrize("cell", ["1" * 1_000_001, '"' + "x," * 500_001 + '"'])
def test_a_cell_of_a_million_characters_costs_its_row_only(source, cell):
    read = source(HEAD + f"A,{cell},1\nB,乙,2\n")
    assert names(read) == ["乙"]
    assert [(problem.code, problem.row) for problem in read.problems] == [("RE-235", 2)]
