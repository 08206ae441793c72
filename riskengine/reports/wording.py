"""The words of the reports in one language: those of explanations, with the reports' own over them."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml

from riskengine.results import words

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache(maxsize=2)
def wording(lang: str) -> Mapping[str, str]:
    """Key → wording in ``lang`` (``zh`` or ``en``)."""
    entries = yaml.safe_load((resources.files("riskengine.reports") / "words.yaml").read_text("utf-8"))
    return {**words(lang), **{key: entry[lang] for key, entry in entries.items()}}


@lru_cache(maxsize=16)
def room_words(room: str, lang: str) -> Mapping[str, str]:
    """Key → wording in ``lang`` of a room that has its own ``words.yaml``, over those of the reports.

    Args:
        room: the package, such as ``riskengine.reports.excel``.
        lang: ``zh`` or ``en``.
    """
    entries = yaml.safe_load((resources.files(room) / "words.yaml").read_text("utf-8"))
    return {**wording(lang), **{key: entry[lang] for key, entry in entries.items()}}
