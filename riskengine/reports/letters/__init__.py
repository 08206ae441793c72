"""Letters to operators in official form: reminder, guidance, invitation to a talk, order to rectify.

Not here: why a rule fired (results), how a proceeding comes to its decision (supervision), the notice of a grade
(reports.notice), whose words about objections are used.
May import: the rest of reports, supervision, runs and what is below it; docx inside functions.
"""

from riskengine.reports.letters.content import Issuer, Letter, letter_of
from riskengine.reports.letters.document import write_letter
from riskengine.reports.letters.kinds import LetterKind, letter_kinds
from riskengine.reports.letters.orders import Order, orders_on
from riskengine.reports.letters.writing import Dispatch, write_letters

__all__ = [
    "Dispatch",
    "Issuer",
    "Letter",
    "LetterKind",
    "Order",
    "letter_kinds",
    "letter_of",
    "orders_on",
    "write_letter",
    "write_letters",
]
