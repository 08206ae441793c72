"""Invented worlds of patrols: a place with a hotspot at certain hours, one that is looked at far more, or neither."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from riskengine.supervision.rebound.cells import COLUMNS, LEVELS, WHOLE, Cell, Counts

FIRST, LAST = date(2022, 1, 1), date(2022, 12, 31)
DAYS = tuple(FIRST + timedelta(days=day) for day in range(365))
PLACES = tuple(f"P{number:02d}" for number in range(12))
HOT, WATCHED = "P03", "P07"
HOT_HOURS = range(20, 24)
BAND = 2
_NAMES = ("place", "weekday", "band")


@dataclass(frozen=True)
class World:
    """What is planted: the rate everywhere, that of the hotspot, and how much more the watched place is looked at."""

    rate: float = 0.1
    hot: float = 0.4
    watched: int = 8
    inspections: int = 12_000


NULL = World(hot=0.1, watched=1)
BOTH = World()


@dataclass(slots=True)
class Looked:
    """An inspection."""

    place: str
    day: date
    hour: int
    hit: bool


def inspections(world: World, seed: int) -> list[Looked]:
    """The inspections of a year. The watched place is looked at mostly on the mornings of workdays."""
    dice = random.Random(seed)  # noqa: S311 - a world, not a secret
    weights = list(accumulate(world.watched if place == WATCHED else 1 for place in PLACES))
    places = dice.choices(PLACES, cum_weights=weights, k=world.inspections)
    days, hours = dice.choices(DAYS, k=world.inspections), dice.choices(range(24), k=world.inspections)
    made = []
    for place, any_day, any_hour in zip(places, days, hours, strict=True):
        day, hour = any_day, any_hour
        if place == WATCHED and world.watched > 1 and dice.random() < 0.7:
            day, hour = max(FIRST, day - timedelta(days=max(0, day.isoweekday() - 5))), 8 + hour % 4
        is_hot = place == HOT and hour in HOT_HOURS
        made.append(Looked(place, day, hour, dice.random() < (world.hot if is_hot else world.rate)))
    return made


def counts(made: list[Looked]) -> Counts:
    """What the queries are to count, counted by hand."""
    finest = Counter((each.place, each.day.isoweekday(), each.hour // BAND * BAND, each.hit) for each in made)
    looked: dict[str, Counter] = {level: Counter() for level in LEVELS}
    found: dict[str, Counter] = {level: Counter() for level in LEVELS}
    for (*values, hit), count in finest.items():
        for level in LEVELS:
            key = tuple(value if name in COLUMNS[level] else None for name, value in zip(_NAMES, values, strict=True))
            looked[level][key] += count
            found[level][key] += count * hit
    whole = Cell(WHOLE, None, None, None, len(made), sum(each.hit for each in made))
    cells = [
        Cell(level, *key, looked[level][key], found[level][key])
        for level in LEVELS
        for key in sorted(looked[level], key=lambda key: (key[0] or "", key[1] or 0, key[2] or 0))
    ]
    return Counts(whole, whole, tuple(cells), {}, 0, 0, ())
