"""Masking of personal numbers in whatever leaves the program: reports, messages, logs.

A resident number (GB 11643) keeps its first six and last four characters, a mobile number its first three and last
four.
A number counts as a resident number by its shape alone (a plausible birth date), whatever its check digit: a mistyped
one is as personal as a right one.
"""

from __future__ import annotations

import re

# 15 characters is the shape of the first generation's numbers: division, yymmdd, sequence.
_RESIDENT = re.compile(
    r"(?<![0-9A-Za-z])([1-9][0-9]{5})((?:18|19|20)[0-9]{2}(?:0[0-9]|1[0-9])[0-3][0-9][0-9]{3}[0-9Xx])(?![0-9A-Za-z])"
)
_RESIDENT_OLD = re.compile(
    r"(?<![0-9A-Za-z])([1-9][0-9]{5})([0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3})(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])((?:\+?86[- ]?)?1[3-9][0-9])[- ]?([0-9]{4})[- ]?([0-9]{4})(?![0-9A-Za-z])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def mask_personal(text: str) -> str:
    """``text`` with every resident and mobile number in it masked; anything else is left as it is.

    >>> mask_personal("11010519491231002X"), mask_personal("tel 13800138000")
    ('110105********002X', 'tel 138****8000')
    """
    if not any(char.isdigit() for char in text):
        return text
    folded = text.translate(_FULL_WIDTH)
    masked = _RESIDENT.sub(lambda m: f"{m[1]}********{m[2][-4:]}", folded)
    masked = _RESIDENT_OLD.sub(lambda m: f"{m[1]}*****{m[2][-4:]}", masked)
    masked = _MOBILE.sub(lambda m: f"{m[1]}****{m[3]}", masked)
    return text if masked == folded else masked


def is_personal(text: str) -> bool:
    """Whether ``text`` holds a resident or mobile number."""
    return mask_personal(text) != text


def mask_whole(text: str) -> str:
    """A value known to be personal (a driver's certificate): its first two and last two characters, the rest stars.

    >>> mask_whole("411000198001011234"), mask_whole("ab")
    ('41**************34', '**')
    """
    return "*" * len(text) if len(text) <= 4 else f"{text[:2]}{'*' * (len(text) - 4)}{text[-2:]}"


def mask_name(name: str) -> str:
    """A natural person's name: the first character, the rest stars.

    >>> mask_name("某某某")
    '某**'
    """
    return name[:1] + "*" * (len(name) - 1)
