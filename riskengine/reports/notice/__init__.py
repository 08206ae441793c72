"""The notice that an operator gets: its grade, why, what is unknown, how to improve, how to object.

Not here: why a rule fired (results), how a page becomes a PDF (reports.printing).
May import: the rest of reports, runs and what is below it; jinja2 and docx inside functions.
"""

from riskengine.reports.notice.content import Notice, Sender, notice_of
from riskengine.reports.notice.document import write_docx
from riskengine.reports.notice.page import notice_page
from riskengine.reports.notice.writing import FORMATS, Mailing, forms_of, write_notices

__all__ = [
    "FORMATS",
    "Mailing",
    "Notice",
    "Sender",
    "forms_of",
    "notice_of",
    "notice_page",
    "write_docx",
    "write_notices",
]
