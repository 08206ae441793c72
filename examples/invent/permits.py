"""The invented permits and coercive measures of a year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from invent.violations import DECISION_BODY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from invent.dice import Dice
    from invent.operators import Operator

PERMIT_HEADINGS = (
    "permit_id",
    "operator_id",
    "document_name",
    "kind",
    "certificate_name",
    "certificate_no",
    "content",
    "decided_on",
    "valid_from",
    "valid_until",
    "body",
    "status",
    "status_on",
    "remarks",
)
COERCION_HEADINGS = (
    "coercion_id",
    "operator_id",
    "violation_id",
    "kind",
    "facts",
    "legal_basis",
    "object",
    "decided_on",
    "starts_on",
    "ends_on",
    "lifted_on",
    "body",
    "status",
    "status_on",
    "remarks",
)
PERMIT_BODY = "示例市交通运输局"

_PERMITS = {
    "RT": ("道路运输经营许可", "道路运输经营许可证"),
    "UP": ("城市客运经营许可", "城市客运经营许可证"),
    "HW": ("超限运输车辆行驶公路许可", "超限运输车辆通行证"),
    "WT": ("水路运输业务经营许可", "国内水路运输经营许可证"),
    "EC": ("公路建设项目施工许可", "公路建设项目施工许可证"),
}
_FORCED = {"RT-01", "RT-05", "UP-03", "UP-04", "HW-01", "HW-03", "WT-01"}
_MOST_FORCED = 30


def permits(dice: Dice, own: Sequence[Operator], year: int) -> list[dict[str, str]]:
    """One or two permits of the year for about half of the operators; a few lapse or are withdrawn."""
    made: list[dict[str, str]] = []
    for operator in own:
        days = operator.active(date(year, 1, 1), date(year, 12, 31))
        if days is None or not dice.percent(55):
            continue
        for area in operator.areas.split(";")[: dice.number(1, 2)]:
            decided = dice.day(*days)
            made.append(_permit(dice, operator, area, decided, year))
    made.sort(key=lambda row: (row["decided_on"], row["operator_id"], row["kind"], row["document_name"]))
    for number, row in enumerate(made, start=1):
        row["permit_id"] = f"样例交许〔{year}〕{number:03d}号"
        row["certificate_no"] = f"SL{year}{number:04d}"
    return made


def _permit(dice: Dice, operator: Operator, area: str, decided: date, year: int) -> dict[str, str]:
    what, certificate = _PERMITS[area]
    status = dice.weighted((("有效", 92), ("撤销", 3), ("注销", 5)))
    ended = min(decided + timedelta(days=dice.number(20, 120)), date(year, 12, 31))
    return {
        "permit_id": "",
        "operator_id": operator.operator_id,
        "document_name": f"准予{what}决定书",
        "kind": "普通",
        "certificate_name": certificate,
        "certificate_no": "",
        "content": what,
        "decided_on": decided.isoformat(),
        "valid_from": decided.isoformat(),
        "valid_until": (date(decided.year + 4, decided.month, min(decided.day, 28)) - timedelta(days=1)).isoformat(),
        "body": PERMIT_BODY,
        "status": status,
        "status_on": "" if status == "有效" else ended.isoformat(),
        "remarks": "",
    }


def coercions(dice: Dice, decided: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Vehicles and things held for some of the violations, most of them given back within thirty days."""
    made: list[dict[str, str]] = []
    for case in decided:
        if len(made) == _MOST_FORCED or case["risk_point"] not in _FORCED or not dice.percent(20):
            continue
        begun = date.fromisoformat(case["occurred_on"])
        held = dice.number(2, 30)
        lifted = begun + timedelta(days=held)
        made.append(
            {
                "coercion_id": "",
                "operator_id": case["operator_id"],
                "violation_id": case["violation_id"],
                "kind": "扣押财物",
                "facts": f"{begun.year}年{begun.month}月{begun.day}日在{case['place']}查获涉嫌违法的车辆、设备",
                "legal_basis": "" if dice.percent(5) else "示例依据（行政强制措施）",
                "object": case["vehicle"] or "示例设备一台",
                "decided_on": begun.isoformat(),
                "starts_on": begun.isoformat(),
                "ends_on": (begun + timedelta(days=30)).isoformat(),
                "lifted_on": lifted.isoformat() if dice.percent(90) else "",
                "body": DECISION_BODY,
                "status": "有效",
                "status_on": "",
                "remarks": "",
            }
        )
    made.sort(key=lambda row: (row["decided_on"], row["violation_id"]))
    for number, row in enumerate(made, start=1):
        row["coercion_id"] = f"样例交强〔{row['decided_on'][:4]}〕{number:03d}号"
    return made
