"""Workbooks: a run as sheets that people filter, follow and print, written in a stream from the run's tables.

Not here: what the figures are (reports), reading workbooks (records), the catalogue as a workbook (exchange).
May import: the rest of reports, runs and what is below it; xlsxwriter inside functions.
"""

from riskengine.reports.excel.book import write_sheets
from riskengine.reports.excel.report import write_xlsx
from riskengine.reports.excel.sheet import GRADE, NUMBER, SCORE, TEXT, WORD, Column, Sheet, rows_sheet

__all__ = ["GRADE", "NUMBER", "SCORE", "TEXT", "WORD", "Column", "Sheet", "rows_sheet", "write_sheets", "write_xlsx"]
