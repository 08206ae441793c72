"""The numbers of statutory triggers held against the texts: a limit that a law is said to set stands in its article."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.catalog.numerals import number_of
from riskengine.catalog.verification import Checked, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.lawtext import LawText

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LIMIT = re.compile(r"(?P<sign>[<>]=?)?\s*(?P<number>\d+(?:\.\d+)?)")
_PLACE = re.compile(r"第[\d零一二三四五六七八九十百]+[条款项]")
_DIGITS = r"(\d+(?:,\d{3})*(?:\.\d+)?[十百千万亿]*|[零一二两三四五六七八九十百千万亿]+)"
_NUMBER, _MONTHS, _YEARS = (re.compile(_DIGITS + unit) for unit in ("", "个月", "年"))
_PERIODS = {"半年": Decimal(6), "每年": Decimal(12)}
_MOST_EXCESS = Decimal("1.5")


def check_thresholds(catalog: Catalog, texts: Mapping[tuple[str, str], LawText]) -> Iterator[Checked]:
    """A result for each statutory trigger whose article has a text.

    0 and 1 say that something is or is not there and need no number in the article; a date is another matter.

    Args:
        catalog: a loaded catalogue.
        texts: by Chinese title and version.
    """
    for code, point in catalog.risk_points.items():
        for at, trigger in enumerate(point.data_triggers):
            basis = trigger.basis
            if trigger.kind != "statutory" or basis is None or isinstance(basis, str):
                continue
            text = texts.get((catalog.laws.title(basis.law).zh, basis.version or ""))
            place = Place(basis.law, basis.version, basis.article, basis.paragraph, basis.item)
            if text is None or not (words := text.words(*place[2:])):
                continue
            absent = tuple(limits_not_in(trigger.threshold, words))
            where = f"{code}/data_triggers/{at}/threshold"
            yield Checked(where, "threshold", place, "figure_not_found" if absent else "verified", absent)


def limits_not_in(threshold: str, words: str) -> Iterator[str]:
    """The numbers of a threshold that do not stand in an article's words, in any of the ways a law may put them.

    >>> list(limits_not_in("> 0.10", "超过货运车辆总数百分之十的")), list(limits_not_in("> 1.20", "超过百分之二十"))
    ([], [])
    >>> list(limits_not_in("<= 90", "期满前3个月")), list(limits_not_in("> 4", "超过3次"))
    ([], ['4'])
    """
    plain = _PLACE.sub("", unicodedata.normalize("NFKC", words)).replace("千克", "公斤")  # the unit is no thousand
    stated = _numbers(_NUMBER, plain) | {number for word, number in _PERIODS.items() if word in plain}
    months, years = _numbers(_MONTHS, plain), _numbers(_YEARS, plain)
    for match in _LIMIT.finditer(_DATE.sub("", threshold)):
        number = Decimal(match["number"])
        if number not in {0, 1} and not (
            stated & set(_readings(number, match["sign"] or "")) or number / 30 in months or number / 12 in years
        ):
            yield match["number"]


def _readings(number: Decimal, sign: str) -> Iterator[Decimal]:
    """As it stands; a share or an excess in percent."""
    yield number
    if number < 1:
        yield number * 100
    elif number <= _MOST_EXCESS and sign.startswith(">"):
        yield (number - 1) * 100


def _numbers(pattern: re.Pattern[str], plain: str) -> set[Decimal]:
    found = (number_of(match[1]) for match in pattern.finditer(plain))
    return {number for number in found if number is not None}
