"""Ids that a source spreads over several columns: ``--map operator_id=place+day`` joins their cells.

In a register of inspections no column may be unique alone, though two or three are together. Only ids can be joined:
of everything else the parts have a meaning of their own, and a policy can read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import SOURCES
from riskengine.records.grammar import Fault, id_of, plain_text, simple, trim

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

PLUS, BETWEEN = "+", "|"
"""Between the headings of a mapping, and between the parts of the id that is made."""

JOINABLE = frozenset(source.key for source in SOURCES.values())
"""The columns that may be made of several."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A column whose cells are made of those of several headings.

    Attributes:
        name: the column.
        heading: the headings as they were mapped, with ``+`` between them.
        positions: where their cells are, in the order mapped.
    """

    name: str
    heading: str
    positions: tuple[int, ...]

    def cell(self, cells: Sequence[Any]) -> Any:
        """The cell made of a row's: a text with ``|`` between the parts, or what is wrong with one of them."""
        parts = [simple(cells[at]) if at < len(cells) else None for at in self.positions]
        faults = [part for part in parts if isinstance(part, Fault)]
        return faults[0] if faults else BETWEEN.join("" if part is None else plain_text(part) for part in parts)

    def read(self, cell: Any) -> Any:
        """The id, each part read as an id is; None where all are empty.

        A ``Fault`` where one is empty (RE-220), or holds the sign that stands between them (RE-221).
        """
        if not isinstance(cell, str):
            return id_of(cell)
        parts = [id_of(part) for part in cell.split(BETWEEN)]
        if len(parts) != len(self.positions):
            return Fault("RE-221")
        if all(part is None for part in parts):
            return None
        faults = [part for part in parts if isinstance(part, Fault)]
        if faults:
            return faults[0]
        return Fault("RE-220") if None in parts else BETWEEN.join(parts)

    @staticmethod
    def as_read(cell: str) -> str:
        """The id as results show it: its parts without white space at their ends."""
        return BETWEEN.join(trim(part) for part in cell.split(BETWEEN))


def parts_of(heading: str, headings: Collection[str]) -> tuple[str, ...]:
    """The headings that a mapped ``heading`` joins; none where it joins none, or a heading is called like that.

    >>> parts_of("day+type", ["day", "type"]), parts_of("day+type", ["day+type"]), parts_of("day", ["day"])
    (('day', 'type'), (), ())
    """
    if PLUS not in heading or heading in headings:
        return ()
    return tuple(part.strip() for part in heading.split(PLUS))


def joined_columns(mapping: Mapping[str, str], headings: Sequence[str], names: Collection[str]) -> list[Joined]:
    """The columns of a source that are made of several of its headings.

    Args:
        mapping: column → heading, or headings with ``+`` between them.
        headings: of the source.
        names: the columns that the source may have.
    """
    made = []
    for name, heading in mapping.items():
        parts = parts_of(heading, headings)
        if parts and name in JOINABLE and name in names and all(part in headings for part in parts):
            made.append(Joined(name, heading, tuple(headings.index(part) for part in parts)))
    return made
