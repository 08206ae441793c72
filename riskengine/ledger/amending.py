"""Decisions about recorded penalties: filed, stayed, upheld, revoked, found void, repaired; and taken back."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem, nearest
from riskengine.ledger.changes import next_number, record
from riskengine.ledger.entities import DECISIONS, digest_of
from riskengine.ledger.kinds import kinds
from riskengine.ledger.repairing import repair_problems
from riskengine.ledger.schema import ALWAYS, VERSIONS
from riskengine.ledger.sealing import sealing
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import Unsealing
from riskengine.records import id_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from sqlalchemy.engine import Connection

    from riskengine.ledger.changes import Change, Entry
    from riskengine.ledger.kinds import Kind
    from riskengine.ledger.opening import Ledger
    from riskengine.ledger.sealing import Sealing

AMEND, VIOLATION = "amend", "violation"
_COMPARED = 2000  # ids that an unknown one is compared with


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a violation.

    Attributes:
        violation_id: as the ledger's record or the caller writes it.
        kind: a name of ``kinds.yaml``.
        effective_on: the day from which on it holds.
        document, document_on: the number and date of the document that it rests on.
        body: who decided.
        note: further words.
    """

    violation_id: str
    kind: str
    effective_on: date
    document: str | None = None
    document_on: date | None = None
    body: str | None = None
    note: str | None = None


def amend(ledger: Ledger, decision: Decision, entry: Entry, *, take_back: bool = False) -> Change | None:
    """Record a decision about a violation, or take one back that was recorded in error.

    The same decision is one of the same violation, kind, day and document; recorded again with other words it is a
    correction.

    Args:
        ledger: the ledger.
        decision: what was decided.
        entry: who records it, when and why.
        take_back: whether the decision was none.

    Returns:
        the change; None where the ledger knew it.

    Raises:
        UsageError: the kind is unknown (RE-866), the violation is (RE-864), the day is before the violation (RE-865),
            the document is missing (RE-867), there is nothing to take back (RE-868), or a repair cannot be applied for,
            granted, refused or withdrawn then (RE-821 to RE-828); all that is wrong at once;
            the key is not there and a personal number is named (RE-880 to RE-885).
    """
    kind = kinds().get(decision.kind)
    if kind is None:
        raise UsageError([Problem("RE-866", found=decision.kind, near=nearest(decision.kind, kinds()))])
    with ledger.writing() as connection:
        number = next_number(connection)
        seal = sealing(connection)
        violation = recorded_violation(connection, decision.violation_id, number)
        row = _row(decision, kind, violation["key"], seal)
        row["digest"] = digest_of(DECISIONS, row["key"], row, withdrawn=take_back)
        held = in_force(DECISIONS.name, number)
        known = connection.execute(sa.select(held.c.digest).where(held.c.key == row["key"])).scalar()
        if known == row["digest"]:
            return None
        problems = [*_problems(decision, kind, violation)]
        if take_back and known is None:
            problems.append(Problem("RE-868", found=mask_personal(decision.violation_id)))
        if not problems:
            problems += repair_problems(connection, number, kind, row, take_back=take_back)
        if problems:
            raise UsageError(problems)
        row |= {"valid_from": ALWAYS, "withdrawn": take_back, "change": number}
        connection.execute(sa.insert(VERSIONS[DECISIONS.name]).values(row))
        seal.flush(connection)
        detail = {"violation": violation["violation_id"], "kind": kind.name, "taken_back": take_back}
        return record(connection, AMEND, entry, detail)


def recorded_violation(connection: Connection, violation_id: str, number: int) -> Mapping[str, Any]:
    """The key, id and day of a violation as it is known at a change.

    Raises:
        UsageError: the ledger has none of that id (RE-864), or a personal number is named and the key is not there
            (RE-880 to RE-885).
    """
    key = sealing(connection).key(str(id_of(violation_id)))
    held = in_force("violations", number)
    columns = held.c["key", "violation_id", "occurred_on"]
    row = connection.execute(sa.select(*columns).where(held.c.key == key)).mappings().first()
    if row is None:
        known = connection.execute(sa.select(held.c.violation_id).limit(_COMPARED)).scalars().all()
        near = tuple(mask_personal(each) for each in nearest(violation_id, known))
        raise UsageError([Problem("RE-864", found=mask_personal(violation_id), near=near)])
    return dict(row)


def _problems(decision: Decision, kind: Kind, violation: Mapping[str, Any]) -> Iterator[Problem]:
    occurred = violation["occurred_on"]
    if decision.effective_on < occurred:
        other = (("other", occurred.isoformat()),)
        yield Problem("RE-865", found=decision.effective_on.isoformat(), params=other)
    if kind.needs_document and not (decision.document and decision.document_on):
        yield Problem("RE-867", found=kind.name)


def _row(decision: Decision, kind: Kind, key: str, seal: Sealing) -> dict[str, Any]:
    words = (decision.document, decision.body, decision.note)
    document, body, note = (None if text is None else seal.text(text) for text in words)
    parts = (VIOLATION, key, kind.name, decision.effective_on.isoformat(), document or "")
    return {
        "key": "|".join(parts),
        "subject": VIOLATION,
        "subject_key": key,
        "kind": kind.name,
        "status": kind.status,
        "effective_on": ALWAYS if kind.from_the_start else decision.effective_on,
        "document": document,
        "document_on": decision.document_on,
        "body": body,
        "note": note,
    }


def decisions_known(ledger: Ledger, number: int, as_of: date) -> Iterator[dict[str, Any]]:
    """The decisions about violations that took effect by a day, as they were known at a change.

    Yields:
        violation_id, kind, title (zh, en), status, effective_on (None for all days), document; in the order of
        recording.
    """
    decision, violation = in_force(DECISIONS.name, number), in_force("violations", number)
    query = (
        sa.select(violation.c.violation_id, *decision.c["kind", "status", "effective_on", "document"])
        .join_from(decision, violation, violation.c.key == decision.c.subject_key)
        .where(decision.c.subject == VIOLATION, decision.c.effective_on <= as_of)
        .order_by(decision.c.version)
    )
    with ledger.reading() as connection:
        unsealing = Unsealing(connection)
        with contextlib.closing(connection.execute(query, execution_options={"yield_per": 10_000})) as rows:
            for row in rows.mappings():
                day = row["effective_on"]
                kind = kinds()[row["kind"]]
                title = {"zh": kind.zh, "en": kind.en}
                named, document = unsealing.texts([row["violation_id"], row["document"]])
                found = {**row, "violation_id": named, "document": document, "title": title}
                yield {**found, "effective_on": None if day == ALWAYS else day.isoformat()}
