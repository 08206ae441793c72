"""The rubric by which case files are scored, from ``rubric.yaml`` or a bureau's own file: items, vetoes, classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from riskengine.catalog.part import Name, Part, Words
from riskengine.supervision.cases.checklist import Named
from riskengine.supervision.files import given_or_shipped

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

FILE = "rubric.yaml"


class Item(Named):
    """An item: the most points that it can have; with ``veto``, nought fails the file."""

    item: Name
    points: int = Field(ge=1, le=1000)
    veto: bool = False
    requirements: tuple[Name, ...] = ()


class ScoreClass(Part):
    """A class of files: from so many points on; the last one has none."""

    name: Name = Field(alias="class")
    title: Words
    at_least: int | None = Field(default=None, ge=0)


class Rubric(Part):
    """A rubric; ``classes`` best first.

    Attributes:
        rubric, title: its id and name.
        basis, note: that it is local policy, and what of it.
        items: what is scored.
        classes: into which files fall.
    """

    rubric: Name
    title: Words
    basis: Literal["local_policy"]
    note: Words
    items: tuple[Item, ...] = Field(min_length=1)
    classes: tuple[ScoreClass, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        names = [*(each.item for each in self.items), *(each.name for each in self.classes)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"assigned twice: {', '.join(twice)}")
        limits = [each.at_least for each in self.classes[:-1]]
        if self.classes[-1].at_least is not None or None in limits:
            raise ValueError("every class but the last has at_least")
        known = [limit for limit in limits if limit is not None]
        if known != sorted(set(known), reverse=True):
            raise ValueError("classes stand best first")
        return self

    @property
    def most(self) -> int:
        """The points of all items."""
        return sum(each.points for each in self.items)

    def class_of(self, points: Fraction) -> str:
        """The class of a number of points."""
        return next(each.name for each in self.classes if each.at_least is None or points >= each.at_least)

    @property
    def worst(self) -> str:
        """The class of a file that a veto fails."""
        return self.classes[-1].name


def read_rubric(path: Path | None) -> Rubric:
    """The rubric of a file; the shipped one where none is given.

    Raises:
        InputError: the file cannot be read or does not hold together (RE-3xx, RE-900 to RE-902).
    """
    return given_or_shipped(path, "cases", FILE, Rubric)
