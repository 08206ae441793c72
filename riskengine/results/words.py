"""The words of this room in one language, from ``words.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.languages import Text
from riskengine.kernel.wording import catalogue, said, words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOM = "riskengine.results"


def words(lang: str) -> Mapping[str, str]:
    """Key → wording in ``lang`` (``zh`` or ``en``)."""
    return words_in(_ROOM, lang)


def told(key: str, **parts: object) -> Text:
    """A wording in both languages with its ``{names}`` filled in."""
    return said(_ROOM, key, parts=parts)


def column_title(name: str) -> Text:
    """What a column or a name of expressions is called; itself where it has no words."""
    key = f"title_{name}"
    return told(key) if key in catalogue(_ROOM) else Text(name, name)
