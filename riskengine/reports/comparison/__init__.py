"""What changed between two runs, for people: in words, and as a page, a workbook or Markdown.

Not here: comparing (results), finding the runs (cli).
May import: reports, and what is below them; jinja2 and xlsxwriter inside functions.
"""

from riskengine.reports.comparison.decisions import decided_lines, named_by, with_decisions
from riskengine.reports.comparison.report import ENDINGS, ComparisonReport
from riskengine.reports.comparison.telling import Telling

__all__ = ["ENDINGS", "ComparisonReport", "Telling", "decided_lines", "named_by", "with_decisions"]
