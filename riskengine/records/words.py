"""The part of the grammar that compares with known words: word lists, areas, plates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from riskengine.kernel.problems import nearest
from riskengine.records.grammar import Doubt, Fault, fold, id_of, plain_text, text_of, trim, typed
from riskengine.records.identifiers import is_plate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SEPARATORS = re.compile("[;；]")
_COMPARED = 40  # characters of an unknown word that are compared with the known ones


def _several(raw: Any) -> Any:
    """Several texts as one cell: frames and programs give them as a list, files with ``;``."""
    if isinstance(raw, list | tuple) and all(isinstance(part, str) for part in raw):
        return ";".join(raw)
    return raw


def word_of(raw: Any, words: Mapping[str, str]) -> Any:
    """One of ``words`` (accepted, lower case → stored), whatever its case."""
    value = typed(raw)
    if value is None or isinstance(value, Fault):
        return value
    text = plain_text(value)
    stored = words.get(text.lower())
    return _unknown_word(text, words) if stored is None else stored


def _unknown_word(text: str, words: Iterable[str]) -> Fault:
    near = nearest(text[:_COMPARED].lower(), words)
    return Fault("RE-213", near=near, params=(("words", ", ".join(words)),))


def words_of(raw: Any, words: Mapping[str, str]) -> Any:
    """Several words, as a list or separated by ``;``: a tuple without repetitions, in the order given."""
    value = typed(_several(raw))
    if value is None or isinstance(value, Fault):
        return value
    found: list[str] = []
    for part in _SEPARATORS.split(plain_text(value)):
        if not trim(part):
            continue
        stored = word_of(part, words)
        if not isinstance(stored, str):
            return stored or _unknown_word(trim(part), words)
        found.append(stored)
    return tuple(dict.fromkeys(found)) or None


def areas_of(raw: Any, known: Iterable[str] = ()) -> Any:
    """Area codes, as a list or separated by ``;``: a tuple, empty for all areas.

    An unknown code is a fault where any are known.
    """
    value = text_of(_several(raw))
    if isinstance(value, Fault):
        return value
    codes = tuple(dict.fromkeys(fold(part).upper() for part in _SEPARATORS.split(value or "") if trim(part)))
    by_upper = {area.upper(): area for area in known}
    unknown = [code for code in codes if by_upper and code not in by_upper]
    if unknown:
        near = nearest(unknown[0][:_COMPARED], by_upper)
        return Fault("RE-216", near=near, params=(("areas", ", ".join(by_upper.values())),))
    return tuple(by_upper.get(code, code) for code in codes)


def colour_of(text: str | None) -> str | None:
    """A plate's colour as colours are compared: half-width, without the word for colour at its end.

    >>> colour_of("黄色"), colour_of(" 黄 "), colour_of(None)
    ('黄', '黄', None)
    """
    folded = fold(text or "").lower()
    return folded.removesuffix("色") or folded or None


def plate_of(raw: Any) -> Any:
    """A plate: half-width, upper case, without spaces and ``·``; a form unknown to GA 36 is a doubt."""
    value = id_of(raw)
    if not isinstance(value, str):
        return value
    plate = re.sub(r"[\s·•・.\-]", "", value)
    return plate if is_plate(plate) else Doubt(plate or value, Fault("RE-261"))
