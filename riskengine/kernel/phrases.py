"""Phrases that fill in a message, from English to Chinese, by the table ``phrases.yaml``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.kernel.shipped import shipped_yaml
from riskengine.kernel.wording import words_in

if TYPE_CHECKING:
    from collections.abc import Mapping


def chinese(phrase: str) -> str:
    """The phrase in Chinese; itself where the table does not have it.

    >>> chinese("not UTF-8"), chinese("larger than 5 bytes"), chinese("errno 13")
    ('不是 UTF-8 编码', '超过 5 字节', 'errno 13')
    """
    exact, patterns = _table()
    if phrase in exact:
        return exact[phrase]
    if "; " in phrase:
        return words_in("riskengine.kernel", "zh")["clause"].join(chinese(part) for part in phrase.split("; "))
    for pattern, words in patterns:
        match = pattern.fullmatch(phrase)
        if match is not None:
            for number, part in enumerate(match.groups(), start=1):
                words = words.replace(f"{{{number}}}", part)  # noqa: PLW2901 - filled in part by part
            return words
    return phrase


@lru_cache(maxsize=1)
def _table() -> tuple[Mapping[str, str], list[tuple[re.Pattern[str], str]]]:
    """Phrases without anything that varies, and patterns of those with, in file order."""
    entries = shipped_yaml("riskengine.kernel", "phrases.yaml")
    exact = {english: words for english, words in entries.items() if "{" not in english}
    varying = [(english, words) for english, words in entries.items() if "{" in english]
    return exact, [
        (re.compile(re.sub(r"\\\{[12]\\\}", "(.+?)", re.escape(english))), words) for english, words in varying
    ]
