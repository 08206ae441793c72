"""The report of a bureau's year: HTML and a document in official form, each number linked to its rows; figures as data.

Not here: what the figures are (supervision.yearly).
May import: the rest of reports, supervision and what is below it; docx and jinja2 inside functions.
"""

from riskengine.reports.yearly.listing import figures_json
from riskengine.reports.yearly.writing import write_year

__all__ = ["figures_json", "write_year"]
