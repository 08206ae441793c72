"""The invented inspections: those that found the violations, and the clean ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from invent.codes import plate
from invent.operators import FIRST_DAY

if TYPE_CHECKING:
    from invent.dice import Dice
    from invent.operators import Operator
    from invent.violations import Violation

HEADINGS = ("inspection_id", "operator_id", "inspected_on", "kind", "place", "result", "vehicle")
COUNT = 4000
LAST_DAY = date(2023, 2, 28)
CLEAN, FOUND = "未发现问题", "发现问题"

_KINDS = (("双随机检查", 40), ("专项检查", 30), ("日常检查", 22), ("投诉举报核查", 8))


@dataclass(slots=True)
class Inspection:
    """An invented inspection and the violations it found."""

    operator: Operator
    inspected_on: date
    kind: str
    place: str
    vehicle: str
    found: list[Violation]
    inspection_id: str = ""

    def row(self) -> dict[str, str]:
        """The row of the file."""
        return {
            "inspection_id": self.inspection_id,
            "operator_id": self.operator.operator_id,
            "inspected_on": self.inspected_on.isoformat(),
            "kind": self.kind,
            "place": self.place,
            "result": FOUND if self.found else CLEAN,
            "vehicle": self.vehicle,
        }


def _of_violations(dice: Dice, violations: list[Violation]) -> list[Inspection]:
    """About half of the violations were found by an inspection; those of one operator and day share it."""
    by_day: dict[tuple[int, date], list[Violation]] = {}
    for violation in violations:
        by_day.setdefault((violation.operator.number, violation.occurred_on), []).append(violation)
    inspections = []
    for found in by_day.values():
        if dice.percent(50):
            first = found[0]
            kind = "路面检查" if first.vehicle else dice.weighted(_KINDS)
            vehicle = first.vehicle if len({violation.vehicle for violation in found}) == 1 else ""
            inspections.append(Inspection(first.operator, first.occurred_on, kind, first.place, vehicle, found))
    return inspections


def _clean(dice: Dice, operators: list[Operator]) -> Inspection:
    """An inspection that found nothing."""
    while True:
        operator = dice.one_of(operators)
        days = operator.active(FIRST_DAY, LAST_DAY)
        if days:
            break
    on_the_road = bool(operator.vehicles) and dice.percent(35)
    vehicle = plate(operator.number, dice.number(1, operator.vehicles or 1)) if on_the_road else ""
    place = f"{operator.county}示例超限检测站" if on_the_road else f"{operator.county}示例经营场所"
    return Inspection(
        operator, dice.day(*days), "路面检查" if on_the_road else dice.weighted(_KINDS), place, vehicle, []
    )


def inspections(dice: Dice, operators: list[Operator], violations: list[Violation]) -> list[Inspection]:
    """All inspections in the order of the file; the violations found are told the number of theirs."""
    made = _of_violations(dice, violations)
    made += [_clean(dice, operators) for _ in range(COUNT - len(made))]
    made.sort(
        key=lambda inspection: (
            inspection.inspected_on,
            inspection.operator.number,
            inspection.kind,
            inspection.vehicle,
            len(inspection.found),
        )
    )
    for number, inspection in enumerate(made, start=1):
        inspection.inspection_id = f"JC{inspection.inspected_on.year}{number:05d}"
        for violation in inspection.found:
            violation.inspection_id = inspection.inspection_id
    return made
