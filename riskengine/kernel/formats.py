"""Dates, amounts and shares as readers expect them, in Chinese and English; no locale is read.

In running text a date is written out; in tables it is ``2022-12-31``. Sums are exact in yuan with separators; where a
headline wants fewer figures, :func:`large_yuan` rounds, and says so.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from riskengine.kernel.decimals import plain, round_half_up
from riskengine.kernel.wording import words_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.kernel.decimals import Number

_LARGE = {"zh": (10**4, 10**8), "en": (10**3, 10**6)}


def long_date(day: date, lang: str) -> str:
    """A day in running text.

    >>> from datetime import date
    >>> long_date(date(2022, 12, 31), "zh"), long_date(date(2022, 12, 31), "en")
    ('2022年12月31日', '31 December 2022')
    """
    return _filled(day, "long_date", lang)


def month_of_year(day: date, lang: str) -> str:
    """The month of a day in running text: ``2022年12月``, ``December 2022``."""
    return _filled(day, "month_of_year", lang)


def table_date(day: date | None) -> str:
    """A day in a table: ``2022-12-31``; empty where there is none."""
    return "" if day is None else day.isoformat()


def number(value: Number) -> str:
    """A number with separators of thousands, exact, without zeros at its end.

    >>> from decimal import Decimal
    >>> number(1234567), number(Decimal("-1234.50"))
    ('1,234,567', '-1,234.5')
    """
    sign, text = ("-", plain(value)[1:]) if value < 0 else ("", plain(value))
    whole, point, rest = text.partition(".")
    return f"{sign}{int(whole):,}{point}{rest}" if whole.isdigit() else f"{sign}{text}"


def yuan(value: Number, lang: str) -> str:
    """A sum of money, exact: whole yuan, or with both digits of the cents.

    >>> from decimal import Decimal
    >>> yuan(Decimal("1234567.50"), "zh"), yuan(2000, "en")
    ('1,234,567.50元', '2,000 yuan')
    """
    exact = Fraction(value)
    text = number(value)
    if exact.denominator != 1 and (exact * 100).denominator == 1:
        text = f"{round_half_up(exact, 2):,f}"
    return _words(lang)["yuan"].format(n=text)


def large_yuan(value: Number, lang: str) -> str:
    """A sum of money for a headline: from ten thousand yuan on in 万元 (亿元), in English in thousands (millions).

    Rounded half up to two digits after the point, and then marked as "about".

    >>> from decimal import Decimal
    >>> large_yuan(3456000, "zh"), large_yuan(Decimal("3456789.5"), "zh"), large_yuan(3456789, "en")
    ('345.6万元', '约345.68万元', 'about 3.46 million yuan')
    """
    say, exact = _words(lang), Fraction(value)
    place = sum(abs(exact) >= limit for limit in _LARGE[lang])
    if not place:
        return yuan(value, lang)
    scaled = exact / _LARGE[lang][place - 1]
    shown = round_half_up(scaled, 2)
    text = say[f"large_{place}"].format(n=number(shown))
    return text if Fraction(shown) == scaled else say["about"].format(sum=text)


def percent(part: Number, whole: Number, lang: str, places: int = 1) -> str:
    """``part`` of ``whole`` in percent, rounded half up; of nothing it is nothing.

    >>> percent(1, 3, "zh"), percent(1, 3, "en"), percent(0, 0, "zh")
    ('33.3%', '33.3 %', '0%')
    """
    share = f"{round_half_up(Fraction(part) * 100 / Fraction(whole), places):f}" if whole else "0"
    return _words(lang)["percent"].format(n=share)


def font_stack(lang: str) -> str:
    """The fonts of a page as CSS lists them, with fall-backs for Chinese."""
    return _words(lang)["font_stack"]


def _filled(day: date, key: str, lang: str) -> str:
    say = _words(lang)
    return say[key].format(year=day.year, day=day.day, month_name=say[f"month_{day.month}"])


def _words(lang: str) -> Mapping[str, str]:
    return words_in("riskengine.kernel", lang)
