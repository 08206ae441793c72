"""Units of measure: what is above and below the line, and what cancels when numbers are multiplied or divided.

A unit is written as a policy's author writes it: ``lifts``, ``lifts/persons``, ``persons·days``. Each word between
``·`` and ``/`` is a unit of its own; what follows a ``/`` stands below the line. No unit is converted into another.
"""

from __future__ import annotations

from collections import Counter


def unit_of(left: str | None, right: str | None = None, *, divided: bool = False) -> str | None:
    """The unit of a product of two numbers, or of their quotient; of one number, its unit in the one way of writing.

    Args:
        left: the unit of the first number; None if it has none.
        right: the unit of the second one.
        divided: whether the first is divided by the second.

    Returns:
        Units above the line in alphabetical order, then those below it, each after a ``/``; None where all cancel.

    >>> unit_of("lifts/persons", "persons")
    'lifts'
    >>> unit_of("lifts", "persons", divided=True)
    'lifts/persons'
    >>> unit_of("lifts", "lifts", divided=True) is None
    True
    """
    powers = _powers(left)
    for word, power in _powers(right).items():
        powers[word] += -power if divided else power
    above = "·".join(word for word in sorted(powers) for _ in range(powers[word]))
    below = "".join(f"/{word}" for word in sorted(powers) for _ in range(-powers[word]))
    return f"{above or 1}{below}" if above or below else None


def _powers(unit: str | None) -> Counter[str]:
    """How often each word stands above the line (negative: below it)."""
    powers: Counter[str] = Counter()
    for at, part in enumerate((unit or "").split("/")):
        words = [word.strip() for word in part.split("·")]
        for word in words:
            if word not in {"", "1"}:
                powers[word] += -1 if at else 1
    return powers
