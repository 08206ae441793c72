"""The content hash of a table: equal for equal content, whatever the order of rows, the engine or the file format.

A row's text is its columns in contract order, joined by U+001F; null is U+0000; these two and the backslash are escaped
by a backslash before them. Decimals carry all their places, dates are ISO, lists are sorted JSON. The row's digest
is the
SHA-256 of that text. The table's hash is the number of rows and the sums, modulo 2⁶⁰, of hex digits 1-15 and 16-30.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from riskengine.contract.tables import Table

_MODULUS = 1 << 60
_ESCAPES = str.maketrans({"\\": "\\\\", "\x1f": "\\\x1f", "\x00": "\\\x00"})


def cell_text(value: Any) -> str:
    """One cell as it goes into the row's text."""
    if value is None:
        return "\x00"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        value = json.dumps(sorted(value), ensure_ascii=False, separators=(",", ":"))
    return str(value).translate(_ESCAPES)


def row_digest(cells: Iterable[Any]) -> str:
    """SHA-256, in hex, of one row's text."""
    return hashlib.sha256("\x1f".join(cell_text(cell) for cell in cells).encode()).hexdigest()


def content_hash(table: Table, rows: Iterable[Mapping[str, Any]]) -> str:
    """The hash of a table as ``rows-first sum-second sum``, the sums in 15 hex digits.

    Args:
        table: which columns, in which order, and which of them stay outside.
        rows: mappings from column name to a plain value (text, int, Decimal, date, bool, list of text, None).
    """
    sums = ContentHash(table)
    for row in rows:
        sums.add(row)
    return sums.text


class ContentHash:
    """The hash of a table whose rows come one after another.

    Attributes:
        count: how many came so far.
    """

    def __init__(self, table: Table) -> None:
        self._names = [name for name in table.names if name not in table.unhashed]
        self.count = self._first = self._second = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Add a row: a mapping from column name to a plain value."""
        digest = row_digest(row[name] for name in self._names)
        self.count += 1
        self._first += int(digest[:15], 16)
        self._second += int(digest[15:30], 16)

    @property
    def text(self) -> str:
        """The hash of the rows so far."""
        return hash_text(self.count, self._first, self._second)


def hash_text(count: int, first: int, second: int) -> str:
    """The hash from the number of rows and the two sums."""
    return f"{count}-{first % _MODULUS:015x}-{second % _MODULUS:015x}"


def replaced(whole: str, part: str, by: str) -> str:
    """The hash of a table some of whose rows were replaced by others; nothing of the rest is read.

    Args:
        whole: the hash of the table as it was.
        part: that of the rows that went.
        by: that of the rows that came.

    >>> replaced("3-00000000000000a-00000000000000b", "1-00000000000000b-000000000000001", "0-0-0")
    '2-fffffffffffffff-00000000000000a'
    """
    count, first, second = (
        one - two + three for one, two, three in zip(*map(_numbers, (whole, part, by)), strict=True)
    )
    return hash_text(count, first, second)


def _numbers(text: str) -> tuple[int, int, int]:
    count, first, second = text.split("-")
    return int(count), int(first, 16), int(second, 16)
