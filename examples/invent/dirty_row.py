"""What a row of the dirty set is, and what happens to it."""

from __future__ import annotations

from dataclasses import dataclass, field

LEFT_OUT, WARNING, USED = "left out", "warning", "used"
FIRST = 9001
"""The dirty operators are a series of their own, apart from the clean example's."""

RESIDENT_NUMBER = "11010519491231002X"
"""The example of GB 11643 itself, in nobody's use."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells by heading (or as they stand), and what is wrong with it; nothing for a clean one."""

    cells: dict[str, str] = field(default_factory=dict)
    column: str = ""
    wrong: str = ""
    outcome: str = ""
    raw: tuple[str, ...] | None = None
