"""What people see of a run: a page, a workbook and a summary for the terminal, in Chinese or English.

Not here: computing a grade (engines), explaining it (results), saying where the files are (cli).
May import: runs and what is below it; jinja2, xlsxwriter and rich inside functions.
"""

from riskengine.reports.excel import write_xlsx
from riskengine.reports.html import write_html
from riskengine.reports.listing import Listing
from riskengine.reports.review import write_review
from riskengine.reports.terminal import terminal_summary

__all__ = ["Listing", "terminal_summary", "write_html", "write_review", "write_xlsx"]
