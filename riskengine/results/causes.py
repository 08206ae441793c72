"""Causes of a change, and what the evidence of two results tells of them.

A cause is *told* where the tables prove that it was at work, or where nothing else is left; else it is *possible*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

POLICY, CATALOG, PROFILE, RECORDS, AMENDED, AGE = "policy", "catalog", "profile", "records", "amended", "age"
CAUSES = (POLICY, CATALOG, PROFILE, RECORDS, AMENDED, AGE)
"""The rules differ; the catalogue's colours or areas differ; operator columns differ; other records count; the same
records count but say something else; the as-of date alone."""

Record = tuple[str, str]
"""A record in the evidence: source and id."""


@dataclass(frozen=True, slots=True)
class Why:
    """The causes that are told and those that are possible beside or instead of them, in the order of ``CAUSES``."""

    told: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


def settled(told: AbstractSet[str], possible: AbstractSet[str]) -> Why:
    """Put causes into order; the only possible one, with nothing told, is told."""
    rest = possible - told
    if not told and len(rest) == 1:
        told, rest = rest, frozenset()
    return Why(tuple(c for c in CAUSES if c in told), tuple(c for c in CAUSES if c in rest))


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """The records of one rule (and risk point) in both results.

    Attributes:
        old, new: the records in the evidence; a rule that did not fire has none, though records may count.
        fired_in_both: so that both sides' records are seen.
        come, gone: records of which the tables prove that they count in one result only.
    """

    old: AbstractSet[Record]
    new: AbstractSet[Record]
    fired_in_both: bool
    come: AbstractSet[Record]
    gone: AbstractSet[Record]

    @property
    def same_records(self) -> bool:
        """Whether both sides' records are seen and are the same."""
        return self.fired_in_both and self.old == self.new

    def of(self, source: str) -> RuleEvidence:
        """The same of one source."""
        old, new, come, gone = (
            {record for record in part if record[0] == source} for part in (self.old, self.new, self.come, self.gone)
        )
        return RuleEvidence(old, new, self.fired_in_both, come, gone)


def record_causes(
    seen: RuleEvidence, *, same_files: bool, amendable: bool, same_day: bool, ages: bool
) -> tuple[AbstractSet[str], AbstractSet[str]]:
    """Why a fact that is made of records changed: what is told, and what is possible.

    Args:
        seen: the records of a rule that rests on the fact.
        same_files: whether records and operators were read from the same files.
        amendable: whether the records were not; a successor among the operators alone moves records, unaltered.
        same_day: whether the as-of date is the same.
        ages: whether a record's weight depends on its age.
    """
    if same_files and same_day:
        return set(), set()
    loose = ({AGE} if not same_day else set()) | ({AMENDED} if amendable else set())
    if not seen.old and not seen.new:
        # It fired in neither: what came or went for the operator may or may not bear on it.
        return set(), loose | ({RECORDS} if seen.come or seen.gone or not same_files else set())
    come, gone = seen.new & seen.come, seen.old & seen.gone
    told = {RECORDS} if come else set()
    possible = set()
    if gone and (same_files or same_day):
        told.add(AGE if same_files else RECORDS)
    elif gone:
        possible |= {RECORDS, AGE}
    if seen.fired_in_both and (seen.old ^ seen.new) - come - gone:
        # They count in both: they came into a window or left it, or say something else, or their group does.
        (told if same_files else possible).update(loose)
    if not come and not gone:
        possible |= loose | ({RECORDS} if not same_files and not seen.same_records else set())
    elif ages and seen.old & seen.new and not same_day:
        possible.add(AGE)
    return told, possible
