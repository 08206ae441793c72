"""The figures that a law's text threatens: sums of money, multiples, rates and times, as single values and as ranges.

``处3万元以上10万元以下的罚款`` is one range and not two sums, so that a figure is found only in its own place in it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.catalog.numerals import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?[十百千万亿]*|[零〇一二两三四五六七八九十百千万亿]+"
_AMOUNT = re.compile(
    rf"(?P<rate>百分之|千分之|万分之)?(?P<number>{_NUMBER})\s*"
    r"(?P<unit>元(?![件素旦])|倍|%|‰|个?工作日|个?月|日|天|周?年|分(?![之别钟公期局支类])|)"
)
_DATE = re.compile(
    r"(?:\d{4}|[一二][〇零一二三四五六七八九]{3})年(?:[\d一二三四五六七八九十]+月(?:[\d一二三四五六七八九十]+日)?)?"
)
_PLACE = re.compile(
    rf"第\s*(?:{_NUMBER})\s*[条款项章节编次](?:之[一二三四五六七八九十]+)?(?:第?\s*[（(]?(?:{_NUMBER})[）)]?\s*[款项])*"
)
_JOINED = re.compile(r"\s*(?:以上\s*)?(?:至|到|[-－—~～]+|)\s*(?:不超过|不满|不足)?\s*")
_UPPER = re.compile(r"\s*(?:的)?\s*(?:以下|以内)")
_LOWER = re.compile(r"\s*以上")
_AT_MOST = re.compile(r"(?:不得?超过|不高于|至多|最高(?:不得?超过)?(?:为)?|不得高于)\s*$")
_AT_LEAST = re.compile(r"(?:不得?少于|不得?低于|最低(?:为)?)\s*$")
_UNITS = {
    "元": ("yuan", 1),
    "倍": ("times", 1),
    "%": ("permille", 10),
    "‰": ("permille", 1),
    "日": ("day", 1),
    "天": ("day", 1),
    "工作日": ("day", 1),
    "月": ("month", 1),
    "年": ("month", 12),
    "周年": ("month", 12),
    "分": ("point", 1),
}
_RATES = {"百分之": 10, "千分之": 1}


@dataclass(frozen=True)
class Figure:
    """A figure: ``low`` to ``high``; None is open; equal is a fixed value.

    Attributes:
        unit: ``yuan``, ``times``, ``permille`` (percent too), ``day``, ``month`` (years too) or ``point``.
        low, high: the limits.
    """

    unit: str
    low: Decimal | None
    high: Decimal | None

    def values(self) -> set[Decimal]:
        """The numbers in it."""
        return {value for value in (self.low, self.high) if value is not None}

    def __str__(self) -> str:
        low, high = (None if value is None else f"{value.normalize():f}" for value in (self.low, self.high))
        if low == high:
            return f"{low} {self.unit}"
        return f"{low or ''}–{high or ''} {self.unit}"


@dataclass(frozen=True)
class _Amount:
    start: int
    end: int
    number: Decimal
    unit: str
    factor: int
    scaled: bool = True


def figures(words: str) -> list[Figure]:
    """Every figure of a text, in order; dates and the numbers of articles are none."""
    plain = _DATE.sub("。", _PLACE.sub("。", unicodedata.normalize("NFKC", words)))
    amounts = list(_amounts(plain))
    found: list[Figure] = []
    at = 0
    while at < len(amounts):
        first = amounts[at]
        pair = amounts[at + 1] if at + 1 < len(amounts) else None
        if pair is not None and pair.unit and (joined := _range(plain, first, pair)) is not None:
            found.append(joined)
            at += 2
            continue
        if first.unit:
            value = first.number * first.factor
            found.append(_single(plain, first, value))
        at += 1
    return found


def _amounts(plain: str) -> Iterator[_Amount]:
    for match in _AMOUNT.finditer(plain):
        number = number_of(match["number"])
        if number is None:
            continue
        if match["rate"]:
            if match["rate"] in _RATES:
                yield _Amount(match.start(), match.end("number"), number, "permille", _RATES[match["rate"]])
            continue
        unit, factor = _UNITS.get(match["unit"].removeprefix("个"), ("", 1))
        end = match.end() if unit else match.end("number")
        yield _Amount(match.start(), end, number, unit, factor, scaled=match["number"][-1] in "十百千万亿")


def _range(plain: str, first: _Amount, second: _Amount) -> Figure | None:
    """``A以上B以下``, ``A至B``; A may lean on the unit of B (``1至3万元``)."""
    between = plain[first.end : second.start]
    if not between or _JOINED.fullmatch(between) is None or (first.unit and first.unit != second.unit):
        return None
    low = first.number * (first.factor if first.unit else second.factor)
    high = second.number * second.factor
    if not first.unit and not first.scaled and second.scaled and second.unit == "yuan":
        low *= 10000 if high >= 10000 else 1
    return Figure(second.unit, low, high) if low < high else None


def _single(plain: str, amount: _Amount, value: Decimal) -> Figure:
    before, after = plain[max(0, amount.start - 8) : amount.start], plain[amount.end : amount.end + 6]
    if _UPPER.match(after) or _AT_MOST.search(before):
        return Figure(amount.unit, None, value)
    if _LOWER.match(after) or _AT_LEAST.search(before):
        return Figure(amount.unit, value, None)
    return Figure(amount.unit, value, value)
