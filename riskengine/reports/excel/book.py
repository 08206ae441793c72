"""Writing sheets into a workbook: headings, filters, links, print set-up, and further sheets where one is full.

No cell is ever a formula.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from riskengine.kernel.progress import tell
from riskengine.reports.excel.cells import ROW_HEIGHT, CellMaker, height_of, markup_of_rows
from riskengine.reports.excel.looks import Looks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from xlsxwriter import Workbook

    from riskengine.reports.excel.sheet import Column, Portion, Sheet
    from riskengine.reports.excel.stream import StreamedSheet
    from riskengine.reports.figures import GradeCount

ROW_LIMIT = 1_048_576
"""Rows of a sheet, its heading included; what is more goes on on further sheets."""
_HEADING_HEIGHT = 30


def write_sheets(path: Path, sheets: Iterable[Sheet], say: Mapping[str, str], *, title: str, day: date) -> None:
    """Write sheets as a workbook of their own; equal sheets give equal bytes.

    Args:
        path: the file to write.
        sheets: what it holds.
        say: key → name of a sheet and heading of a column.
        title: what it is called.
        day: stands for the time of writing.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("wb") as file:
        book = Book(file, say, (), title=title, day=day)
        for sheet in sheets:
            book.write(sheet)
        book.close()


class Book:
    """A workbook under way.

    Args:
        file: where it is written.
        say: key → name of a sheet and heading of a column, the font and the form of days.
        grades: the grades that are coloured.
        title, subject: what the file says of itself.
        day: stands for the time of writing.
        row_limit: rows of a sheet, its heading included.
    """

    def __init__(
        self,
        file: BinaryIO,
        say: Mapping[str, str],
        grades: Sequence[GradeCount],
        *,
        title: str,
        day: date,
        subject: str = "",
        row_limit: int = ROW_LIMIT,
    ) -> None:
        self.workbook = _workbook(file, title, subject, day)
        self.say = say
        self.looks = Looks(self.workbook, self.say, grades)
        self._row_limit = row_limit
        self._written = 0

    def close(self) -> None:
        """Finish the file.

        Raises:
            OSError: it cannot be written.
        """
        from xlsxwriter.exceptions import FileCreateError

        try:
            self.workbook.close()
        except FileCreateError as error:
            raise OSError(*error.args) from None

    def write(self, sheet: Sheet) -> None:
        """Write a sheet, and as many further ones as its rows need."""
        writer = _SheetWriter(self, sheet, self._row_limit)
        for portion in sheet.portions():
            writer.add(portion)
            self._written += portion.rows
            tell("rows", self._written)
        writer.finish()

    def add(self, name: str) -> StreamedSheet:
        """An empty sheet, set up to be printed."""
        from riskengine.reports.excel.stream import StreamedSheet

        worksheet = cast("StreamedSheet", self.workbook.add_worksheet(name, StreamedSheet))
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.set_footer("&L&8&A&C&8&F&R&8&P / &N")
        return worksheet

    def part_name(self, key: str, part: int) -> str:
        """The name of a sheet or of one of its further sheets, counted from 0."""
        return self.say[key] if part == 0 else f"{self.say[key]} ({part + 1})"

    def place(self, key: str, row: int) -> tuple[str, str]:
        """The sheet and the cell at which a row of a sheet's rows, counted from 0, begins."""
        part, at = divmod(row, self._row_limit - 1)
        return self.part_name(key, part), f"A{at + 2}"


class _SheetWriter:
    """Writes the portions of one sheet."""

    def __init__(self, book: Book, sheet: Sheet, row_limit: int) -> None:
        from xlsxwriter.utility import xl_col_to_name

        self._book, self._sheet, self._row_limit = book, sheet, row_limit
        self._letters = [xl_col_to_name(at) for at in range(len(sheet.columns))]
        self._plain = [self._maker(column, linked=False) for column in sheet.columns]
        self._linked = {at: self._maker(column, linked=True) for at, column in enumerate(sheet.columns) if column.link}
        self._part, self._row = 0, 0  # the last row that was written; 0 is the heading
        self._worksheet = self._begin()

    def _maker(self, column: Column, *, linked: bool) -> CellMaker:
        style = self._book.looks.cell(column, linked=linked)._get_xf_index()  # noqa: SLF001 - as XlsxWriter does it
        return CellMaker(column, style, self._book.workbook.str_table._get_shared_string_index)  # noqa: SLF001

    def add(self, portion: Portion) -> None:
        """Write rows, on a further sheet where this one is full."""
        room = self._row_limit - 1 - self._row
        cuts = [0, *range(room, portion.rows, self._row_limit - 1), portion.rows]
        for begin, end in pairwise(cuts):
            if self._row == self._row_limit - 1:
                self.finish()
                self._part, self._row = self._part + 1, 0
                self._worksheet = self._begin()
            self._put(portion, begin, end)

    def _put(self, portion: Portion, begin: int, end: int) -> None:
        first = self._row + 1
        columns = [maker.cells(values[begin:end]) for maker, values in zip(self._plain, portion.columns, strict=True)]
        for at, targets in portion.links.items():
            self._link(at, targets[begin:end], portion.columns[at][begin:end], columns[at])
        heights = self._heights(portion, begin, end)
        rows = markup_of_rows(first, self._letters, columns, heights)
        self._worksheet.put_rows(rows, first + end - begin - 1, len(columns) - 1)
        self._row += end - begin

    def _heights(self, portion: Portion, begin: int, end: int) -> list[str]:
        """The height of each row, for spreadsheets do not all find it out: its longest text in lines."""
        wrapped = [
            maker.lines(portion.columns[at][begin:end])
            for at, maker in enumerate(self._plain)
            if self._sheet.columns[at].wrap
        ]
        return [height_of(max(lines)) for lines in zip(*wrapped, strict=True)] if wrapped else [""] * (end - begin)

    def _link(self, at: int, targets: Sequence[int | None], values: Sequence[Any], cells: list[str]) -> None:
        """Make cells of a column lead where they should, as far as the sheet has room for links."""
        leads = self._sheet.columns[at].link or ""
        for row, target in enumerate(targets):
            if target is None:
                continue
            if not self._worksheet.room_for_links:
                return
            cells[row] = self._linked[at].cells(values[row : row + 1])[0]
            self._worksheet.put_link(f"{self._letters[at]}{self._row + row + 2}", *self._book.place(leads, target))

    def _begin(self) -> StreamedSheet:
        book, columns = self._book, self._sheet.columns
        worksheet = book.add(book.part_name(self._sheet.name, self._part))
        worksheet.repeat_rows(0)
        for at, column in enumerate(columns):
            worksheet.set_column(at, at, column.width, None, {"hidden": column.hidden})
        worksheet.set_default_row(ROW_HEIGHT)
        worksheet.set_row(0, _HEADING_HEIGHT)
        for at, column in enumerate(columns):
            worksheet.write_string(0, at, book.say[column.heading], book.looks.heading)
        worksheet.freeze_panes(1, 2 if len(columns) > 3 else 0)
        worksheet.start_stream()
        return worksheet

    def finish(self) -> None:
        """What needs the number of rows: the filter and the colours."""
        self._worksheet.autofilter(0, 0, self._row, len(self._sheet.columns) - 1)
        for at, column in enumerate(self._sheet.columns):
            for condition in self._book.looks.conditions(column.kind) if self._row else ():
                self._worksheet.conditional_format(1, at, self._row, at, condition)


def _workbook(file: BinaryIO, title: str, subject: str, day: date) -> Workbook:
    from xlsxwriter import Workbook

    workbook = Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    # A day stands for the time of writing, which would make equal contents differ.
    created = datetime.combine(day, time(), UTC).replace(tzinfo=None)
    workbook.set_properties({"title": title, "subject": subject, "created": created})
    return workbook
