"""When and where to patrol in a week: windows advised from what is expected, within officers' hours, each with why.

Every kind of violation has its share of the hours.

The rule: a stated share of the windows explores, the rest goes greedily to where most is expected per hour. What is
expected is the rate drawn towards place, hours and whole (``standing``) times the inspections that a patrol makes in an
hour; it is expected only of places that were looked at enough, at bands of the day at which they were looked at.
Exploring goes to the places and bands of the week at which least was looked, of equal ones by a hash of the as-of date,
so that it has no pattern: without it, what was never looked at would never be found. No more patrols at once than there
are teams. Where no hour is known, nothing is advised.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.supervision.draw.shares import fraction_of, sample_size
from riskengine.supervision.rebound.cells import CELL, PLACE, PLACE_HOURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from riskengine.supervision.rebound.cells import Counts
    from riskengine.supervision.rebound.rules import Kind, ReboundRules
    from riskengine.supervision.rebound.standing import Estimate, Standings

EXPECTED = "expected"
EXPLORE = "explore"
WEEKDAYS = range(1, 8)
_Key = tuple[str | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Window:
    """A patrol.

    Attributes:
        place, weekday, band: where and when; the band by its first hour.
        why: ``expected`` (most is expected) or ``explore`` (little was looked).
        rate: expected finds per inspection.
        an_hour: expected finds of a patrol per hour.
        looked, found: there and then in the period.
    """

    place: str
    weekday: int
    band: int
    why: str
    rate: Decimal
    an_hour: Decimal
    looked: int
    found: int


@dataclass(frozen=True, slots=True)
class Advice:
    """The windows of a week, those expected first.

    Attributes:
        windows: in the order in which they were chosen.
        room: how many the hours allow.
        hours_each: officers' hours that one takes.
    """

    windows: tuple[Window, ...]
    room: int
    hours_each: int


def advise(
    counts: Counts,
    standings: Standings,
    rules: ReboundRules,
    kind: Kind,
    day: date,
    *,
    hours: int | None,
    teams: int,
    busy: Counter[tuple[int, int]],
) -> Advice:
    """Choose the windows of a week.

    Args:
        counts: inspections and finds of a kind of violation.
        standings: the rates that are expected.
        rules: the length of a window, and how many explore.
        kind: the kind, and its share of the hours.
        day: the as-of date.
        hours: officers' hours of a week; those of the rules if None.
        teams: patrols at once.
        busy: patrols already advised for other kinds at a weekday and band; those advised are added.
    """
    each = rules.hours * rules.patrol.officers
    room = int(fraction_of(kind.hours) * (rules.patrol.hours_a_week if hours is None else hours) / each)
    exploring = sample_size(rules.patrol.explore, room, "half_up", 0)
    windows = _windows(counts, standings, rules) if counts.timed.looked else []
    choice = _Choice(teams, busy)
    known = {(cell.place, cell.band) for cell in counts.at(PLACE_HOURS)}
    enough = {cell.place for cell in counts.at(PLACE) if cell.looked >= rules.least_inspections}
    best = [one for one in windows if one.place in enough and (one.place, one.band) in known]
    best.sort(key=lambda one: (-one.rate, one.place, one.weekday, one.band))
    choice.take(best, room - exploring, EXPECTED)
    choice.take(sorted(windows, key=lambda one: (one.looked, _hash(one, day))), exploring, EXPLORE)
    return Advice(tuple(choice.taken), room, each)


class _Choice:
    """Windows taken so far: each once, and no more at once than there are teams."""

    def __init__(self, teams: int, at: Counter[tuple[int, int]]) -> None:
        self._teams, self._at = teams, at
        self._keys: set[_Key] = set()
        self.taken: list[Window] = []

    def take(self, windows: Sequence[Window], most: int, why: str) -> None:
        """Take as many as there is room for, in their order."""
        left = most
        for window in windows:
            if not left:
                return
            key, time = (window.place, window.weekday, window.band), (window.weekday, window.band)
            if key in self._keys or self._at[time] >= self._teams:
                continue
            self._keys.add(key)
            self._at[time] += 1
            self.taken.append(replace(window, why=why))
            left -= 1


def _hash(window: Window, day: date) -> str:
    text = f"{day.isoformat()}|{window.place}|{window.weekday}|{window.band}"
    return hashlib.sha256(text.encode()).hexdigest()


def _windows(counts: Counts, standings: Standings, rules: ReboundRules) -> list[Window]:
    """Every place at every band of the week, also at which nothing was looked."""
    cells = {cell.key: cell for cell in counts.at(CELL)}
    by_key: dict[_Key, Estimate] = {cell.key: estimate for cell, estimate in standings.estimates.items()}
    whole = Decimal(counts.whole.found) / counts.whole.looked if counts.whole.looked else Decimal(0)
    rates: dict[_Key, Decimal] = defaultdict(lambda: whole, {key: each.rate for key, each in by_key.items()})
    made = []
    for place in _places(counts):
        for band in rules.bands:
            above = rates[place, None, band] if (place, None, band) in by_key else rates[place, None, None]
            for weekday in WEEKDAYS:
                cell = cells.get((place, weekday, band))
                rate = rates[cell.key] if cell else above
                looked, found = (cell.looked, cell.found) if cell else (0, 0)
                an_hour = rate * rules.patrol.inspections_an_hour
                made.append(Window(place, weekday, band, EXPECTED, rate, an_hour, looked, found))
    return made


def _places(counts: Counts) -> Iterable[str]:
    """Places that were inspected, and those that violations without an inspection name."""
    inspected = [cell.place for cell in counts.at(PLACE) if cell.place is not None]
    return [*inspected, *counts.unlinked_places]
