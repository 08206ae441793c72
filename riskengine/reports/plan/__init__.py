"""The plan as a workbook: what each operator is due, who visits whom, what cannot be covered, checklists, counties.

Not here: what is due and who visits (supervision.planning), how sheets are written (reports.excel).
May import: the rest of reports, supervision and what is below it; xlsxwriter inside functions.
"""

from riskengine.reports.plan.workbook import write_plan

__all__ = ["write_plan"]
