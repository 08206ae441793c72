"""The rules of rows that only a ledger takes: registers of vehicles, drivers and ties, violations without operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.registers import EMPLOYS, OWNS
from riskengine.records.grammar import Fault
from riskengine.records.words import colour_of

if TYPE_CHECKING:
    from riskengine.contract.records import Record
    from riskengine.records.draft import Draft, DraftRow


def check_register(draft: Draft, row: DraftRow) -> None:
    """Check a row of a register, and give it the key that it is told by, where that is made of several columns."""
    record = row.record
    if draft.source.name == "ties":
        _check_tie(draft, row)
    if draft.source.key not in draft.source.names:
        record[draft.source.key] = vehicle_key(record) if draft.source.name == "vehicles" else tie_key(record)


def check_answerable(draft: Draft, row: DraftRow) -> None:
    """Check that a violation without operator, where one may be left out, names a vehicle or a driver."""
    named = (row.record[name] for name in ("operator_id", "vehicle", "driver"))
    if row.reason is None and all(value is None for value in named):
        draft.report(row, Fault("RE-877"), "operator_id")


def vehicle_key(record: Record) -> str | None:
    """A vehicle's key: plate and colour; None where one of them is not there.

    >>> vehicle_key({"vehicle": "豫K12345", "plate_colour": "黄色"})
    '豫K12345|黄'
    """
    plate, colour = record["vehicle"], colour_of(record["plate_colour"])
    return None if plate is None or colour is None else f"{plate}|{colour}"


def tie_key(record: Record) -> str | None:
    """A tie's key: its kind, what is tied, the operator as ids are compared, the first day; None where one lacks."""
    owned = record["vehicle"] is not None
    if owned is (record["driver"] is not None):
        return None
    parts = [vehicle_key(record) if owned else record["driver"], record["operator_id"], record["since"]]
    return None if None in parts else "|".join(map(str, (OWNS if owned else EMPLOYS, *parts)))


def _check_tie(draft: Draft, row: DraftRow) -> None:
    record = row.record
    if row.reason is None and (record["vehicle"] is None) == (record["driver"] is None):
        draft.report(row, Fault("RE-873"))
    if row.reason is None and record["vehicle"] is not None and record["plate_colour"] is None:
        draft.report(row, Fault("RE-201"), "plate_colour")
    since, until = record["since"], record["until"]
    if since is not None and until is not None and until <= since:
        draft.report(row, Fault("RE-874", params=(("other", since.isoformat()),)), "until", until)
