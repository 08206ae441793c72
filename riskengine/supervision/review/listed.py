"""The list of records that a step of a disclosure names: as it stands in the step's cell, and read back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RECORDS = "records"
"""The cell that holds it."""


def listed_cell(records: Iterable[Sequence[str]]) -> str:
    """Records as a cell has them.

    Args:
        records: class, record and what else is said of each: the hash of a proposal, the reason of a taking down.
    """
    return json.dumps([list(each) for each in records], ensure_ascii=False, separators=(",", ":"))


def listed_in(cell: str) -> list[tuple[str, ...]]:
    """The records of a cell; none where it holds no list of them: nobody is published by what cannot be read."""
    try:
        found = json.loads(cell)
    except ValueError:
        return []
    rows = found if isinstance(found, list) else []
    return [tuple(map(str, each)) for each in rows if isinstance(each, list)]


def count_of(cell: str) -> int:
    """How many records a cell names."""
    return len(listed_in(cell))
