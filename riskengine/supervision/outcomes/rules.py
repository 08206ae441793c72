"""Results and grounds of challenges with their articles by kind and day, from ``grounds.yaml`` or a bureau's own."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from riskengine.catalog.part import Name, Part, Words
from riskengine.supervision.cases.checklist import Cited, Named
from riskengine.supervision.files import given_or_shipped

if TYPE_CHECKING:
    from pathlib import Path

    from riskengine.catalog import LawRegister
    from riskengine.kernel.languages import Text

FILE = "grounds.yaml"
RECONSIDERATION, LITIGATION = "reconsideration", "litigation"
STANDS, REVOKED, CHANGED, UNLAWFUL, ENDED, PENDING = "stands", "revoked", "changed", "unlawful", "ended", "pending"
OUTCOMES = (STANDS, REVOKED, CHANGED, UNLAWFUL, ENDED)
OVERTURNED = frozenset({REVOKED, CHANGED})
FALLEN = frozenset({REVOKED, CHANGED, UNLAWFUL})
"""Outcomes in which a penalty does not stand as it was."""


class DatedCitation(Cited):
    """An article that holds for a kind of challenge from ``since`` on, until the day before ``until``."""

    kind: Literal["reconsideration", "litigation"]
    since: Annotated[date, Strict()]
    until: Annotated[date, Strict()] | None = None

    def holds_on(self, kind: str, day: date) -> bool:
        """Whether it is the article of a kind on a day."""
        return self.kind == kind and self.since <= day and (self.until is None or day < self.until)


class Ground(Named):
    """Why a penalty does not stand."""

    bases: tuple[DatedCitation, ...] = Field(min_length=1)

    def label_on(self, register: LawRegister, kind: str, day: date) -> Text | None:
        """Its article for a kind of challenge that was decided on a day; None where there was none."""
        found = next((cited for cited in self.bases if cited.holds_on(kind, day)), None)
        return None if found is None else Cited.label_on(found, register, day)


class Result(Ground):
    """What was decided, and what that means for the penalty."""

    outcome: Literal["stands", "revoked", "changed", "unlawful", "ended", "pending"]


class Small(Part):
    """From how few on a group is named as small."""

    fewer_than: int = Field(ge=0, le=10_000)
    basis: Literal["local_policy"]
    note: Words


class LedgerStep(Part):
    """What a kind of decision of the ledger is: a challenge filed, or decided with a result.

    Without ``kind`` it decides whatever is open.
    """

    kind: Literal["reconsideration", "litigation"] | None = None
    result: Name | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.kind is None and self.result is None:
            raise ValueError("a challenge that is filed has a kind")
        return self


class OutcomeRules(Part):
    """A file of results and grounds, and what the ledger's decisions are of them."""

    small: Small
    ledger: dict[Name, LedgerStep] = Field(default_factory=dict)
    results: dict[Name, Result] = Field(min_length=1)
    grounds: dict[Name, Ground] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_word_once(self) -> Self:
        for entries in (self.results, self.grounds):
            words = [word for each in entries.values() for word in {each.title.zh, each.title.en, *each.words}]
            twice = sorted({word for word in words if words.count(word) > 1})
            if twice:
                raise ValueError(f"assigned twice: {', '.join(twice)}")
        unknown = sorted({each.result for each in self.ledger.values() if each.result} - self.results.keys())
        if unknown:
            raise ValueError(f"not defined: {', '.join(unknown)}")
        return self


def read_outcome_rules(path: Path | None) -> OutcomeRules:
    """The rules of a file; the shipped ones where none is given.

    Raises:
        InputError: the file cannot be read or does not hold together (RE-3xx, RE-900 to RE-902).
    """
    return given_or_shipped(path, "outcomes", FILE, OutcomeRules)
