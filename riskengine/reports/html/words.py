"""The words of the page in both languages: those of the reports, with the page's own over them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.kernel.languages import LANGUAGES
from riskengine.kernel.shipped import shipped_yaml
from riskengine.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache(maxsize=1)
def page_words() -> Mapping[str, Mapping[str, str]]:
    """Language → key → wording."""
    entries = shipped_yaml("riskengine.reports.html", "words.yaml")
    return {lang: {**wording(lang), **{key: entry[lang] for key, entry in entries.items()}} for lang in LANGUAGES}
