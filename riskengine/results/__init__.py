"""What a result means to a reader: the rows about one operator, why each rule fired or did not, in both languages.

What changed between two results of one policy, and why, is told here too.

Not here: engines (an explanation is the same whoever computed), pages and sheets (reports).
May import: plan, policy, catalog, contract, kernel.
"""

from riskengine.results.comparison import NO_FILE, Comparison, Side, compare
from riskengine.results.context import Context
from riskengine.results.explanation import Explanation, explain
from riskengine.results.lapses import RecordLapse, RuleLapse, lapses
from riskengine.results.movers import Mover, State
from riskengine.results.objections import OpenObjection, display_is_stopped, read_objections
from riskengine.results.outlook import Later, Outlook, outlook
from riskengine.results.parts import (
    Account,
    Advice,
    Evidence,
    FiredRule,
    JudgedRecord,
    LeftOutRecord,
    QuietRule,
    StatedLaw,
    UnknownRule,
    WhichLaw,
    is_plain,
)
from riskengine.results.privacy import masked, masked_grade
from riskengine.results.rule_changes import RuleChange
from riskengine.results.text import basis_text, explanation_text, judged_text, objection_text, status_text
from riskengine.results.view import OperatorView, operator_views, view_of, views_of
from riskengine.results.words import words

__all__ = [
    "NO_FILE",
    "Account",
    "Advice",
    "Comparison",
    "Context",
    "Evidence",
    "Explanation",
    "FiredRule",
    "JudgedRecord",
    "Later",
    "LeftOutRecord",
    "Mover",
    "OpenObjection",
    "OperatorView",
    "Outlook",
    "QuietRule",
    "RecordLapse",
    "RuleChange",
    "RuleLapse",
    "Side",
    "State",
    "StatedLaw",
    "UnknownRule",
    "WhichLaw",
    "basis_text",
    "compare",
    "display_is_stopped",
    "explain",
    "explanation_text",
    "is_plain",
    "judged_text",
    "lapses",
    "masked",
    "masked_grade",
    "objection_text",
    "operator_views",
    "outlook",
    "read_objections",
    "status_text",
    "view_of",
    "views_of",
    "words",
]
