"""Workbooks of a year: the activities of education with what was held of them, and what came of a plan by tier.

Not here: what is planned and what was done (supervision), how sheets are written (reports.excel).
May import: the rest of reports, supervision and what is below it; xlsxwriter inside functions.
"""

from riskengine.reports.education.feedback_sheet import write_feedback
from riskengine.reports.education.workbook import write_education

__all__ = ["write_education", "write_feedback"]
