"""What a policy computes with: parameters, profile fields, weights of records."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from riskengine.policy.sections import Based, Bilingual, Day, NameText, NumberValue, Section, Whole, WindowText

_LIKE_A_NUMBER = re.compile(
    r"[-+]?(\.?[0-9][0-9_,]*(\.[0-9_]*)?(e[-+]?[0-9]+)?|0x[0-9a-f]+|\.inf|\.nan)", re.IGNORECASE
)


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
        if self.unit is not None and any(isinstance(dated.value, str) for dated in self.dated_values):
            raise ValueError("a text has no unit")
        if any(_LIKE_A_NUMBER.fullmatch(each.value) for each in self.dated_values if isinstance(each.value, str)):
            raise ValueError(
                "a text that looks like a number and is none (write digits, at most 40, with a point where needed)"
            )
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
    """A further column of operators or records that the policy reads: its type, limits and unit."""

    type: Literal["integer", "decimal", "text", "date", "bool"]
    title: Bilingual | None = None
    unit: str | None = None
    places: Whole = Field(default=0, ge=0, le=6)
    min: Whole | None = None
    max: Whole | None = None
    words: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _heeded(self) -> Self:
        number = self.type in {"integer", "decimal"}
        given = {"places": self.type != "decimal", "min": not number, "max": not number, "unit": not number}
        given["words"] = self.type != "text"
        wrong = [key for key, unheeded in given.items() if unheeded and key in self.model_fields_set]
        if wrong:
            raise ValueError(f"a field of type '{self.type}' has no {', '.join(wrong)}")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is greater than max")
        if len(set(self.words)) < len(self.words):
            raise ValueError("a word stands twice")
        return self


class Columns(Section):
    """Further columns of the records that the policy reads, and what violations may read of their inspections.

    Attributes:
        violations: further columns of the violations file.
        inspections: further columns of the inspections file.
        of_inspection: a name among the columns of violations, and the column that it is of the inspection named by
        `inspection_id`.
    """

    violations: dict[NameText, ProfileField] = Field(default_factory=dict)
    inspections: dict[NameText, ProfileField] = Field(default_factory=dict)
    of_inspection: dict[NameText, NameText] = Field(default_factory=dict)

    def of(self, source: str) -> dict[str, ProfileField]:
        """The further columns of a source of records."""
        return {"violations": self.violations, "inspections": self.inspections}[source]


class Bracket(Section):
    """A row of brackets: the value for records within a window, or for numbers from ``at_least`` up to ``below``.

    The first row that holds counts. A range holds its lower end and not its upper one; an end left out is open.
    """

    within: WindowText | None = None
    at_least: NumberValue | None = None
    below: NumberValue | None = None
    value: NumberValue

    @model_validator(mode="after")
    def _one_range(self) -> Self:
        bounded = self.at_least is not None or self.below is not None
        if (self.within is not None) == bounded:
            raise ValueError("give either within, or at_least and below")
        if self.at_least is not None and self.below is not None and self.at_least >= self.below:
            raise ValueError("at_least is not less than below")
        return self


class Weight(Based):
    """A number for each record: looked up by a column, by its age or a number of it, or a number divided by one.

    Attributes:
        of: the source whose records get it.
        by: the column looked up, or ``age``.
        divide: a number that is divided by the column, rounded once, half-up, to `places`: what a share of it weighs.
        places: digits of a weight that is divided.
        otherwise: the value where no row holds, or the number to divide by is not above 0; without it the weight is
        unknown there.
        missing: the value where the column is empty; without it the weight is unknown there.
    """

    of: Literal["violations", "inspections"] = "violations"
    by: str
    title: Bilingual | None = None
    table: dict[str, NumberValue] = Field(default_factory=dict)
    brackets: tuple[Bracket, ...] = ()
    divide: Whole | None = Field(default=None, ge=1, le=10**18)
    places: Whole = Field(default=0, ge=0, le=6)
    otherwise: NumberValue | None = None
    missing: NumberValue | None = None

    @model_validator(mode="after")
    def _one_table(self) -> Self:
        if [bool(self.table), bool(self.brackets), self.divide is not None].count(True) != 1:
            raise ValueError("give one of table, brackets and divide")
        if self.by == "age" and not self.brackets:
            raise ValueError("'by: age' has brackets alone")
        if self.divide is None and "places" in self.model_fields_set:
            raise ValueError("'places' go with divide")
        if any((bracket.within is not None) != (self.by == "age") for bracket in self.brackets):
            raise ValueError("brackets by age have 'within', those by a number at_least and below")
        if self.by == "age" and self.missing is not None:
            raise ValueError("an age is never missing")
        return self
