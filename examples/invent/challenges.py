"""The invented reconsiderations and lawsuits against the record's penalties: revoked there is revoked here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from invent.dice import Dice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHALLENGE_HEADINGS = (
    "challenge_id", "violation_id", "kind", "instance", "body", "filed_on", "decided_on", "result", "ground",
)  # fmt: skip
SEED = 20220104

_BODIES = {"行政复议": "示例市人民政府", "行政诉讼": "示例县人民法院"}
_EVERY = 9
_LAST_DECISION = date(2022, 9, 30)
_RESULTS = (
    (("维持", ""), 10), (("撤回", ""), 3), (("变更", "明显不当"), 2), (("确认违法", "违反法定程序"), 1),
    (("调解", ""), 1), (("不予受理", ""), 1),
)  # fmt: skip


def challenges(decided: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The rows, in the order in which they were filed.

    Args:
        decided: the rows of the record's violations.
    """
    dice, found = Dice(SEED), list[dict[str, str]]()
    of_the_year = [row for row in decided if row["decided_on"]]
    for at, row in enumerate(of_the_year):
        day = date.fromisoformat(row["decided_on"])
        if row["status"] == "revoked":
            found += _revoked(dice, row, day, date.fromisoformat(row["status_on"]))
        elif row["status"] == "pending":
            filed = (
                date.fromisoformat(row["status_on"]) if row["status_on"] else day + timedelta(days=dice.number(9, 40))
            )
            found.append(_row(row, "行政复议", filed))
        elif row["status"] == "final" and at % _EVERY == 0 and day <= _LAST_DECISION:
            found += _other(dice, row, day)
    found.sort(key=lambda row: (row["filed_on"], row["violation_id"]))
    return [{**row, "challenge_id": f"样例争〔2022〕{number:03d}号"} for number, row in enumerate(found, 1)]


def _revoked(dice: Dice, row: Mapping[str, str], day: date, on: date) -> list[dict[str, str]]:
    """Within sixty days of the decision by reconsideration, else by a court, where reconsideration had let it stand."""
    if (on - day).days <= 120:
        filed = day + timedelta(days=dice.number(20, 50))
        return [_row(row, "行政复议", filed, on, "撤销", "违反法定程序")]
    filed, upheld = day + timedelta(days=30), day + timedelta(days=85)
    return [
        _row(row, "行政复议", filed, upheld, "维持"),
        _row(row, "行政诉讼", upheld + timedelta(days=10), on, "撤销", "主要证据不足"),
    ]


def _other(dice: Dice, row: Mapping[str, str], day: date) -> list[dict[str, str]]:
    filed = day + timedelta(days=dice.number(5, 55))
    decided = filed + timedelta(days=dice.number(15, 58))
    result, ground = dice.weighted(_RESULTS)
    rows = [_row(row, "行政复议", filed, decided, result, ground)]
    if result == "维持" and dice.percent(30):
        sued = decided + timedelta(days=dice.number(3, 14))
        judged = sued + timedelta(days=dice.number(60, 150))
        is_open = judged > date(2022, 12, 31)
        rows.append(_row(row, "行政诉讼", sued, None if is_open else judged, "" if is_open else "驳回诉讼请求"))
    return rows


def _row(
    row: Mapping[str, str], kind: str, filed: date, decided: date | None = None, result: str = "", ground: str = ""
) -> dict[str, str]:
    return {
        "violation_id": row["violation_id"],
        "kind": kind,
        "instance": "一审" if kind == "行政诉讼" else "",
        "body": _BODIES[kind],
        "filed_on": filed.isoformat(),
        "decided_on": "" if decided is None else decided.isoformat(),
        "result": result,
        "ground": ground,
    }
