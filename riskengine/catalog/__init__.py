"""The catalogue: areas, risk points and measures of one edition, and the laws that they cite, in force on a date.

Not here: policies, records and whatever is counted or graded.
May import: contract, kernel; pydantic.
"""

from riskengine.catalog.catalog import Area, Catalog
from riskengine.catalog.citation import Citation
from riskengine.catalog.consultation import Comment, ConsultationLog
from riskengine.catalog.difference import Change, difference
from riskengine.catalog.edition import Edition
from riskengine.catalog.laws import Law, LawRegister, LawVersion
from riskengine.catalog.lint import lint_catalog
from riskengine.catalog.load import files, load_catalog, load_consultation, load_shipped
from riskengine.catalog.measure import Measure
from riskengine.catalog.risk_point import Penalty, RiskPoint
from riskengine.catalog.schema import schema_text

__all__ = [
    "Area",
    "Catalog",
    "Change",
    "Citation",
    "Comment",
    "ConsultationLog",
    "Edition",
    "Law",
    "LawRegister",
    "LawVersion",
    "Measure",
    "Penalty",
    "RiskPoint",
    "difference",
    "files",
    "lint_catalog",
    "load_catalog",
    "load_consultation",
    "load_shipped",
    "schema_text",
]
