"""The registers of vehicles, drivers and ties: how their rows are stored, told and held against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.contract.registers import EMPLOYS, OWNS
from riskengine.kernel.masking import mask_name, mask_whole
from riskengine.ledger.pseudonyms import is_pseudonym, veiled
from riskengine.ledger.schema import VERSIONS
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import for_showing
from riskengine.records import colour_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie as it is known.

    Attributes:
        kind: ``owns`` or ``employs``.
        vehicle, colour: of what is owned; None of an employment.
        driver_key: of who is employed, as the ledger compares it; None of an ownership.
        driver: the number itself where the key is there, to be masked.
        operator_id, operator_key: the operator, as read where the key is there, and as the ledger compares ids.
        since, until: the first day, and the day after the last; None where it goes on.
        document: what it rests on, or None.
    """

    kind: str
    vehicle: str | None
    colour: str | None
    driver_key: str | None
    operator_id: str
    operator_key: str
    since: date
    until: date | None
    document: str | None
    driver: str | None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def tied(self) -> str:
        """What is tied, as it may be printed: plate and colour, or the driver's number masked."""
        return f"{self.vehicle}|{self.colour}" if self.kind == OWNS else veiled(str(self.driver))


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two ties of one vehicle, or one driver, that hold on the same day; a violation on it is a question."""

    first: Tie
    second: Tie


def registered(name: str, key: str, cells: dict[str, Any]) -> str:
    """Bring the cells of a register's row into the form in which they are kept.

    Args:
        name: of the source; others than registers are left as they are.
        key: the row's key as it was read.
        cells: its cells; changed in place.

    Returns:
        the key under which the row is kept.
    """
    if name not in {"vehicles", "drivers", "ties"}:
        return key
    if "plate_colour" in cells:
        cells["plate_colour"] = colour_of(cells["plate_colour"])
    if name == "drivers":
        return str(cells["driver_key"])
    if name == "ties":
        owned = "vehicle" in cells
        cells["kind"] = OWNS if owned else EMPLOYS
        cells["void"] = cells.get("void") == "yes"
        tied = f"{cells['vehicle']}|{cells['plate_colour']}" if owned else cells["driver_key"]
        return f"{cells['kind']}|{tied}|{cells['operator_key']}|{cells['since']}"
    return key


def label(name: str, row: Mapping[str, Any]) -> str:
    """How a record is told in what is printed; a driver's number is masked."""
    if name == "drivers":
        return veiled(str(row["driver"]))
    if name == "vehicles":
        return f"{row['vehicle']}|{row['plate_colour']}"
    if name == "ties":
        tie = _tie({**row, "driver": row["driver_key"]})
        return f"{tie.tied} {row['operator_id']} {row['since']}"
    return str(row[{"operators": "operator_id", "violations": "violation_id", "inspections": "inspection_id"}[name]])


def shown(name: str, column: str, value: Any) -> str | None:
    """A cell of a correction as text; what is personal in the register of drivers is masked."""
    if value is None:
        return None
    if name == "drivers" and column in {"driver", "name"} and not is_pseudonym(str(value)):
        return mask_whole(str(value)) if column == "driver" else mask_name(str(value))
    return str(value)


_COLUMNS = (
    "kind",
    "vehicle",
    "plate_colour",
    "driver_key",
    "operator_id",
    "operator_key",
    "since",
    "until",
    "document",
)


def ties_known(connection: Connection, change: int, where: sa.ColumnElement[bool] | None = None) -> list[Tie]:
    """The ties that are known at a change and are not void, by what is tied and their first day.

    Args:
        connection: of the ledger.
        change: the number of the change.
        where: a condition on the table of versions that holds of all versions of a tie, or none.
    """
    held = in_force("ties", change)
    query = sa.select(*held.c[_COLUMNS]).where(~held.c.void)
    if where is not None:
        table = VERSIONS["ties"]
        query = query.where(held.c.key.in_(sa.select(table.c.key).where(where)))
    rows, opener = connection.execute(query).mappings().all(), for_showing(connection)
    operators = opener.texts([row["operator_id"] for row in rows])
    drivers = opener.texts([row["driver_key"] for row in rows])
    ties = [
        _tie({**row, "operator_id": operator, "driver": driver})
        for row, operator, driver in zip(rows, operators, drivers, strict=True)
    ]
    return sorted(ties, key=lambda tie: (tie.kind, tie.tied, tie.since, tie.operator_key))


def _tie(row: Mapping[str, Any]) -> Tie:
    return Tie(
        row["kind"],
        row["vehicle"],
        row["plate_colour"],
        row["driver_key"],
        row["operator_id"],
        row["operator_key"],
        row["since"],
        row["until"],
        row["document"],
        row["driver"],
    )


def overlapping(connection: Connection, change: int) -> list[Overlap]:
    """The ties that a change brought and that hold on a day on which another of the same vehicle or driver does."""
    table = VERSIONS["ties"]
    brought = sa.select(table.c.key).where(table.c.change == change)
    new = {_named(tie) for tie in ties_known(connection, change, table.c.key.in_(brought))}
    if not new:
        return []
    groups: dict[tuple[Any, ...], list[Tie]] = {}
    for tie in ties_known(connection, change):
        groups.setdefault((tie.kind, tie.vehicle, tie.colour, tie.driver_key), []).append(tie)
    return [
        Overlap(first, second)
        for group in groups.values()
        for at, first in enumerate(group)
        for second in group[at + 1 :]
        if (first.until is None or second.since < first.until) and not new.isdisjoint((_named(first), _named(second)))
    ]


def _named(tie: Tie) -> tuple[Any, ...]:
    return (tie.kind, tie.vehicle, tie.colour, tie.driver_key, tie.operator_key, tie.since)
