"""``catalog export`` and ``catalog import`` as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from riskengine.catalog import catalog_files

WHOLE = Path(__file__).parents[2] / "bad" / "lint" / "whole"


@pytest.mark.parametrize(
    ("name", "options"), [("x.xlsx", ()), ("x.json", ()), ("x.zip", ()), ("x", ("--format", "csv"))]
)
def test_out_and_back_tells_no_edit_and_writes_the_same_files(cli, tmp_path, name, options) -> None:
    done = cli("catalog", "export", WHOLE, "--out", tmp_path / name, *options)
    assert (done.code, done.err) == (0, "")
    done = cli("catalog", "import", tmp_path / name, "--out", tmp_path / "new", "--against", WHOLE, "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == "no difference from the catalogue compared with"
    for file in catalog_files(WHOLE):
        assert (tmp_path / "new" / file.name).read_bytes() == file.content()


def test_edits_and_findings_are_told(cli, tmp_path) -> None:
    path = tmp_path / "目录.xlsx"
    assert cli("catalog", "export", WHOLE, "--out", path).out == f"{path}\n"
    book = openpyxl.load_workbook(path)
    sheet = book["防范措施"]
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == "内容（英文）")
    sheet[f"{letter}2"] = "过磅"
    book.save(path)
    done = cli("catalog", "import", path, "--out", tmp_path / "new", "--against", WHOLE)
    assert done.code == 0
    assert done.out.startswith(f"防范措施!{letter}2（HW-01-M1 内容（英文））：Weigh before leaving → 过磅\n")
    assert "RE-433" in done.err
    done = cli("catalog", "import", path, "--out", tmp_path / "new", "--against", WHOLE, "--json", "--force")
    data = json.loads(done.out)
    assert [(edit["at"], edit["was"], edit["now"]) for edit in data["edits"]] == [
        (f"防范措施!{letter}2", "Weigh before leaving", "过磅")
    ]
    assert [problem["code"] for problem in data["findings"]] == ["RE-433"]
    assert len(data["written"]) == 5


def test_a_mistake_is_exit_2_with_its_cell_and_nothing_is_written(cli, tmp_path) -> None:
    path = tmp_path / "x.xlsx"
    cli("catalog", "export", WHOLE, "--out", path, "--lang", "en")
    book = openpyxl.load_workbook(path)
    sheet = book["Risk points"]
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == "level")
    sheet[f"{letter}2"] = "rad"
    book.save(path)
    done = cli("catalog", "import", path, "--out", tmp_path / "new", "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert f"x.xlsx, Risk points!{letter}2: RE-398 'rad' is not one of: red, orange, yellow, blue" in done.err
    assert "Did you mean: red" in done.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("name", "start"), [("x.html", "<!DOCTYPE html>"), ("x.md", "# Small catalogue")])
def test_pages_are_written_and_not_imported(cli, tmp_path, name, start) -> None:
    done = cli("catalog", "export", WHOLE, "--out", tmp_path / name, "--lang", "en")
    assert (done.code, done.out, done.err) == (0, f"{tmp_path / name}\n", "")
    text = (tmp_path / name).read_text("utf-8")
    assert text.startswith(start)
    assert "have not been held against" in text  # the small catalogue has no result of a verification
    done = cli("catalog", "import", tmp_path / name, "--out", tmp_path / "new", "--lang", "en")
    assert done.code == 2
    assert "for reading alone" in done.err


def test_usage(cli, tmp_path) -> None:
    assert cli("catalog", "export", "--out", tmp_path / "x").code == 2  # which form?
    (tmp_path / "x.json").write_text("{}", "utf-8")
    done = cli("catalog", "export", "--out", tmp_path / "x.json", "--lang", "en")
    assert done.code == 2
    assert "--force writes over it" in done.err
    done = cli("catalog", "import", tmp_path / "x.json", "--out", tmp_path / "new", "--lang", "en")
    assert done.code == 2
    assert "RE-391" in done.err
    assert cli("catalog", "import", tmp_path / "nowhere.json", "--out", tmp_path / "new").code == 2
    assert cli("catalog", "import", tmp_path / "x.json", "--out", tmp_path / "new", "--against", tmp_path).code == 2
