"""Writing a year's report: the page, the document, the figures and their rows, into one folder."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.reports.yearly.document import write_document
from riskengine.reports.yearly.listing import write_figures, write_not_counted, write_rows
from riskengine.reports.yearly.page import page
from riskengine.reports.yearly.telling import Telling

if TYPE_CHECKING:
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.supervision.yearly import Year

NAMES = ("report.html", "report.docx", "figures.json", "rows.csv", "not_counted.csv")
"""The files of a report."""


def write_year(year: Year, catalog: Catalog, folder: Path, lang: str, body: str = "") -> list[Path]:
    """Write a report; equal years give equal bytes.

    Args:
        year: the figures.
        catalog: names areas and risk points.
        folder: where to; made where it is missing.
        lang: of the page and the document: ``zh`` or ``en``.
        body: whose report it is; empty where that is not said.

    Returns:
        the files.

    Raises:
        UsageError: one cannot be written (RE-609).
    """
    telling = Telling(year, catalog, lang)
    html, docx, figures, rows, not_counted = (folder / name for name in NAMES)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        html.write_text(page(telling, body), "utf-8", newline="\n")
        write_document(telling, body, docx, date(year.year, 12, 31))
        write_figures(year, catalog, figures)
        write_rows(year, rows)
        write_not_counted(year, not_counted)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(error.filename or folder), params=reason)]) from None
    return [html, docx, figures, rows, not_counted]
