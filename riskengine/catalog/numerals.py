"""Chinese numerals as laws write them: 第六十四条, 第一百零二条."""

from __future__ import annotations

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
