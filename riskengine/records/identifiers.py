"""Codes that carry their own check: social credit codes, resident numbers, plates.

Sources: GB 32100-2015 (unified social credit code), GB 11643-1999 (resident number), GA 36-2018 (plates).
"""

from __future__ import annotations

import re
from datetime import date

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {char: value for value, char in enumerate(CREDIT_ALPHABET)}
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_RESIDENT = re.compile(r"[1-9][0-9]{16}[0-9X]\Z")
_RESIDENT_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_RESIDENT_CHECKS = "10X98765432"

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE_PATTERN = (
    f"[{_PROVINCES}][A-HJ-NP-Z](?:"
    "[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9学挂警港澳]"  # ordinary
    "|[ABCDEFGHJK][A-HJ-NP-Z0-9][0-9]{4}"  # new energy, small
    "|[0-9]{5}[ABCDEFGHJK])"  # new energy, large
)
"""The form of a plate, as a regular expression for the whole of it."""

_PLATE = re.compile(rf"{PLATE_PATTERN}\Z")


def is_credit_code(code: str) -> bool:
    """Whether ``code`` (upper case) is a unified social credit code with the right check character.

    Source: GB 32100-2015.

    >>> is_credit_code("91350100M000100Y43"), is_credit_code("91350100M000100Y42")
    (True, False)
    """
    if len(code) != 18 or any(char not in _CREDIT_VALUES for char in code):
        return False
    total = sum(_CREDIT_VALUES[char] * weight for char, weight in zip(code, CREDIT_WEIGHTS, strict=False))
    return _CREDIT_VALUES[code[17]] == -total % 31


def is_resident_number(number: str) -> bool:
    """Whether ``number`` (upper case) is a resident number: a day that exists, the right check character.

    Source: GB 11643-1999, ISO 7064 MOD 11-2.

    >>> is_resident_number("11010519491231002X"), is_resident_number("411002199002300017")
    (True, False)
    """
    if not _RESIDENT.match(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _RESIDENT_WEIGHTS, strict=False))
    return _RESIDENT_CHECKS[total % 11] == number[17]


def is_plate(plate: str) -> bool:
    """Whether ``plate`` (upper case, no spaces) has the form of an ordinary or new-energy plate.

    Source: GA 36-2018.

    >>> is_plate("豫K12345"), is_plate("豫KI2345")
    (True, False)
    """
    return _PLATE.match(plate) is not None
