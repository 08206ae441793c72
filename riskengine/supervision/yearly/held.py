"""What a file of the record holds for the year: rows with their place, typed cells and what is derived of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class RowRef(NamedTuple):
    """A row of a file as the user sees it: the file's name and the row's number."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class HeldRow:
    """What a figure counts as one: a row of a file, or what several rows make together.

    Attributes:
        refs: the rows that it is made of, first the one that it is about.
        cells: column → value, derived ones among them.
    """

    refs: tuple[RowRef, ...]
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file, or what is made from files.

    Attributes:
        rows: what figures count.
        accounts: name of each file that was read for it → all its row numbers.
        left_out: rows that cannot be used → the code of why.
        missing: the files that are not there; then there are no rows.
        note: what a reader should know of it: key → value.
        later: rows that are of after the year, and so were not used.
        orders: column → its values in the order in which they are shown, where that is not the catalogue's.
    """

    rows: tuple[HeldRow, ...] = ()
    accounts: Mapping[str, frozenset[int]] = field(default_factory=dict)
    left_out: Mapping[RowRef, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    note: Mapping[str, str] = field(default_factory=dict)
    later: frozenset[RowRef] = frozenset()
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_missing(self) -> bool:
        """Whether there is no such file."""
        return bool(self.missing)
