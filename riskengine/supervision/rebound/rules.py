"""The rules of rebound: which violations count, within how many days, what is watched, how patrols are advised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from riskengine.catalog.part import Name, Part, RiskPointCode, Words
from riskengine.supervision.draw.shares import ShareText, fraction_of
from riskengine.supervision.files import given_or_shipped

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path
    from typing import Self

RULES = "rules.yaml"
Days = Annotated[int, Field(ge=1, le=3660)]


class Kind(Part):
    """A kind of violation that is watched by place and hour.

    Attributes:
        title: what it is called.
        risk_points: of which it is.
        only_kinds: kinds of inspection that can find it; empty for all.
        hours: the share of the patrols' hours that is for it.
    """

    title: Words
    risk_points: tuple[RiskPointCode, ...] = Field(min_length=1)
    only_kinds: tuple[str, ...] = ()
    hours: ShareText


class Patrol(Part):
    """What a week of patrols may take.

    Attributes:
        hours_a_week: officers' hours, of all kinds of violation together.
        officers: of a patrol.
        inspections_an_hour: that a patrol makes.
        explore: the share of the windows that goes where little was looked.
    """

    hours_a_week: int = Field(ge=0, le=100_000)
    officers: int = Field(ge=2, le=20)
    inspections_an_hour: int = Field(ge=1, le=1000)
    explore: ShareText


class CampaignRules(Part):
    """When something is said about a campaign.

    Attributes:
        days: before its first and after its last day that are compared.
        least_found: as many must have been found, or be to be expected, in each of the four parts.
    """

    days: Days
    least_found: int = Field(ge=1, le=1000)


class ReboundRules(Part):
    """A file of rules.

    Attributes:
        rebound: its id.
        title: what it is called.
        basis: that the figures are the bureau's.
        counted: statuses on the as-of date of violations that count.
        repeat_days: within which somebody does it again, in order.
        period_days: of inspections that are the exposure.
        section_km: length of the sections of a road; 0 for places as written.
        hours: length of a band of the day.
        least_inspections: of a place and band of which something is said.
        false_discoveries: the share of false ones among what is called more than elsewhere.
        leave_out_kinds: kinds of inspection that are no exposure.
        kinds: id → a kind of violation.
        patrol, campaign: see there.
    """

    rebound: Name
    title: Words
    basis: Literal["local_policy"]
    counted: tuple[Literal["final", "repaired", "pending"], ...] = Field(min_length=1)
    repeat_days: tuple[Days, ...] = Field(min_length=1, max_length=10)
    period_days: Days
    section_km: int = Field(ge=0, le=1000)
    hours: Literal[1, 2, 3, 4, 6, 8, 12]
    least_inspections: int = Field(ge=2, le=100_000)
    false_discoveries: ShareText
    leave_out_kinds: tuple[str, ...] = ()
    kinds: dict[Name, Kind] = Field(min_length=1)
    patrol: Patrol
    campaign: CampaignRules

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if list(self.repeat_days) != sorted(set(self.repeat_days)):
            raise ValueError("repeat_days stand in order, each once")
        if sum(fraction_of(kind.hours) for kind in self.kinds.values()) > 1:
            raise ValueError("the kinds' hours are more than 100% together")
        return self

    @property
    def bands(self) -> tuple[int, ...]:
        """The first hour of each band of the day."""
        return tuple(range(0, 24, self.hours))

    @property
    def most_false(self) -> Fraction:
        """``false_discoveries`` as a number."""
        return fraction_of(self.false_discoveries)


def read_rebound_rules(path: Path | None) -> ReboundRules:
    """The rules of a file; the shipped ones where none is given.

    Raises:
        InputError: the file cannot be read or does not hold together (RE-3xx, RE-900 to RE-902).
    """
    return given_or_shipped(path, "rebound", RULES, ReboundRules)
