"""The one grammar of cells that all readers share: from a raw cell to a typed value, or to what is wrong.

A reader of cells takes anything and returns the value, None for a missing one, a ``Fault`` (the cell cannot
be used) or a ``Doubt`` (the value is used and a warning given). It never raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from riskengine.contract import sources
from riskengine.kernel.decimals import from_scaled, plain

MISSING_MARKS = frozenset({"", "—", "——", "— —", "-", "--", "无", "/"})
"""What official exports write for a missing value; a text column keeps them, except the empty one."""

ASKED = "?RE-876"
"""How a ledger begins a cell of a record of which a person must say who answers for it."""

SPREADSHEET_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_EDGES = re.compile(f"^[\\s{_INVISIBLE}]+|[\\s{_INVISIBLE}]+$")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAK = re.compile("[\t\r\n]")
_NUMBER = re.compile(r"([-−])?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+))(?:\.([0-9]+))?\Z")
_YUAN = re.compile(r"[¥]\s*(.*)\Z|(.*?)\s*元\Z", re.DOTALL)
_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?\Z"
_DATES = (
    re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + _TIME),
    re.compile(r"([0-9]{4})()([0-9]{2})([0-9]{2})" + _TIME),
    re.compile(r"([0-9]{4})\s*(年)\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日" + _TIME),
)
_YES_NO = dict.fromkeys(("true", "是", "1", "yes"), True) | dict.fromkeys(("false", "否", "0", "no"), False)
SURE_DIGITS = 10**15  # a spreadsheet keeps 15 digits of a number
_MOST_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: a code, the nearest names, and values for the message."""

    code: str
    near: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that is used although something about it is odd."""

    value: Any
    fault: Fault


class Unsure(int):
    """A whole number from a spreadsheet, with more digits than a spreadsheet keeps."""


def trim(text: str) -> str:
    """``text`` without white space and invisible characters at its ends."""
    return _EDGES.sub("", text)


def fold(text: str) -> str:
    """Trimmed, and full-width letters, digits and signs made half-width.

    >>> fold("　ＨＷ－０１ ")
    'HW-01'
    """
    return trim(text.translate(_HALF_WIDTH))


def is_missing(raw: Any) -> bool:
    """Whether a cell is a float that is no number, as frames write a missing one."""
    return type(raw).__name__ == "float" and str(raw) == "nan"


def simple(raw: Any) -> Any:
    """A cell of any library as None, str, int, Decimal, bool, date or datetime; else a ``Fault``.

    Floats become the decimal that their shortest text says, whole ones integers; NaN, NaT and NA are missing.
    """
    if isinstance(raw, str):
        value: Any = str.__str__(raw)
    elif raw is None or isinstance(raw, bool | Fault):
        value = raw
    elif isinstance(raw, int):
        value = Fault("RE-215") if isinstance(raw, Unsure) else int(raw)
    elif type(raw).__name__ in {"NaTType", "NAType"}:
        value = None
    elif isinstance(raw, datetime):
        value = raw
    elif isinstance(raw, date):
        value = date(raw.year, raw.month, raw.day)
    elif isinstance(raw, float | Decimal):
        value = _number(raw)
    elif hasattr(raw, "dtype") and getattr(raw, "shape", None) == ():
        value = _numpy_scalar(raw)
    else:
        value = Fault("RE-204")
    return value


def _numpy_scalar(raw: Any) -> Any:
    value = raw.astype("datetime64[us]").item() if raw.dtype.kind == "M" else raw.item()
    return Fault("RE-204") if hasattr(value, "dtype") else simple(value)


def _number(raw: float | Decimal) -> Any:
    value = raw if isinstance(raw, Decimal) else Decimal(float.__repr__(raw))
    if value.is_nan():
        return None
    if not value.is_finite():
        return Fault("RE-208")
    if isinstance(raw, float) and value == value.to_integral_value():
        return Fault("RE-215") if abs(value) >= SURE_DIGITS else int(value)
    return value


def shown(raw: Any) -> str:
    """Any cell as messages show it: its text, or the name of its type where it is no single value."""
    value = simple(raw)
    if not isinstance(value, Fault):
        return "" if value is None else plain_text(value)
    if isinstance(raw, float):
        return f"{raw:.0f}"
    return str(raw) if isinstance(raw, Decimal | Unsure) else "" if isinstance(raw, Fault) else type(raw).__name__


def text_of(raw: Any) -> str | Fault | None:
    """The cell as text: trimmed, None where empty."""
    value = simple(raw)
    if value is None or isinstance(value, Fault):
        return value
    if not isinstance(value, str):
        return plain_text(value)
    value = trim(value)
    if value in SPREADSHEET_ERRORS:
        return Fault("RE-203")
    if _CONTROL.search(value):
        return Fault("RE-202")
    return value or None


def plain_text(value: Any) -> str:
    """A number, date or bool as people write it: no exponent, ISO dates, true and false.

    >>> plain_text(Decimal("1E+3")), plain_text(True), plain_text(date(2022, 12, 31))
    ('1000', 'true', '2022-12-31')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return plain(value) if abs(value.adjusted()) < _MOST_DIGITS else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if not isinstance(value, int) or value.bit_length() < 10_000 else hex(value)


def id_of(raw: Any) -> Any:
    """An identifier: trimmed, half-width, upper case."""
    value = text_of(raw)
    if not isinstance(value, str):
        return value
    value = fold(value).upper()
    if _BREAK.search(value):
        return Fault("RE-202")
    if value.startswith(ASKED):
        return Fault("RE-876")
    return None if value in MISSING_MARKS else value


def typed(raw: Any) -> Any:
    """A cell that is not text: folded where it is written as text, the marks for "missing" read as such."""
    value = simple(raw)
    if isinstance(value, str):
        value = text_of(value)
        if isinstance(value, str):
            value = fold(value)
            return None if value in MISSING_MARKS else value
    return value


def decimal_of(raw: Any, *, places: int, low: int | None, high: int) -> Any:
    """An exact number of at most ``places`` digits after the point, from ``low`` (or −``high``) to ``high``.

    Thousands separators, ``¥`` before and ``元`` after are accepted; scientific notation, NaN and infinity
    are not. The value has exactly ``places`` places.

    >>> decimal_of("1,234.5元", places=2, low=0, high=10**12)
    Decimal('1234.50')
    """
    value = typed(raw)
    if isinstance(value, str):
        bare = _YUAN.match(value)
        match = _NUMBER.match(bare[1] or bare[2] or "" if bare else value)
        if not match:
            return Fault("RE-208")
        value = Decimal(f"{'-' if match[1] else ''}{match[2].replace(',', '')}.{match[3] or '0'}")
    elif isinstance(value, bool) or not isinstance(value, int | Decimal | None):
        return value if isinstance(value, Fault) else Fault("RE-208")
    return value if value is None else _within(Decimal(value), places, low, high)


def _within(value: Decimal, places: int, low: int | None, high: int) -> Any:
    if low is not None and low >= 0 > value:
        return Fault("RE-206")
    floor = -high if low is None else low
    if not floor <= value <= high:
        return Fault("RE-207", params=(("range", f"{floor} … {high}"),))
    digits = value.as_tuple()
    exponent = int(digits.exponent)
    if exponent < -places and any(digits.digits[exponent + places :]):
        return Fault("RE-209", params=(("places", str(places)),))
    if abs(exponent) > _MOST_DIGITS:
        return Fault("RE-208")
    return from_scaled((Fraction(value) * 10**places).numerator, places)


def integer_of(raw: Any, *, low: int | None = 0, high: int = sources.MAX_INTEGER) -> Any:
    """A whole number from ``low`` (or −``high``) to ``high``.

    Full-width digits and thousands separators are accepted.

    >>> integer_of("１,234"), integer_of(12.0), integer_of("12.5").code
    (1234, 12, 'RE-205')
    """
    value = decimal_of(raw, places=0, low=low, high=high)
    if isinstance(value, Fault):
        return Fault("RE-205") if value.code in {"RE-208", "RE-209"} else value
    if value is None:
        return None
    if isinstance(raw, str) and ("元" in raw or "¥" in raw or "￥" in raw):
        return Fault("RE-205")
    return int(value)


def date_of(raw: Any, earliest: date | None = None) -> Any:
    """A date: text with the year first, a date, or a time, of which the day is kept; no serial number.

    >>> date_of("2022年1月5日"), date_of("31/12/2022").code
    (datetime.date(2022, 1, 5), 'RE-210')
    """
    value = typed(raw)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return Fault("RE-218")
        value = value.date()
    elif isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 <= value < 10**8 else ""
    if isinstance(value, str):
        value = _date_of_text(value)
    if isinstance(value, date):
        if earliest is not None and value < earliest:
            return Fault("RE-212", params=(("earliest", earliest.isoformat()),))
        return value
    return value if value is None or isinstance(value, Fault) else Fault("RE-210")


def _date_of_text(text: str) -> date | Fault:
    for form in _DATES:
        match = form.match(text)
        if match:
            try:
                return date(int(match[1]), int(match[3]), int(match[4]))
            except ValueError:
                return Fault("RE-211")
    return Fault("RE-210")


def bool_of(raw: Any) -> Any:
    """Yes or no: true/false, 是/否, yes/no, 1/0."""
    value = typed(raw)
    if value is None or isinstance(value, bool | Fault):
        return value
    return _YES_NO.get(plain_text(value).lower(), Fault("RE-214"))


def extra_of(raw: Any) -> Any:
    """A cell of a column that no rule reads: text as read, other simple values as they are, None if empty."""
    value = simple(raw)
    if isinstance(value, datetime):
        is_day = value.time() == datetime.min.time() and value.tzinfo is None
        return value.date() if is_day else value.isoformat(" ")
    if isinstance(value, str):
        text = text_of(value)
        return value if isinstance(text, str) else text
    return value
