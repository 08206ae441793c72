"""What the ledger knows of one vehicle or driver: whose it was when, its violations, and who answers for each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.contract.registers import EMPLOYS
from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_name
from riskengine.kernel.problems import Problem
from riskengine.ledger.asking import attributions
from riskengine.ledger.changes import last_number
from riskengine.ledger.pseudonyms import is_pseudonym, veiled
from riskengine.ledger.registers import ties_known
from riskengine.ledger.schema import VERSIONS
from riskengine.ledger.sealing import sealing
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import for_showing
from riskengine.records import colour_of, id_of, plate_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from riskengine.ledger.attribution import Attribution
    from riskengine.ledger.opening import Ledger
    from riskengine.ledger.registers import Tie


def vehicle_history(ledger: Ledger, plate: str, *, as_of: date) -> dict[str, Any]:
    """What is known of a vehicle.

    Args:
        ledger: the ledger.
        plate: the plate; its colour may follow after ``|``.
        as_of: the day.

    Returns:
        ``id``; ``registered``: plate_colour and kind of each vehicle of that plate; ``ties``: vehicle, operator_id,
        since, until, document; ``violations``: violation_id, risk_point, occurred_on, vehicle, operator_id (None for a
        question), why and candidates.

    Raises:
        UsageError: nothing is known of it (RE-879), or the database fails (RE-851).
    """
    number, _, said = plate.partition("|")
    key, colour = _plate(number), colour_of(said)
    with ledger.reading() as connection:
        change = last_number(connection)
        ties = ties_known(connection, change, VERSIONS["ties"].c.vehicle == key)
        held = in_force("vehicles", change, as_of)
        query = sa.select(*held.c["plate_colour", "kind"]).where(held.c.vehicle == key)
        rows_held = connection.execute(query).mappings()
        registered = sorted(map(dict, rows_held), key=lambda row: str(row["plate_colour"]))
        rows = _violations(connection, change, as_of, VERSIONS["violations"].c.vehicle, key)
    if colour is not None:
        ties = [tie for tie in ties if tie.colour == colour]
        registered = [row for row in registered if row["plate_colour"] == colour]
        rows = [row for row in rows if colour_of(row["plate_colour"]) in {colour, None}]
    return _told(plate, registered, ties, rows)


def driver_history(ledger: Ledger, number: str, *, as_of: date) -> dict[str, Any]:
    """What is known of a driver, as :func:`vehicle_history`; ``registered`` has the name, masked.

    Raises:
        UsageError: nothing is known of it (RE-879), or the database fails (RE-851).
    """
    with ledger.reading() as connection:
        key, opener = sealing(connection).number(str(id_of(number))), for_showing(connection)
        change = last_number(connection)
        ties = ties_known(connection, change, VERSIONS["ties"].c.driver_key == key)
        held = in_force("drivers", change, as_of)
        names = opener.texts(connection.execute(sa.select(held.c.name).where(held.c.key == key)).scalars().all())
        registered = [{"name": name if name is None or is_pseudonym(name) else mask_name(name)} for name in names]
        rows = _violations(connection, change, as_of, VERSIONS["violations"].c.driver_key, key)
    return _told(veiled(number), registered, ties, rows)


def _plate(text: str) -> str:
    """A plate as it is stored."""
    read = plate_of(text)
    return str(getattr(read, "value", read))


def _violations(
    connection: Connection, change: int, as_of: date, column: sa.Column[Any], key: str
) -> list[dict[str, Any]]:
    """The violations that name it, with who answers for each."""
    where = sa.select(VERSIONS["violations"].c.key).where(column == key)
    return [
        {**_record(row), **attribution_cells(found)}
        for row, found in attributions(connection, change, as_of, where)
        if row[column.name] == key  # a correction may have taken it off
    ]


def operator_violations(connection: Connection, key: str) -> list[dict[str, Any]]:
    """The violations that an operator answers for, and open ones that name it, with what is known now.

    Args:
        connection: of the ledger.
        key: the operator, as ids are compared.

    Returns:
        violation_id, risk_point, occurred_on, why; by day and id.
    """
    violations, ties, answers = (VERSIONS[name] for name in ("violations", "ties", "attributions"))
    tied = [
        violations.c[name].in_(sa.select(ties.c[name]).where(ties.c.operator_key == key))
        for name in ("vehicle", "driver_key")
    ]
    answered = violations.c.key.in_(sa.select(answers.c.key).where(answers.c.operator_key == key))
    where = sa.select(violations.c.key).where(sa.or_(violations.c.operator_key == key, answered, *tied))
    return [
        {**{name: _record(row)[name] for name in ("violation_id", "risk_point", "occurred_on")}, "why": found.why}
        for row, found in attributions(connection, last_number(connection), date.max, where)
        if found.operator_key == key or (found.is_question and row["operator_key"] == key)
    ]


def violation_attribution(connection: Connection, key: str) -> dict[str, Any] | None:
    """Who answers for a violation, by what is known now; None where the record does not hold."""
    where = sa.select(sa.literal(key))
    found = attributions(connection, last_number(connection), date.max, where)
    return next((attribution_cells(attribution) for _, attribution in found), None)


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "violation_id": row["violation_id"],
        "risk_point": row["risk_point"],
        "occurred_on": row["occurred_on"].isoformat(),
        "vehicle": row["vehicle"],
        "plate_colour": row["plate_colour"],
        "driver": None if row["driver"] is None else veiled(row["driver"]),
    }


def attribution_cells(found: Attribution) -> dict[str, Any]:
    """Who answers, why, and the ties of the day, as they may be printed."""
    return {"operator_id": found.operator_id, "why": found.why, "candidates": [tie_cells(tie) for tie in found.ties]}


def tie_cells(tie: Tie) -> dict[str, Any]:
    """A tie as it may be printed."""
    return {
        "kind": tie.kind,
        ("driver" if tie.kind == EMPLOYS else "vehicle"): tie.tied,
        "operator_id": tie.operator_id,
        "since": tie.since.isoformat(),
        "until": None if tie.until is None else tie.until.isoformat(),
        "document": tie.document,
    }


def _told(
    named: str, registered: list[dict[str, Any]], ties: list[Tie], violations: list[dict[str, Any]]
) -> dict[str, Any]:
    if not (registered or ties or violations):
        raise UsageError([Problem("RE-879", found=named)])
    return {
        "id": named,
        "registered": registered,
        "ties": [tie_cells(tie) for tie in ties],
        "violations": violations,
    }
