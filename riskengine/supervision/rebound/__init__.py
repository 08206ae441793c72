"""Rebound 违法反弹: who does it again after a penalty or a repair; where and when more is found than elsewhere.

Counts are made by DuckDB over the records in place, so that a million of them are no matter; what is estimated from
the counts is exact or in decimals of 34 digits, and rounded once, half up, where it is shown.
Not here: the page and the workbook (reports.rebound), distributions (kernel.chances).
May import: supervision.files, supervision.draw, engines.base, catalog, records, contract, kernel; duckdb in functions.
"""

from riskengine.supervision.rebound.analysis import KindResult, Rebound, ReboundRequest, analyse
from riskengine.supervision.rebound.rules import ReboundRules, read_rebound_rules

__all__ = ["KindResult", "Rebound", "ReboundRequest", "ReboundRules", "analyse", "read_rebound_rules"]
