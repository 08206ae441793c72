"""What the invented decisions say beyond the violation, and the invented log of what was published when.

No article is cited: where a decision would name its legal basis, the words 示例依据 stand.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from invent.dice import Dice

PENALTY_HEADINGS = (
    "violation_id",
    "conduct",
    "facts",
    "legal_basis",
    "content",
    "confiscated",
    "certificate",
    "valid_until",
    "remarks",
)
PUBLICATION_HEADINGS = (
    "class",
    "record_id",
    "operator_id",
    "published_on",
    "taken_down_on",
    "reason",
    "proceeding",
)

_LAST = date(2022, 12, 31)
_CONDUCT = {
    "RT": "道路运输违法",
    "UP": "城市客运违法",
    "HW": "公路路政违法",
    "WT": "水路运输违法",
    "EC": "工程建设违法",
}
_KINDS = {
    "warning": "警告",
    "fine": "罚款{fine}元",
    "confiscation": "没收违法所得{taken}元",
    "suspension": "暂扣许可证件",
}
_MOBILE = "13000000000"


def details(dice: Dice, decided: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """What each decision says: a row for each violation that was decided."""
    return [_detail(dice, case) for case in decided if case["decided_on"]]


def _detail(dice: Dice, case: Mapping[str, str]) -> dict[str, str]:
    occurred, kinds = date.fromisoformat(case["occurred_on"]), case["penalty_kind"].split(";")
    taken = str(dice.number(5, 80) * 100) if "confiscation" in kinds else ""
    day = f"{occurred.year}年{occurred.month}月{occurred.day}日"
    facts = f"{day}，在{case['place']}被查获{_CONDUCT[case['risk_point'][:2]]}行为"
    if case["driver"] and dice.percent(4):
        facts += f"，驾驶人从业资格证号{case['driver']}"
    if not case["operator_id"].startswith("9"):
        facts += f"，当事人身份证号{case['operator_id']}，联系电话{_MOBILE}"
    words = {"fine": case["penalty"], "taken": taken}
    return {
        "violation_id": case["violation_id"],
        "conduct": _CONDUCT[case["risk_point"][:2]],
        "facts": "" if dice.percent(1) else facts,
        "legal_basis": "" if dice.percent(1) else f"示例依据（风险点{case['risk_point']}）",
        "content": "；".join(_KINDS[kind].format(**words) for kind in kinds if kind),
        "confiscated": taken,
        "certificate": "道路运输经营许可证" if "suspension" in kinds else "",
        "valid_until": "",
        "remarks": dice.weighted((("", 80), ("无", 12), ("/", 8))),
    }


def publications(
    dice: Dice,
    decided: Sequence[Mapping[str, str]],
    seen: Sequence[Mapping[str, str]],
    allowed: Sequence[Mapping[str, str]],
    forced: Sequence[Mapping[str, str]],
) -> list[dict[str, str]]:
    """The log: most within the term, some late, some not yet; what was revoked or repaired mostly taken down."""
    made: list[dict[str, str]] = []
    for case in decided:
        if case["decided_on"] and case["status"] != "pending":
            made += _published(dice, "penalty", case["violation_id"], case, case["decided_on"])
    for visit in seen:
        made += _published(dice, "inspection", visit["inspection_id"], visit, visit["inspected_on"])
    for permit in allowed:
        made += _published(dice, "permit", permit["permit_id"], permit, permit["decided_on"])
    for measure in forced:
        made += _published(dice, "coercion", measure["coercion_id"], measure, measure["decided_on"])
    return sorted(made, key=lambda row: (row["published_on"], row["class"], row["record_id"]))


def _published(dice: Dice, kind: str, key: str, row: Mapping[str, str], day: str) -> list[dict[str, str]]:
    published = date.fromisoformat(day) + timedelta(days=dice.number(1, 7) if dice.percent(92) else dice.number(12, 30))
    if dice.percent(3) or published > _LAST:
        return []
    ended = row.get("status", "") in {"revoked", "repaired", "撤销"} and row.get("status_on", "") != ""
    down, reason = "", ""
    if ended:
        since = date.fromisoformat(row["status_on"])
        taken = max(since, published) + timedelta(days=dice.number(0, 3))
        if since <= published:
            return []
        if taken <= _LAST and dice.percent(85):
            down, reason = taken.isoformat(), "repaired" if row["status"] == "repaired" else "revoked"
    cells = (kind, key, row["operator_id"], published.isoformat(), down, reason, "")
    return [dict(zip(PUBLICATION_HEADINGS, cells, strict=True))]
