"""Seeded chance that gives the same numbers on every machine and Python.

Only ``random.Random.random()`` is used: it alone is promised to stay the same from one Python to the next.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Dice:
    """Chance from a seed: whole numbers, choices, days."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random.random() * (high - low + 1))

    def percent(self, chance: int) -> bool:
        """True in ``chance`` of a hundred cases."""
        return self.number(1, 100) <= chance

    def one_of(self, values: Sequence[T]) -> T:
        """One of the values, all alike."""
        return values[self.number(0, len(values) - 1)]

    def weighted(self, values: Sequence[tuple[T, int]]) -> T:
        """One of the values; each stands with its weight."""
        left = self.number(1, sum(weight for _, weight in values))
        for value, weight in values:
            left -= weight
            if left <= 0:
                return value
        raise AssertionError("the weights are positive")

    def day(self, first: date, last: date) -> date:
        """A day, both ends included."""
        return first + timedelta(days=self.number(0, (last - first).days))
