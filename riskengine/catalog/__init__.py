"""The catalogue: areas, risk points and measures of one edition, and the laws that they cite, in force on a date.

Not here: policies, records and whatever is counted or graded.
May import: contract, kernel; pydantic.
"""

from riskengine.catalog.catalog import Area, Catalog
from riskengine.catalog.choice import ArticleChoice, Choice, Chooser, LawChoice
from riskengine.catalog.choice_text import choice_text
from riskengine.catalog.citation import Citation
from riskengine.catalog.consultation import Comment, ConsultationLog
from riskengine.catalog.difference import Change, difference
from riskengine.catalog.edition import Edition
from riskengine.catalog.enforcement import EnforcementItem, EnforcementItems, enforcement_items
from riskengine.catalog.laws import Law, LawRegister, LawVersion
from riskengine.catalog.lint import lint_catalog
from riskengine.catalog.load import files, load_catalog, load_consultation, load_enforcement, load_shipped
from riskengine.catalog.measure import Measure
from riskengine.catalog.risk_point import AreaFile, Penalty, RiskPoint
from riskengine.catalog.schema import schema_text
from riskengine.catalog.writing import CatalogFile, catalog_files, lint_form, write_catalog

__all__ = [
    "Area",
    "AreaFile",
    "ArticleChoice",
    "Catalog",
    "CatalogFile",
    "Change",
    "Choice",
    "Chooser",
    "Citation",
    "Comment",
    "ConsultationLog",
    "Edition",
    "EnforcementItem",
    "EnforcementItems",
    "Law",
    "LawChoice",
    "LawRegister",
    "LawVersion",
    "Measure",
    "Penalty",
    "RiskPoint",
    "catalog_files",
    "choice_text",
    "difference",
    "enforcement_items",
    "files",
    "lint_catalog",
    "lint_form",
    "load_catalog",
    "load_consultation",
    "load_enforcement",
    "load_shipped",
    "schema_text",
    "write_catalog",
]
