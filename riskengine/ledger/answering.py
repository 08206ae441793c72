"""A person's answer to the question who answers for a violation, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem, nearest
from riskengine.ledger.amending import recorded_violation
from riskengine.ledger.changes import next_number, record
from riskengine.ledger.entities import ATTRIBUTIONS, digest_of
from riskengine.ledger.schema import ALWAYS, VERSIONS
from riskengine.ledger.sealing import sealing
from riskengine.ledger.states import in_force
from riskengine.records import id_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from riskengine.ledger.changes import Change, Entry
    from riskengine.ledger.opening import Ledger

ATTRIBUTE = "attribute"
_COMPARED = 2000


def attribute(
    ledger: Ledger, violation_id: str, operator_id: str | None, entry: Entry, *, take_back: bool = False
) -> Change | None:
    """Record who answers for a violation, as a person says, or take such an answer back.

    It holds before what the record says and before any tie; another answer takes its place.

    Args:
        ledger: the ledger.
        violation_id: the violation, in any writing that compares equal.
        operator_id: the operator; None where an answer is taken back.
        entry: who says so, when, why, by which document.
        take_back: whether the answer was none.

    Returns:
        the change; None where the ledger knew it.

    Raises:
        UsageError: the ledger has no such violation (RE-864) or operator (RE-869), or there is no answer to take back
            (RE-878).
    """
    with ledger.writing() as connection:
        number = next_number(connection)
        violation = recorded_violation(connection, violation_id, number)
        key = violation["key"]
        held = in_force(ATTRIBUTIONS.name, number)
        known = connection.execute(sa.select(held).where(held.c.key == key)).mappings().first()
        cells: dict[str, Any]
        if take_back:
            if known is None:
                raise UsageError([Problem("RE-878", found=mask_personal(violation_id))])
            cells = {name: known[name] for name in ATTRIBUTIONS.columns}
        else:
            cells = {**_operator(connection, str(operator_id), number), "document": _sealed(connection, entry.document)}
        digest = digest_of(ATTRIBUTIONS, key, cells, withdrawn=take_back)
        if known is not None and known["digest"] == digest:
            return None
        row = {"key": key, **cells, "valid_from": ALWAYS, "withdrawn": take_back, "change": number, "digest": digest}
        connection.execute(sa.insert(VERSIONS[ATTRIBUTIONS.name]).values(row))
        detail = {"violation": violation["violation_id"], "operator": cells["operator_id"], "taken_back": take_back}
        return record(connection, ATTRIBUTE, entry, detail)


def _sealed(connection: Connection, text: str | None) -> str | None:
    """A text of the person who answers; what it stands for is written down with the change, which holds it too."""
    return None if text is None else sealing(connection).text(text)


def _operator(connection: Connection, operator_id: str, number: int) -> dict[str, str]:
    """The operator as the ledger knows it."""
    key, held = sealing(connection).key(str(id_of(operator_id))), in_force("operators", number)
    found = connection.execute(sa.select(held.c.operator_id).where(held.c.key == key)).scalar()
    if found is None:
        known = connection.execute(sa.select(held.c.operator_id).limit(_COMPARED)).scalars().all()
        near = tuple(mask_personal(each) for each in nearest(operator_id, known))
        raise UsageError([Problem("RE-869", found=mask_personal(operator_id), near=near)])
    return {"operator_id": found, "operator_key": key}
