"""A bureau's year in figures, each computed from the rows of the record folder and linked to them.

Not here: the report as HTML and docx (reports.yearly), the files of the other parts of the record.
May import: supervision.record, its other parts, engines, runs, catalog, records, contract, kernel.
"""

from riskengine.supervision.yearly.computing import UNSTATED, Amount, Figure
from riskengine.supervision.yearly.context import YearContext
from riskengine.supervision.yearly.held import HeldFile, HeldRow, RowRef
from riskengine.supervision.yearly.spec import YearSpec, year_spec
from riskengine.supervision.yearly.year import FileAccount, NotCounted, Year, year_of

__all__ = [
    "UNSTATED",
    "Amount",
    "Figure",
    "FileAccount",
    "HeldFile",
    "HeldRow",
    "NotCounted",
    "RowRef",
    "Year",
    "YearContext",
    "YearSpec",
    "year_of",
    "year_spec",
]
