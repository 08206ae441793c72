"""The Excel form to fill in: a sheet per source, drop-downs, notes, an example that is not read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from riskengine.contract import sources
from riskengine.contract.registers import REGISTERS
from riskengine.contract.sources import SOURCES
from riskengine.kernel.wording import catalogue
from riskengine.records.excel_file import REGISTER_SHEETS, SHEETS
from riskengine.records.raw import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from riskengine.contract.sources import Column, Source

_SOURCES, _SHEETS = {**SOURCES, **REGISTERS}, {**SHEETS, **REGISTER_SHEETS}
_LAST_ROW = 100_000  # how far down drop-downs and formats reach
_MARK_WIDTH = 8  # room for the mark of the example
_WIDTHS = {
    sources.TEXT: 18,
    sources.ID: 24,
    sources.INTEGER: 12,
    sources.DECIMAL: 14,
    sources.DATE: 14,
    sources.WORD: 12,
    sources.WORDS: 20,
    sources.AREAS: 16,
    sources.PLATE: 14,
}


def write_template(path: Path, names: Sequence[str] = tuple(SOURCES), codes: Sequence[tuple[str, str]] = ()) -> None:
    """Write the form: Chinese headings in row 1, an example marked as such in row 2, which the readers skip.

    Args:
        path: of the .xlsx file; replaced if it is there.
        names: the sources that get a sheet: ``operators``, ``violations``, ``inspections``; of a ledger's registers
            ``vehicles``, ``drivers``, ``ties``.
        codes: area and risk-point codes with their titles, for a sheet of their own and the drop-down.

    Raises:
        OSError: the file cannot be written.
    """
    import xlsxwriter

    words = catalogue("riskengine.records", "template.yaml")
    book = xlsxwriter.Workbook(str(path))
    formats = _formats(book)
    if codes:
        words = {**words, "choice": f"={words['sheet_codes']}!$A$2:$A${len(codes) + 1}"}
    for name in names:
        _write_sheet(book.add_worksheet(_SHEETS[name]), _SOURCES[name], words, formats)
    if codes:
        _write_codes(book.add_worksheet(words["sheet_codes"]), codes, words, formats)
    _write_help(book.add_worksheet(words["sheet_help"]), [_SOURCES[name] for name in names], words, formats)
    book.close()


def write_form(path: Path, source: Source, sheet: str, columns: Mapping[str, Any], notes: Sequence[str]) -> None:
    """Write the form of a table that is no source of a grading, as :func:`write_template` does.

    Args:
        path: of the .xlsx file; replaced if it is there.
        source: its columns.
        sheet: the name of its sheet.
        columns: column name → ``example`` and ``note``.
        notes: the lines of the help sheet.

    Raises:
        OSError: the file cannot be written.
    """
    import xlsxwriter

    shared = catalogue("riskengine.records", "template.yaml")
    words = {**shared, "columns": {source.name: columns}, "help": list(notes)}
    book = xlsxwriter.Workbook(str(path))
    formats = _formats(book)
    _write_sheet(book.add_worksheet(sheet), source, words, formats)
    _write_help(book.add_worksheet(words["sheet_help"]), [source], words, formats, {source.name: sheet})
    book.close()


def _formats(book: Any) -> dict[str, Any]:
    heading = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
    example = {"italic": True, "font_color": "#808080"}
    return {
        name: book.add_format(look)
        for name, look in {
            "heading": heading | {"bg_color": "#DCE6F1"},
            "required": heading | {"bg_color": "#FCE4D6"},
            "example": example | {"num_format": "@"},
            "example_date": example | {"num_format": "yyyy-mm-dd"},
            "example_number": example,
            "text": {"num_format": "@"},
            "date": {"num_format": "yyyy-mm-dd"},
            "integer": {"num_format": "0"},
            "decimal": {"num_format": "0.00"},
            "help": {"text_wrap": True, "valign": "top"},
        }.items()
    }


def _write_sheet(sheet: Any, source: Source, words: Mapping[str, Any], formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 30)
    _set_up_print(sheet)
    sheet.repeat_rows(0)
    for position, column in enumerate(source.columns):
        form = words["columns"][source.name][column.name]
        need = words["required" if column.required else "optional"]
        style = formats.get(column.type, formats["text"])
        width = _WIDTHS[column.type] + (_MARK_WIDTH if position == 0 else 0)
        sheet.set_column(position, position, width, style)
        look = formats["required" if column.required else "heading"]
        sheet.write_string(0, position, column.headings[0], look)
        note = words["note"].format(need=need, type=words["types"][column.type], note=form["note"])
        sheet.write_comment(0, position, note, {"x_scale": 1.6})
        _write_example(sheet, position, form["example"], formats)
        _restrict(sheet, position, column, words["refused"])
        if column.name == "risk_point" and words.get("choice"):
            choice = {"validate": "list", "source": words["choice"], "show_error": False}
            sheet.data_validation(1, position, _LAST_ROW, position, choice)


def _set_up_print(sheet: Any) -> None:
    """A4, landscape, all columns on one page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_example(sheet: Any, position: int, example: Any, formats: Mapping[str, Any]) -> None:
    if position == 0:
        sheet.write_string(1, 0, f"{EXAMPLE}{example}", formats["example"])
    elif isinstance(example, date):
        sheet.write_datetime(1, position, example, formats["example_date"])
    elif isinstance(example, int):
        sheet.write_number(1, position, example, formats["example_number"])
    elif example is not None:
        sheet.write_string(1, position, str(example), formats["example"])


def _restrict(sheet: Any, position: int, column: Column, refused: str) -> None:
    """Drop-downs for words, limits for dates and numbers; several words in one cell pass."""
    rule: dict[str, Any] | None = None
    if column.words:
        # One word for each meaning: the first Chinese one.
        chinese = list({stored: word for word, stored in reversed(column.words) if not word.isascii()}.values())[::-1]
        rule = {"validate": "list", "source": chinese, "show_error": column.type == sources.WORD}
    elif column.type == sources.DATE:
        rule = {"validate": "date", "criteria": ">=", "value": date.fromisoformat(sources.EARLIEST_DATE)}
    elif column.type == sources.INTEGER:
        rule = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": sources.MAX_INTEGER}
    elif column.type == sources.DECIMAL:
        rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": sources.MAX_YUAN}
    if rule is not None:
        rule |= {"error_title": column.headings[0], "error_message": refused}
        sheet.data_validation(1, position, _LAST_ROW, position, rule)


def _write_codes(
    sheet: Any, codes: Sequence[tuple[str, str]], words: Mapping[str, Any], formats: Mapping[str, Any]
) -> None:
    """The codes that may be filled in, with what they stand for."""
    _set_up_print(sheet)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 80)
    sheet.write_row(0, 0, words["codes_headings"], formats["heading"])
    for row, (code, title) in enumerate(codes, start=1):
        sheet.write_string(row, 0, code)
        sheet.write_string(row, 1, title)


def _write_help(
    sheet: Any,
    listed: Sequence[Source],
    words: Mapping[str, Any],
    formats: Mapping[str, Any],
    sheets: Mapping[str, str] = _SHEETS,
) -> None:
    _set_up_print(sheet)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, 2, 10)
    sheet.set_column(3, 3, 34)
    sheet.set_column(4, 4, 60, formats["help"])
    for row, line in enumerate(words["help"]):
        sheet.merge_range(row, 0, row, 4, f"{row + 1}. {line}", formats["help"])
    top = len(words["help"]) + 1
    sheet.write_row(top, 0, words["help_headings"], formats["heading"])
    columns = [(source, column) for source in listed for column in source.columns]
    for row, (source, column) in enumerate(columns, top + 1):
        sheet.write_row(
            row,
            0,
            [
                sheets[source.name],
                column.headings[0],
                words["required" if column.required else "optional"],
                words["types"][column.type],
                words["columns"][source.name][column.name]["note"],
            ],
        )
