"""The tables of a run: columns in contract order, types, keys, and what stays outside the content hash."""

from __future__ import annotations

from dataclasses import dataclass

RUN_FORMAT = "1"
"""Version of the run folder: a change of columns, names or hashing raises it."""

TEXT, DECIMAL, INTEGER, DATE, BOOL, TEXTS = "text", "decimal(18,6)", "integer", "date", "bool", "texts"
SCORE_PLACES = 6


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a run table; types are ``text decimal(p,s) integer date bool texts``."""

    name: str
    type: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a run: its columns, the key it is sorted by, and the columns that its content hash leaves out."""

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    unhashed: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in contract order."""
        return tuple(field.name for field in self.fields)


GRADES = Table(
    "grades",
    (
        Field("operator_id", TEXT),
        Field("name", TEXT),
        Field("score", DECIMAL, nullable=True),
        Field("grade", TEXT, nullable=True),
        Field("status", TEXT),
        Field("missing", TEXTS),
        Field("unknown_count", INTEGER),
        Field("quarantined_count", INTEGER),
        Field("ceiling_rule", TEXT, nullable=True),
        Field("risk_level", TEXT, nullable=True),
        Field("previous_grade", TEXT, nullable=True),
    ),
    key=("operator_id",),
    unhashed=("previous_grade",),
)

SIGNALS = Table(
    "signals",
    (
        Field("operator_id", TEXT),
        Field("rule", TEXT),
        Field("risk_point", TEXT, nullable=True),
        Field("status", TEXT),
        Field("count", INTEGER, nullable=True),
        Field("points", DECIMAL),
        Field("law", TEXT, nullable=True),
        Field("article", TEXT, nullable=True),
        Field("missing", TEXTS),
    ),
    key=("operator_id", "rule", "risk_point"),
)

EVIDENCE = Table(
    "evidence",
    (
        Field("operator_id", TEXT),
        Field("rule", TEXT),
        Field("risk_point", TEXT, nullable=True),
        Field("source", TEXT),
        Field("record_id", TEXT),
    ),
    key=("operator_id", "rule", "risk_point", "source", "record_id"),
)

ACTIONS = Table(
    "actions",
    (
        Field("operator_id", TEXT),
        Field("action", TEXT),
        Field("tier", TEXT),
        Field("reason", TEXT),
        Field("law", TEXT, nullable=True),
        Field("article", TEXT, nullable=True),
    ),
    key=("operator_id", "action", "reason"),
)

MEASURES = Table(
    "measures",
    (
        Field("operator_id", TEXT),
        Field("risk_point", TEXT),
        Field("measure", TEXT),
    ),
    key=("operator_id", "risk_point", "measure"),
)

CONDUCT = Table(
    "conduct",
    (
        Field("operator_id", TEXT),
        Field("rule", TEXT),
        Field("violation_id", TEXT),
        Field("risk_point", TEXT),
        Field("occurred_on", DATE),
        Field("decided_on", DATE, nullable=True),
    ),
    key=("operator_id", "rule", "violation_id"),
)
"""The evidence once more, where it is a violation, with what tells which law applies to it.

No result: an extract of the records, kept with the inputs of a run and outside its content hash.
"""

REGISTER = Table(
    "register",
    (
        Field("operator_id", TEXT),
        Field("county", TEXT, nullable=True),
        Field("areas", TEXTS),
    ),
    key=("operator_id",),
)
"""One row per operator of ``grades``: the strata by which reports count; areas empty means all.

No result: an extract of the records, kept with the inputs of a run and outside its content hash.
"""

QUARANTINE = Table(
    "quarantine",
    (
        Field("source", TEXT),
        Field("row", INTEGER, nullable=True),
        Field("column", TEXT, nullable=True),
        Field("code", TEXT),
        Field("level", TEXT),
        Field("message", TEXT),
        Field("raw", TEXT, nullable=True),
    ),
    key=("source", "row", "column", "code", "message"),
)

RESULT_TABLES = (GRADES, SIGNALS, EVIDENCE, ACTIONS, MEASURES)
"""The fixed tables that an engine computes; ``facts`` and ``facts_by_risk_point`` get their columns from the policy."""


def facts_table(fields: tuple[Field, ...]) -> Table:
    """``facts``: one row per operator, one typed column per fact of the policy."""
    return Table("facts", (Field("operator_id", TEXT), *fields), key=("operator_id",))


def facts_by_risk_point_table(fields: tuple[Field, ...]) -> Table:
    """``facts_by_risk_point``: one row per operator and risk point that has a record."""
    return Table(
        "facts_by_risk_point",
        (Field("operator_id", TEXT), Field("risk_point", TEXT), *fields),
        key=("operator_id", "risk_point"),
    )


GRADED, NOT_EVALUABLE, NOT_CURRENT = "graded", "not_evaluable", "not_current"
FIRED = "fired"
LEVELS = ("red", "orange", "yellow", "blue")
"""Colours of a risk point, worst first."""
