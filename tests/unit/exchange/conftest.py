"""A small catalogue to export, and what is done to a workbook by hand."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from riskengine.catalog import catalog_files

WHOLE = Path(__file__).parents[2] / "bad" / "lint" / "whole"


@pytest.fixture(scope="session")
def small():
    return catalog_files(WHOLE)


@pytest.fixture
def by_hand(tmp_path):
    """Change a workbook as somebody would: ``by_hand(path, {"风险点!D2": "…"})``; a function gets the sheet."""

    def change(path: Path, cells, then=None) -> Path:
        book = openpyxl.load_workbook(path)
        for address, value in cells.items():
            sheet, _, cell = address.partition("!")
            book[sheet][cell] = value
        if then is not None:
            then(book)
        changed = tmp_path / "changed.xlsx"
        book.save(changed)
        return changed

    return change
