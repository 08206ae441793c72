"""The invented violations: skewed as real ones are, overloads first, a few vehicles again and again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from invent.codes import certificate, plate
from invent.operators import ALL_PENDING, AS_OF, NO_SEVERITY, NO_VEHICLE, NOTHING_COUNTS
from invent.penalties import SEVERITIES, decided_on, penalty, status

if TYPE_CHECKING:
    from invent.dice import Dice
    from invent.operators import Operator

HEADINGS = (
    "violation_id",
    "operator_id",
    "risk_point",
    "occurred_on",
    "decided_on",
    "penalty",
    "severity",
    "status",
    "status_on",
    "penalty_kind",
    "vehicle",
    "plate_colour",
    "driver",
    "decision_body",
    "place",
    "inspection_id",
)
DECISION_BODY = "示例市交通运输综合行政执法支队"

# How many violations in a year, for those who have any: from, to, weight.
_YEARLY = (((1, 1), 30), ((2, 2), 18), ((3, 5), 22), ((6, 12), 20), ((13, 26), 13))
_CLEAN_PERCENT = 44
_LATER = 9
_OVERLOAD = "HW-01"
_WITHOUT_VEHICLE = {"RT-07", "RT-08", "UP-04", "UP-06", "HW-03", "HW-05"}
_BY_TRADE = {
    "货运": (
        ("RT-01", 1),
        ("RT-03", 4),
        ("RT-04", 3),
        ("RT-06", 2),
        ("HW-02", 1),
        ("HW-04", 1),
        ("HW-06", 2),
    ),
    "物流": (("RT-03", 3), ("RT-04", 2), ("RT-06", 2), ("RT-07", 1), ("HW-03", 2), ("HW-06", 1)),
    "砂石": (("HW-03", 6), ("HW-04", 1), ("HW-05", 1), ("HW-06", 3)),
    "危货运输": (("RT-03", 2), ("RT-04", 2), ("RT-05", 5), ("RT-06", 3), ("HW-06", 1)),
    "客运": (("RT-01", 1), ("RT-02", 5), ("RT-03", 3), ("RT-04", 2), ("RT-06", 4), ("RT-07", 2)),
    "汽车维修": (("RT-01", 2), ("RT-08", 9)),
    "驾驶员培训": (("RT-01", 1), ("RT-03", 1), ("RT-08", 7)),
    "公交": (("UP-01", 5), ("UP-02", 5), ("UP-06", 2)),
    "出租汽车": (("UP-03", 2), ("UP-05", 8)),
    "网约车": (("UP-03", 4), ("UP-04", 6), ("UP-05", 2)),
    "汽车租赁": (("RT-01", 1), ("UP-03", 1), ("UP-07", 6)),
    "航运": (("WT-01", 2), ("WT-02", 4), ("WT-03", 3), ("WT-04", 2), ("WT-05", 2), ("WT-06", 3)),
    "路桥工程": (("EC-01", 1), ("EC-02", 1), ("EC-03", 3), ("EC-04", 5), ("EC-05", 4)),
    "公路养护": (("EC-03", 2), ("EC-04", 3), ("EC-05", 1), ("HW-05", 5), ("HW-06", 1)),
}
_PLACES = {
    "RT": "{county}示例客货运站",
    "UP": "{county}示例大道",
    "HW": "{county}示例公路K{km}+{metre}00",
    "WT": "示例河{county}示例港区",
    "EC": "{county}示例公路改建工地",
}


@dataclass(slots=True)
class Violation:
    """An invented violation as it goes into the file."""

    operator: Operator
    risk_point: str
    occurred_on: date
    decided_on: date | None
    penalty: int | None
    severity: str
    status: str
    status_on: date | None
    penalty_kind: str
    vehicle: str
    plate_colour: str
    driver: str
    place: str
    violation_id: str = ""
    inspection_id: str = ""

    def row(self) -> dict[str, str]:
        """The row of the file."""
        return {
            "violation_id": self.violation_id,
            "operator_id": self.operator.operator_id,
            "risk_point": self.risk_point,
            "occurred_on": self.occurred_on.isoformat(),
            "decided_on": self.decided_on.isoformat() if self.decided_on else "",
            "penalty": "" if self.penalty is None else str(self.penalty),
            "severity": self.severity,
            "status": self.status,
            "status_on": self.status_on.isoformat() if self.status_on else "",
            "penalty_kind": self.penalty_kind,
            "vehicle": self.vehicle,
            "plate_colour": self.plate_colour,
            "driver": self.driver,
            "decision_body": DECISION_BODY,
            "place": self.place,
            "inspection_id": self.inspection_id,
        }


def _violation(
    dice: Dice,
    operator: Operator,
    risk_point: str,
    occurred_on: date,
    vehicle: int | None,
    *,
    plain: bool = False,
) -> Violation:
    """One violation; a ``plain`` one is final, without any later change."""
    area = risk_point[:2]
    severity = dice.weighted(SEVERITIES)
    yuan, kind = penalty(dice, risk_point, severity)
    decided = decided_on(dice, occurred_on)
    word, since = ("final", None) if plain else status(dice, decided)
    colour = "" if vehicle is None else "蓝色" if area == "UP" else "黄色"
    has_driver = vehicle is not None and dice.percent(80)
    place = _PLACES[area].format(county=operator.county, km=dice.number(1, 96), metre=dice.number(0, 9))
    return Violation(
        operator,
        risk_point,
        occurred_on,
        decided,
        yuan,
        severity,
        word,
        since,
        kind,
        "" if vehicle is None else plate(operator.number, vehicle),
        colour,
        certificate(operator.number, vehicle) if has_driver and vehicle else "",
        place,
    )


def _other_risk_point(dice: Dice, operator: Operator) -> str:
    """A risk point of the operator's trade, but not overloading."""
    return dice.weighted(_BY_TRADE[operator.trade])


def _by_chance(dice: Dice, operator: Operator, days: tuple[date, date], count: int) -> list[Violation]:
    """``count`` violations within these days; no vehicle of the worst ones is overloaded more than twice."""
    pool = 0
    if "HW" in operator.areas and operator.vehicles:
        pool = max(1, operator.vehicles // (12 if dice.percent(80) else 5))
    overloaded: Counter[int] = Counter()
    made: list[Violation] = []
    day = dice.day(*days)
    for _ in range(count):
        if not dice.percent(8):  # otherwise on the same day as the one before: found by one inspection
            day = dice.day(*days)
        free = [vehicle for vehicle in range(1, pool + 1) if overloaded[vehicle] < 2]
        if free and dice.percent(75):
            vehicle = dice.one_of(free)
            overloaded[vehicle] += 1
            made.append(_violation(dice, operator, _OVERLOAD, day, vehicle))
            continue
        code = _other_risk_point(dice, operator)
        any_vehicle = dice.number(1, operator.vehicles) if operator.vehicles and code not in _WITHOUT_VEHICLE else None
        made.append(_violation(dice, operator, code, day, any_vehicle))
    return made


def _of_the_cast(dice: Dice, operator: Operator, days: tuple[date, date]) -> list[Violation]:
    """The last year of one of the cast: what its story asks for, and nothing left to chance."""
    days = days[0], min(days[1], AS_OF - timedelta(days=40))  # so that all is decided by the as-of date
    made = [
        _violation(dice, operator, _OVERLOAD, dice.day(*days), vehicle, plain=True)
        for vehicle, times in enumerate(operator.overloads, start=1)
        for _ in range(times)
    ]
    for _ in range(operator.others or 0):
        vehicle = dice.number(1, operator.vehicles) if operator.vehicles and dice.percent(60) else None
        made.append(_violation(dice, operator, _other_risk_point(dice, operator), dice.day(*days), vehicle, plain=True))
    if operator.story == NO_SEVERITY:
        made[-1].severity = ""
    if operator.story == NO_VEHICLE:
        made[0].vehicle = made[0].plate_colour = made[0].driver = ""
    return made


def _overturn(dice: Dice, operator: Operator, made: list[Violation]) -> None:
    """Give all violations of the two whose record does not count the status that their story asks for."""
    for violation in made:
        if operator.story == NOTHING_COUNTS:
            violation.status = dice.one_of(("revoked", "repaired"))
            violation.status_on = AS_OF - timedelta(days=dice.number(0, 4))
        if operator.story == ALL_PENDING:
            violation.status, violation.status_on = "pending", None


def _of_operator(dice: Dice, operator: Operator) -> list[Violation]:
    """The violations of one operator in three years."""
    made: list[Violation] = []
    for year in (2020, 2021, 2022):
        days = operator.active(date(year, 1, 1), date(year, 12, 31))
        if days is None:
            continue
        if year == AS_OF.year and operator.others is not None:
            made += _of_the_cast(dice, operator, days)
        elif not dice.percent(_CLEAN_PERCENT):
            made += _by_chance(dice, operator, days, dice.number(*dice.weighted(_YEARLY)))
    _overturn(dice, operator, made)
    return made


def _blemish(dice: Dice, made: list[Violation]) -> None:
    """Two old overloads lose their vehicle; some of the last weeks are not decided yet."""
    old = [v for v in made if v.risk_point == _OVERLOAD and v.occurred_on < date(2021, 12, 31)]
    for _ in range(3):
        violation = dice.one_of(old)
        violation.vehicle = violation.plate_colour = violation.driver = ""
    for violation in made:
        if violation.occurred_on > date(2022, 12, 10) and violation.operator.others is None and dice.percent(30):
            violation.decided_on = violation.status_on = violation.penalty = None
            violation.penalty_kind, violation.status = "", "pending"


def violations(dice: Dice, operators: list[Operator]) -> list[Violation]:
    """All violations, by day, numbered within their year."""
    made = [violation for operator in operators for violation in _of_operator(dice, operator)]
    _blemish(dice, made)
    later = [operator for operator in operators if operator.active(date(2023, 2, 1), date(2023, 2, 28))]
    made += [
        violation
        for number in range(_LATER)
        for violation in _by_chance(
            dice,
            operators[23] if number == 0 else dice.one_of(later),
            (date(2023, 2, 1), date(2023, 2, 20)),
            1,
        )
    ]
    made.sort(key=lambda violation: (violation.occurred_on, violation.operator.number))
    numbers: Counter[int] = Counter()
    for violation in made:
        year = violation.occurred_on.year
        numbers[year] += 1
        violation.violation_id = f"样例交罚〔{year}〕{numbers[year]:04d}号"
    return made
