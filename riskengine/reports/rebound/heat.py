"""Heat maps: of a place, or of all, what is found at each band of the day on each day of the week."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from riskengine.supervision.rebound.cells import COLUMNS, PLACE
from riskengine.supervision.rebound.patrols import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.supervision.rebound import KindResult
    from riskengine.supervision.rebound.cells import Cell

_MOST = 6
"""Places with a map of their own: those that stand out, then those most looked at."""
_STEPS = (Fraction(1, 2), Fraction(4, 5), Fraction(5, 4), Fraction(2))
"""Limits of the colours: the drawn rate against that of all inspections."""


_LEVEL = {columns: level for level, columns in COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A band of the day on a day of the week.

    Attributes:
        looked, found: inspections, and those that found something.
        step: the colour, 0 to 4; None where too little was looked.
        is_more: whether more is found than elsewhere.
    """

    looked: int
    found: int
    step: int | None
    is_more: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A map: the place (None for all), its sums, its rows.

    A row is a band of the day (None: all of it) with a cell for each day of the week and one for all days.
    """

    place: str | None
    looked: int
    found: int
    rows: tuple[tuple[int | None, tuple[HeatCell, ...]], ...]


def heat_maps(result: KindResult, bands: tuple[int, ...], least: int) -> list[HeatMap]:
    """The maps of a kind of violation; none where no hour is known.

    Args:
        result: the counts, and what stands out.
        bands: the first hours of the bands of the day.
        least: inspections that are not too little.
    """
    counts = result.counts
    if not counts.timed.looked:
        return []
    more = {(each.cell.level, each.cell.key) for each in result.standings.more}
    cells = {(cell.level, cell.key): cell for cell in (counts.whole, *counts.cells)}
    whole = Fraction(counts.timed.found, counts.timed.looked)
    days = (*WEEKDAYS, None)
    maps = []
    for place in (None, *_places(result)):
        own = counts.whole if place is None else cells[PLACE, (place, None, None)]
        rows = []
        for band in (*bands, None):
            keys = [(_LEVEL[_named(place, day, band)], (place, day, band)) for day in days]
            rows.append((band, tuple(_cell(result, cells.get(key), key in more, whole, least) for key in keys)))
        maps.append(HeatMap(place, own.looked, own.found, tuple(rows)))
    return maps


def _named(place: str | None, weekday: int | None, band: int | None) -> tuple[str, ...]:
    values = {"place": place, "weekday": weekday, "band": band}
    return tuple(name for name, value in values.items() if value is not None)


def _places(result: KindResult) -> list[str]:
    standing_out = [each.cell.place for each in result.standings.more if each.cell.place is not None]
    looked = sorted(result.counts.at(PLACE), key=lambda cell: (-cell.looked, cell.place or ""))
    return list(dict.fromkeys([*standing_out, *(cell.place for cell in looked if cell.place is not None)]))[:_MOST]


def _cell(result: KindResult, cell: Cell | None, is_more: bool, whole: Fraction, least: int) -> HeatCell:
    if cell is None:
        return HeatCell(0, 0, None, is_more=False)
    if cell.looked < least:
        return HeatCell(cell.looked, cell.found, None, is_more=False)
    drawn = result.standings.estimates.get(cell)
    rate = Fraction(cell.found, cell.looked) if drawn is None else Fraction(drawn.rate)
    step = sum(rate > limit * whole for limit in _STEPS)
    return HeatCell(cell.looked, cell.found, step, is_more)


def steps(say: Mapping[str, str]) -> list[tuple[str, str]]:
    """The colours and what they mean."""
    return [*((str(step), say[f"scale_{step}"]) for step in range(len(_STEPS) + 1)), ("n", say["scale_none"])]
