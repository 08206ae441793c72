"""What a notice is made of, in one language: sections of paragraphs, tables and lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``strong`` where it must not be missed."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its first line, and smaller ones below."""

    text: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: headings, rows, and the shares of the width in percent. The last row is a sum where ``summed``."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the notice under a heading."""

    title: str
    blocks: tuple[Paragraph | Grid | Items, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice in one language.

    Attributes:
        lang: ``zh`` or ``en``.
        title, sender: what it is and who sends it.
        name, operator_id: to whom.
        grade, band: the grade, or a dash, with its shade (None outside the ranking).
        verdict: the result in words, and what follows from it.
        facts: label and value, at the head.
        decides: that a person decides.
        sections: its parts.
        foot: label and value: what the notice can be checked by.
    """

    lang: str
    title: str
    sender: str
    name: str
    operator_id: str
    grade: str
    band: int | None
    verdict: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    decides: str
    sections: tuple[Section, ...]
    foot: tuple[tuple[str, str], ...]
