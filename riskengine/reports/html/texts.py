"""Texts in both languages, stored once and named by a number; what differs in its numbers alone shares a form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from riskengine.kernel.languages import Text

GAP = "\x01"
"""Stands in a form where a number stood."""
_NUMBERS = re.compile(r"\d+(?:[.,-]\d+)*")


class Texts:
    """Pairs of texts in the order in which they were first met.

    Sentences about facts are the same but for their numbers. A pair in which both languages have the same numbers in
    the same order is stored as a form, which many share, and its numbers.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], int] = {}
        self._forms: dict[tuple[str, str], int] = {}
        self._stored: list[str | list[str] | list[str | int]] = []

    def place(self, zh: str, en: str) -> int:
        """The pair's place in :attr:`all`, given at first sight."""
        place = self._places.setdefault((zh, en), len(self._places))
        if place == len(self._stored):
            self._stored.append(self._form(zh, en))
        return place

    def of(self, text: Text) -> int:
        """The place of a text."""
        return self.place(text.zh, text.en)

    @property
    def all(self) -> list[str | list[str] | list[str | int]]:
        """The texts by place: ``[zh, en]``, one where both are the same, or the number of a form and its numbers."""
        return self._stored

    @property
    def forms(self) -> list[list[str]]:
        """The forms by number, ``[zh, en]``, with a gap for each number."""
        return [list(pair) for pair in self._forms]

    def _form(self, zh: str, en: str) -> str | list[str] | list[str | int]:
        if zh == en:
            return zh
        numbers = _NUMBERS.findall(zh)
        if not numbers or numbers != _NUMBERS.findall(en):
            return [zh, en]
        form = (_NUMBERS.sub(GAP, zh), _NUMBERS.sub(GAP, en))
        return [self._forms.setdefault(form, len(self._forms)), *numbers]


def joined(texts: Iterable[Text], says: Mapping[str, Mapping[str, str]], by: str = "separator") -> tuple[str, str]:
    """Texts one after another in each language, parted by a wording of that language."""
    held = list(texts)
    zh, en = (says[lang][by].join(text.get(lang) for text in held) for lang in ("zh", "en"))
    return zh, en
