"""Identifiers that pass their checks and belong to nobody: social credit codes, plates, certificate numbers.

The organisation codes are the series ``DEM00001`` and on: an obviously invented one.
"""

from __future__ import annotations

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

DIVISION = "411000"


def organisation_check(first_eight: str) -> str:
    """The check character of an organisation code (GB 11714)."""
    total = sum(
        weight * _ORGANISATION_ALPHABET.index(char)
        for weight, char in zip(_ORGANISATION_WEIGHTS, first_eight, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def credit_check(first_seventeen: str) -> str:
    """The check character of a unified social credit code (GB 32100-2015)."""
    total = sum(
        weight * _CREDIT_ALPHABET.index(char) for weight, char in zip(_CREDIT_WEIGHTS, first_seventeen, strict=True)
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code(number: int) -> str:
    """The invented enterprise of that number, with both check characters right."""
    organisation = f"DEM{number:05d}"
    body = f"91{DIVISION}{organisation}{organisation_check(organisation)}"
    return body + credit_check(body)


def plate(operator: int, vehicle: int) -> str:
    """An invented 豫K plate (GA 36), another for each vehicle of each operator."""
    number = operator * 330 + vehicle  # the largest fleet has 320
    return f"豫K{_PLATE_LETTERS[number // 10000]}{number % 10000:04d}"


def certificate(operator: int, driver: int) -> str:
    """An invented driver's certificate: its letters keep it from looking like a resident number."""
    return f"4110SL{operator:04d}{driver:04d}"
