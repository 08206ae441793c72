"""Statutory counts: which vehicles, drivers and firms have as many overload violations as an article speaks of.

The counts, with their articles and days, are data: ``counts.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.shipped import shipped_yaml
from riskengine.kernel.windows import Window
from riskengine.ledger.changes import known_at
from riskengine.ledger.overloads import OPEN, counted_records
from riskengine.ledger.pseudonyms import veiled
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import for_showing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from riskengine.ledger.opening import Ledger
    from riskengine.ledger.overloads import Counted

REACHED, UNKNOWN = "reached", "unknown"
NO_FLEET, UNTOLD = "no_fleet", "untold"
"""Why it is unknown: the number of vehicles is not recorded, or is none; records that do not tell the vehicle or the
driver, or of which it is open who answers for them, could decide.
"""

VEHICLE, DRIVER, OPERATOR = "vehicle", "driver", "operator"


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody who reached a count, or of whom that is unknown.

    Attributes:
        count: a name of ``counts.yaml``.
        of: ``vehicle``, ``driver`` or ``operator``.
        id: plate and colour; the number masked; the operator's id.
        state: ``reached`` or ``unknown``; ``why`` of the unknown.
        number: of violations, or of a firm's vehicles with any; ``untold``: how many more there may be.
        fleet: of a firm the number of its vehicles, None where it is not recorded.
        violations: the records that it rests on, by day and id.
    """

    count: str
    of: str
    id: str
    state: str
    why: str | None
    number: int
    untold: int
    fleet: int | None
    violations: tuple[str, ...]


def counts_on(day: date) -> dict[str, dict[str, Any]]:
    """The counts of which an article is in force on a day, each with those articles alone under ``laws``."""
    found = {}
    for name, count in _counts().items():
        laws = [law for law in count["laws"] if law["from"] <= day and ("to" not in law or day < law["to"])]
        if laws:
            found[name] = {**count, "laws": laws}
    return found


@lru_cache(maxsize=1)
def _counts() -> Mapping[str, Mapping[str, Any]]:
    entries: dict[str, Any] = shipped_yaml("riskengine.ledger", "counts.yaml")
    return entries


def reached(ledger: Ledger, *, as_of: date, known: datetime | int | None = None) -> list[Reached]:
    """Who reached what on a day, and of whom it is unknown: in the order of ``counts.yaml``, then by id.

    A record counts that a grading of that day counts: it occurred in the year that ends on the day, was decided by it
    and its status is final. For a vehicle or a driver it counts whoever the operator was; for a firm what it answers
    for, so of a vehicle that was sold what happened while it was the firm's.

    Raises:
        UsageError: there is no such change (RE-858), or the database fails (RE-851).
    """
    change = known_at(ledger, known)
    if change is None:
        return []
    with ledger.reading() as connection:
        records = list(counted_records(connection, change.number, as_of))
        held = in_force("operators", change.number, as_of)
        rows = connection.execute(sa.select(*held.c["key", "operator_id", "fleet_size"])).all()
        names = for_showing(connection).texts([name for _, name, _ in rows])
        operators = {key: (str(name), fleet) for (key, _, fleet), name in zip(rows, names, strict=True)}
    return [
        each
        for name, count in counts_on(as_of).items()
        for each in _reached(name, count, _in_window(count, records, as_of), operators)
    ]


def _in_window(count: Mapping[str, Any], records: Iterable[Counted], as_of: date) -> list[Counted]:
    window = Window("months", count["months"])
    return [
        each for each in records if each.risk_point in count["risk_points"] and window.holds(each.occurred_on, as_of)
    ]


def _reached(
    name: str, count: Mapping[str, Any], records: list[Counted], operators: Mapping[str, tuple[str, int | None]]
) -> list[Reached]:
    if count["of"] == OPERATOR:
        return list(_firms(name, count["more_than"], records, operators))
    return list(_singly(name, count, records, operators))


@dataclass(slots=True)
class _Firm:
    """The records that a firm answers for, and those of which that is open."""

    violations: list[str] = field(default_factory=list)
    vehicles: set[tuple[str, str | None]] = field(default_factory=set)
    maybe: set[tuple[str, str | None]] = field(default_factory=set)
    untold: int = 0

    def add(self, record: Counted, *, is_open: bool) -> None:
        """Add a record; ``is_open``: whether somebody else may answer for it."""
        self.violations.append(record.violation_id)
        if record.plate is None:
            self.untold += 1
        else:
            (self.maybe if is_open else self.vehicles).add((record.plate, record.colour))

    def numbers(self) -> tuple[int, int]:
        """How many vehicles it has with a record for certain, and at most."""
        told = {vehicle for vehicle in self.vehicles if vehicle[1] != OPEN}
        # A plate whose colour is open is one vehicle more only where it is nowhere else.
        plates = {plate for plate, _ in told}
        alone = {vehicle for vehicle in self.vehicles - told if vehicle[0] not in plates}
        sure = len(told) + len(alone)
        return sure, len(self.vehicles | self.maybe) + self.untold


def _firms(
    name: str,
    share: Sequence[int],
    records: Iterable[Counted],
    operators: Mapping[str, tuple[str, int | None]],
) -> Iterator[Reached]:
    """Firms of whose vehicles more than a share have a record."""
    part, whole = share
    firms: dict[str, _Firm] = {}
    for record in records:
        for key in record.operators:
            firms.setdefault(key, _Firm()).add(record, is_open=record.is_open)
    for key, firm in sorted(firms.items()):
        shown, fleet = operators.get(key, (key, None))
        sure, most = firm.numbers()
        if not fleet:
            state, why = UNKNOWN, NO_FLEET
        elif sure * whole > fleet * part:
            state, why = REACHED, None
        elif most * whole > fleet * part:
            state, why = UNKNOWN, UNTOLD
        else:
            continue
        yield Reached(name, OPERATOR, shown, state, why, sure, most - sure, fleet, tuple(firm.violations))


def _singly(
    name: str,
    count: Mapping[str, Any],
    records: list[Counted],
    operators: Mapping[str, tuple[str, int | None]],
) -> Iterator[Reached]:
    """Vehicles or drivers with more records than a number; and firms whose records do not tell of whom they are."""
    of, most = count["of"], count["more_than"]
    groups: dict[tuple[str, str | None], list[Counted]] = {}
    untold: dict[str, list[Counted]] = {}
    for record in records:
        thing = (record.plate, record.colour) if of == VEHICLE else (record.driver, None)
        if thing[0] is not None:
            groups.setdefault((thing[0], thing[1]), []).append(record)
        else:
            for key in record.operators:
                untold.setdefault(key, []).append(record)
    told_of = set()
    for (thing_, colour), own in sorted(groups.items(), key=lambda group: (group[0][0], group[0][1] or "")):
        keys = {key for record in own for key in record.operators}
        more = {record.violation_id for key in keys for record in untold.get(key, ())}
        if of == VEHICLE and colour != OPEN:
            more |= {record.violation_id for record in groups.get((thing_, OPEN), ())}
        sure = 0 if colour == OPEN else len(own)
        if len(own) + len(more) <= most:
            continue
        told_of |= keys
        shown = veiled(thing_) if of == DRIVER else f"{thing_}|{colour}" if colour not in {None, OPEN} else thing_
        state, why = (REACHED, None) if sure > most else (UNKNOWN, UNTOLD)
        ids = tuple(record.violation_id for record in own)
        yield Reached(name, of, shown, state, why, len(own), len(more), None, ids)
    for key, rest in sorted(untold.items()):
        if len(rest) > most and key not in told_of:
            ids = tuple(record.violation_id for record in rest)
            yield Reached(name, OPERATOR, operators.get(key, (key, None))[0], UNKNOWN, UNTOLD, 0, len(rest), None, ids)
