"""The columns of the sheets of a run's tables."""

from __future__ import annotations

from riskengine.reports.excel.sheet import DATE, FLAG, GRADE, LEVEL, NUMBER, SCORE, WORD, Column

_OPERATOR = (Column("operator_id", 21), Column("name", 28))
_RISK_POINT = (Column("risk_point", 9, WORD), Column("risk_point_title", 28, WORD, wrap=True))
_BASIS = Column("law", 40, WORD, wrap=True)

LIST = (
    *_OPERATOR,
    Column("county", 9, WORD),
    Column("grade", 7, GRADE),
    Column("score", 9, SCORE),
    Column("status", 10, WORD),
    Column("previous_grade", 8, GRADE),
    Column("move", 9, WORD),
    Column("ceiling", 44, WORD, wrap=True),
    Column("risk_level", 8, LEVEL),
    Column("fired_count", 7, NUMBER, link="sheet_signals"),
    Column("unknown_count", 7, FLAG),
    Column("quarantined_count", 8, FLAG),
    Column("tier", 11, WORD),
    Column("missing", 20, WORD, wrap=True),
)
OBJECTION = Column("objection", 24, WORD, wrap=True)
"""Stands last in the list, where an objection is open."""
SIGNALS = (
    Column("operator_id", 21, link="sheet_list"),
    Column("name", 28),
    Column("rule_title", 30, WORD, wrap=True),
    *_RISK_POINT,
    Column("status", 9, WORD),
    Column("evidence_count", 8, NUMBER, link="sheet_evidence"),
    Column("points", 8, SCORE),
    _BASIS,
    Column("missing", 22, WORD, wrap=True),
    Column("rule", 24, WORD),
)
EVIDENCE = (
    *_OPERATOR,
    Column("rule_title", 30, WORD, wrap=True),
    *_RISK_POINT,
    Column("source", 9, WORD),
    Column("record_id", 26),
    Column("occurred_on", 11, DATE),
    Column("decided_on", 11, DATE),
)
ACTIONS = (
    *_OPERATOR,
    Column("action", 34, WORD, wrap=True),
    Column("tier", 11, WORD),
    Column("reason", 32, WORD, wrap=True),
    _BASIS,
)
MEASURES = (*_OPERATOR, *_RISK_POINT, Column("measure", 10, WORD), Column("measure_text", 70, WORD, wrap=True))
MISSING = (*_OPERATOR, Column("missing", 70, WORD, wrap=True))
LEFT_OUT = (
    Column("source", 10, WORD),
    Column("row", 8, NUMBER),
    Column("column", 16, WORD),
    Column("code", 9, WORD),
    Column("problem_level", 7, WORD),
    Column("message", 60, wrap=True),
    Column("raw", 70, wrap=True),
)
