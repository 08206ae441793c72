"""The law register: which laws may be cited, their versions, and which version is in force on a day."""

from datetime import date
from typing import Literal

from pydantic import Field

from riskengine.catalog.part import Name, Part, VersionDate, Words
from riskengine.kernel.languages import Text

Level = Literal["law", "administrative_regulation", "ministry_rule", "local_regulation"]
EffectiveBasis = Literal["article", "assumed_promulgation_date", "memory_unverified", "other_source"]


class LawVersion(Part):
    """One version of a law.

    Attributes:
        version: the day on which this version was passed or amended.
        effective_from: the first day in force; None where it is not known.
        effective_to: the first day no longer in force; None where no later version is known.
        effective_basis: how surely ``effective_from`` is known: from the text's own ``article``, taken to be the
            promulgation date, from memory, or from another source that the note names.
        articles: how many articles it has; None where the text was not found.
        note: doubts about the text or its dates.
    """

    version: VersionDate
    effective_from: date | None = None
    effective_to: date | None = None
    effective_basis: EffectiveBasis
    articles: int | None = Field(default=None, ge=1)
    note: Words | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether ``day`` lies between the first day in force, included, and ``effective_to``, excluded."""
        if self.effective_from is None or day < self.effective_from:
            return False
        return self.effective_to is None or day < self.effective_to


class Law(Part):
    """A law with its versions, oldest first."""

    title: Words
    level: Level
    versions: tuple[LawVersion, ...] = Field(min_length=1)


class LawRegister(Part):
    """Every law that a citation, a penalty or a policy may cite, by id."""

    laws: dict[Name, Law]

    def title(self, law: str) -> Text:
        """The law's title; the id itself in both languages where the law is not registered."""
        found = self.laws.get(law)
        return found.title if found else Text(law, law)

    def versions(self, law: str) -> tuple[LawVersion, ...]:
        """The versions, oldest first; empty where the law is not registered."""
        found = self.laws.get(law)
        return found.versions if found else ()

    def version(self, law: str, version: str | None) -> LawVersion | None:
        """The version of that name."""
        return next((entry for entry in self.versions(law) if entry.version == version), None)

    def in_force(self, law: str, day: date) -> LawVersion | None:
        """The version in force on ``day``; None where none is known."""
        return next((entry for entry in self.versions(law) if entry.is_in_force(day)), None)

    def __contains__(self, law: object) -> bool:
        return law in self.laws
