"""The invented scores of two reviewers for some of the case files: near each other, lower where a fault was planted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invent.dice import Dice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from invent.case_files import Case

SCORE_HEADINGS = ("case_id", "reviewer", "item", "points")
SEED = 20220103

_ITEMS = (
    ("立案", 8), ("调查取证", 15), ("全过程记录", 8), ("事实证据", 15), ("法律适用", 10), ("告知", 12),
    ("陈述申辩和听证", 8), ("法制审核和集体讨论", 10), ("处罚决定书", 6), ("送达和公示", 4), ("结案归档", 4),
)  # fmt: skip
_LOST = {  # fault: the item that suffers, and the points that are left
    "notice_left_out": ("告知", 0), "recording_left_out": ("全过程记录", 0), "served_late": ("送达和公示", 1),
    "one_officer": ("调查取证", 6), "same_person": ("法制审核和集体讨论", 3), "no_document": ("调查取证", 5),
    "published_late": ("送达和公示", 2), "filed_long_ago": ("立案", 2), "other_day": ("处罚决定书", 3),
    "not_archived": ("结案归档", 0), "review_left_out": ("法制审核和集体讨论", 0),
}  # fmt: skip
_REVIEWERS = {1: ("示例评查甲", "示例评查乙"), 2: ("示例评查丙", "示例评查丁")}
_EVERY = 3


def case_scores(cases: Sequence[Case]) -> Iterator[dict[str, str]]:
    """A row for each file that is reviewed, reviewer and item.

    Args:
        cases: all case files; every third of those that are decided, and those with a fault that fails, are reviewed.
    """
    dice, disputed = Dice(SEED), 0
    for case in cases:
        fails = case.fault in {"notice_left_out", "review_left_out"}
        if case.decided_on is None or (case.number % _EVERY and not fails):
            continue
        half = 1 if case.decided_on.month < 7 else 2
        mildly = case.fault == "review_left_out" and not disputed
        disputed += mildly
        for item, most in _ITEMS:
            lost = dice.weighted(((0, 60), (1, 25), (2, 15)))
            for at, reviewer in enumerate(_REVIEWERS[half]):
                points = max(1, most - lost - dice.weighted(((0, 75), (1, 25))))
                suffers, left = _LOST.get(case.fault, ("", 0))
                if item == suffers:
                    points = 4 if mildly and at else left
                yield {"case_id": case.case_id, "reviewer": reviewer, "item": item, "points": str(points)}
