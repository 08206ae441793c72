"""From values to the markup of cells: each different value is turned once, and found again while it is remembered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from riskengine.kernel.decimals import plain
from riskengine.reports.excel.sheet import DATE, GRADE, LEVEL, WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from riskengine.reports.excel.sheet import Column

_EXACT_DIGITS = 15
"""Digits that a spreadsheet's number keeps for certain; a longer number is written as text."""
_REMEMBERED = 1 << 14
LINE_HEIGHT, ROW_HEIGHT = 14, 17  # in points
_MOST_LINES = 20
_DAY_ZERO = date(1899, 12, 30)  # day 0 of spreadsheets, for days from March 1900 on
_FIRST_DAY = date(1900, 3, 1)


class CellMaker:
    """Turns the values of a column into what follows the place in a ``c`` element.

    Args:
        column: the column.
        style: the number of its format.
        share: gives a text its number among the texts that the workbook holds once.
    """

    def __init__(self, column: Column, style: int, share: Callable[[str], int]) -> None:
        self._kind, self._width = column.kind, column.width - 2
        self._style, self._share = f' s="{style}"', share
        self._known: dict[Any, str] = {}
        self._lines: dict[Any, int] = {}

    def cells(self, values: Iterable[Any]) -> list[str]:
        """The markup of each value, empty for None."""
        known = self._known
        if len(known) > _REMEMBERED:
            known.clear()
        found = []
        for value in values:
            cell = known.get(value)
            if cell is None:
                cell = known[value] = self._cell(value)
            found.append(cell)
        return found

    def lines(self, values: Iterable[str | None]) -> list[int]:
        """How many lines each text takes; letters as wide as two count as two."""
        known = self._lines
        if len(known) > _REMEMBERED:
            known.clear()
        return [known.get(value) or known.setdefault(value, self._lines_of(value or "")) for value in values]

    def _lines_of(self, text: str) -> int:
        parts = text.split("\n")
        widths = (sum(2 if east_asian_width(sign) in "WF" else 1 for sign in part) for part in parts)
        return sum(max(1, -(-width // self._width)) for width in widths)

    def _cell(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, date):
            return self._day(value)
        if isinstance(value, int | Decimal) and is_exact(value):
            return f"{self._style}><v>{plain(value)}</v></c>"
        text = str(value)
        if self._kind in {WORD, GRADE, LEVEL}:
            return f'{self._style} t="s"><v>{self._share(text)}</v></c>'
        return self._text(text)

    def _day(self, day: date) -> str:
        """A day as a number that sorts; one before spreadsheets count days as text."""
        if self._kind != DATE or day < _FIRST_DAY:
            return self._text(day.isoformat())
        return f"{self._style}><v>{(day - _DAY_ZERO).days}</v></c>"

    def _text(self, text: str) -> str:
        from riskengine.reports.excel.stream import inline

        return f'{self._style} t="inlineStr">{inline(text)}</c>'


def height_of(lines: int) -> str:
    """The height of a row as attributes; none where it has one line."""
    return f' ht="{min(lines, _MOST_LINES) * LINE_HEIGHT + 3}" customHeight="1"' if lines > 1 else ""


def is_exact(value: int | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of a number.

    >>> is_exact(Decimal("0.1000")), is_exact(10**15 + 1)
    (True, False)
    """
    return len(Decimal(value).normalize().as_tuple().digits) <= _EXACT_DIGITS


def markup_of_rows(
    first: int, letters: Sequence[str], columns: Sequence[Sequence[str]], heights: Sequence[str]
) -> list[str]:
    """Rows as elements.

    Args:
        first: the number of the first row, from 0.
        letters: the columns' letters.
        columns: for each column the markup of its cells.
        heights: for each row its height as attributes.
    """
    opened = [f'<c r="{letter}' for letter in letters]
    rows = []
    for number, (height, *cells) in enumerate(zip(heights, *columns, strict=True), first + 1):
        inside = "".join(f'{start}{number}"{cell}' for start, cell in zip(opened, cells, strict=True) if cell)
        rows.append(f'<row r="{number}"{height}>{inside}</row>\n')
    return rows
