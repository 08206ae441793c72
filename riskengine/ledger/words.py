"""The words of this room in one language, from ``words.yaml``."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache(maxsize=2)
def wording(lang: str) -> Mapping[str, str]:
    """Key → wording in ``lang`` (``zh`` or ``en``)."""
    entries = yaml.safe_load((resources.files("riskengine.ledger") / "words.yaml").read_text("utf-8"))
    return {key: entry[lang] for key, entry in entries.items()}
