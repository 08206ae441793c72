"""The workbook: every table of a run as sheets that people filter and print. No cell is ever a formula."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from riskengine.reports.figures import context_of, figures_of
from riskengine.reports.privacy import Privacy
from riskengine.reports.sheets import GRADE, NUMBER, SCORE, TEXT, Sheet, SheetRows
from riskengine.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from riskengine.reports.figures import GradeCount
    from riskengine.runs import Run

ROW_LIMIT = 1_048_576
"""Rows of a sheet, its heading included; what is more goes on on further sheets."""

_EXACT_DIGITS = 15
"""Digits that a spreadsheet's number keeps for certain; a longer number is written as text."""

_BANDS = (
    ("#1f5f93", "#ffffff"),
    ("#6ea3c8", "#10222f"),
    ("#c7d9e6", "#10222f"),
    ("#f6dfb4", "#3b2500"),
    ("#e29a4b", "#2e1600"),
    ("#9a3412", "#ffffff"),
)


def write_xlsx(run: Run, path: Path, lang: str, *, show_personal: bool = False, row_limit: int = ROW_LIMIT) -> None:
    """Write a run as a workbook. Equal runs give equal bytes.

    Args:
        run: the run.
        path: the file to write.
        lang: ``zh`` or ``en``.
        show_personal: whether natural persons' ids and names, and numbers that look personal, are shown unmasked.
        row_limit: rows of a sheet, its heading included.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("wb") as file:
        _write(run, file, lang, Privacy(show_personal), row_limit)


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
        workbook = _workbook(file, title, "", day)
        writer = _Writer(workbook, say, (), ROW_LIMIT)
        for sheet in sheets:
            writer.write(sheet)
        _close(workbook)


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


def _close(workbook: Workbook) -> None:
    from xlsxwriter.exceptions import FileCreateError

    try:
        workbook.close()
    except FileCreateError as error:
        raise OSError(*error.args) from None


def _write(run: Run, file: BinaryIO, lang: str, privacy: Privacy, row_limit: int) -> None:
    say, context = wording(lang), context_of(run)
    workbook = _workbook(file, context.policy.title.text.get(lang), run.run_id, run.as_of)
    writer = _Writer(workbook, say, figures_of(run, context).grades, row_limit)
    for sheet in SheetRows(run, context, say, lang, privacy).sheets():
        writer.write(sheet)
    _close(workbook)


class _Writer:
    """Writes sheets into a workbook with the house's formats."""

    def __init__(
        self, workbook: Workbook, say: Mapping[str, str], grades: Sequence[GradeCount], row_limit: int
    ) -> None:
        self._workbook, self._say, self._row_limit = workbook, say, row_limit
        base = {"valign": "top", "font_size": 10.5}
        self._heading = workbook.add_format(
            {
                **base,
                "bold": True,
                "font_color": "#ffffff",
                "bg_color": "#1d4e79",
                "text_wrap": True,
                "valign": "vcenter",
            }
        )
        self._formats = {
            TEXT: workbook.add_format({**base, "text_wrap": True, "num_format": "@"}),
            NUMBER: workbook.add_format({**base, "num_format": "#,##0"}),
            SCORE: workbook.add_format({**base, "num_format": "0.00####"}),
            GRADE: workbook.add_format({**base, "bold": True, "align": "center", "num_format": "@"}),
        }
        bands = [workbook.add_format({"bg_color": ground, "font_color": ink}) for ground, ink in _BANDS]
        self._grades = [(grade.grade, bands[grade.band]) for grade in grades if grade.band is not None]

    def write(self, sheet: Sheet) -> None:
        """Write a sheet, and as many further ones as its rows need."""
        number, row = 1, 0
        worksheet = self._begin(sheet, number)
        for cells in sheet.rows():
            row += 1
            if row == self._row_limit:
                self._end(worksheet, sheet, row - 1)
                number, row = number + 1, 1
                worksheet = self._begin(sheet, number)
            self._write_row(worksheet, sheet, row, cells)
        self._end(worksheet, sheet, row)

    def _begin(self, sheet: Sheet, number: int) -> Worksheet:
        name = self._say[sheet.name]
        worksheet = self._workbook.add_worksheet(name if number == 1 else f"{name} ({number})")
        for at, column in enumerate(sheet.columns):
            worksheet.set_column(at, at, column.width)
        worksheet.set_row(0, 24)
        for at, column in enumerate(sheet.columns):
            worksheet.write_string(0, at, self._say[column.heading], self._heading)
        worksheet.freeze_panes(1, 2 if len(sheet.columns) > 3 else 0)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.repeat_rows(0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.set_footer("&L&A&R&P / &N")
        return worksheet

    def _write_row(self, worksheet: Worksheet, sheet: Sheet, row: int, cells: Iterable[Any]) -> None:
        for at, (column, value) in enumerate(zip(sheet.columns, cells, strict=True)):
            cell_format = self._formats[column.kind]
            if value is None:
                continue
            if isinstance(value, int | Decimal) and _is_exact(value):
                worksheet.write_number(row, at, value, cell_format)
            else:
                worksheet.write_string(row, at, str(value), cell_format)

    def _end(self, worksheet: Worksheet, sheet: Sheet, last: int) -> None:
        """What needs the number of rows: the filter and the colours of grades."""
        worksheet.autofilter(0, 0, last, len(sheet.columns) - 1)
        for at, column in enumerate(sheet.columns):
            if column.kind == GRADE and last:
                for grade, cell_format in self._grades:
                    quoted = grade.replace('"', '""')
                    worksheet.conditional_format(
                        1,
                        at,
                        last,
                        at,
                        {"type": "cell", "criteria": "==", "value": f'"{quoted}"', "format": cell_format},
                    )


def _is_exact(value: int | Decimal) -> bool:
    return len(Decimal(value).normalize().as_tuple().digits) <= _EXACT_DIGITS
