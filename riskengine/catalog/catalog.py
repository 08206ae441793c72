"""The catalogue as a whole: areas, risk points, measures and laws of one edition."""

from typing import TYPE_CHECKING, Any, Self

from riskengine.catalog.edition import Edition
from riskengine.catalog.laws import LawRegister
from riskengine.catalog.measure import Measure
from riskengine.catalog.part import AreaCode, Part, Words
from riskengine.catalog.risk_point import RiskPoint
from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.catalog.citation import Citation
    from riskengine.kernel.languages import Text


class Area(Part):
    """A field of the regulator's work."""

    code: AreaCode
    title: Words


class Catalog(Part):
    """One edition of the catalogue; immutable.

    Attributes:
        edition: what it is and from when it counts.
        areas: by code, in the edition's order.
        risk_points: by code, in catalogue order.
        measures: by code, in catalogue order.
        laws: the law register.
    """

    edition: Edition
    areas: dict[str, Area]
    risk_points: dict[str, RiskPoint]
    measures: dict[str, Measure]
    laws: LawRegister

    @property
    def id(self) -> str:
        """The catalogue's id (``transport``)."""
        return self.edition.catalog

    @property
    def version(self) -> str:
        """The edition's version (``2022.1``)."""
        return self.edition.version

    @property
    def title(self) -> "Text":
        """What the edition is called."""
        return self.edition.title

    @lazy
    def sha256(self) -> str:
        """SHA-256, in hex, of the canonical JSON of :meth:`to_dict`."""
        return sha256_of(self.to_dict())

    def resolve(self, code: str) -> str | None:
        """The code in use today for ``code``: itself, or the one that took its place; None where it is unknown."""
        seen: set[str] = set()
        while code in self.risk_points and code not in seen:
            seen.add(code)
            successor = self.risk_points[code].succeeded_by
            if successor is None:
                return code
            code = successor
        return None

    def liability_on(self, code: str, day: "date") -> "Citation | None":
        """The first liability article of a risk point whose version of the law is in force on ``day``."""
        point = self.risk_points.get(code)
        for citation in point.citations if point else ():
            version = self.laws.version(citation.law, citation.version)
            if citation.role == "liability" and version is not None and version.is_in_force(day):
                return citation
        return None

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON-ready values; what is not given is left out. ``from_dict`` reads it back."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    @classmethod
    def from_dict(cls, data: "Mapping[str, Any]") -> Self:
        """The catalogue that :meth:`to_dict` wrote.

        Raises:
            pydantic.ValidationError: the data is not a catalogue.
        """
        return cls.model_validate(dict(data))
