"""Excel workbooks (.xlsx): the sheet named like the source, or the first; the stored values of formulas."""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from riskengine.records.grammar import SURE_DIGITS, Fault, Unsure
from riskengine.records.raw import RawRow, RawTable, heading_of, record_rows, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SHEETS = {"operators": "企业", "violations": "违法", "inspections": "检查"}
"""Source → the name of its sheet in the form; its own name is accepted too."""

REGISTER_SHEETS = {"vehicles": "车辆", "drivers": "从业人员", "ties": "权属与从业关系"}
"""Register → the name of its sheet in the form."""

_MOST_ROWS = 1_048_576  # of a sheet, by the format
_MOST_BYTES = 2_000_000_000  # unpacked: more is no table of records


def read_excel(content: bytes, name: str | None, label: str) -> RawTable:
    """The table in a workbook. Row numbers are the sheet's.

    Args:
        content: of the file.
        name: the source, which chooses the sheet; None takes the first.
        label: how messages name it.

    Raises:
        InputError: not a workbook, or a damaged one (RE-104); nothing in the sheet (RE-106).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that no value depends on
            title, rows = _rows(content, name)
    except Exception as error:  # noqa: BLE001  a damaged workbook fails in openpyxl in more ways than can be listed
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise unreadable(label, "RE-104", reason=reason) from None
    if not rows:
        raise unreadable(label, "RE-106")
    headings = [heading_of(cell) for cell in rows[0].cells]
    while headings and not headings[-1]:
        headings.pop()
    return RawTable(headings, record_rows(rows[1:]), sheet=title)


def sources_in(path: Path) -> tuple[str, ...]:
    """The sources that have a sheet of their name in a workbook, in contract order; empty where it is no workbook."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True)
    except Exception:  # noqa: BLE001  what is wrong with it is said when it is read
        return ()
    titles = {sheet.title.strip().lower() for sheet in book.worksheets}
    book.close()
    return tuple(name for name, title in SHEETS.items() if titles & {name, title})


def _rows(content: bytes, name: str | None) -> tuple[str | None, list[RawRow]]:
    """The sheet's name, where there are several, and all its rows."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > _MOST_BYTES:
            raise ValueError("too large when unpacked")
        has_formulas = any(_holds(archive, part, b"<f") for part in parts if part.filename.startswith("xl/worksheets/"))
    title, values = _sheet(content, name, data_only=True)
    if not has_formulas:
        return title, [
            RawRow(number, _trimmed([_cell(cell) for cell in cells])) for number, cells in enumerate(values, 1)
        ]
    _, formulas = _sheet(content, name, data_only=False)
    return title, [
        RawRow(number, _trimmed([_computed(*pair) for pair in zip(cells, written, strict=True)]))
        for number, (cells, written) in enumerate(zip(values, formulas, strict=True), 1)
    ]


def _holds(archive: zipfile.ZipFile, part: zipfile.ZipInfo, mark: bytes) -> bool:
    with archive.open(part) as file:
        before = b""
        while block := file.read(1_000_000):
            if mark in before + block:
                return True
            before = block[-len(mark) :]
    return False


def _sheet(content: bytes, name: str | None, *, data_only: bool) -> tuple[str | None, Iterable[tuple[Any, ...]]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    sheets = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
    wanted = (name, {**SHEETS, **REGISTER_SHEETS}.get(name)) if name else ()
    sheet = next((sheets[title] for title in wanted if title in sheets), book.worksheets[0])
    sheet.reset_dimensions()  # the size that a file claims is often wrong
    rows = sheet.iter_rows(max_row=_MOST_ROWS, max_col=None, values_only=True)
    return sheet.title if len(sheets) > 1 else None, rows


def _trimmed(cells: list[Any]) -> list[Any]:
    """Without the empty cells at the end: a sheet's rows are as wide as its formatting."""
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _cell(value: Any) -> Any:
    return Unsure(value) if type(value) is int and abs(value) >= SURE_DIGITS else value


def _computed(value: Any, formula: Any) -> Any:
    """The stored value of a formula; a fault where none is stored, for that is no empty cell."""
    if value is None and formula is not None:
        return Fault("RE-219")
    return _cell(value)
