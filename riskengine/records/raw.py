"""What every reader of a format gives: headings, and rows of raw cells with the number that the user sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import Problem
from riskengine.records.grammar import shown, trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from riskengine.records.grammar import Fault

EXAMPLE = "【示例】"
"""How the example row of a form begins; it is no record."""

MOST_CHARACTERS = 1_000_000
"""Of one cell of a text file."""


class RawRow(NamedTuple):
    """A row as read: its number, its cells, and what is wrong with the row as such."""

    number: int
    cells: Sequence[Any]
    fault: Fault | None = None


@dataclass(slots=True)
class RawTable:
    """A source before its columns are known.

    Attributes:
        headings: as read, in order; empty where there is no heading and no record.
        rows: may be read once.
        sha256: of the file's bytes; None for frames and lists.
        sheet: of a workbook that has several.
        warns_short: whether a row with fewer cells than the headings is worth a warning.
    """

    headings: list[str]
    rows: Iterable[RawRow] = field(default_factory=list)
    sha256: str | None = None
    sheet: str | None = None
    warns_short: bool = False


def unreadable(
    label: str,
    code: str,
    *,
    row: int | None = None,
    found: str | None = None,
    **params: str,
) -> InputError:
    """The error that a whole source cannot be used."""
    return InputError([Problem(code, source=label, row=row, found=found, params=tuple(params.items()))])


def heading_of(cell: Any) -> str:
    """A heading as text on one line, without white space at its ends."""
    return " ".join(trim(shown(cell)).split())


def is_blank(cells: Iterable[Any]) -> bool:
    """Whether all cells are empty."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def record_rows(rows: Iterable[RawRow], example: int | None = 2) -> Iterator[RawRow]:
    """The rows of a file that are records: without blank rows at the end and the form's example in row ``example``."""
    blank: list[RawRow] = []
    for row in rows:
        if row.fault is None and is_blank(row.cells):
            blank.append(row)
            continue
        if row.number == example and isinstance(row.cells[0], str) and row.cells[0].startswith(EXAMPLE):
            continue
        yield from blank
        blank = []
        yield row
