"""Catalogues of wording: a YAML file per room whose leaves are ``{zh: …, en: …}``, read once.

No wording stands in the code; ``tests/house/test_wording.py`` finds what does, what is missing and what nobody uses.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.kernel.languages import LANGUAGES, Text
from riskengine.kernel.shipped import shipped_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WORDS = "words.yaml"
_KERNEL = "riskengine.kernel"


@lru_cache(maxsize=32)
def catalogue(room: str, file: str = WORDS) -> Mapping[str, Any]:
    """A catalogue as it is written: keys, or sections of keys, to ``{zh: …, en: …}``.

    Args:
        room: the package that it lies in, ``riskengine.reports``.
        file: its name there.
    """
    entries: dict[str, Any] = shipped_yaml(room, file)
    return entries


@lru_cache(maxsize=64)
def words_in(room: str, lang: str, file: str = WORDS) -> Mapping[str, str]:
    """Key → wording in ``lang`` (``zh`` or ``en``), of a catalogue without sections."""
    return {key: str(entry[lang]) for key, entry in catalogue(room, file).items()}


def said(room: str, key: str, parts: Mapping[str, object], file: str = WORDS) -> Text:
    """A wording in both languages with its ``{names}`` filled in, each by a :class:`Text` or by what ``str`` makes."""
    entry = catalogue(room, file)[key]
    return Text(*(entry[lang].format(**_in(parts, lang)) if parts else entry[lang] for lang in LANGUAGES))


def _in(parts: Mapping[str, object], lang: str) -> dict[str, object]:
    return {name: part.get(lang) if isinstance(part, Text) else part for name, part in parts.items()}


def joined(texts: Iterable[Text], mark: str) -> Text:
    """Texts one after the other in both languages, parted by ``list`` (、), ``comma``, ``clause`` (；) or ``plus``."""
    held, parting = list(texts), said(_KERNEL, mark, {})
    return Text(parting.zh.join(text.zh for text in held), parting.en.join(text.en for text in held))


def noted(text: Text, note: Text) -> Text:
    """A text with a note in brackets."""
    return said(_KERNEL, "noted", {"text": text, "note": note})


def listed(items: Iterable[str], lang: str) -> str:
    """Items one after the other, as a sentence lists them.

    >>> listed(["甲", "乙"], "zh"), listed(["a", "b"], "en")
    ('甲、乙', 'a, b')
    """
    return words_in(_KERNEL, lang)["list"].join(items)
