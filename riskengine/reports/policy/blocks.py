"""What a page is made of. Texts are plain, but for parts made by :func:`code` and :func:`name`."""

from __future__ import annotations

from dataclasses import dataclass

TEXT, CODE, NAME = "text", "code", "name"
_OPENING = {"\x01": CODE, "\x02": NAME}
_CLOSE = "\x03"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the page's title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with a name, and lines that say what it is, each a label and a text."""

    name: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings and its rows of as many cells."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Entry | Table


def clean(text: str) -> str:
    """A text of somebody's file in one line, without characters that no page can show."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def code(text: str) -> str:
    """A text that is to stand in the letters of code."""
    return f"\x01{clean(text)}{_CLOSE}"


def name(text: str) -> str:
    """What something is called, to be set apart from the words around it."""
    return f"\x02{clean(text)}{_CLOSE}"


def spans(text: str) -> list[tuple[str, str]]:
    """The parts of a text, each with its kind: ``text``, ``code`` or ``name``; empty ones are left out.

    >>> spans("from " + code("a > b") + " on")
    [('text', 'from '), ('code', 'a > b'), ('text', ' on')]
    """
    parts: list[tuple[str, str]] = []
    kind, held = TEXT, ""
    for char in text:
        if char in _OPENING or char == _CLOSE:
            parts.append((kind, held))
            kind, held = _OPENING.get(char, TEXT), ""
        else:
            held += char
    return [part for part in (*parts, (kind, held)) if part[1]]
