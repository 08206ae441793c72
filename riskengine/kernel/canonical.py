"""Canonical JSON (RFC 8785) and SHA-256 over it."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_EXACT_IN_A_DOUBLE = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """``value`` in the form of RFC 8785: members sorted, no white space, one way to write each text.

    Decimals, dates and integers that a double cannot hold are written as text, so that no number is altered.

    >>> canonical_json({"b": 1, "a": "豫"}).decode()
    '{"a":"豫","b":1}'
    """
    import rfc8785

    return bytes(rfc8785.dumps(_json_ready(value)))


def _json_ready(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json_ready(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json_ready(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and abs(value) > _EXACT_IN_A_DOUBLE else value


def sha256_of(value: Any) -> str:
    """SHA-256, in hex, of the canonical JSON of ``value``."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def sha256_of_file(path: Path) -> str:
    """SHA-256, in hex, of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
