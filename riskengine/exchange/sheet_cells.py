"""What a cell of a workbook can hold, and how wide it is."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.catalog.shapes import DATE, DECIMAL, INTEGER, TEXT
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.exchange.flatten import Row
    from riskengine.exchange.tables import Column

CELL_LIMIT = 32_767
"""Characters of a cell, in units of UTF-16, by the format."""

_EXACT_DIGITS = 15  # that a spreadsheet's number keeps for certain
_SHARED = re.compile(r"(?<=_x[0-9a-fA-F]{4}_)(?=x[0-9a-fA-F]{4}_)")


def refused(rows: Mapping[str, list[Row]]) -> Iterator[Problem]:
    """A problem for each text that no cell can hold (RE-397)."""
    for name, held in rows.items():
        for row in held:
            for key, value in row.values.items():
                if isinstance(value, str) and (reason := _unfit(value)):
                    at = f"{row.file}, {name}: {key}"
                    yield Problem("RE-397", source=at, found=value, params=(("reason", reason),))


def _unfit(text: str) -> str | None:
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > CELL_LIMIT:
        return f"longer than {CELL_LIMIT} characters"
    if any("\ud800" <= char <= "\udfff" or char in "\ufffe\uffff" for char in text):
        return "a character that no workbook can hold"
    return None


def runs(text: str) -> list[str]:
    """A text in the runs that the library writes as they are.

    It takes a text between ``<r>`` and ``</r>`` for its own markup, and misses the second of two escapes that share an
    underscore.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        return [text[:1], *runs(text[1:])]
    return _SHARED.split(text)


def kind(column: Column) -> str:
    """How a column's cells look: ``text``, ``integer``, ``decimal`` or ``date``."""
    return column.leaf.kind if column.leaf.kind in {INTEGER, DECIMAL, DATE} and not column.several else TEXT


def letters(number: int) -> str:
    """The letters of a column, from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def width(text: str) -> int:
    """How wide a text is in characters of a line: a full-width one counts twice."""
    return max((sum(2 if ord(char) > 0x2E7F else 1 for char in line) for line in text.splitlines()), default=0)


def is_exact(value: int | Decimal) -> bool:
    """Whether a cell holds the number to its last digit."""
    return len(Decimal(value).normalize().as_tuple().digits) <= _EXACT_DIGITS


def lines(text: str, wide: int) -> int:
    """How many lines a text takes in a cell of so many characters, about."""
    return sum(max(1, -(-(width(line) + width(line) // 12) // max(wide - 1, 1))) for line in text.splitlines()) or 1
