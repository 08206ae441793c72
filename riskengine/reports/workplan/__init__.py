"""A work plan as it stands on a day: the workbook, and the lines for the terminal.

Not here: reading a plan and its states (supervision.workplan), how sheets are written (reports.excel).
May import: the rest of reports, supervision and what is below it; xlsxwriter inside functions.
"""

from riskengine.reports.workplan.lines import lines_of
from riskengine.reports.workplan.workbook import write_standing

__all__ = ["lines_of", "write_standing"]
