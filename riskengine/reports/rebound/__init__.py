"""Rebound 违法反弹 as a page with heat maps, as a workbook, and in lines for the terminal.

Not here: what is computed (supervision.rebound), how sheets are written (reports.excel).
May import: the rest of reports, supervision and what is below it; jinja2 and xlsxwriter inside functions.
"""

from riskengine.reports.rebound.lines import lines_of
from riskengine.reports.rebound.page import rebound_page
from riskengine.reports.rebound.workbook import write_rebound

__all__ = ["lines_of", "rebound_page", "write_rebound"]
