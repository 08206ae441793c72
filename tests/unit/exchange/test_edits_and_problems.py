"""A workbook changed by hand: every edit is told with its cell, and every mistake, all at once."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from riskengine.catalog import difference, load_catalog, write_catalog
from riskengine.exchange import edits, json_text, read_export, write_csv, write_workbook
from riskengine.exchange.flatten import rows_of
from riskengine.exchange.gather import Gathering, Given, Place
from riskengine.exchange.receive import receive
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.yaml_document import parse_yaml


@pytest.fixture
def workbook(small, tmp_path):
    path = tmp_path / "目录.xlsx"
    write_workbook(small, path, "zh")
    return path


def letters(workbook, sheet: str) -> dict[str, str]:
    """Heading → letter."""
    import openpyxl

    return {cell.value: cell.column_letter for cell in openpyxl.load_workbook(workbook)[sheet][1]}


def test_an_edited_cell_is_told_with_its_address_what_was_and_what_is(workbook, small, by_hand, tmp_path) -> None:
    at = letters(workbook, "处罚")["上限"]
    title = letters(workbook, "风险点")["名称（中文）"]
    channel = letters(workbook, "防范措施")["方式"]
    changed = {
        f"处罚!{at}2": 50000,
        f"风险点!{title}2": "=超限",
        f"防范措施!{channel}3": "现场检查",
        "目录版本!B2": "1.1",
    }
    received = read_export(by_hand(workbook, changed, lambda book: _as_text(book["风险点"][f"{title}2"])))
    told = [edit.text("zh") for edit in edits(small, received)]
    assert told == [
        f"风险点!{title}2（HW-01 名称（中文））：违法超限运输 → =超限",
        f"处罚!{at}2（HW-01 1 上限）：30000 → 50000",
        f"防范措施!{channel}3（HW-01-M2 方式）：函件 → 现场检查",
        "目录版本!B2（版本）：1 → 1.1",
    ]
    english = edits(small, received)[2].text("en")
    assert english == f"防范措施!{channel}3 (HW-01-M2 channel): letter → site visit"
    write_catalog(small, tmp_path / "old")
    write_catalog(received.files, tmp_path / "new")
    old, new = (load_catalog(tmp_path / name / "risk_catalog", tmp_path / name / "measures") for name in ("old", "new"))
    assert {change.kind for change in difference(old, new)} == {"point_renamed", "penalty_changed", "measure_changed"}


def _as_text(cell) -> None:
    cell.data_type = "s"


def test_rows_that_were_added_and_taken_out_are_told(workbook, small, by_hand) -> None:
    def change(book) -> None:
        sheet = book["法律依据"]
        values = [cell.value for cell in sheet[2]]
        sheet.insert_rows(2)
        for at, value in enumerate(values, 1):
            sheet.cell(2, at).value = value
        headings = [cell.value for cell in sheet[1]]
        sheet.cell(2, headings.index("条") + 1).value = "51"
        sheet.cell(2, headings.index("序号") + 1).value = None
        book["征求意见记录"].delete_rows(2)

    received = read_export(by_hand(workbook, {}, change))
    (added, gone) = edits(small, received)
    assert (added.kind, added.table, added.row) == ("added", "citations", "HW-01 3")  # without a number: the last
    assert added.at.startswith("法律依据!")
    assert added.at.endswith("2")
    assert (gone.kind, gone.at, gone.text("zh")) == ("removed", None, "征求意见记录：删去 1")
    assert [problem.code for problem in received.findings] == ["RE-432"]  # the edition counts two citations


MISTAKES = {
    "a heading": ({"风险点!{风险等级}1": "风险等极"}, "RE-394", "风险点!{风险等级}1", "Did you mean: 风险等级"),
    "a level": ({"风险点!{风险等级}2": "红色"}, "RE-398", "风险点!{风险等级}2", "Did you mean: 红"),
    "a level off the matrix": ({"风险点!{风险等级}2": "蓝"}, "RE-412", "风险点!{风险等级}2", "the matrix gives red"),
    "no code": ({"风险点!{编号}2": None}, "RE-403", "风险点!{编号}2", "'code' is missing"),
    "one language": ({"风险点!{名称（英文）}2": None}, "RE-403", "风险点!{名称（英文）}2", "the key 'en' is missing"),
    "a law": ({"法律依据!{法规代码}2": "highway_lay"}, "RE-407", "法律依据!{法规代码}2", "Did you mean: highway_law"),
    "a version": ({"法律依据!{版本}2": "2017-11-05"}, "RE-408", "法律依据!{版本}2", "2017-11-04"),
    "an article as a day": ({"法律依据!{条}2": "64-01"}, "RE-404", "法律依据!{条}2", "64-01"),
    "an article too far": ({"法律依据!{条}2": 999}, "RE-409", "法律依据!{条}2", "999"),
    "a point that is not there": ({"法律依据!{风险点编号}2": "HW-02"}, "RE-406", "法律依据!{风险点编号}2", "HW-01"),
    "no point": ({"法律依据!{风险点编号}2": None}, "RE-403", "法律依据!{风险点编号}2", "risk_point"),
    "a formula": ({"处罚!{上限}2": "=1+1"}, "RE-396", "处罚!{上限}2", "=1+1"),
    "a word for a number": ({"处罚!{上限}2": "三万"}, "RE-404", "处罚!{上限}2", "三万"),
    "a date of a text": ({"法规版本!{施行日期}2": "去年"}, "RE-404", "法规版本!{施行日期}2", "去年"),
    "a code twice": ({"防范措施!{编号}3": "HW-01-M1"}, "RE-405", "防范措施!{编号}3", "HW-01-M1"),
    "a party": ({"风险点!{适用对象}2": "goods_operater"}, "RE-406", "风险点!{适用对象}2", "goods_operator"),
    "a word beside an article": ({"预警指标!{依据}2": "本地政策"}, "RE-399", "预警指标!{依据}2", ""),
    "an area that is not there": ({"业务领域!{领域代码}2": "HV"}, "RE-417", "业务领域!{领域代码}2", "HW"),
    "too many": ({"目录版本!B10": 2}, "RE-413", "目录版本!B10", "must have 2, but 1"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_cell(workbook, by_hand, mistake) -> None:
    cells, code, address, words = MISTAKES[mistake]
    changed = {_address(workbook, at): value for at, value in cells.items()}
    with pytest.raises(CatalogError) as caught:
        read_export(by_hand(workbook, changed))
    problems = caught.value.problems
    found = [problem for problem in problems if problem.code == code]
    assert found, caught.value.text("en")
    assert any((problem.column or "").startswith(_address(workbook, address)) for problem in found), caught.value
    assert words in caught.value.text("en")
    assert "Traceback" not in caught.value.text("zh")


def _address(workbook, text: str) -> str:
    sheet, _, rest = text.partition("!")
    if "{" not in rest:
        return text
    heading, row = rest[1:].split("}")
    return f"{sheet}!{letters(workbook, sheet)[heading]}{row}"


def test_all_mistakes_are_told_at_once(workbook, by_hand) -> None:
    changed = [
        _address(workbook, at) for name in ("a level", "a word for a number", "no point") for at in MISTAKES[name][0]
    ]
    values = ["红色", "三万", None]
    with pytest.raises(CatalogError) as caught:
        read_export(by_hand(workbook, dict(zip(changed, values, strict=True))))
    assert [problem.code for problem in caught.value.problems].count("RE-398") == 1
    assert {problem.code for problem in caught.value.problems} >= {"RE-398", "RE-404", "RE-403"}


def test_a_sheet_or_column_that_is_missing_or_not_known_is_told(workbook, by_hand) -> None:
    def change(book) -> None:
        book["处罚"].title = "处 罚"
        book["法规"].delete_cols(3)
        book.remove(book["文件"])

    with pytest.raises(CatalogError) as caught:
        read_export(by_hand(workbook, {}, change))
    text = caught.value.text("zh")
    assert "RE-393 “处 罚”不是目录的组成部分" in text
    assert "RE-392 缺少“处罚”" in text
    assert "RE-392 缺少“文件”" in text
    assert "法规!A1：RE-395 缺少列“名称（中文）”（title (zh)）" in text


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no zip", b"{", b'{"schema": "x", "files": {}}', b"\xff", b"[" * 9999]
)
def test_what_is_no_export_is_told(tmp_path, content) -> None:
    for name in ("x.xlsx", "x.json", "x.zip", "x.md"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CatalogError, match="RE-391"):
            read_export(tmp_path / name)


def test_csv_names_the_file_the_row_and_the_column(tmp_path, small) -> None:
    write_csv(small, tmp_path / "tables")
    file = tmp_path / "tables" / "penalties.csv"
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    rows[1][rows[0].index("kind")] = "fin"
    file.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    (tmp_path / "tables" / "penaltys.csv").write_text("", "utf-8")
    with pytest.raises(CatalogError, match=r"penaltys\.csv.*Did you mean: penalties\.csv"):
        read_export(tmp_path / "tables")
    (tmp_path / "tables" / "penaltys.csv").unlink()
    with pytest.raises(CatalogError) as caught:
        read_export(tmp_path / "tables")
    (problem,) = caught.value.problems
    assert problem.text("en").startswith("tables/penalties.csv, row 2, kind: RE-398 'fin' is not one of: ")
    assert problem.near[0] == "fine"


def test_json_names_the_line(tmp_path, small) -> None:
    text = json_text(small)
    line = text[: text.index('"level": "red"')].count("\n") + 1
    (tmp_path / "x.json").write_text(text.replace('"level": "red"', '"level": "read"'), "utf-8")
    with pytest.raises(CatalogError) as caught:
        read_export(tmp_path / "x.json")
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.source) == ("RE-404", line, "x.json#risk_catalog/HW.yaml")
    (tmp_path / "x.json").write_text(text.replace('"max": 30000', '"max": 50000'), "utf-8")
    (edit,) = edits(small, read_export(tmp_path / "x.json"))
    assert (edit.was, edit.now) == (30000, 50000)
    data = json.loads(text)
    data["files"]["elsewhere.yaml"] = {}
    (tmp_path / "x.json").write_text(json.dumps(data), "utf-8")
    with pytest.raises(CatalogError, match="RE-393"):
        read_export(tmp_path / "x.json")


def test_a_code_that_was_mistyped_is_told_once_for_each_sheet_that_bears_the_other(workbook, by_hand) -> None:
    with pytest.raises(CatalogError) as caught:
        read_export(by_hand(workbook, {_address(workbook, "风险点!{编号}2"): "HW-09"}))
    told = [
        problem.column for problem in caught.value.problems if problem.code == "RE-406" and problem.found == "HW-01"
    ]
    assert f"{_address(workbook, '法律依据!{风险点编号}2')} ×2" in told
    assert len(told) == len({column.partition("!")[0] for column in told}) == 5


def test_what_is_written_into_a_made_column_is_told_and_not_read(workbook, small, by_hand) -> None:
    at = letters(workbook, "处罚")
    made, limit = at["数额（自动生成）"], at["上限"]
    (edit,) = edits(small, read_export(by_hand(workbook, {f"处罚!{made}2": "至多五万元"})))
    assert (edit.kind, edit.at) == ("ignored", f"处罚!{made}2")
    assert "此列由其他列自动生成，其中的改动“至多五万元”没有读入" in edit.text("zh")
    assert "figures in words (made)" in edit.text("en")
    (edit,) = edits(small, read_export(by_hand(workbook, {f"处罚!{limit}2": 50000})))  # what was made before may stand
    assert (edit.kind, edit.at) == ("changed", f"处罚!{limit}2")


def test_the_numbers_may_be_left_out(workbook, small, by_hand) -> None:
    def change(book) -> None:
        for sheet in book:
            headings = [cell.value for cell in sheet[1]]
            if "序号" in headings:
                sheet.delete_cols(headings.index("序号") + 1)

    received = read_export(by_hand(workbook, {}, change))
    assert [file.content() for file in received.files] == [file.content() for file in small]


def test_a_formula_keeps_nothing_else_from_being_told(workbook, by_hand) -> None:
    changed = {_address(workbook, "处罚!{上限}2"): "=1+1", _address(workbook, "风险点!{风险等级}2"): "红色"}
    with pytest.raises(CatalogError) as caught:
        read_export(by_hand(workbook, changed))
    assert {problem.code for problem in caught.value.problems} == {"RE-396", "RE-398"}


def test_a_retired_code_goes_out_and_comes_back(workbook, small, by_hand) -> None:
    """A code that was merged into another keeps its row and names the other."""

    def change(book) -> None:
        sheet = book["风险点"]
        headings = [cell.value for cell in sheet[1]]
        for at, cell in enumerate([cell.value for cell in sheet[2]], 1):
            sheet.cell(3, at).value = cell
        sheet.cell(3, headings.index("编号") + 1).value = "HW-02"
        sheet.cell(2, headings.index("承继编号") + 1).value = "HW-02"
        for name in ("法律依据", "处罚", "裁量档次", "裁量框架", "防范措施"):
            rows = book[name]
            heads = [cell.value for cell in rows[1]]
            for row in [[cell.value for cell in cells] for cells in rows.iter_rows(min_row=2)]:
                copy = dict(zip(heads, row, strict=True)) | {"风险点编号": "HW-02"}
                if "编号" in copy:
                    copy["编号"] = copy["编号"].replace("HW-01", "HW-02")
                rows.append([copy[head] for head in heads])
            if name == "防范措施":
                rows.delete_rows(2, 2)
        book["目录版本"]["B11"] = 2

    received = read_export(by_hand(workbook, {}, change))
    point = received.files[2].model.risk_points[0]
    assert (point.code, point.succeeded_by) == ("HW-01", "HW-02")
    kinds = {(edit.kind, edit.table, edit.row, edit.column) for edit in edits(small, received)}
    assert ("changed", "risk_points", "HW-01", "succeeded_by") in kinds
    assert ("added", "risk_points", "HW-02", None) in kinds
    assert ("removed", "measures", "HW-01-M1", None) in kinds


def test_json_without_a_file_or_with_half_a_character_is_told(tmp_path, small) -> None:
    data = json.loads(json_text(small))
    path = tmp_path / "x.json"
    for name, words in (("risk_catalog/laws.yaml", "laws.yaml"), ("measures/HW.yaml", "measures/HW.yaml")):
        files = {key: value for key, value in data["files"].items() if key != name}
        path.write_text(json.dumps({**data, "files": files}), "utf-8")
        with pytest.raises(CatalogError, match=rf"RE-401 .*{words}"):
            read_export(path)
    path.write_text(json.dumps({**data, "files": {}}), "utf-8")
    with pytest.raises(CatalogError, match="RE-401"):
        read_export(path)
    more = {**data["files"], "measures/RT.yaml": {"data": {"area": "RT", "measures": {}}}}
    path.write_text(json.dumps({**data, "files": more}), "utf-8")
    with pytest.raises(CatalogError, match="RE-417"):
        read_export(path)
    path.write_text(json_text(small).replace("Weigh before leaving", "\\ud800"), "utf-8")
    with pytest.raises(CatalogError, match="RE-391"):
        read_export(path)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_cells_is_read_or_told(small, data) -> None:
    """No cell, row or table, however odd, brings the import down; what it takes can be written and read again."""
    rows = rows_of(small)
    given_ = {
        name: [
            Given(dict(row.values), {key: Place("x.xlsx", None, f"{name}!{key}{at}") for key in row.values})
            for at, row in enumerate(held, 2)
        ]
        for name, held in rows.items()
    }
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from([name for name, held in given_.items() if held]))
        at = data.draw(st.integers(0, len(given_[name]) - 1))
        row = given_[name][at]
        what = data.draw(st.sampled_from(["cell", "cell", "cell", "gone", "twice", "all gone"]))
        if what == "cell":
            row.cells[data.draw(st.sampled_from(sorted(row.cells)))] = data.draw(st.sampled_from(ODD_CELLS))
        elif what == "all gone":
            given_[name] = []
        else:
            given_[name][at : at + 1] = [row, row] if what == "twice" else []
    problems: list = []
    try:
        received = receive(Gathering(given_, "x.xlsx", problems).documents(), {}, problems)
    except CatalogError as error:
        event(f"told: {error.text('zh')[:0] or len(error.problems) > 0}")
        return
    for edit in edits(small, received):
        event(edit.kind if edit.text("zh") else "silent")
    for file in received.files:
        document = parse_yaml(file.content(), file.name)
        assert document.problems == []
        assert type(file.model).model_validate(document.data) == file.model


ODD_CELLS = (
    *(None, "", " ", "x", "HW-01", "HW-02", "=1", 1, 0, -1, 1.5, float("nan"), float("inf"), 10**30, True, False),
    *(datetime(2022, 3, 1), datetime(2022, 3, 1, 4, 5), date(2022, 1, 1), time(1, 2), timedelta(1), "2022-02-30"),  # noqa: DTZ001
    *("红", "红色", "[1", '["a"]', "a\nb", "字" * 100, Decimal("NaN"), Decimal("1E+5"), "1e5", "９", "64-1", "\x07"),
)
