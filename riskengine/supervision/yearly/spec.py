"""The figures of the year as data: sections, what each figure counts of which file, its unit, its words."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, Self

from pydantic import Field, model_validator

from riskengine.catalog.part import Name, Part, Words
from riskengine.supervision.files import given_or_shipped

FIGURES = "figures.yaml"
PRESENT, ABSENT = "present", "absent"
"""In a condition: a column that has a value; one that has none."""
SUMS = ("sum", "ratio", "mean")

Condition = bool | str | tuple[str, ...]


class Value(Part):
    """What a figure makes of its rows; exactly one of the first six.

    Attributes:
        count: how many rows.
        distinct: how many different values a column has.
        sum: of a column.
        mean: of a column, over the rows that have a value there, rounded half up to ``places``.
        share: the rows of which further conditions hold, in percent of all.
        ratio: the sum of the first column in percent of that of the second, over the rows that have both.
        places: digits after the point of a mean, a share or a ratio.
    """

    count: Literal["rows"] | None = None
    distinct: str | None = None
    sum: str | None = None
    mean: str | None = None
    share: dict[str, Condition] | None = None
    ratio: tuple[str, str] | None = None
    places: int = Field(default=1, ge=0, le=6)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(given is not None for given in self._kinds) != 1:
            raise ValueError("exactly one of count, distinct, sum, mean, share and ratio is needed")
        return self

    @property
    def _kinds(self) -> tuple[object, ...]:
        return (self.count, self.distinct, self.sum, self.mean, self.share, self.ratio)


class FigureSpec(Part):
    """A figure.

    Attributes:
        figure: its name within the section.
        name: what it is called.
        how: how it is computed, for the annex.
        unit: what is counted, beside the number; empty for shares.
        form: how the number is written.
        file: of the record, or made from it (``yearly.files``).
        dated: the columns by which a row is in the year: the first that has a value; empty where no day decides.
        where: column → the values that count.
        value: what is made of the rows.
        by: the column whose values are the parts; a row that has several counts in each of them.
        chart: whether its parts are drawn.
        headline: whether it stands at the head of the report.
        told: in the section's sentence by its total, by its parts, or in a table alone.
    """

    figure: Name
    name: Words
    how: Words
    unit: Words | None = None
    form: Literal["number", "yuan", "percent"] = "number"
    file: Name
    dated: tuple[str, ...] = ()
    where: dict[str, Condition] = Field(default_factory=dict)
    value: Value
    by: str | None = None
    chart: bool = False
    headline: bool = False
    told: Literal["total", "parts", "table"] = "total"


class SectionSpec(Part):
    """A section: its figures in order."""

    section: Name
    title: Words
    figures: tuple[FigureSpec, ...] = Field(min_length=1)


class YearSpec(Part):
    """``figures.yaml``.

    Attributes:
        files: file → what it is called.
        columns: column of parts → its heading.
        words: column → value → what it is called; values that are not there are shown as they stand.
        sections: in order.
    """

    files: dict[Name, Words]
    columns: dict[Name, Words]
    words: dict[str, dict[str, Words]]
    sections: tuple[SectionSpec, ...]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        figures = [(section.section, figure.figure) for section in self.sections for figure in section.figures]
        if len(set(figures)) != len(figures):
            raise ValueError("a figure is given twice")
        if {figure.file for section in self.sections for figure in section.figures} - set(self.files):
            raise ValueError("a figure reads a file that has no title")
        parts = {figure.by for section in self.sections for figure in section.figures if figure.by is not None}
        if parts - set(self.columns):
            raise ValueError("the parts of a figure have no heading")
        return self


@lru_cache(maxsize=1)
def year_spec() -> YearSpec:
    """The shipped figures."""
    return given_or_shipped(None, "yearly", FIGURES, YearSpec)
