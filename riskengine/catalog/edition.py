"""The edition: what the catalogue is, from when it counts, how many parts it has, how its colours come about."""

from datetime import date

from pydantic import Field

from riskengine.catalog.part import AreaCode, Name, Part, Words
from riskengine.catalog.risk_point import Colour, Degree


class Effective(Part):
    """The days on which the edition counts: ``from`` included, ``to`` excluded; None is open."""

    since: date = Field(alias="from")
    until: date | None = Field(default=None, alias="to")


class AreaCounts(Part):
    """How many parts an area must have.

    Attributes:
        risk_points: those in use.
        measures: of all its risk points.
        citations: the entries of ``citations``.
        penalties: the entries of ``penalties``.
        bases: every other article that is named: by steps of discretion, triggers, comparisons and measures.
    """

    risk_points: int = Field(ge=1)
    measures: int = Field(ge=1)
    citations: int = Field(ge=1)
    penalties: int = Field(ge=0)
    bases: int = Field(ge=0)


class Counts(Part):
    """How many parts the edition must have; a file that lost one is refused.

    ``by_area`` is held by lint alone, so that an edition can be read while it is worked on.
    """

    areas: int = Field(ge=1)
    risk_points: int = Field(ge=1)
    measures: int = Field(ge=1)
    by_area: dict[AreaCode, AreaCounts] | None = None


class Edition(Part):
    """``risk_catalog/edition.yaml``.

    Attributes:
        catalog: the id (``transport``).
        version: the edition.
        title: what it is called.
        statement: what it rests on, and what it is not.
        effective: from when it counts.
        counts: how many areas, risk points and measures it must have.
        areas: the areas in their order; each has a file of its name.
        matrix: likelihood → harm → colour.
        parties: whom risk points apply to, by name.
    """

    catalog: Name
    version: str
    title: Words
    statement: Words
    effective: Effective
    counts: Counts
    areas: tuple[AreaCode, ...] = Field(min_length=1)
    matrix: dict[Degree, dict[Degree, Colour]]
    parties: dict[Name, Words]
