"""What a publication must not show: resident numbers, certificates, telephone numbers, wherever they stand in a text.

Stricter than the masking of reports, for what is published is read by anybody: numbers are found beside letters too, in
full width, and broken up by blanks, points or strokes. :func:`left_over` finds what was not masked in another way than
the masking does, and is asked of every cell that goes out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.kernel.masking import is_personal, mask_name, mask_whole
from riskengine.records.identifiers import is_credit_code, is_resident_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_PARTING = r"[\s.\-–—−_·/\u00ad\u200b-\u200f\u2060-\u2064\ufeff]{1,2}"
_GROUP = re.compile(r"[0-9]+[Xx]?|[Xx]")
_LINKED = re.compile(rf"{_PARTING}\Z")
_RESIDENT = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[0-9]|1[0-9])[0-3][0-9][0-9]{3}[0-9X]\Z")
_RESIDENT_OLD = re.compile(r"[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}\Z")
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9][0-9]{9}\Z")
_LANDLINE = re.compile(r"(?<![0-9])[(（]?0[1-9][0-9]{1,2}[)）]?[\s\-–—]?[2-9][0-9]{6,7}(?![0-9])")
_MANY_DIGITS = re.compile(r"(?:\d\D{0,2}){11}")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")
_LONGEST = 18
_WORD = re.compile(r"[0-9A-Za-z]{5,}")
_LEAST = 5  # characters of a certificate or name that are looked for within texts


def is_person(operator_id: str) -> bool:
    """Whether an id is a natural person's: a resident number, or one mistyped that is no social credit code.

    >>> is_person("11010519491231002X"), is_person("91350100M000100Y43")
    (True, False)
    """
    return is_personal(operator_id) and (is_resident_number(operator_id) or not is_credit_code(operator_id))


class Hiding:
    """Masks texts that are published, and remembers those it has seen.

    Args:
        certificates: certificates of drivers and the like that the record knows: found in every text.
    """

    def __init__(self, certificates: Iterable[str] = ()) -> None:
        self.certificates = frozenset(each.upper() for each in certificates if len(each) >= _LEAST)
        self.text = lru_cache(maxsize=1 << 15)(self._text)

    def _text(self, text: str) -> str:
        """A text with every personal number in it masked; all else in it stays as it is."""
        if not any(char.isdigit() for char in text):
            return text
        folded = text if text.isascii() else text.translate(_plain_digits())
        for start, end, mask in reversed(_found(folded)):
            text = f"{text[:start]}{mask}{text[end:]}"
        if self.certificates:
            text = _WORD.sub(self._masked_certificate, text)
        return text

    def _masked_certificate(self, match: re.Match[str]) -> str:
        return mask_whole(match[0]) if match[0].upper() in self.certificates else match[0]

    def about(self, text: str, name: str | None, certificate: str | None = None) -> str:
        """A text of a record: the name and the certificate that the record itself holds are masked in it too.

        Args:
            text: any.
            name: a natural person's name; None where nobody's is to be masked.
            certificate: the driver's; None where the record names none.
        """
        if name and len(name) > 1:
            text = text.replace(name, mask_name(name))
        if certificate and len(certificate) >= _LEAST and certificate in text:
            text = text.replace(certificate, mask_whole(certificate))
        return str(self.text(text))


def _organisation(code: str) -> bool:
    """Whether 18 characters are an organisation's code: no person's number, though it has the shape of one."""
    return is_credit_code(code) and not is_resident_number(code)


@lru_cache(maxsize=1)
def _plain_digits() -> dict[int, str]:
    """A character for a character: digits in any writing as 0 to 9, a full-width X as X."""
    values = ((code, unicodedata.digit(chr(code), -1)) for code in range(0x80, 0x20000))
    return {code: str(value) for code, value in values if 0 <= value <= 9} | {ord("Ｘ"): "X", ord("ｘ"): "X"}


def _found(folded: str) -> list[tuple[int, int, str]]:
    """The personal numbers of a text: first character, the one after the last, and what stands in their place."""
    kept = [match.span() for match in _CODE.finditer(folded) if _organisation(match[0])]
    groups = [match.span() for match in _GROUP.finditer(folded)]
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(groups):
        hit = _number_from(folded, groups, at)
        if hit is None:
            at += 1
            continue
        last, mask = hit
        found.append((groups[at][0], groups[last][1], mask))
        at = last + 1
    found += [(*match.span(), mask_whole(match[0])) for match in _LANDLINE.finditer(folded)]
    apart: list[tuple[int, int, str]] = []
    for start, end, mask in sorted(found):
        taken = [*kept, *(each[:2] for each in apart)]
        if not any(start < after and before < end for before, after in taken):
            apart.append((start, end, mask))
    return apart


def _number_from(folded: str, groups: list[tuple[int, int]], at: int) -> tuple[int, str] | None:
    """A personal number that begins with a group of digits: its last group and its mask."""
    bare = ""
    for last in range(at, len(groups)):
        if last > at and not _LINKED.match(folded[groups[last - 1][1] : groups[last][0]]):
            return None
        bare += folded[groups[last][0] : groups[last][1]].upper()
        mask = _masked(bare)
        if mask is not None:
            return last, mask
        if len(bare) > _LONGEST:
            return None
    return None


def _masked(bare: str) -> str | None:
    """The digits of a number masked; None where they are no personal number."""
    if _RESIDENT.match(bare) or _RESIDENT_OLD.match(bare):
        return f"{bare[:6]}{'*' * (len(bare) - 10)}{bare[-4:]}"
    return f"{bare[-11:-8]}****{bare[-4:]}" if _MOBILE.match(bare) else None


def left_over(text: str, certificates: Collection[str] = ()) -> bool:
    """Whether a cell that goes out still holds a personal number: its digits read anew, and not as the masking does.

    Args:
        text: the cell.
        certificates: certificates that the record knows, in capitals.
    """
    if certificates and any(word.upper() in certificates for word in _WORD.findall(text)):
        return True
    if not _MANY_DIGITS.search(text):
        return False
    parts = re.split(r"[^0-9X.\- ]+", re.sub(_PARTING, " ", unicodedata.normalize("NFKC", text).upper()))
    return any(_holds_number(part) for part in parts)


def _holds_number(part: str) -> bool:
    """Whether numbers one after the other, parted by blanks, make up a resident or a mobile number."""
    numbers = part.split()
    for first in range(len(numbers)):
        joined = ""
        for each in numbers[first:]:
            joined += each
            resident = len(joined) in {15, 18} and (_RESIDENT.match(joined) or _RESIDENT_OLD.match(joined))
            if (resident and not _organisation(joined)) or _MOBILE.match(joined):
                return True
    return False
