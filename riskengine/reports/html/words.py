"""The words of the page in both languages: those of the reports, with the page's own over them."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml

from riskengine.kernel.languages import LANGUAGES
from riskengine.reports.wording import wording

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache(maxsize=1)
def page_words() -> Mapping[str, Mapping[str, str]]:
    """Language → key → wording."""
    entries = yaml.safe_load((resources.files("riskengine.reports.html") / "words.yaml").read_text("utf-8"))
    return {lang: {**wording(lang), **{key: entry[lang] for key, entry in entries.items()}} for lang in LANGUAGES}
