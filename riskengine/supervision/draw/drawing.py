"""The draw itself: a pure function of the lists' numbers and a key. Nobody's name is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from riskengine.supervision.draw.rfc3797 import selections

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from riskengine.supervision.draw.population import Stratum

OFFICERS = 2
"""Inspectors at an inspection: not fewer than two (Transport Administrative Enforcement Procedure Rule, article 23)."""


class Drawn(NamedTuple):
    """An operator that was drawn.

    Attributes:
        order: its place in the draw, from 1.
        stratum: its stratum.
        number: its number on the list.
        eligible: how many inspectors could inspect it.
        inspectors: the numbers of those who do; empty where fewer than two could: no pair is possible.
    """

    order: int
    stratum: int
    number: int
    eligible: int
    inspectors: tuple[int, ...]


def draw(
    key: str,
    strata: Iterable[Stratum],
    county_of: Sequence[str],
    inspectors: Mapping[int, str],
    excluded: Mapping[int, Collection[int]],
) -> list[Drawn]:
    """Draw operators from each stratum, and two inspectors for each of them.

    The key of a stratum is the key of the numbers with a further source, the stratum's number; that of an operator's
    inspectors has one more, the operator's number. Inspectors are drawn from those who serve the operator's county (or
    every county) and are not excluded, in the order of their numbers.

    Args:
        key: of the numbers, from :func:`key_string`.
        strata: with the first number of each and how many are drawn.
        county_of: the county of each operator, in the order of the list.
        inspectors: number → county, in the order of numbers; an empty county is every county.
        excluded: operator's number → inspectors who must not meet it.
    """
    found: list[Drawn] = []
    serving: dict[str, list[int]] = {}
    for stratum in strata:
        own = f"{key}{stratum.stratum}./"
        for place in selections(own, stratum.operators, stratum.drawn):
            number = stratum.first + place
            county = county_of[number - 1]
            if county not in serving:
                serving[county] = [who for who, where in inspectors.items() if where in {"", county}]
            barred = excluded.get(number, ())
            able = [who for who in serving[county] if who not in barred] if barred else serving[county]
            pair: tuple[int, ...] = ()
            if len(able) >= OFFICERS:
                pair = tuple(able[at] for at in selections(f"{own}{number}./", len(able), OFFICERS))
            found.append(Drawn(len(found) + 1, stratum.stratum, number, len(able), pair))
    return found
