"""The discretion check: whether a recorded penalty lies within what the law, or the bureau's own bands, provide.

Every violation gets exactly one result. What is outside is for review by a person: the record does not say under which
article a case was decided, nor the income or the number of vehicles that some fines depend on, and where these could
make a fine right, the result is ``not_decidable``. The law is the one that :mod:`riskengine.catalog.choice` chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from riskengine.catalog.bands import is_part_of
from riskengine.catalog.choice import Chooser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from riskengine.catalog.bands import Band, BandsFile
    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.choice import Choice
    from riskengine.catalog.risk_point import Penalty

Result = Literal["within", "too_high", "too_low", "between", "no_basis", "not_decidable", "not_checked"]
RESULTS: tuple[Result, ...] = (
    "too_high",
    "too_low",
    "between",
    "no_basis",
    "not_decidable",
    "within",
    "not_checked",
)
"""Every result, those for review first."""
FOR_REVIEW = frozenset({"too_high", "too_low", "between", "no_basis"})
_ONE_EACH = frozenset({"act", "platform", "party", "operator", "owner", "entity", "employer", "agent", "bidder"})
"""What a decision has one of; a fine that is counted by anything else may have been counted several times."""


@dataclass(frozen=True, slots=True)
class Range:
    """A fine that may be imposed.

    Attributes:
        penalty: the statutory fine.
        band: the discretionary band that is a part of it, where one applies.
        low, high: the limits in yuan, both included; None is open.
        unknown: what the record does not say and the fine depends on: ``income``, ``base``, ``number``; None where the
            limits decide.
    """

    penalty: Penalty
    band: Band | None
    low: Decimal | None
    high: Decimal | None
    unknown: Literal["income", "base", "number"] | None

    def holds(self, fine: Decimal) -> bool:
        """Whether a fine lies within the limits, whatever is unknown."""
        is_known = self.unknown not in {"income", "base"}
        return is_known and not self.is_above(fine) and (self.high is None or fine <= self.high)

    def is_above(self, fine: Decimal) -> bool:
        """Whether the limits are known and lie above a fine."""
        return self.unknown not in {"income", "base"} and self.low is not None and fine < self.low

    def may_hold(self, fine: Decimal) -> bool:
        """Whether what is unknown could make a fine right."""
        if self.unknown is None:
            return False
        cap = self.penalty.cap
        if cap is not None and fine > cap:
            return False
        if self.unknown != "number" or self.high is None or self.high == 0:
            return self.unknown != "number"
        whole, rest = divmod(fine, self.high)
        times = whole + (1 if rest else 0)  # the fewest that could come to it
        return times >= 2 and (self.low or 0) * times <= fine


@dataclass(frozen=True, slots=True)
class Checked:
    """A violation and what the check found.

    Attributes:
        record: the violation.
        result: one of ``RESULTS``.
        reason: why, as a key of the wording.
        choice: which law applies; None where it was not checked.
        ranges: what the fine was held against.
        kinds: recorded kinds of penalty without a basis.
    """

    record: Mapping[str, Any]
    result: Result
    reason: str
    choice: Choice | None = None
    ranges: tuple[Range, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def is_for_review(self) -> bool:
        """Whether a person should look at the case."""
        return self.result in FOR_REVIEW

    @property
    def unrecorded(self) -> tuple[str, ...]:
        """Laws of the risk point without a recorded version of the day of the conduct: the fine may rest on one."""
        return self.choice.unrecorded if self.choice else ()


class DiscretionCheck:
    """Checks one violation after another.

    Args:
        catalog: risk points, penalties, laws.
        as_of: the day on which everything is seen.
        bands: the bureau's own; those of the day of the decision are followed.
    """

    def __init__(self, catalog: Catalog, as_of: date, bands: Sequence[BandsFile] = ()) -> None:
        self._catalog, self._as_of, self._bands = catalog, as_of, bands
        self._chooser = Chooser(catalog)

    def check(self, record: Mapping[str, Any]) -> Checked:
        """The result for a violation.

        Args:
            record: a read and validated row of ``violations``.
        """
        if (reason := self._unchecked(record)) is not None:
            return Checked(record, "not_checked", reason)
        decided = record.get("decided_on") or self._as_of
        choice = self._chooser.choose(record["risk_point"], record["occurred_on"], decided)
        applied = choice.applied
        kinds = set(record.get("penalty_kind") or ()) - {"other"}
        fine = record.get("penalty")
        if fine is not None and fine > 0:
            kinds.add("fine")
        known = {item.kind for item in applied}
        if not applied:
            return Checked(record, "no_basis", "no_penalty_of_the_day", choice)
        if missing := tuple(sorted(kinds - known)):
            reason = "no_fine_in_law" if missing == ("fine",) else "kind_without_basis"
            return Checked(record, "no_basis", reason, choice, kinds=missing)
        severity = record.get("severity")
        statutory = tuple(_statutory(item) for item in _fines(applied, severity))
        bands = tuple(self._in_bands(choice.risk_point, applied, severity, decided))
        return Checked(record, *_judged(fine, kinds, statutory, bands), choice, bands or statutory)

    def _unchecked(self, record: Mapping[str, Any]) -> str | None:
        """Why a violation is not checked; None where it is."""
        if record["occurred_on"] > self._as_of:
            return "later_than_as_of"
        if record.get("decided_on") is not None and record["decided_on"] > self._as_of:
            return "not_decided_by_as_of"
        since = record.get("status_on")
        is_revoked = record.get("status") == "revoked" and (since is None or since <= self._as_of)
        return "revoked" if is_revoked else None

    def _in_bands(self, code: str, applied: Sequence[Penalty], severity: str | None, decided: date) -> Iterator[Range]:
        """The bands of a severity that are parts of fines that apply, and are in force on the day of the decision."""
        for file in self._bands:
            for band in file.rows if file.counts_on(decided) else ():
                if (band.risk_point, band.severity) == (code, severity):
                    item = next((item for item in applied if _is_band_of(band, item)), None)
                    if item is not None:
                        yield Range(item, band, band.min or _NOTHING, band.max or _NOTHING, _number(item))


_NOTHING = Decimal(0)


def _place(item: Penalty) -> tuple[str, str, str, int | None, int | None]:
    return item.law, item.version, item.article, item.paragraph, item.item


def _is_band_of(band: Band, item: Penalty) -> bool:
    """Whether a band is a part of a fine."""
    is_sum = item.kind == "fine" and item.unit == "yuan" and item.multiple_of_illegal_income is None
    return is_sum and band.place == _place(item) and band.per == item.per and is_part_of(band, item)


def _fines(applied: Sequence[Penalty], severity: str | None) -> Iterator[Penalty]:
    """The fines that may be meant for a severity: of those at one place, those for its circumstances."""
    fines = [item for item in applied if item.kind == "fine"]
    serious = {_place(item) for item in fines if item.circumstances == "serious"}
    for item in fines:
        if severity is None:
            yield item
        elif severity in {"serious", "major"}:
            if item.circumstances == "serious" or _place(item) not in serious:
                yield item
        elif item.circumstances == "general":
            yield item


def _statutory(item: Penalty) -> Range:
    if item.multiple_of_illegal_income is not None:
        return Range(item, None, None, None, "income")
    if item.unit != "yuan":
        return Range(item, None, None, None, "base")
    return Range(item, None, item.min, item.max, _number(item))


def _number(item: Penalty) -> Literal["number"] | None:
    return None if item.per in _ONE_EACH else "number"


def _judged(
    fine: Decimal | None, kinds: set[str], statutory: Sequence[Range], bands: Sequence[Range]
) -> tuple[Result, str]:
    """Result and reason for a recorded fine whose kinds of penalty all have a basis."""
    if "fine" not in kinds and not fine:
        if bands and all(item.band is not None and item.band.no_fine for item in bands):
            return "within", "no_fine_at_this_step"
        if kinds:
            return "within", "kinds_have_a_basis"
        return "not_decidable", "nothing_recorded" if fine is None else "no_penalty"
    if not fine:
        return "not_decidable", "no_amount"
    ranges = bands or statutory
    if not ranges:
        return "not_decidable", "no_fine_for_this_severity"
    if any(item.holds(fine) for item in ranges):
        return "within", "in_band" if bands else "in_range"
    if unknown := [item.unknown for item in statutory if item.may_hold(fine)]:
        return "not_decidable", f"unknown_{unknown[0]}"
    is_statutory = bool(bands) and any(item.holds(fine) for item in statutory)
    result = _side(fine, ranges)
    return result, "outside_bands_only" if is_statutory else _REASONS[result]


_REASONS: dict[Result, str] = {
    "too_high": "above_every_range",
    "too_low": "below_every_range",
    "between": "between_ranges",
}


def _side(fine: Decimal, ranges: Sequence[Range]) -> Result:
    """On which side of the ranges a fine lies that is within none."""
    if all(item.is_above(fine) for item in ranges):
        return "too_low"
    return "between" if any(item.is_above(fine) for item in ranges) else "too_high"
