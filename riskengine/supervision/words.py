"""The words of this room in one language, from ``words.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.wording import words_in

if TYPE_CHECKING:
    from collections.abc import Mapping


def wording(lang: str) -> Mapping[str, str]:
    """Key → wording in ``lang`` (``zh`` or ``en``)."""
    return words_in("riskengine.supervision", lang)
