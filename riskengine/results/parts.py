"""The parts of an explanation: what each rule did, the accounts beside the score, what is advised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from riskengine.kernel.languages import Text


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record that counted: its source and id."""

    source: str
    record_id: str


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that fired.

    Attributes:
        points: negative is a deduction; 0 for rules without points, and where they go to a tally.
        tally: the account that its points go to instead of the score, and ``tally_points`` how many.
        law: the citation in words; None where the rule rests on no law. ``basis`` then says on what.
        at_most: a ceiling's grade; ``decisive`` where it lowered the grade.
        values: the facts and parameters that the rule read: title and value.
        evidence: the records that counted.
    """

    rule: str
    title: Text
    stage: str
    risk_point: str | None
    risk_point_title: Text | None
    points: Decimal
    tally: Text | None
    tally_points: Decimal | None
    count: int | None
    law: Text | None
    basis: str | None
    note: Text | None
    at_most: str | None
    decisive: bool
    values: tuple[tuple[Text, Text], ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class UnknownRule:
    """A rule that cannot be told, with what is missing."""

    rule: str
    title: Text
    risk_point: str | None
    risk_point_title: Text | None
    missing: tuple[Text, ...]
    stops: bool


@dataclass(frozen=True, slots=True)
class QuietRule:
    """A rule that did not fire, with the comparisons that failed."""

    rule: str
    title: Text
    risk_point: str | None
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """A recommended action: what, why, on what basis. A person decides."""

    action: str
    title: Text
    reason: Text
    law: Text | None


@dataclass(frozen=True, slots=True)
class LeftOutRecord:
    """A problem for which a record was left out: its place, its code, and its message in the language of the run."""

    source: str
    row: int | None
    column: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class JudgedRecord:
    """A violation with the day on which it happened and that of its decision; None: not recorded, as-of stands in."""

    record_id: str
    occurred_on: str
    decided_on: str | None


@dataclass(frozen=True, slots=True)
class StatedLaw:
    """A law that threatens a violation, and which of its versions applies.

    Attributes:
        law: its id; None where the catalogue has none in force on the day.
        of_the_day, at_decision: the version in force on the day of the conduct, and on that of the decision.
        applied: the version that applies; that of the day where articles differ.
        outcome: how the choice came about: see :class:`riskengine.catalog.LawChoice`.
        statement: all of this in words, with the figures.
    """

    law: str | None
    of_the_day: str | None
    at_decision: str | None
    applied: str | None
    outcome: str
    statement: Text


@dataclass(frozen=True, slots=True)
class WhichLaw:
    """Violations of a risk point to which the same laws apply.

    Attributes:
        risk_point, risk_point_title: what was done.
        records: the violations, with their days.
        laws: the one that is cited for the risk point on the day of the conduct, then others that changed meanwhile.
    """

    risk_point: str
    risk_point_title: Text | None
    records: tuple[JudgedRecord, ...]
    laws: tuple[StatedLaw, ...]


def is_plain(laws: Iterable[StatedLaw]) -> bool:
    """Whether the one law of the day applies, and nothing had to be chosen."""
    return all(law.outcome == "one_version" for law in laws)


@dataclass(frozen=True, slots=True)
class Account:
    """A tally beside the score: where it starts, and what it came to; None is unknown."""

    title: Text
    start: str
    value: str | None
