"""The invented operators: a cast with a story each, then the many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from invent.codes import credit_code

if TYPE_CHECKING:
    from invent.dice import Dice

AS_OF = date(2022, 12, 31)
FIRST_DAY = date(2020, 1, 1)
HEADINGS = (
    "operator_id",
    "name",
    "areas",
    "county",
    "fleet_size",
    "drivers",
    "licensed_on",
    "closed_on",
    "successor",
)
COUNT = 300

_COUNTIES = (("魏都区", 20), ("建安区", 22), ("禹州市", 20), ("长葛市", 20), ("鄢陵县", 9), ("襄城县", 9))
_WORDS = ("顺行", "通途", "安畅", "远程", "恒运", "捷达", "路安", "平川", "同行", "长风", "晨光", "合力")
# Areas, trade in the name, fleet from and to, weight.
_TRADES = (
    ("RT;HW", "货运", 12, 150, 100),
    ("RT;HW", "物流", 60, 320, 30),
    ("HW", "砂石", 0, 12, 10),
    ("RT;HW", "危货运输", 20, 120, 10),
    ("RT", "客运", 15, 120, 26),
    ("RT", "汽车维修", 0, 4, 20),
    ("RT", "驾驶员培训", 10, 60, 14),
    ("UP", "公交", 40, 240, 8),
    ("UP", "出租汽车", 30, 200, 22),
    ("UP", "网约车", 40, 300, 8),
    ("UP;RT", "汽车租赁", 12, 80, 10),
    ("WT", "航运", 0, 0, 12),
    ("EC", "路桥工程", 0, 0, 22),
    ("EC;HW", "公路养护", 4, 30, 8),
)


@dataclass(frozen=True, slots=True)
class Operator:
    """An invented operator and what happens to it.

    Attributes:
        number: its place in the series.
        trade: what it does, as in its name.
        vehicles: how many it has; None where the file does not say, though it still owns some.
        overloads: for the cast: how often each of its vehicles is overloaded in the last year.
        others: for the cast: how many other violations in the last year; None for the many.
        story: what the operator is there to show; empty for the many.
    """

    number: int
    trade: str
    name: str
    areas: str
    county: str
    vehicles: int | None
    drivers: int
    licensed_on: date
    closed_on: date | None = None
    successor: int | None = None
    overloads: tuple[int, ...] = ()
    others: int | None = None
    story: str = ""

    @property
    def operator_id(self) -> str:
        """The social credit code."""
        return credit_code(self.number)

    def active(self, first: date, last: date) -> tuple[date, date] | None:
        """The part of a span of days in which the operator was licensed, or None."""
        first = max(first, self.licensed_on)
        last = min(last, self.closed_on - timedelta(days=1)) if self.closed_on else last
        return (first, last) if first <= last else None

    def row(self) -> dict[str, str]:
        """The row of the file."""
        return {
            "operator_id": self.operator_id,
            "name": self.name,
            "areas": self.areas,
            "county": self.county,
            "fleet_size": "" if self.vehicles is None else str(self.vehicles),
            "drivers": str(self.drivers),
            "licensed_on": self.licensed_on.isoformat(),
            "closed_on": self.closed_on.isoformat() if self.closed_on else "",
            "successor": credit_code(self.successor) if self.successor else "",
        }


def _actor(
    number: int,
    story: str,
    areas: str = "RT;HW",
    *,
    vehicles: int | None = 60,
    overloads: tuple[int, ...] = (),
    others: int = 0,
    licensed_on: date = date(2016, 3, 1),
    closed_on: date | None = None,
    successor: int | None = None,
) -> Operator:
    """One of the cast."""
    counties = tuple(county for county, _ in _COUNTIES)
    trade = {"RT;HW": "货运", "RT": "客运", "UP": "出租汽车", "EC": "路桥工程", "WT": "航运"}[areas]
    return Operator(
        number,
        trade,
        f"许昌示例{number:03d}{trade}有限公司",
        areas,
        counties[number % 6],
        vehicles,
        (vehicles or 30) * 5 // 4 + 4,
        licensed_on,
        closed_on,
        successor,
        overloads,
        others,
        story,
    )


NO_SEVERITY = "severity not recorded in the last year"
NO_VEHICLE = "an overload without a vehicle in the last year"
NOTHING_COUNTS = "every penalty revoked or repaired before the as-of date"
ALL_PENDING = "every penalty still pending"


def cast() -> list[Operator]:
    """The operators that stand for one thing each."""
    return [
        _actor(1, "exactly 10 % of its vehicles overloaded", vehicles=40, overloads=(1, 1, 1, 1), others=1),
        _actor(2, "just above 10 %: 20 of 199 vehicles", vehicles=199, overloads=(1,) * 20, others=2),
        _actor(3, "above 30 %: 7 of 20 vehicles", vehicles=20, overloads=(2, 1, 1, 1, 1, 1, 1)),
        _actor(4, "exactly 30 %: 9 of 30 vehicles", vehicles=30, overloads=(1,) * 9),
        _actor(5, "one vehicle overloaded exactly 3 times in a year", overloads=(3, 1, 1), others=1),
        _actor(6, "vehicles overloaded 4 and 5 times in a year", vehicles=80, overloads=(5, 4, 1), others=2),
        _actor(7, "fleet size unknown, vehicles overloaded", vehicles=None, overloads=(1, 1, 1)),
        _actor(8, "fleet size unknown, nothing overloaded", vehicles=None, others=2),
        _actor(9, "fleet size unknown, no violation in the last year", vehicles=None),
        _actor(10, "fleet size unknown, a taxi operator", "UP", vehicles=None, others=3),
        _actor(11, NO_SEVERITY, overloads=(1, 1), others=1),
        _actor(12, NO_SEVERITY, "UP", vehicles=90, others=3),
        _actor(13, NO_SEVERITY, "EC", vehicles=0, others=2),
        _actor(14, NO_VEHICLE, overloads=(1,), others=1),
        _actor(15, "dozens of violations", vehicles=300, overloads=(4, 3, 3, *(2,) * 14, *(1,) * 10), others=16),
        _actor(16, "dozens of violations", vehicles=260, overloads=(3, 3, *(2,) * 10, *(1,) * 9), others=12),
        _actor(17, "dozens of violations", vehicles=180, overloads=(3, *(2,) * 9, *(1,) * 5), others=14),
        _actor(18, "dozens of violations", "UP", vehicles=210, others=34),
        _actor(
            19,
            "closed; its records follow the successor",
            overloads=(),
            closed_on=date(2021, 9, 30),
            successor=20,
        ),
        _actor(20, "the successor of 19", vehicles=110, overloads=(1, 1), licensed_on=date(2021, 9, 30)),
        _actor(21, "closed in the last year", "RT", vehicles=25, closed_on=date(2022, 5, 31)),
        _actor(22, "closed long ago", vehicles=12, closed_on=date(2020, 12, 31)),
        _actor(
            23,
            "closed after the as-of date: still current",
            vehicles=36,
            others=1,
            closed_on=date(2023, 2, 28),
        ),
        _actor(24, "licensed after the as-of date", vehicles=18, licensed_on=date(2023, 1, 16)),
        _actor(25, "licensed after the as-of date", "WT", vehicles=0, licensed_on=date(2023, 2, 1)),
        _actor(26, "new, no record yet", vehicles=15, licensed_on=date(2022, 12, 20)),
        _actor(27, "new, no record yet", "RT", vehicles=22, licensed_on=date(2022, 10, 11)),
        _actor(28, "new, no record yet", "EC", vehicles=0, licensed_on=date(2022, 8, 1)),
        _actor(
            29,
            "new and already penalised",
            vehicles=24,
            overloads=(1,),
            others=1,
            licensed_on=date(2022, 9, 5),
        ),
        _actor(30, "licensed on the as-of date", "UP", vehicles=50, licensed_on=AS_OF),
        _actor(31, NOTHING_COUNTS, others=5),
        _actor(32, ALL_PENDING, others=3),
    ]


def _many(dice: Dice, number: int) -> Operator:
    """An operator left to chance."""
    areas, trade, low, high, _ = dice.weighted([(line, line[-1]) for line in _TRADES])
    county, word = dice.weighted(_COUNTIES), dice.one_of(_WORDS)
    name = dice.one_of(
        (
            f"许昌示例{word}{trade}有限公司（{number:03d}）",
            f"{county}示例{number:03d}{trade}有限公司",
            f"示例{word}{number:03d}号{trade}有限责任公司",
        )
    )
    # Small fleets are many, large ones few.
    vehicles = low + (high - low) * dice.number(0, 100) * dice.number(0, 100) // 10000
    licensed_on = dice.day(date(2004, 1, 1), date(2021, 6, 30))
    return Operator(
        number,
        trade,
        name,
        areas,
        county,
        vehicles,
        vehicles * dice.number(105, 150) // 100 + dice.number(2, 12),
        licensed_on,
    )


def operators(dice: Dice) -> list[Operator]:
    """All operators, in the order of the file."""
    actors = cast()
    return [*actors, *(_many(dice, number) for number in range(len(actors) + 1, COUNT + 1))]
