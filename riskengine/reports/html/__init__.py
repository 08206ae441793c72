"""A run as a page: one HTML file in Chinese and English that holds everything and fetches nothing.

Not here: figures that other reports show too (reports.figures), explaining a grade (results).
May import: the modules of reports and what is below them; jinja2 inside functions.
"""

from riskengine.reports.html.page import write_html

__all__ = ["write_html"]
