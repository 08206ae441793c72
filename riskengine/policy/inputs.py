"""What a policy computes with: parameters, profile fields, weights of records, facts."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from riskengine.policy.sections import Based, Bilingual, Day, Expr, NumberValue, Section, Whole, WindowText


class Dated(Section):
    """A value of a parameter from a day on."""

    since: Day
    value: NumberValue | str


class Parameter(Based):
    """A number or text that rules use by name; ``values`` where it changed over time."""

    title: Bilingual | None = None
    unit: str | None = None
    value: NumberValue | str | None = None
    values: tuple[Dated, ...] = ()

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        if (self.value is None) == (not self.values):
            raise ValueError("give either value or values")
        if list(self.values) != sorted(self.values, key=lambda dated: dated.since):
            raise ValueError("values must be in order of since")
        if len({dated.since for dated in self.values}) < len(self.values):
            raise ValueError("two values hold from the same day")
        if len({isinstance(dated.value, str) for dated in self.values}) > 1:
            raise ValueError("values must be all numbers or all texts")
        return self

    @property
    def dated_values(self) -> tuple[Dated, ...]:
        """Its values in order of time; one without dates holds always."""
        return self.values if self.value is None else (Dated(since=date.min, value=self.value),)


class ProfileField(Section):
    """An operator column that the policy reads: its type, limits and unit."""

    type: Literal["integer", "decimal", "text", "date", "bool"]
    title: Bilingual | None = None
    unit: str | None = None
    places: Whole = Field(default=0, ge=0, le=6)
    min: Whole | None = None
    max: Whole | None = None
    words: tuple[str, ...] = ()


class Bracket(Section):
    """A row of an age table: the value for records within a window (the first row that holds counts)."""

    within: WindowText
    value: NumberValue


class Weight(Based):
    """A number for each record, looked up in a table by a column (``table``) or by age (``brackets``).

    Attributes:
        of: the source whose records get it.
        by: the column looked up, or ``age``.
        otherwise: the value where no row holds; without it the weight is unknown there.
        missing: the value where the column is empty; without it the weight is unknown there.
    """

    of: Literal["violations", "inspections"] = "violations"
    by: str
    title: Bilingual | None = None
    table: dict[str, NumberValue] = Field(default_factory=dict)
    brackets: tuple[Bracket, ...] = ()
    otherwise: NumberValue | None = None
    missing: NumberValue | None = None

    @model_validator(mode="after")
    def _one_table(self) -> Self:
        if bool(self.table) == bool(self.brackets):
            raise ValueError("give either table or brackets")
        if (self.by == "age") != bool(self.brackets):
            raise ValueError("brackets go with 'by: age', and a table with a column")
        if self.by == "age" and self.missing is not None:
            raise ValueError("an age is never missing")
        return self


AGGREGATES = ("count", "count_distinct", "sum", "max", "min", "latest", "days_since")
SourceName = Literal["violations", "inspections"]


class Fact(Section):
    """A value computed for an operator, or for an operator and risk point.

    Exactly one of the first eight keys says what is computed: ``count: violations``, ``count_distinct: vehicle``,
    ``sum: <expression>``, ``max``/``min: <expression>``, ``latest: violations`` (a date), ``days_since: violations`` or
    ``days_since: <operator's date column>`` (days up to as-of), ``value: <expression of other facts>``.

    Attributes:
        of: the source, where the first key does not name it.
        where: which records; all where left out.
        within: the window, ending on as-of; the whole history where left out.
        by: the date that places a record in the window.
        per: ``risk_point`` (one value for each), or a column whose groups are counted apart and then put together by
        ``then``. then: ``max``, ``min``, ``sum`` or ``count`` over the groups.
        having: with ``then: count``: which groups count, an expression of ``group`` (the group's value).
        missing: ``ignore``, or a number for a record whose value is unknown; without it the fact is unknown.
        empty: the value over no records, where that is not 0 by nature.
        places: digits kept of ``value``, rounded once, half-up.
    """

    title: Bilingual | None = None
    count: SourceName | None = None
    count_distinct: str | None = None
    sum: Expr | None = None
    max: Expr | None = None
    min: Expr | None = None
    latest: SourceName | None = None
    days_since: str | None = None
    value: Expr | None = None
    of: SourceName = "violations"
    where: Expr | None = None
    within: WindowText | None = None
    by: str | None = None
    per: str | None = None
    then: Literal["max", "min", "sum", "count"] | None = None
    having: Expr | None = None
    missing: Literal["ignore"] | NumberValue | None = None
    empty: NumberValue | None = None
    places: Whole | None = Field(default=None, ge=0, le=6)
    unit: str | None = None

    @property
    def operation(self) -> str:
        """Which of the eight it is."""
        return next(key for key in (*AGGREGATES, "value") if getattr(self, key) is not None)

    @model_validator(mode="after")
    def _one_operation(self) -> Self:
        given = [key for key in (*AGGREGATES, "value") if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join((*AGGREGATES, 'value'))} is needed, not {len(given)}")
        if (self.then is not None) != (self.per not in {None, "risk_point"}):
            raise ValueError("'then' goes with 'per' a column other than risk_point")
        if (self.having is not None) and self.then != "count":
            raise ValueError("'having' goes with 'then: count'")
        if self.operation == "value":
            wrong = [
                key for key in ("where", "within", "by", "then", "missing", "empty") if getattr(self, key) is not None
            ]
            if wrong:
                raise ValueError(f"a 'value' has no {', '.join(wrong)}")
        elif self.places is not None:
            raise ValueError("'places' goes with 'value'")
        return self
