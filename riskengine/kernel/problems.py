"""One problem of an input, a policy or a catalogue: fields first, text last.

The wording and the level of each code stand in ``kernel/codes/*.yaml``; ``docs/errors.md`` is made from the same files.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from riskengine.kernel.phrases import chinese
from riskengine.kernel.shipped import yaml_in
from riskengine.kernel.wording import listed, words_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ERROR = "error"
WARNING = "warning"

Value = str | tuple[str, ...]
"""What fills in a message: a text, or several names."""

_ROOM = "riskengine.kernel"
_WORDED = frozenset({"reason", "what", "expected", "taken_by", "limit", "got"})
_SHOWN = 80  # characters of a found value that a message repeats


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem, with its place.

    Attributes:
        code: ``RE-…``, a key of the code register.
        source: the file, frame or table as the user knows it.
        row: the row as the user sees it (CSV and Excel: the header is 1), or None.
        line: the line of a YAML file, from 1, or None.
        column: the column name, or the path of a key (``signals[2].when``), or None.
        found: what stood there, already masked where it is personal.
        near: the nearest known names, best first ("did you mean").
        params: further values for the message, as pairs; several names are a tuple, listed as the language lists them.
        character: the character of the line, from 1, or None.
        heading: what the column is called in the user's own file, where that is another name.
    """

    code: str
    source: str | None = None
    row: int | None = None
    line: int | None = None
    column: str | None = None
    found: str | None = None
    near: tuple[str, ...] = ()
    params: tuple[tuple[str, Value], ...] = ()
    heading: str | None = None
    character: int | None = None

    @property
    def level(self) -> str:
        """``error`` (what it stands on is not used) or ``warning`` (it is used)."""
        return str(code_register()[self.code]["level"])

    @property
    def is_error(self) -> bool:
        """Whether the level is ``error``."""
        return self.level == ERROR

    def message(self, lang: str = "en") -> str:
        """The words alone, without the place: what was found, what was expected, the nearest names.

        Args:
            lang: ``zh`` or ``en``.
        """
        entry = code_register()[self.code]
        values = _Blank({key: value if isinstance(value, str) else listed(value, lang) for key, value in self.params})
        if lang == "zh":
            values.update({key: chinese(values[key]) for key in values.keys() & _WORDED})
        values["found"] = _shorten(self.found)
        values["column"] = self.column_text(lang)
        words = str(entry[lang]).format_map(values)
        if self.near:
            names = listed(self.near, lang)
            words = words_in(_ROOM, lang)["did_you_mean"].format(message=words, names=names)
        return words

    def column_text(self, lang: str = "en") -> str:
        """The column as its reader knows it: in Chinese its heading, in English its name with the heading beside it."""
        if self.heading is None or self.heading == self.column:
            return self.column or ""
        return self.heading if lang == "zh" else f"{self.column} ({self.heading})"

    def place(self, lang: str = "en") -> str:
        """Where it is: source, row or line, character, column."""
        say = words_in(_ROOM, lang)
        parts = [self.source] if self.source else []
        for key, number in (("row", self.row), ("line", self.line), ("character", self.character)):
            if number is not None:
                parts.append(say[key].format(n=number))
        if self.column:
            parts.append(self.column_text(lang))
        return say["comma"].join(parts)

    def text(self, lang: str = "en") -> str:
        """One line: place, code, words."""
        place = self.place(lang)
        told = f"{self.code} {self.message(lang)}"
        return placed(place, told, lang) if place else told

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The fields as JSON-ready values, with the level and the message in ``lang``."""
        return {
            "code": self.code,
            "level": self.level,
            "source": self.source,
            "row": self.row,
            "line": self.line,
            "character": self.character,
            "column": self.column,
            "heading": self.heading,
            "found": self.found,
            "near": list(self.near),
            "message": self.message(lang),
        }


def placed(place: str, told: str, lang: str) -> str:
    """What is told of a place, in one line."""
    return words_in(_ROOM, lang)["placed"].format(place=place, told=told)


class _Blank(dict[str, str]):
    """Format values; a name that is not there becomes empty rather than an error in an error message."""

    def __missing__(self, key: str) -> str:
        return ""


def _shorten(value: str | None) -> str:
    if value is None:
        return ""
    flat = "".join(char if char.isprintable() else " " for char in value)
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1] + "…"


@lru_cache(maxsize=1)
def code_register() -> Mapping[str, Mapping[str, str]]:
    """Every code with ``level``, ``en``, ``zh`` and ``do`` (what to do, English), sorted by code."""
    register: dict[str, Mapping[str, str]] = {}
    folder = resources.files("riskengine.kernel") / "codes"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            for code, entry in (yaml_in(file) or {}).items():
                if code in register:
                    raise RuntimeError(f"error code {code} is registered twice")
                register[code] = entry
    return dict(sorted(register.items()))


def nearest(name: str, known: Iterable[str], most: int = 3, cutoff: float = 0.6) -> tuple[str, ...]:
    """The known names nearest to ``name``, best first; empty where none is near.

    >>> nearest("operater_id", ["operator_id", "name"])
    ('operator_id',)
    """
    return tuple(difflib.get_close_matches(name, list(known), n=most, cutoff=cutoff))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems sorted by source, row or line, column and code."""
    return sorted(
        problems,
        key=lambda p: (p.source or "", p.row or 0, p.line or 0, p.column or "", p.code, p.found or "", p.params),
    )
