"""Chinese numerals as laws write them: 第六十四条, 第一百零二条."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = "零一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """A whole number from 1 to 9999 in Chinese.

    Raises:
        ValueError: the number is outside that range.

    >>> [chinese_numeral(n) for n in (1, 10, 15, 64, 100, 102, 110, 119)]
    ['一', '十', '十五', '六十四', '一百', '一百零二', '一百一十', '一百一十九']
    """
    if not 1 <= number <= 9999:
        raise ValueError(f"{number} is not between 1 and 9999")
    words, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            words += ("零" if gap else "") + _DIGITS[digit] + unit
        gap = bool(words) and not digit
    return words.removeprefix("一") if number < 20 and number >= 10 else words


_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_ARABIC = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)([十百千万亿]*)")


def number_of(words: str) -> Decimal | None:
    """The number that Chinese or Arabic numerals name; None where they name none. The inverse of chinese_numeral.

    >>> [str(number_of(words)) for words in ("六十四", "一百零二", "两万五千", "1.5万", "30,000", "百")]
    ['64', '102', '25000', '15000.0', '30000', 'None']
    """
    arabic = _ARABIC.fullmatch(words)
    if arabic:
        value = Decimal(arabic[1].replace(",", ""))
        for unit in arabic[2]:
            value *= _SMALL.get(unit) or _LARGE[unit]
        return value
    if words and all(word in _VALUES for word in words) and (len(words) == 1 or "〇" in words):
        return Decimal("".join(str(_VALUES[word]) for word in words))
    value_ = _spelt(words)
    return None if value_ is None else Decimal(value_)


def _spelt(words: str) -> int | None:
    """A number spelt with units; each unit is smaller than the one before, within its own run up to 万 or 亿."""
    total, run, digit, last_small, last_large = 0, 0, None, 10**4, 10**12
    for at, word in enumerate(words):
        if word in _VALUES:
            if digit:  # two digits side by side name nothing here
                return None
            digit = _VALUES[word]
        elif word in _SMALL:
            unit = _SMALL[word]
            ten_alone = unit == 10 and (at == 0 or digit == 0 or words[at - 1] in _LARGE)  # 十五, 一百零十, 一万十
            if unit >= last_small or not (digit or ten_alone):
                return None
            run, digit, last_small = run + (digit or 1) * unit, None, unit
        elif word in _LARGE:
            unit = _LARGE[word]
            if unit >= last_large or not run + (digit or 0):
                return None
            total, run, digit, last_small, last_large = total + (run + (digit or 0)) * unit, 0, None, 10**4, unit
        else:
            return None
    return total + run + (digit or 0) or None
