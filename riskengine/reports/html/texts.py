"""Texts in both languages, stored once and named by a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from riskengine.kernel.languages import Text


class Texts:
    """Pairs of texts in the order in which they were first met; equal languages are stored as one text."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], int] = {}

    def place(self, zh: str, en: str) -> int:
        """The pair's place in :attr:`all`, given at first sight."""
        return self._places.setdefault((zh, en), len(self._places))

    def of(self, text: Text) -> int:
        """The place of a text."""
        return self.place(text.zh, text.en)

    @property
    def all(self) -> list[str | list[str]]:
        """The texts by place: ``[zh, en]``, or one text where both are the same."""
        return [zh if zh == en else [zh, en] for zh, en in self._places]


def joined(texts: Iterable[Text], says: Mapping[str, Mapping[str, str]], by: str = "separator") -> tuple[str, str]:
    """Texts one after another in each language, parted by a wording of that language."""
    held = list(texts)
    return tuple(says[lang][by].join(text.get(lang) for text in held) for lang in ("zh", "en"))  # type: ignore[return-value]
