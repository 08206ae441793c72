"""What a penalty says that its article must say too, and what an article threatens: figures and kinds."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from riskengine.catalog.figures import Figure, figures
from riskengine.catalog.numerals import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from riskengine.catalog.risk_point import Penalty

_RATES = {"percent": 10, "permille": 1}
_WORDS = {
    "warning": ("警告", "通报批评"),
    "fine": ("罚款",),
    "confiscation": ("没收",),
    "suspension": ("停业", "停产", "暂扣", "停航", "停止", "暂停", "取消", "禁止"),
    "revocation": ("吊销", "撤销", "注销", "取消"),
    "detention": ("扣留", "拘留", "扣押"),
}
"""Words of which one stands in an article that threatens the kind; an order has none of its own."""
_THREATENED = {kind: re.compile("|".join(words)) for kind, words in _WORDS.items()} | {
    "suspension": re.compile("停业|停产|暂扣|停航"),
    "revocation": re.compile("吊销"),
}
"""The same from the article's side: without the words that also stand where nothing of the kind is threatened."""
KINDS = frozenset(_WORDS)
"""The kinds of penalty that an article's words can be searched for."""
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?[十百千万亿]*|[零一二两三四五六七八九十百千万亿]+"
_QUANTITY = re.compile(rf"({_NUMBER})个?(次|米|公里|千克|公斤|吨|辆|台|艘|周岁|小时|人(?!民))")


def expected_figures(penalty: Penalty) -> Iterator[Figure]:
    """The figures that must stand in a penalty's article, each as one range."""
    if penalty.min is not None or penalty.max is not None:
        unit, _, _ = (penalty.unit or "").partition("_")
        factor = _RATES.get(unit, 1)
        low, high = (None if value is None else value * factor for value in (penalty.min, penalty.max))
        yield Figure("permille" if unit in _RATES else unit, low, high)
    if multiple := penalty.multiple_of_illegal_income:
        yield Figure("times", multiple.min, multiple.max)
    if penalty.cap is not None:
        yield Figure("yuan", None, penalty.cap)


def condition_figures(penalty: Penalty) -> list[Figure]:
    """The figures in the words of a penalty's condition and remark."""
    return figures(penalty.when.zh) + (figures(penalty.note.zh) if penalty.note else [])


def quantities(words: str) -> set[tuple[str, Decimal]]:
    """Counts and measures that are no penal figure: unit and number (``超过3次``, ``4.5米``, ``1000千克``).

    >>> sorted((unit, str(number)) for unit, number in quantities("高超过4.5米，一年内超过三次"))
    [('次', '3'), ('米', '4.5')]
    """
    plain = unicodedata.normalize("NFKC", words)
    found = ((match[2], number_of(match[1])) for match in _QUANTITY.finditer(plain))
    return {(unit, number) for unit, number in found if number is not None}


def says_kind(words: str, kind: str) -> bool:
    """Whether an article's words can mean a kind of penalty; an order has no words of its own."""
    return kind not in _WORDS or any(word in words for word in _WORDS[kind])


def kinds_threatened(words: str) -> list[str]:
    """The kinds of penalty that an article's words threaten."""
    return [kind for kind, pattern in _THREATENED.items() if pattern.search(words)]
