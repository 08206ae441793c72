"""The proof of a draw on one page: what was fixed before, the numbers, the result, and how to check it by hand.

Not here: the draw itself (supervision.draw), how a page becomes a PDF (reports.printing).
May import: the rest of reports, supervision and what is below it; jinja2 inside functions.
"""

from riskengine.reports.draw.page import proof_page, proof_pages

__all__ = ["proof_page", "proof_pages"]
