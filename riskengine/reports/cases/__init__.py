"""Case files as workbooks: what was found of each, the scores by unit, and what became of contested penalties.

Not here: what is found and counted (supervision.cases, supervision.outcomes), how sheets are written (reports.excel).
May import: the rest of reports, supervision and what is below it; xlsxwriter inside functions.
"""

from riskengine.reports.cases.checked_book import write_checked
from riskengine.reports.cases.outcome_book import write_outcomes
from riskengine.reports.cases.score_book import write_scores

__all__ = ["write_checked", "write_outcomes", "write_scores"]
