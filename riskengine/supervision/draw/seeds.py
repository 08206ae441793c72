"""Where the numbers come from that nobody controls: named before they are known, with the day, the place, the count."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it
from pathlib import Path  # noqa: TC003 - part of the signature of a function that documents itself
from typing import Annotated, Any, Self

from pydantic import Field, Strict, model_validator

from riskengine.catalog.part import Name, Part, Words
from riskengine.supervision.files import read_model

_MOST = 10**18


class SeedSource(Part):
    """A source of numbers.

    Attributes:
        id: the name by which its numbers are handed in.
        what: which numbers they are, so that two people write down the same.
        where: where anyone can read them.
        known_on: the day on which they become known.
        count: how many they are.
        min, max: the least and the largest that one can be.
    """

    id: Name
    what: Words
    where: Words
    known_on: Annotated[date, Strict()]
    count: int = Field(ge=1, le=100)
    min: int = Field(default=0, ge=0, le=_MOST)
    max: int = Field(default=_MOST, ge=0, le=_MOST)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError("min is above max")
        return self

    def to_plain(self) -> dict[str, Any]:
        """As it stands in a commitment."""
        return {
            "id": self.id,
            "what": self.what.to_dict(),
            "where": self.where.to_dict(),
            "known_on": self.known_on.isoformat(),
            "count": self.count,
            "min": self.min,
            "max": self.max,
        }


class SeedFile(Part):
    """A file of sources, in the order in which they make the key."""

    sources: tuple[SeedSource, ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [source.id for source in self.sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"assigned twice: {', '.join(twice)}")
        return self


def read_seeds(path: Path) -> tuple[SeedSource, ...]:
    """The sources of a file.

    Raises:
        InputError: it cannot be read or does not hold together (RE-3xx, RE-900 to RE-902).
    """
    return read_model(path, SeedFile).sources
