"""Where more is found than elsewhere: against the exposure, of many places and hours at once.

Three questions, kept apart. Is it more than elsewhere? Fisher's exact test of each cell against all other inspections,
and of all cells of all levels together as many as Benjamini and Hochberg's rule allows: more inspections give no more
finds per inspection, so where one looks most is not called the worst. How much is it? The rate with its interval
(Clopper and Pearson). Which is the worst of those? By a lower bound of the rate drawn towards the place, the hours and
the whole as far as little was looked (beta-binomial, empirical Bayes; the spread by moments, after Kleinman 1973).
A cell with fewer inspections than the rules ask for is said to be too little, and stands in no ranking.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING

from riskengine.kernel.chances import (
    ONE,
    as_many_or_more,
    beta_quantile,
    decimal_of,
    discovery_rates,
    share_interval,
)
from riskengine.supervision.rebound.cells import ABOVE, BAND, CELL, COLUMNS, HOURS, LEVELS, PLACE_HOURS, WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.supervision.rebound.cells import Cell, Counts
    from riskengine.supervision.rebound.rules import ReboundRules

_TIMED = {BAND, PLACE_HOURS, HOURS, CELL}
_Key = tuple[str | None, int | None, int | None]
_LOWER = Decimal("0.05")
_CONTEXT = Context(prec=34)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is believed of a cell's rate: as if so many inspections more had found at the rate of the level above.

    Attributes:
        found, rest: the two numbers of the beta distribution.
    """

    found: Decimal
    rest: Decimal

    @property
    def rate(self) -> Decimal:
        """The expected rate."""
        with localcontext(_CONTEXT):
            return self.found / (self.found + self.rest)

    @property
    def least(self) -> Decimal:
        """Above which the rate lies with 95 %."""
        if self.found <= 0:
            return Decimal(0)
        return ONE if self.rest <= 0 else beta_quantile(_LOWER, self.found, self.rest)


@dataclass(frozen=True, slots=True)
class Standing:
    """A cell of which enough was looked.

    Attributes:
        cell: what was counted.
        chance: of as many finds or more, were it as elsewhere.
        false_rate: the share of false ones among all that stand at least as clearly (Benjamini and Hochberg).
        is_more: whether that is no more than the rules allow.
        estimate: of the rate.
    """

    cell: Cell
    chance: Decimal
    false_rate: Decimal
    is_more: bool
    estimate: Estimate

    @property
    def interval(self) -> tuple[Decimal, Decimal]:
        """The interval of 95 % of the rate (Clopper and Pearson)."""
        return share_interval(self.cell.found, self.cell.looked)


@dataclass(frozen=True, slots=True)
class Standings:
    """What the cells of a kind of violation tell.

    Attributes:
        more: where more is found than elsewhere, the worst first.
        rated: every cell of which enough was looked, in the order of the cells.
        too_little: level → how many cells are too little looked at.
        estimates: of every cell.
        strengths: level → how many inspections the level above is worth.
    """

    more: tuple[Standing, ...]
    rated: tuple[Standing, ...]
    too_little: dict[str, int]
    estimates: dict[Cell, Estimate]
    strengths: dict[str, Decimal]


def standings_of(counts: Counts, rules: ReboundRules) -> Standings:
    """Hold every cell against all other inspections."""
    estimates, strengths = estimates_of(counts)
    enough = [cell for cell in counts.cells if cell.looked >= rules.least_inspections]
    wholes = {True: counts.timed, False: counts.whole}
    chances = []
    for cell in enough:
        whole = wholes[cell.level in _TIMED]
        chances.append(as_many_or_more(cell.found, cell.looked, whole.found, whole.looked))
    most = decimal_of(rules.most_false)
    rated = [
        Standing(cell, chance, rate, rate <= most, estimates[cell])
        for cell, chance, rate in zip(enough, chances, discovery_rates(chances), strict=True)
    ]
    more = [each for each in rated if each.is_more]
    least = {id(each): each.estimate.least for each in more}
    more.sort(key=lambda each: (-least[id(each)], -each.cell.looked, LEVELS.index(each.cell.level), _order(each.cell)))
    too_little = dict.fromkeys(LEVELS, 0)
    for cell in counts.cells:
        too_little[cell.level] += cell.looked < rules.least_inspections
    return Standings(tuple(more), tuple(rated), too_little, estimates, strengths)


def _order(cell: Cell) -> tuple[str, int, int]:
    return cell.place or "", cell.weekday or 0, cell.band or 0


def estimates_of(counts: Counts) -> tuple[dict[Cell, Estimate], dict[str, Decimal]]:
    """The rate of every cell, drawn towards the level above; and how strongly, by level."""
    estimates: dict[Cell, Estimate] = {}
    strengths: dict[str, Decimal] = {}
    with localcontext(_CONTEXT):
        whole = Decimal(counts.whole.found) / counts.whole.looked if counts.whole.looked else Decimal(0)
        rates: dict[str, dict[_Key, Decimal]] = {WHOLE: {(None,) * 3: whole}}
        for level in LEVELS:
            cells = counts.at(level)
            strength = strengths[level] = _strength(cells, ABOVE[level], whole)
            rates[level] = {}
            for cell in cells:
                above = rates[ABOVE[level]][_above(cell, ABOVE[level])]
                estimate = Estimate(cell.found + strength * above, cell.looked - cell.found + strength * (1 - above))
                estimates[cell] = estimate
                rates[level][cell.key] = estimate.rate
    return estimates, strengths


def _above(cell: Cell, level: str) -> _Key:
    """The key of the cell of the level above."""
    named = COLUMNS[level]
    return (
        cell.place if "place" in named else None,
        cell.weekday if "weekday" in named else None,
        cell.band if "band" in named else None,
    )


def _strength(cells: Sequence[Cell], above: str, whole: Decimal) -> Decimal:
    """How many inspections the level above is worth: by how much more the rates differ than chance has them do.

    From 1 to as many as there are: where they differ by no more than chance, a cell is what the level above is.
    """
    groups: dict[_Key, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[_above(cell, above)].append(cell)
    most = Decimal(max(sum(cell.looked for cell in cells), 1))
    spread, room, free = Decimal(0), Decimal(0), 0
    for key in sorted(groups, key=lambda key: (key[0] or "", key[1] or 0, key[2] or 0)):
        group = sorted(groups[key], key=_order)
        looked, found = sum(cell.looked for cell in group), sum(cell.found for cell in group)
        spread += sum((Decimal(cell.found**2) / cell.looked for cell in group), Decimal(0)) - Decimal(found**2) / looked
        room += looked - Decimal(sum(cell.looked**2 for cell in group)) / looked
        free += len(group) - 1
    chance = whole * (1 - whole)
    if not chance or room <= free:
        return most
    alike = (spread / chance - free) / (room - free)
    return most if alike <= 0 else min(most, max(ONE, (1 - alike) / alike))
