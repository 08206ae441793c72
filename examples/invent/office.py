"""The invented office work of the record's year: applications, comments, publicity, training, education.

What is applied for, said and held is invented; the promised days are nobody's promise.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from invent.dice import Dice

APPROVAL_HEADINGS = (
    "approval_id",
    "operator_id",
    "item",
    "channel",
    "accepted_on",
    "promised_days",
    "decided_on",
    "result",
)
COMMENT_HEADINGS = ("comment_id", "received_on", "code", "sender", "comment", "answered_on", "answer", "why")
PUBLICITY_HEADINGS = ("item_id", "published_on", "channel", "title", "copies")
TRAINING_HEADINGS = ("training_id", "held_on", "topic", "audience", "hours", "people", "passed")
ACTIVITY_HEADINGS = ("activity", "held_on", "place", "invited", "attended")

_ITEMS = (
    ("道路运输经营许可", 20, 30),
    ("超限运输车辆行驶公路许可", 7, 25),
    ("道路运输证配发", 5, 25),
    ("涉路施工许可", 20, 10),
    ("巡游出租汽车经营许可", 15, 10),
)
_TITLES = ("货运源头治超", "网约车合规经营", "公路保护条例", "水路客运安全", "信用修复指引", "轻微违法免罚清单")
_TOPICS = ("行政处罚程序", "执法记录仪使用", "法制审核要点", "裁量基准适用", "案卷制作", "信用评价办法")
_COMMENTS = (
    ("HW-01", "operator", "建议明确首次轻微超限的处理", "partly", "已在措施中写明告知方式，裁量依照基准"),
    ("HW-01", "trade_association", "建议增加货运源头单位的提示", "accepted", "已增加提示对象"),
    ("RT-01", "operator", "请说明跨县经营是否需要另行许可", "declined", "属于法律适用问题，不宜写入目录"),
    ("UP-05", "public", "建议公布投诉电话", "accepted", "公布渠道已写入措施"),
    ("UP-04", "operator", "平台数据传输要求与接口规范不一致", "accepted", "表述已统一"),
    ("EC-02", "other_authority", "与住建部门职责交叉，建议注明", "partly", "已注明牵头部门，职责以三定规定为准"),
    ("HW-05", "own_unit", "施工许可流程图应当更新", "accepted", "已更新"),
    ("RT", "legal_counsel", "引用条款应注明版本日期", "accepted", "各条均已注明"),
    ("WT-04", "operator", "港口作业风险等级偏高", "declined", "等级按照后果和频次确定，数据不支持调低"),
    ("RT-08", "trade_association", "建议给予维修企业整改期", "", ""),
    ("HW-04", "public", "建议增加举报途径", "accepted", "已增加"),
    ("UP-01", "expert", "措施应有可核查的证据", "partly", "部分措施已补充证据要求"),
)
_ACTIVITIES = (
    "HW-01-TRAINING",
    "HW-01-LETTER",
    "RT-01-TRAINING",
    "UP-05-TRAINING",
    "EC-02-SITE-VISIT",
    "UP-04-TRAINING",
)


def approvals(dice: Dice, ids: Sequence[str], year: int) -> list[dict[str, str]]:
    """Applications accepted in the year or late in the year before, some of them decided after their promised term."""
    made = []
    days = sorted(dice.day(date(year - 1, 12, 1), date(year, 12, 28)) for _ in range(90))
    for number, day in enumerate(days, start=1):
        item, promised, _ = dice.weighted([((name, term, weight), weight) for name, term, weight in _ITEMS])
        late = dice.percent(8)
        decided = day + timedelta(days=promised * 7 // 5 + dice.number(4, 20) if late else dice.number(1, promised))
        result = dice.weighted((("granted", 88), ("refused", 7), ("withdrawn", 5)))
        is_open = decided > date(year, 12, 31)
        cells = (
            f"样例许申〔{day.year}〕{number:03d}号",
            dice.one_of(ids),
            item,
            dice.weighted((("online", 58), ("window", 30), ("agent", 12))),
            day.isoformat(),
            str(promised),
            "" if is_open else decided.isoformat(),
            "" if is_open else result,
        )
        made.append(dict(zip(APPROVAL_HEADINGS, cells, strict=True)))
    return made


def comments(dice: Dice, year: int) -> list[dict[str, str]]:
    """What was said of the catalogue in its consultation, and what became of it; one is not answered yet."""
    made = []
    days = sorted(dice.day(date(year, 4, 10), date(year, 6, 20)) for _ in _COMMENTS)
    for number, (day, (code, sender, text, answer, why)) in enumerate(zip(days, _COMMENTS, strict=True), start=1):
        answered = day + timedelta(days=dice.number(10, 60)) if answer else None
        cells = (f"YJ{year}{number:03d}", day.isoformat(), code, sender, text)
        more = ("" if answered is None else answered.isoformat(), answer, why)
        made.append(dict(zip(COMMENT_HEADINGS, (*cells, *more), strict=True)))
    return made


def publicity(dice: Dice, year: int) -> list[dict[str, str]]:
    """What was published to make the law known: by which channel, in how many copies where it was printed."""
    made = []
    for number, day in enumerate(sorted(dice.day(date(year, 1, 5), date(year, 12, 28)) for _ in range(40)), start=1):
        channel = dice.weighted(
            (("new_media", 45), ("website", 25), ("newspaper", 8), ("broadcast", 7), ("leaflet", 15))
        )
        copies = str(dice.number(2, 20) * 100) if channel == "leaflet" else ""
        cells = (f"XC{year}{number:03d}", day.isoformat(), channel, f"示例：{dice.one_of(_TITLES)}", copies)
        made.append(dict(zip(PUBLICITY_HEADINGS, cells, strict=True)))
    return made


def training(dice: Dice, year: int) -> list[dict[str, str]]:
    """Training of officers, legal reviewers and operators' people; one of the year before."""
    made = []
    days = [date(year - 1, 12, 22), *sorted(dice.day(date(year, 2, 10), date(year, 12, 15)) for _ in range(18))]
    for number, day in enumerate(days, start=1):
        audience = dice.weighted((("officers", 55), ("legal_reviewers", 15), ("operators", 30)))
        people = dice.number(8, 30) if audience == "legal_reviewers" else dice.number(25, 120)
        passed = "" if audience == "operators" else str(people - dice.number(0, 3))
        hours = str(dice.one_of((4, 6, 8, 16)))
        cells = (
            f"PX{day.year}{number:03d}",
            day.isoformat(),
            dice.one_of(_TOPICS),
            audience,
            hours,
            str(people),
            passed,
        )
        made.append(dict(zip(TRAINING_HEADINGS, cells, strict=True)))
    return made


def activities(dice: Dice, year: int) -> list[dict[str, str]]:
    """Education that was held for operators, by the ids of a year's plan; some more than once."""
    made = []
    for day in sorted(dice.day(date(year, 2, 15), date(year, 11, 25)) for _ in range(14)):
        invited = dice.number(20, 80)
        attended = invited - dice.number(0, invited // 4)
        place = dice.one_of(("魏都区", "建安区", "禹州市", "长葛市", "鄢陵县", "襄城县")) + "示例会议室"
        asked = "" if dice.percent(15) else str(invited)
        cells = (dice.one_of(_ACTIVITIES), day.isoformat(), place, asked, str(attended))
        made.append(dict(zip(ACTIVITY_HEADINGS, cells, strict=True)))
    return made


def office(dice: Dice, ids: Sequence[str], year: int) -> dict[str, tuple[tuple[str, ...], Sequence[Mapping[str, str]]]]:
    """The files: name → headings and rows.

    Args:
        dice: of its own, so that the rest of the record stays as it is.
        ids: of operators that may apply.
        year: the record's.
    """
    return {
        "approvals.csv": (APPROVAL_HEADINGS, approvals(dice, ids, year)),
        "comments.csv": (COMMENT_HEADINGS, comments(dice, year)),
        "publicity.csv": (PUBLICITY_HEADINGS, publicity(dice, year)),
        "training.csv": (TRAINING_HEADINGS, training(dice, year)),
        "activities.csv": (ACTIVITY_HEADINGS, activities(dice, year)),
    }
