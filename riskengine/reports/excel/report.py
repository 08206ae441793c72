"""The workbook of a run: every table as sheets, behind a summary with charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.reports.contested import objections_of
from riskengine.reports.excel.book import ROW_LIMIT, Book
from riskengine.reports.excel.method import method_sheet
from riskengine.reports.excel.summary import Summary
from riskengine.reports.excel.tables import TableSheets
from riskengine.reports.figures import context_of, figures_of
from riskengine.reports.privacy import Privacy
from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from pathlib import Path

    from riskengine.runs import Run


def write_xlsx(run: Run, path: Path, lang: str, *, show_personal: bool = False, row_limit: int = ROW_LIMIT) -> None:
    """Write a run as a workbook. Equal runs give equal bytes.

    Tables are read and written in portions; only the list of operators, which is in an order of its own, is held, as
    columns.

    Args:
        run: the run.
        path: the file to write.
        lang: ``zh`` or ``en``.
        show_personal: whether natural persons' ids and names, and numbers that look personal, are shown unmasked.
        row_limit: rows of a sheet, its heading included.

    Raises:
        OSError: the file cannot be written.
        RunError: a table of the run is missing or cannot be read (RE-610).
    """
    say, context, privacy = room_words("riskengine.reports.excel", lang), context_of(run), Privacy(show_personal)
    contested = objections_of(run, context, show_personal=show_personal)
    with path.open("wb") as file:
        book = Book(
            file,
            say,
            figures_of(run, context).grades,
            title=context.policy.title.text.get(lang),
            subject=run.run_id,
            day=run.as_of,
            row_limit=row_limit,
        )
        sheets = (
            *TableSheets(run, context, say, lang, privacy=privacy, contested=contested).sheets(),
            method_sheet(run, context, say, lang, privacy),
        )
        Summary(book, run, context, lang, privacy).write(sheets)
        for sheet in sheets:
            book.write(sheet)
        book.close()
