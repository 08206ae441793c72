"""Invented patrols of a year for rebound: a place where more is found at night, one where one looks most, a campaign.

Everything is planted: overloads are found in 8 of 100 inspections on the roads, but at one place in the late evening in
45, and at another in 24 until a campaign and in 6 after it; at the check point, where most inspections are made, in 8.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from invent import inspections, violations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from invent.dice import Dice
    from invent.operators import Operator

FIRST, LAST = date(2022, 1, 1), date(2022, 12, 31)
CAMPAIGN = date(2022, 6, 1), date(2022, 6, 30)
HOT, TREATED, WATCHED = "示例一号公路K47+600", "示例二号公路K8+100", "示例超限检测站"
ROADSIDE, STATION = "路面检查", "站场检查"
CAMPAIGN_HEADINGS = ("campaign_id", "name", "place", "county", "risk_point", "from", "until", "chosen_for")
TIME_HEADINGS = ("inspection_id", "time")

_PLACES = ((HOT, 16), (TREATED, 26), (WATCHED, 44), ("示例一号公路K12+300", 16), ("示例火车站", 14), ("示例汽车站", 10))
_COUNT, _OPERATORS = 2600, 60
_NIGHT = range(20, 24)


def patrols(dice: Dice, every: Sequence[Operator]) -> dict[str, tuple[tuple[str, ...], Sequence[Mapping[str, str]]]]:
    """The patrols of the year, with the time of day in the cell of the day: file → headings and rows.

    Args:
        dice: of its own.
        every: the invented operators.
    """
    found, seen = [], []
    for number in range(1, _COUNT + 1):
        operator, place, day = dice.one_of(every[:_OPERATORS]), dice.weighted(_PLACES), dice.day(FIRST, LAST)
        hour = dice.number(8, 17) if place == WATCHED and dice.percent(60) else dice.number(0, 23)
        plate = f"豫K{'ABCDEFGH'[operator.number % 8]}{1000 + operator.number * 20 + dice.number(0, 3)}"
        is_hit = dice.percent(_chance(place, day, hour))
        inspection_id = f"JCFT2022{number:05d}"
        seen.append(
            {
                "inspection_id": inspection_id,
                "operator_id": operator.operator_id,
                "inspected_on": f"{day.isoformat()} {hour:02d}:{dice.number(0, 11) * 5:02d}",
                "kind": STATION if place.endswith("车站") else ROADSIDE,
                "place": place,
                "result": inspections.FOUND if is_hit else inspections.CLEAN,
                "vehicle": plate,
            }
        )
        if is_hit:
            found.append(_violation(dice, len(found) + 1, seen[-1], day))
    held = [_campaign("FT-2022-1", "示例二号公路专项行动", place="示例二号公路", days=CAMPAIGN)]
    return {
        "violations.csv": (violations.HEADINGS, found),
        "inspections.csv": (inspections.HEADINGS, seen),
        "campaigns.csv": (CAMPAIGN_HEADINGS, held),
    }


def _chance(place: str, day: date, hour: int) -> int:
    """How many of a hundred inspections find something."""
    if place.endswith("车站"):
        return 6
    if place == TREATED:
        return 24 if day < CAMPAIGN[0] else 6
    return 45 if place == HOT and hour in _NIGHT else 8


def _violation(dice: Dice, number: int, inspection: Mapping[str, str], day: date) -> dict[str, str]:
    decided = day + timedelta(days=dice.number(2, 20))
    return {
        **dict.fromkeys(violations.HEADINGS, ""),
        "violation_id": f"样例反弹〔2022〕{number:04d}号",
        "operator_id": inspection["operator_id"],
        "risk_point": "UP-03" if inspection["kind"] == STATION else "HW-01",
        "occurred_on": day.isoformat(),
        "decided_on": decided.isoformat(),
        "penalty": str(dice.number(5, 30) * 100),
        "severity": "minor",
        "status": "final",
        "penalty_kind": "fine",
        "vehicle": inspection["vehicle"],
        "plate_colour": "黄色",
        "decision_body": violations.DECISION_BODY,
        "place": inspection["place"],
        "inspection_id": inspection["inspection_id"],
    }


def _campaign(number: str, name: str, *, days: tuple[date, date], place: str = "", county: str = "") -> dict[str, str]:
    return {
        "campaign_id": number,
        "name": name,
        "place": place,
        "county": county,
        "risk_point": "HW-01",
        "from": days[0].isoformat(),
        "until": days[1].isoformat(),
        "chosen_for": "违法多发" if place else "其他",
    }


def of_the_record(
    dice: Dice, made: Sequence[Mapping[str, str]]
) -> dict[str, tuple[tuple[str, ...], Sequence[Mapping[str, str]]]]:
    """Campaigns and times of the record of the year: file → headings and rows.

    Args:
        dice: of its own.
        made: the inspections of the record; of some roadside ones nobody wrote the time down.
    """
    spring, autumn = (date(2022, 4, 1), date(2022, 4, 30)), (date(2022, 9, 1), date(2022, 9, 30))
    held = [
        _campaign("ZX-2022-1", "鄢陵县示例公路超限整治", place="鄢陵县示例公路", days=spring),
        _campaign("ZX-2022-2", "长葛市超限整治", county="长葛市", days=autumn),
    ]
    times = [
        {"inspection_id": each["inspection_id"], "time": f"{dice.number(6, 22)}:{dice.number(0, 11) * 5:02d}"}
        for each in made
        if each["kind"] == ROADSIDE and dice.percent(90)
    ]
    return {"campaigns.csv": (CAMPAIGN_HEADINGS, held), "inspection_times.csv": (TIME_HEADINGS, times)}
