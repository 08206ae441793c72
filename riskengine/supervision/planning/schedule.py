"""How a period is filled with visits: a pure function of who is due, in which order, and who has days.

The rule. First visits come before second ones, second before third. Within such a round the counties take turns: next
is the county of whose visits the smallest part is covered. Within a county the order is the one given, the highest risk
first. Each visit takes two inspectors: of the county before those who serve all, then whoever has most days left.
"""

from __future__ import annotations

from collections import Counter, deque
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

NO_INSPECTORS, BARRED, NO_DAYS = "no_inspectors", "barred", "no_days"
"""Why a visit is not covered: too few serve the county at all, too few may meet the operator, the days are used up."""


class Officer(NamedTuple):
    """An inspector with the days of the period; an empty county is every county."""

    certificate: str
    county: str
    days: int


class Demand(NamedTuple):
    """An operator that is due visits.

    Attributes:
        operator_id: who.
        county: where.
        due: how many.
        drawn: the inspectors who were drawn for its first visit; empty where it was not drawn.
    """

    operator_id: str
    county: str
    due: int
    drawn: tuple[str, ...] = ()


class Visit(NamedTuple):
    """A visit that is covered: the how-manieth of the operator, and by whom."""

    operator_id: str
    turn: int
    officers: tuple[str, ...]


class Uncovered(NamedTuple):
    """A visit that is not, and why."""

    operator_id: str
    turn: int
    reason: str


class Schedule(NamedTuple):
    """What a period holds, in the order in which it was filled; what it does not; days that are left."""

    visits: tuple[Visit, ...]
    uncovered: tuple[Uncovered, ...]
    left: dict[str, int]


def schedule(
    demands: Sequence[Demand],
    officers: Sequence[Officer],
    *,
    each: int,
    days: int,
    barred: Mapping[str, Collection[str]] | None = None,
) -> Schedule:
    """Fill a period.

    Args:
        demands: who is due, the highest risk first.
        officers: who has days.
        each: inspectors at a visit.
        days: that a visit takes of each of them.
        barred: operator → inspectors who must not meet it.
    """
    filling = _Filling(officers, each, days, barred or {})
    for turn in range(1, max((demand.due for demand in demands), default=0) + 1):
        filling.round(turn, [demand for demand in demands if demand.due >= turn])
    return Schedule(tuple(filling.visits), tuple(filling.uncovered), filling.left)


class _Filling:
    """A period under way."""

    def __init__(
        self, officers: Sequence[Officer], each: int, days: int, barred: Mapping[str, Collection[str]]
    ) -> None:
        self.left = {officer.certificate: officer.days for officer in officers}
        self.visits: list[Visit] = []
        self.uncovered: list[Uncovered] = []
        self._officers, self._each, self._days, self._barred = officers, each, days, barred
        self._serving: dict[str, list[Officer]] = {}

    def round(self, turn: int, demands: Sequence[Demand]) -> None:
        """The visits of one turn; those that were drawn with their inspectors first, for they are settled."""
        total = Counter(demand.county for demand in demands)
        covered: Counter[str] = Counter()
        waiting: dict[str, deque[Demand]] = {county: deque() for county in total}
        for demand in demands:
            if turn == 1 and demand.drawn:
                covered[demand.county] += self._settle(demand)
            else:
                waiting[demand.county].append(demand)
        turns = [(Fraction(covered[county], total[county]), county) for county in total if waiting[county]]
        heapify(turns)
        while turns:
            _, county = heappop(turns)
            covered[county] += self._visit(waiting[county].popleft(), turn)
            if waiting[county]:
                heappush(turns, (Fraction(covered[county], total[county]), county))

    def _settle(self, demand: Demand) -> bool:
        if all(self.left.get(officer, 0) >= self._days for officer in demand.drawn):
            return self._take(demand, 1, demand.drawn)
        self.uncovered.append(Uncovered(demand.operator_id, 1, NO_DAYS))
        return False

    def _visit(self, demand: Demand, turn: int) -> bool:
        serving = self._serves(demand.county)
        barred = self._barred.get(demand.operator_id, ())
        able = [officer for officer in serving if officer.certificate not in barred]
        free = [officer for officer in able if self.left[officer.certificate] >= self._days]
        if len(free) < self._each:
            enough = {NO_INSPECTORS: len(serving), BARRED: len(able), NO_DAYS: 0}
            reason = next(reason for reason, count in enough.items() if count < self._each)
            self.uncovered.append(Uncovered(demand.operator_id, turn, reason))
            return False
        free.sort(key=lambda officer: (not officer.county, -self.left[officer.certificate], officer.certificate))
        return self._take(demand, turn, tuple(officer.certificate for officer in free[: self._each]))

    def _serves(self, county: str) -> list[Officer]:
        if county not in self._serving:
            self._serving[county] = [officer for officer in self._officers if officer.county in {"", county}]
        return self._serving[county]

    def _take(self, demand: Demand, turn: int, officers: tuple[str, ...]) -> bool:
        for officer in officers:
            self.left[officer] -= self._days
        self.visits.append(Visit(demand.operator_id, turn, officers))
        return True
