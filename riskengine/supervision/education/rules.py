"""The rules of a year's education: which channels of measures are education, in which months, on what basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from riskengine.catalog.part import Name, Part, Words
from riskengine.supervision.files import given_or_shipped
from riskengine.supervision.grounds import Ground  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

RULES = "rules.yaml"


class EducationRules(Part):
    """A file of rules.

    Attributes:
        education: its id.
        title: what it is called.
        basis: the articles by which it is done.
        months: of the year in which activities are held, in order.
        channels: channel of a measure → what the activity is called; in the order in which they are planned.
    """

    education: Name
    title: Words
    basis: tuple[Ground, ...] = Field(min_length=1)
    months: tuple[int, ...] = Field(min_length=1, max_length=12)
    channels: dict[str, Words] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(not 1 <= month <= 12 for month in self.months) or list(self.months) != sorted(set(self.months)):
            raise ValueError("months are numbers from 1 to 12, each once, in order")
        return self


def read_education_rules(path: Path | None) -> EducationRules:
    """The rules of a file; the shipped ones where none is given.

    Raises:
        InputError: the file cannot be read or does not hold together (RE-3xx, RE-900 to RE-902).
    """
    return given_or_shipped(path, "education", RULES, EducationRules)
