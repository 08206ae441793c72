"""Inspections and what they found, by place, weekday and band of the day: the exposure, and the finds against it.

An inspection counts once, whatever it found: so many of so many found a violation of the kind. A violation that names
no inspection counts for no place, for nobody knows how often one looked; it is told apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from riskengine.supervision.rebound.reading import Held
    from riskengine.supervision.rebound.rules import Kind, ReboundRules

WHOLE, PLACE, DAY, BAND, PLACE_DAY, PLACE_HOURS, HOURS, CELL = (
    "whole",
    "place",
    "weekday",
    "hours",
    "place_weekday",
    "place_hours",
    "weekday_hours",
    "place_weekday_hours",
)
LEVELS = (PLACE, DAY, BAND, PLACE_DAY, PLACE_HOURS, HOURS, CELL)
"""By what inspections are put together, from coarse to fine; all are looked at, as one family of tests."""
COLUMNS = {
    WHOLE: (),
    PLACE: ("place",),
    DAY: ("weekday",),
    BAND: ("band",),
    PLACE_DAY: ("place", "weekday"),
    PLACE_HOURS: ("place", "band"),
    HOURS: ("weekday", "band"),
    CELL: ("place", "weekday", "band"),
}
"""Level → what of a cell is named."""
ABOVE = {
    PLACE: WHOLE,
    DAY: WHOLE,
    BAND: WHOLE,
    PLACE_DAY: PLACE,
    PLACE_HOURS: PLACE,
    HOURS: BAND,
    CELL: PLACE_HOURS,
}
"""Towards what the rate of a cell is drawn where little was looked."""
OUTSIDE, LEFT_OUT, OTHER_KIND, NO_PLACE = "outside_period", "left_out_kind", "other_kind", "no_place"
"""Why an inspection is no exposure."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Inspections of a place (or all), a weekday (or all, Monday is 1) and a band of the day (or all).

    Attributes:
        level: what of them is named.
        place, weekday, band: the band by its first hour; None for all.
        looked: inspections.
        found: of these, those that found a violation of the kind.
    """

    level: str
    place: str | None
    weekday: int | None
    band: int | None
    looked: int = field(compare=False)
    found: int = field(compare=False)

    @property
    def key(self) -> tuple[str | None, int | None, int | None]:
        """Place, weekday and band."""
        return self.place, self.weekday, self.band


@dataclass(frozen=True, slots=True)
class Counts:
    """The cells of a kind of violation, and what is in none of them.

    Attributes:
        whole: all inspections that are exposure; ``timed``: those of which the hour is known.
        cells: of every level, sorted.
        unused: why how many inspections are no exposure.
        hour_unknown: inspections that are in no band.
        unlinked: violations of the kind in the period that name no inspection, or one that is no exposure.
        unlinked_places: places that such violations name and no inspection does.
    """

    whole: Cell
    timed: Cell
    cells: tuple[Cell, ...]
    unused: dict[str, int]
    hour_unknown: int
    unlinked: int
    unlinked_places: tuple[str, ...]

    def at(self, level: str) -> list[Cell]:
        """The cells of a level."""
        return [cell for cell in self.cells if cell.level == level]


def counts_of(held: Held, rules: ReboundRules, kind: Kind) -> Counts:
    """Count the inspections of the period and what they found of a kind of violation."""
    day = f"DATE '{held.day.isoformat()}'"
    points, out, only = (_listed(names) for names in (kind.risk_points, rules.leave_out_kinds, kind.only_kinds))
    reason = (
        f"CASE WHEN i.day <= {day} - {rules.period_days} THEN '{OUTSIDE}' WHEN i.kind IN ({out}) THEN '{LEFT_OUT}' "
        f"WHEN {'FALSE' if not kind.only_kinds else f'COALESCE(i.kind, chr(0)) NOT IN ({only})'} THEN '{OTHER_KIND}' "
        f"WHEN i.section IS NULL THEN '{NO_PLACE}' END"
    )
    held.connection.execute(
        f"CREATE OR REPLACE TABLE exposed AS WITH found AS (SELECT DISTINCT inspection_id FROM counted "
        f"WHERE risk_point IN ({points}) AND inspection_id IS NOT NULL) "
        f"SELECT i.inspection_id, i.section AS place, isodow(i.day)::INTEGER AS weekday, "
        f"i.hour // {rules.hours} * {rules.hours} AS band, "
        f"CASE WHEN f.inspection_id IS NULL THEN 0 ELSE 1 END AS hit, {reason} AS unused "
        "FROM looked AS i LEFT JOIN found AS f ON f.inspection_id = i.inspection_id"
    )
    unused = dict(held.rows("SELECT unused, COUNT(*) FROM exposed WHERE unused IS NOT NULL GROUP BY ALL ORDER BY ALL"))
    linked = "inspection_id IN (SELECT inspection_id FROM exposed WHERE unused IS NULL)"
    lone = (
        f"FROM counted WHERE risk_point IN ({points}) AND occurred_on > {day} - {rules.period_days} "
        f"AND COALESCE(NOT {linked}, TRUE)"
    )
    places = held.rows(
        f"SELECT DISTINCT section {lone} AND section IS NOT NULL "
        "AND section NOT IN (SELECT place FROM exposed WHERE unused IS NULL) ORDER BY section"
    )
    cells = _cells(held)
    return Counts(
        whole=next(cell for cell in cells if cell.level == WHOLE),
        timed=_timed(held),
        cells=tuple(cell for cell in cells if cell.level != WHOLE),
        unused=unused,
        hour_unknown=held.rows("SELECT COUNT(*) FROM exposed WHERE unused IS NULL AND band IS NULL")[0][0],
        unlinked=held.rows(f"SELECT COUNT(*) {lone}")[0][0],
        unlinked_places=tuple(place for (place,) in places),
    )


def _cells(held: Held) -> list[Cell]:
    found = []
    for level, columns in COLUMNS.items():
        names = ", ".join(name if name in columns else "NULL" for name in ("place", "weekday", "band"))
        group = f"GROUP BY {', '.join(columns)}" if columns else ""
        known = "AND band IS NOT NULL" if "band" in columns else ""
        query = (
            f"SELECT {names}, COUNT(*), COALESCE(SUM(hit), 0)::BIGINT FROM exposed WHERE unused IS NULL {known} {group}"
        )
        found += [Cell(level, *row) for row in held.rows(query)]
    return sort_cells(found)


def _timed(held: Held) -> Cell:
    query = "SELECT COUNT(*), COALESCE(SUM(hit), 0)::BIGINT FROM exposed WHERE unused IS NULL AND band IS NOT NULL"
    return Cell(WHOLE, None, None, None, *held.rows(query)[0])


def sort_cells(cells: Iterable[Cell]) -> list[Cell]:
    """Cells by level, place, weekday and band."""
    order = (WHOLE, *LEVELS)
    return sorted(
        cells, key=lambda cell: (order.index(cell.level), cell.place or "", cell.weekday or 0, cell.band or 0)
    )


def _listed(names: Sequence[str]) -> str:
    """Names as SQL lists them; what nothing equals where there are none."""
    return ", ".join("'" + name.replace("'", "''") + "'" for name in names) or "NULL"
