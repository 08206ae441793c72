"""The page on the catalogue: its commands run, and the edits that it shows are told in just these words."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from riskengine.cli.main import cli

PAGE = (Path(__file__).parents[2] / "docs" / "catalogue.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.partition("#")[0].split()[1:] for kind, text in BLOCKS if kind == "sh" for line in text.splitlines() if line
]


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("bureau"))
        yield Path.cwd()


def test_every_command_of_the_page_does_what_it_says(folder) -> None:
    assert len(COMMANDS) == 5
    said = {command[1]: run(*command) for command in COMMANDS}
    assert said["lint"] == "没有问题\n"
    assert said["import"].startswith("与对照的目录没有差别\n")
    for name in (
        "目录.xlsx",
        "handbook.html",
        "my-catalogue/risk_catalog/HW.yaml",
        "my-new-catalogue/measures/HW.yaml",
    ):
        assert (folder / name).exists(), name


def test_edits_are_told_as_the_page_shows(folder) -> None:
    book = openpyxl.load_workbook(folder / "目录.xlsx")

    def put(sheet, row: int, **cells) -> None:
        headings = [cell.value for cell in book[sheet][1]]
        for heading, value in cells.items():
            book[sheet].cell(row, headings.index(heading) + 1).value = value

    def first(sheet: str) -> int:
        return next(row[0].row for row in book[sheet] if "HW-01" in {cell.value for cell in row[:3]})

    put("风险点", first("风险点"), 风险等级="橙", 危害程度="中")
    put("处罚", first("处罚"), 上限=50000)
    law = {"法规代码": "highway_law", "版本": "2017-11-04", "条": "77", "作用": "责任", "核实程度": "已读原文"}
    put("法律依据", book["法律依据"].max_row + 1, 风险点编号="HW-01", **law)
    comment = {"意见所指编号": "HW-01", "来自（类别）": "行业协会", "收到日期": "2022-03-01", "处理结果": "采纳"}
    words = {"意见（中文）": "示例", "意见（英文）": "an example", "理由（中文）": "示例", "理由（英文）": "an example"}
    put("征求意见记录", 2, **comment, **words)
    book.save(folder / "changed.xlsx")
    told = run("catalog", "import", "changed.xlsx", "--out", "changed", "--against", "my-catalogue")
    shown = next(text for kind, text in BLOCKS if kind == "text")

    def without_places(text: str) -> set[str]:
        lines = (re.sub(r"HW-01 [0-9]+$", "HW-01", line) for line in text.splitlines())
        return {re.sub(r"![A-Z]+[0-9]+", "!", line) for line in lines}

    assert without_places(shown) <= without_places(told), told
