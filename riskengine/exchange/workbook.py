"""The catalogue as a workbook that a bureau fills in, prints and passes on. No cell is ever a formula."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.catalog import Edition
from riskengine.catalog.shapes import DATE, DECIMAL, INTEGER, TEXT
from riskengine.exchange.flatten import rows_of
from riskengine.exchange.sheet_cells import is_exact, kind, letters, lines, refused, runs, width
from riskengine.exchange.shown import Shown, ShownColumns
from riskengine.exchange.tables import FILE_COLUMNS, FILES, NUMBER, Column, all_tables
from riskengine.exchange.wording import heading, help_lines, sheet_name, shown_heading, word_of
from riskengine.kernel.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from riskengine.catalog import CatalogFile
    from riskengine.exchange.flatten import Row
    from riskengine.exchange.tables import Table

VERTICAL = "edition"
"""The table that has one row: it is laid out as a list of headings and values."""

_FIRST_DAY = date(1900, 3, 1)  # days before it are numbered differently by different programs
_ROOM = 300  # rows below the last that drop-downs reach
_NARROW, _WIDE = 7, 40
_HIGHEST = 409  # points of a row, by the format
_PAGE = 290  # characters that are read well across a page of A3
_COLOURS = {
    "red": ("#c62828", "#ffffff"),
    "orange": ("#ef8a17", "#1b2530"),
    "yellow": ("#f5d547", "#1b2530"),
    "blue": ("#2f6fb5", "#ffffff"),
}


def write_workbook(files: Sequence[CatalogFile], path: Path, lang: str) -> None:
    """Write a catalogue as a workbook. Equal catalogues give equal bytes.

    Args:
        files: of :func:`riskengine.catalog.catalog_files`.
        path: the .xlsx file to write.
        lang: ``zh`` or ``en``, of headings and words; either is read back.

    Raises:
        CatalogError: a text does not fit into a cell (RE-397), each of them named.
        OSError: the file cannot be written.
    """
    rows = rows_of(files)
    unfit = list(refused(rows))
    if unfit:
        raise CatalogError(unfit)
    from xlsxwriter import Workbook

    edition = next(file.model for file in files if isinstance(file.model, Edition))
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(file, options)
    # The first day of the edition stands for the time of writing, which would make equal catalogues differ.
    created = datetime.combine(edition.effective.since, time(), UTC).replace(tzinfo=None)
    book.set_properties({"title": edition.title.get(lang), "subject": edition.version, "created": created})
    _Writer(book, files, rows, lang, edition).write()
    book.close()
    path.write_bytes(file.getvalue())


class _Writer:
    """Writes the sheets of a workbook."""

    def __init__(
        self,
        book: Workbook,
        files: Sequence[CatalogFile],
        rows: Mapping[str, list[Row]],
        lang: str,
        edition: Edition,
    ) -> None:
        self._book, self._rows, self._lang, self._edition = book, rows, lang, edition
        self._shown = ShownColumns(files)
        base = {"valign": "top", "font_size": 10.5, "text_wrap": True, "border": 1, "border_color": "#d9dee4"}
        title = {**base, "bold": True, "valign": "vcenter", "font_color": "#ffffff"}
        self._looks = {
            name: book.add_format(look)
            for name, look in {
                "required": {**title, "bg_color": "#1d4e79"},
                "optional": {**title, "bg_color": "#5f7d99"},
                "made": {**title, "bg_color": "#8593a1", "italic": True},
                TEXT: {**base, "num_format": "@"},
                "shown": {**base, "num_format": "@", "font_color": "#5b6775", "italic": True},
                INTEGER: {**base, "num_format": "0"},
                DECIMAL: base,
                DATE: {**base, "num_format": "yyyy-mm-dd"},
                "help": {"valign": "top", "font_size": 11, "text_wrap": True},
                "big": {"font_size": 16, "bold": True, "text_wrap": True},
            }.items()
        }
        self._colours = {
            name: book.add_format({"bg_color": ground, "font_color": ink}) for name, (ground, ink) in _COLOURS.items()
        }

    def write(self) -> None:
        """Every sheet: how to fill in, the tables, the files."""
        self._help()
        for table in all_tables().values():
            if table.optional and not self._rows[table.name]:
                continue
            if table.name == VERTICAL:
                self._list(table)
            else:
                self._table(table.name, table.columns, list(self._shown.of(table)))
        self._table(FILES, FILE_COLUMNS, [])

    def _sheet(self, name: str, frozen: int) -> Worksheet:
        sheet = self._book.add_worksheet(sheet_name(name, self._lang))
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        title = self._edition.title.get(self._lang).replace("&", "&&")
        sheet.set_header(f"&L{title}&R{self._edition.version.replace('&', '&&')}")
        sheet.set_footer("&L&A&R&P / &N")
        if frozen:
            sheet.freeze_panes(1, frozen)
            sheet.repeat_rows(0)
        return sheet

    def _help(self) -> None:
        sheet = self._sheet("help", 0)
        sheet.set_column(0, 0, 130)
        title = self._edition.title.get(self._lang)
        sheet.write_string(0, 0, title, self._looks["big"])
        said = [line.format(title=title, version=self._edition.version) for line in help_lines(self._lang)]
        for row, line in enumerate([self._edition.statement.get(self._lang), *said], 2):
            sheet.write_string(row, 0, line, self._looks["help"])
            sheet.set_row(row, 16 * lines(line, 130) + 6)

    def _list(self, table: Table) -> None:
        """A table of one row, a heading and a value on each line."""
        sheet = self._sheet(table.name, 0)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        (row,) = self._rows[table.name]
        for at, column in enumerate(table.columns):
            look = self._looks["required" if column.required else "optional"]
            sheet.write_string(at, 0, heading(table.name, column.key, self._lang), look)
            self._cell(sheet, at, 1, table.name, column, row.values[column.key])
            sheet.set_row(at, min(15 * lines(str(row.values[column.key] or ""), 100) + 3, _HIGHEST))
            self._restrict(sheet, table.name, column, 1, at, at)

    def _table(self, name: str, columns: Sequence[Column], shown: list[Shown]) -> None:
        rows = self._rows[name]
        laid: list[Column | Shown] = []
        for column in columns:
            laid += [made for made in shown if made.before == column.key]
            laid.append(column)
        sheet = self._sheet(name, frozen := _frozen(name, laid))
        heights, total, folded = [1] * len(rows), 0, False
        for at, item in enumerate(laid):
            cells = [item.text(row, self._lang) if isinstance(item, Shown) else row.values[item.key] for row in rows]
            empty = isinstance(item, Column) and not item.required and item.path is not None and bool(rows)
            empty = empty and all(cell is None for cell in cells)
            wide = self._column(sheet, at, name, item, cells, folded=empty, after_folded=folded and not empty)
            folded, total = empty, total + (0 if empty else wide)
            for row, cell in enumerate(cells, 1):
                heights[row - 1] = max(heights[row - 1], lines(str(cell or ""), wide))
                if isinstance(item, Column):
                    self._cell(sheet, row, at, name, item, cell)
                elif cell:
                    sheet.write_string(row, at, cell, self._looks["shown"])
                else:
                    sheet.write_blank(row, at, None, self._looks["shown"])
            if isinstance(item, Column):
                self._restrict(sheet, name, item, at, 1, max(len(rows), 1) + _ROOM)
        self._finish(sheet, heights, len(laid), total, frozen)

    def _finish(self, sheet: Worksheet, heights: list[int], columns: int, total: int, frozen: int) -> None:
        """What needs all rows and columns: heights, the filter, and on how many pages a row is printed."""
        sheet.set_row(0, 34)
        for row, high in enumerate(heights, 1):
            sheet.set_row(row, min(15 * high + 3, _HIGHEST))
        last = max(len(heights), 1)
        sheet.autofilter(0, 0, last, columns - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{letters(columns)}{last + 1}"})
        across = max(1, -(-total // _PAGE))
        sheet.fit_to_pages(across, 0)
        if across > 1:
            sheet.repeat_columns(0, frozen - 1)
            sheet.print_across()

    def _column(
        self,
        sheet: Worksheet,
        at: int,
        name: str,
        item: Column | Shown,
        cells: Sequence[Any],
        *,
        folded: bool,
        after_folded: bool,
    ) -> int:
        """The heading, the width and the look of a column; one without content is folded away."""
        if isinstance(item, Shown):
            title, look, base = shown_heading(item.key, self._lang), "made", self._looks["shown"]
        else:
            title = heading(name, item.key, self._lang)
            look, base = "required" if item.required else "optional", self._looks[kind(item)]
        sheet.write_string(0, at, title, self._looks[look])
        longest = max((width(str(cell)) for cell in cells if cell is not None), default=0)
        wide = min(max(longest, _NARROW, min(width(title), 14)), _WIDE) + 2
        options = {"level": 1, "hidden": True} if folded else {"collapsed": True} if after_folded else {}
        sheet.set_column(at, at, wide, base, options)
        return wide

    def _cell(self, sheet: Worksheet, row: int, at: int, name: str, column: Column, value: Any) -> None:
        look = self._looks[kind(column)]
        if value is None:
            sheet.write_blank(row, at, None, look)
        elif isinstance(value, date) and value >= _FIRST_DAY:
            sheet.write_datetime(row, at, datetime.combine(value, time(), UTC).replace(tzinfo=None), look)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool) and is_exact(value):
            sheet.write_number(row, at, value, look)
        else:
            first, *more = runs(self._words(name, column, value))
            if more:
                parts = [part for run in more for part in (look, run)]
                sheet.write_rich_string(row, at, first, *parts, look)
            else:
                sheet.write_string(row, at, first, look)

    def _words(self, name: str, column: Column, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if column.leaf.choices and not column.several and value in column.leaf.choices:
            return word_of(name, column, value, self._lang)
        return f"{value:f}" if isinstance(value, Decimal) else str(value)

    def _restrict(self, sheet: Worksheet, name: str, column: Column, at: int, first: int, last: int) -> None:
        """The drop-down of a column, limits of a number, and the colours of levels."""
        rule: dict[str, Any] | None = None
        if column.leaf.choices and not column.several:
            words = [word_of(name, column, choice, self._lang) for choice in column.leaf.choices]
            rule = {"validate": "list", "source": words}
            if set(column.leaf.choices) == set(_COLOURS):
                for word, choice in zip(words, column.leaf.choices, strict=True):
                    look = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": self._colours[choice]}
                    sheet.conditional_format(first, at, last, at, look)
        elif column.key == "risk_point":
            rule = self._from("risk_points", "code")
        elif column.key.rpartition(".")[2] == "law":
            rule = self._from("laws", "code")
        elif column.leaf.kind == INTEGER:
            rule = {"validate": "integer", "criteria": ">=", "value": 0 if column.key != NUMBER else 1}
        elif column.leaf.kind == DECIMAL:
            rule = {"validate": "decimal", "criteria": ">=", "value": 0}
        if rule is not None:
            title = heading(name, column.key, self._lang)[:32]
            sheet.data_validation(first, at, last, at, {**rule, "error_title": title, "error_type": "warning"})

    def _from(self, name: str, key: str) -> dict[str, Any]:
        """The codes that stand in a column of another sheet."""
        table = all_tables()[name]
        laid: list[str] = []
        for column in table.columns:
            laid += [made.key for made in self._shown.of(table) if made.before == column.key]
            laid.append(column.key)
        column_letter = letters(laid.index(key) + 1)
        last = len(self._rows[name]) + 1 + _ROOM
        cells = f"${column_letter}$2:${column_letter}${last}"
        return {"validate": "list", "source": f"='{sheet_name(name, self._lang)}'!{cells}"}


def _frozen(name: str, laid: Sequence[Column | Shown]) -> int:
    """How many columns stay in sight: those that say what a row is."""
    table = all_tables().get(name)
    names = {*table.parents, table.own} if table else {FILE_COLUMNS[0].key}
    known = [at for at, item in enumerate(laid) if isinstance(item, Column) and item.key in names]
    return min(known[-1] + 1, 4) if known else 1
