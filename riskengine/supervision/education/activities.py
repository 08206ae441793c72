"""The activities of a year, from the risk points at which a rule fired in a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, LEVELS
from riskengine.runs import scan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.catalog import Catalog
    from riskengine.kernel.languages import Text
    from riskengine.runs import Run
    from riskengine.supervision.education.rules import EducationRules


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity: one risk point by one channel.

    Attributes:
        activity: its id, by which it is recorded: ``HW-01-TRAINING``.
        month: of the year.
        risk_point, level, area: what it is about.
        operators: for how many a rule fired there.
        channel: of its measures.
        audience: the parties that it concerns, by name.
        measures: the codes of what is taught.
    """

    activity: str
    month: int
    risk_point: str
    level: str
    area: str
    operators: int
    channel: str
    audience: tuple[str, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EducationPlan:
    """A year's plan.

    Attributes:
        run_id, year: of what, and for when.
        rules: by which.
        activities: in the order of months.
        without: risk points that fired and for which the catalogue has no measure of education.
        basis: the articles in force at the beginning of the year.
    """

    run_id: str
    year: int
    rules: EducationRules
    activities: tuple[Activity, ...]
    without: tuple[str, ...]
    basis: tuple[Text, ...]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "run_id": self.run_id,
            "year": self.year,
            "rules": self.rules.education,
            "basis": [article.to_dict() for article in self.basis],
            "activities": [
                {
                    "activity": each.activity,
                    "month": each.month,
                    "risk_point": each.risk_point,
                    "level": each.level,
                    "area": each.area,
                    "operators": each.operators,
                    "channel": each.channel,
                    "audience": list(each.audience),
                    "measures": list(each.measures),
                }
                for each in self.activities
            ],
            "without_measure": list(self.without),
        }


def education_plan(run: Run, rules: EducationRules, year: int) -> EducationPlan:
    """Plan a year's education from what fired.

    Each risk point that fired has an activity for each channel of its measures that is education. The worst risk points
    and those that fired for most operators come first in the year; activities are spread evenly over the months.

    Args:
        run: the run.
        rules: which channels, which months.
        year: the year.
    """
    from datetime import date

    catalog, fired = run.catalog, _fired(run)
    order = sorted(fired, key=lambda code: (*_severity(catalog, code), -fired[code], code))
    drafts: list[tuple[str, str, tuple[str, ...]]] = []
    without = []
    for code in order:
        by_channel = _by_channel(catalog, code, rules.channels)
        if not by_channel:
            without.append(code)
        drafts += [(code, channel, codes) for channel, codes in by_channel.items()]
    months = rules.months
    activities = tuple(
        _activity(catalog, months[at * len(months) // len(drafts)], code, channel, codes, fired[code])
        for at, (code, channel, codes) in enumerate(drafts)
    )
    first_day = date(year, 1, 1)
    labels = (ground.label_on(catalog.laws, first_day) for ground in rules.basis)
    basis = tuple(label for label in labels if label is not None)
    return EducationPlan(run.run_id, year, rules, activities, tuple(without), basis)


def _fired(run: Run) -> Counter[str]:
    """Risk point → for how many operators a rule fired there."""
    pairs = {
        (operator, point)
        for operator, point, status in scan(run, "signals", ("operator_id", "risk_point", "status"))
        if status == FIRED and point is not None
    }
    return Counter(point for _, point in pairs)


def _severity(catalog: Catalog, code: str) -> tuple[int]:
    point = catalog.risk_points.get(code)
    return (LEVELS.index(point.level) if point else len(LEVELS),)


def _by_channel(catalog: Catalog, code: str, channels: Mapping[str, Text]) -> dict[str, tuple[str, ...]]:
    """Channel → the measures of a risk point that go by it, in the order of the rules."""
    point = catalog.risk_points.get(code)
    held = [catalog.measures[measure] for measure in point.measures] if point else []
    found = {channel: tuple(each.code for each in held if each.channel == channel) for channel in channels}
    return {channel: codes for channel, codes in found.items() if codes}


def _activity(
    catalog: Catalog, month: int, code: str, channel: str, measures: tuple[str, ...], operators: int
) -> Activity:
    point = catalog.risk_points[code]
    name = f"{code}-{channel.upper().replace(' ', '-')}"
    return Activity(name, month, code, point.level, point.area, operators, channel, point.applies_to, measures)
