"""The invented case files of the record's year: cases, their steps and the scores of two reviewers, some with a fault.

Every third decided violation has a case; a few cases are not decided yet. One of four has a fault that was
planted: a step left out or late, the same person twice, no document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from invent.dice import Dice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CASE_HEADINGS = (
    "case_id", "violation_id", "unit", "procedure", "investigators", "handler", "reviewer", "party", "circumstances",
)  # fmt: skip
STEP_HEADINGS = ("case_id", "step", "done_on", "by", "document")
SEED = 20220102

_EVERY = 3
_UNITS = ("示例一大队", "示例二大队", "示例三大队")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_LARGE = 20_000  # what the invented bureau calls a large fine: nobody's threshold
_SPOT_PERSON, _SPOT_ORGANISATION = 200, 3000
_DAYS_OF_A_HEARING = 25
_CHAIRED = 2  # the case whose hearing an investigator chairs
_OVER = 7  # the case that was decided on the spot though its fine is too large
_LAST_DAY = date(2023, 2, 20)
_FAULTS = (
    "notice_left_out", "recording_left_out", "served_late", "one_officer", "same_person", "no_document",
    "published_late", "filed_long_ago", "other_day", "not_archived", "review_left_out",
)  # fmt: skip
_ORDINARY_ALONE = {"same_person", "no_document", "filed_long_ago", "review_left_out", "not_archived"}
_EVERY_FAULT = 4  # one case of so many has the next fault of the list


@dataclass(slots=True)
class Case:
    """A case while it is invented."""

    number: int
    decision: Mapping[str, str]
    unit: int
    begun_on: date
    decided_on: date | None
    fault: str
    is_summary: bool = False
    circumstances: list[str] = field(default_factory=list)
    steps: dict[str, tuple[date, str, str]] = field(default_factory=dict)

    @property
    def case_id(self) -> str:
        """Its number."""
        return f"样例交立〔2022〕{self.number:03d}号"

    @property
    def officers(self) -> list[str]:
        """Two who investigate."""
        at = (self.number + 3 * self.unit) % 8
        return [f"示例员{_STEMS[at]}{self.unit + 1}", f"示例员{_STEMS[at + 1]}{self.unit + 1}"]

    @property
    def handler(self) -> str:
        """Who handles it."""
        return f"示例承办{_STEMS[self.number % 4]}{self.unit + 1}"

    @property
    def reviewer(self) -> str:
        """Who reviews it; where that is the fault, an investigator whose name is written with other blanks."""
        if self.fault == "same_person":
            return f" {self.officers[0]} "
        return f"示例法制{_STEMS[self.number % 3]}"

    def row(self) -> dict[str, str]:
        """Its row."""
        who = [f"{name}" for name in self.officers]
        return {
            "case_id": self.case_id,
            "violation_id": self.decision.get("violation_id", ""),
            "unit": _UNITS[self.unit],
            "procedure": "简易程序" if self.is_summary else "普通程序",
            "investigators": ";".join(who[:1] if self.fault == "one_officer" else who),
            "handler": self.handler,
            "reviewer": self.reviewer,
            "party": "" if not self.decision else "公民" if self._is_person else "单位",
            "circumstances": ";".join(self.circumstances),
        }

    @property
    def _is_person(self) -> bool:
        return not self.decision["operator_id"].startswith("9")

    def step_rows(self) -> Iterator[dict[str, str]]:
        """The rows of its steps, in the order of days."""
        for step, (day, by, document) in sorted(self.steps.items(), key=lambda item: item[1][0]):
            yield {"case_id": self.case_id, "step": step, "done_on": day.isoformat(), "by": by, "document": document}


def case_files(decided: Sequence[Mapping[str, str]]) -> list[Case]:
    """The cases of the record.

    Args:
        decided: the rows of its violations.
    """
    dice, found = Dice(SEED), []
    of_the_year = [row for row in decided if row["decided_on"][:4] == "2022"]
    for row in (row for at, row in enumerate(of_the_year) if at % _EVERY == 0 or _may_be_heard(row)):
        found.append(_decided(dice, len(found) + 1, row))
    for begun in (date(2022, 8, 15), date(2022, 11, 21), date(2022, 12, 5), date(2022, 12, 19)):
        found.append(_open(dice, len(found) + 1, begun))
    return found


def _may_be_heard(row: Mapping[str, str]) -> bool:
    """Whether there are days enough for a hearing, and a penalty that is large enough."""
    days = (date.fromisoformat(row["decided_on"]) - date.fromisoformat(row["occurred_on"])).days
    return days >= _DAYS_OF_A_HEARING and int(row["penalty"] or 0) >= _LARGE


def _decided(dice: Dice, number: int, row: Mapping[str, str]) -> Case:
    occurred, decided = date.fromisoformat(row["occurred_on"]), date.fromisoformat(row["decided_on"])
    fault = "" if number % _EVERY_FAULT else _FAULTS[number // _EVERY_FAULT % len(_FAULTS)]
    case = Case(number, row, dice.number(0, 2), occurred, decided, fault)
    fine, kinds = int(row["penalty"] or 0), set(row["penalty_kind"].split(";"))
    limit = _SPOT_PERSON if not row["operator_id"].startswith("9") else _SPOT_ORGANISATION
    fits = (fine <= limit and kinds <= {"fine", "warning"}) or number == _OVER
    case.is_summary = fits and fault not in _ORDINARY_ALONE and (dice.percent(60) or number == _OVER)
    if case.is_summary:
        _on_the_spot(case)
    else:
        _ordinary(dice, case, weighty=fine >= _LARGE or "suspension" in kinds, is_large=fine >= _LARGE)
    _after(dice, case, has_fine="fine" in kinds)
    _plant(case)
    return case


def _on_the_spot(case: Case) -> None:
    day, who = case.decided_on or case.begun_on, ";".join(case.officers)
    for step in ("表明身份", "证据", "告知"):
        case.steps[step] = (day, who, _paper(case, step))
    case.steps["处罚决定"] = (day, who, _paper(case, "当场决定书"))
    case.steps["送达"] = (day, who, "")
    case.steps["备案"] = (day + timedelta(days=2), case.officers[0], "")


def _ordinary(dice: Dice, case: Case, *, weighty: bool, is_large: bool) -> None:
    """The steps up to the decision: spread over the days that there are."""
    end, who = case.decided_on or _LAST_DAY, ";".join(case.officers)
    days = (end - case.begun_on).days

    def at(percent: int) -> date:
        return case.begun_on + timedelta(days=days * percent // 100)

    heard = weighty and days >= _DAYS_OF_A_HEARING
    if is_large:
        case.circumstances.append("较大数额罚款")
    if dice.percent(8):
        case.circumstances.append("疑难复杂")
    head = "示例负责人"
    planned = [("立案", 0, head), ("调查", 0, who), ("证据", 10, who), ("调查报告", 15, who), ("审批", 20, head)]
    chair = case.officers[0] if case.number == _CHAIRED else "示例主持人"
    planned += [("告知", 25, case.handler)]
    if heard:
        planned += [("要求听证", 30, ""), ("听证通知", 35, case.handler), ("听证", 85, chair)]
    elif weighty:
        planned += [("放弃陈述申辩", 40, "")]
    elif dice.percent(25):
        planned += [("陈述申辩", 40, ""), ("复核", 60, case.handler)]
    if case.fault == "review_left_out" and "疑难复杂" not in case.circumstances:
        case.circumstances.append("疑难复杂")
    if heard or "疑难复杂" in case.circumstances:
        planned += [("法制审核", 90, case.reviewer)]
    if weighty or "疑难复杂" in case.circumstances:
        planned += [("集体讨论", 95, f"{head};示例副职甲;示例副职乙")]
    for step, percent, by in planned:
        case.steps[step] = (at(percent), by, _paper(case, step))
    if case.decided_on is not None:
        case.steps["处罚决定"] = (case.decided_on, head, _paper(case, "决定书"))


def _after(dice: Dice, case: Case, *, has_fine: bool) -> None:
    """What follows upon a decision; what would lie after the record was written is left out."""
    decided = case.decided_on or case.begun_on
    by = case.handler
    case.steps["全过程记录"] = (decided, case.officers[0], _paper(case, "音像"))
    case.steps["责令改正"] = (decided, by, "")
    case.steps.setdefault("送达", (decided + timedelta(days=dice.number(0, 5)), by, _paper(case, "送达回证")))
    case.steps["公示"] = (decided + timedelta(days=dice.number(1, 6)), by, "")
    closed = decided + timedelta(days=dice.number(16, 30))
    if has_fine:
        case.steps["缴纳罚款"] = (decided + timedelta(days=dice.number(6, 15)), "", _paper(case, "票据"))
    if not case.is_summary:
        case.steps["结案"] = (closed, "示例负责人", _paper(case, "结案报告"))
    case.steps["归档"] = (closed + timedelta(days=dice.number(1, 10)), by, "")
    case.steps = {step: taken for step, taken in case.steps.items() if taken[0] <= _LAST_DAY}


def _open(dice: Dice, number: int, begun: date) -> Case:
    """A case that is not decided yet."""
    case = Case(number, {}, dice.number(0, 2), begun, None, "")
    who = ";".join(case.officers)
    for step, days, by in (("立案", 0, "示例负责人"), ("调查", 1, who), ("证据", 6, who), ("全过程记录", 6, who)):
        case.steps[step] = (begun + timedelta(days=days), by, _paper(case, step))
    return case


def _plant(case: Case) -> None:
    """The fault of a case, where it can have it."""
    left_out = {"notice_left_out": "告知", "recording_left_out": "全过程记录", "review_left_out": "法制审核"}
    left_out |= {"not_archived": "结案"}
    case.steps.pop(left_out.get(case.fault, ""), None)
    later = {"served_late": ("送达", 20), "published_late": ("公示", 25), "other_day": ("处罚决定", 1)}
    if case.fault in later:
        step, days = later[case.fault]
        day, by, document = case.steps[step]
        case.steps[step] = (day + timedelta(days=days), by, document)
    if case.fault == "filed_long_ago" and "立案" in case.steps:
        _, by, document = case.steps["立案"]
        case.steps["立案"] = ((case.decided_on or case.begun_on) - timedelta(days=100), by, document)
    if case.fault == "no_document":
        for step in ("调查报告", "证据"):
            if step in case.steps:
                case.steps[step] = (*case.steps[step][:2], "")
    if case.fault == "one_officer":
        for step in ("调查", "证据", "表明身份"):
            if step in case.steps:
                day, _, document = case.steps[step]
                case.steps[step] = (day, case.officers[0], document)


def _paper(case: Case, step: str) -> str:
    return f"示例文书{case.number:03d}-{step}"
