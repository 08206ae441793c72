"""What a sheet holds: its columns, and its rows in portions, each column of a portion as a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

TEXT, WORD, GRADE, LEVEL = "text", "word", "grade", "level"
"""Kinds of text: any, one of a few that come again and again, a grade, a colour of a risk point."""
NUMBER, SCORE, DATE, FLAG = "number", "score", "date", "flag"
"""Kinds of number: whole, with places, a day, and a whole one that deserves attention where it is above 0."""
_PORTION = 5_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    Attributes:
        heading: the key of its heading.
        width: in characters.
        kind: what its cells hold.
        link: the sheet that its cells lead to; :attr:`Portion.links` says to which row.
        wrap: whether long texts are broken into lines.
        hidden: whether it is not shown, for nothing is in it.
    """

    heading: str
    width: int
    kind: str = TEXT
    link: str | None = None
    wrap: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Portion:
    """Some rows of a sheet.

    Attributes:
        columns: for each column the values of its cells; None is an empty cell.
        links: column → for each row the row that its cell leads to, counted from 0 over all rows; None for no link.
    """

    columns: Sequence[Sequence[Any]]
    links: Mapping[int, Sequence[int | None]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.columns[0])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: the key of its name, its columns, and its rows, made when they are asked for."""

    name: str
    columns: tuple[Column, ...]
    portions: Callable[[], Iterable[Portion]]


def rows_sheet(name: str, columns: tuple[Column, ...], rows: Callable[[], Iterable[tuple[Any, ...]]]) -> Sheet:
    """A sheet of rows that are made one by one."""

    def portions() -> Iterator[Portion]:
        waiting = iter(rows())
        while some := list(islice(waiting, _PORTION)):
            yield Portion(list(zip(*some, strict=True)))

    return Sheet(name, columns, portions)
