"""The words of the reports in one language: those of explanations, with the reports' own over them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.kernel.wording import words_in
from riskengine.results import words

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache(maxsize=2)
def wording(lang: str) -> Mapping[str, str]:
    """Key → wording in ``lang`` (``zh`` or ``en``)."""
    return {**words(lang), **words_in("riskengine.reports", lang)}


@lru_cache(maxsize=16)
def room_words(room: str, lang: str) -> Mapping[str, str]:
    """Key → wording in ``lang`` of a room that has its own ``words.yaml``, over those of the reports.

    Args:
        room: the package, such as ``riskengine.reports.excel``.
        lang: ``zh`` or ``en``.
    """
    return {**wording(lang), **words_in(room, lang)}
