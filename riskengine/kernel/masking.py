"""Masking of personal numbers in whatever leaves the program: reports, messages, logs.

A resident number (GB 11643) keeps its first six and last four characters, a mobile number its first three and last
four.
A number counts as a resident number by its shape alone (a plausible birth date), whatever its check digit: a mistyped
one is as personal as a right one.
"""

from __future__ import annotations

import re
from typing import Any

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


def personal_spans(text: str) -> list[tuple[int, int]]:
    """Where the resident and mobile numbers of ``text`` stand: first character and the one after the last, in order.

    >>> personal_spans("tel 13800138000, 11010519491231002X")
    [(4, 15), (17, 35)]
    """
    folded = text.translate(_FULL_WIDTH)  # a character for a character, so that places stay what they are
    found: list[tuple[int, int]] = []
    for shape in (_RESIDENT, _RESIDENT_OLD, _MOBILE):
        for match in shape.finditer(folded):
            if all(match.end() <= start or end <= match.start() for start, end in found):
                found.append(match.span())
    return sorted(found)


def is_personal(text: str) -> bool:
    """Whether ``text`` holds a resident or mobile number."""
    return mask_personal(text) != text


def mask_within(value: Any) -> Any:
    """Texts, and what lists and mappings hold of them, with every resident and mobile number masked.

    >>> mask_within({"records": ["(2022) 11010519491231002X", 7]})
    {'records': ['(2022) 110105********002X', 7]}
    """
    if isinstance(value, str):
        return mask_personal(value)
    if isinstance(value, dict):
        return {key: mask_within(item) for key, item in value.items()}
    return [mask_within(item) for item in value] if isinstance(value, list | tuple) else value


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
