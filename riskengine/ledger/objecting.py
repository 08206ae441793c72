"""Objections to grades: filed against the grade of one run, answered once and by another person.

The term of the answer where no policy says one is data: ``objection.yaml``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem
from riskengine.kernel.shipped import shipped_yaml
from riskengine.ledger.changes import known_at, last_number, next_number, record
from riskengine.ledger.entities import OBJECTIONS, digest_of
from riskengine.ledger.schema import ALWAYS, VERSIONS
from riskengine.ledger.sealing import sealing
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import Unsealing
from riskengine.records import id_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from sqlalchemy.engine import Connection

    from riskengine.ledger.changes import Change, Entry
    from riskengine.ledger.opening import Ledger

UPHELD, DISMISSED, WITHDRAWN = OUTCOMES = ("upheld", "dismissed", "withdrawn")
"""What an objection comes to: it was right, it was not, the operator took it back."""

_FILED, _ANSWERED = "objection", "answer"
_ANSWER = tuple(OBJECTIONS.columns)[tuple(OBJECTIONS.columns).index("outcome") :]


@dataclass(frozen=True, slots=True)
class GradeOfRun:
    """The grade of an operator in a run.

    Attributes:
        operator_id: as the run has it.
        run_id, run_sha256: the run, and the hash of its manifest.
        policy, as_of: of the run.
        run_change: the newest change of the ledger that the run knew.
        grade: None where the run gave none.
    """

    operator_id: str
    run_id: str
    run_sha256: str
    policy: str
    as_of: date
    run_change: int
    grade: str | None


@dataclass(frozen=True, slots=True)
class Filing:
    """What was filed: on which day, by which document, why; and by when it is answered (None: no term is known)."""

    filed_on: date
    document: str
    document_on: date
    grounds: str
    term: str | None
    answer_by: date | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered.

    Attributes:
        outcome: ``upheld``, ``dismissed`` or ``withdrawn``.
        answered_on, document, document_on, reasons: when, by which document, why.
        changes: of one that was upheld: the changes of the ledger that meet it.
        new: of one that was upheld: the operator's grade in the run in which it was made again.
    """

    outcome: str
    answered_on: date
    document: str
    document_on: date
    reasons: str
    changes: tuple[int, ...] = ()
    new: GradeOfRun | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection as the ledger holds it; what belongs to the answer is None until there is one."""

    operator_id: str
    run_id: str
    run_sha256: str
    policy: str
    as_of: date
    grade: str | None
    filed_on: date
    document: str
    document_on: date
    grounds: str
    filed_by: str
    term: str | None
    answer_by: date | None
    outcome: str | None
    answered_on: date | None
    answer_document: str | None
    answer_document_on: date | None
    reasons: str | None
    answered_by: str | None
    answer_changes: str | None
    new_run_id: str | None
    new_grade: str | None

    def is_open(self, day: date) -> bool:
        """Whether it was filed by a day and not answered by then."""
        return self.filed_on <= day and (self.answered_on is None or self.answered_on > day)

    def is_late(self, day: date) -> bool:
        """Whether it was open on a day and the term had run out before it."""
        return self.is_open(day) and self.answer_by is not None and self.answer_by < day


@lru_cache(maxsize=1)
def objection_terms() -> tuple[Mapping[str, Any], ...]:
    """The terms of ``objection.yaml``, by their first days: from, within, law, article, paragraph, sureness, zh, en."""
    terms = shipped_yaml("riskengine.ledger", "objection.yaml")["terms"]
    return tuple(sorted(terms, key=lambda term: term["from"]))


def file_objection(ledger: Ledger, about: GradeOfRun, filing: Filing, entry: Entry) -> Change | None:
    """Record that an operator objects to its grade.

    Returns:
        the change; None where the ledger knew it.

    Raises:
        UsageError: one to the same grade is open, or was decided (RE-895); it is filed before the run's day (RE-899).
    """
    key = str(id_of(about.operator_id))
    if filing.filed_on < about.as_of:
        raise UsageError([_order(filing.filed_on, about.as_of)])
    row = {name: getattr(about, name) for name in (field.name for field in fields(about))}
    row |= {name: getattr(filing, name) for name in (field.name for field in fields(filing))}
    row |= {"operator_key": key, "filed_by": entry.who}
    with ledger.writing() as connection:
        for held in _held(connection, last_number(connection), key, about.run_sha256):
            if all(held[name] == value for name, value in row.items()):
                return None
            if held["outcome"] != WITHDRAWN or held["filed_on"] == filing.filed_on:
                raise UsageError([Problem("RE-895", source=about.run_id, found=held["filed_on"].isoformat())])
        return _record(connection, _FILED, entry, {**dict.fromkeys(_ANSWER), **row})


def answer_objection(ledger: Ledger, operator_id: str, run: str, answer: Answer, entry: Entry) -> Change | None:
    """Record the answer to the objection of an operator to its grade in a run.

    Args:
        ledger: the ledger.
        operator_id: whose objection.
        run: the id of the run that it was filed against, or its hash.
        answer: what was answered.
        entry: who records it; another than who recorded the objection.

    Returns:
        the change; None where the ledger knew it.

    Raises:
        UsageError: none is open (RE-896); it was recorded by the same person (RE-897); one that is upheld does not say
            what changed, or another one does (RE-898); it is answered before it was filed (RE-899); a change is not in
            the ledger (RE-858) or came before the run, or the new run does not fit (RE-829).
    """
    key = str(id_of(operator_id))
    with ledger.writing() as connection:
        last = last_number(connection)
        mine = [row for row in _held(connection, last, key) if run in {row["run_id"], row["run_sha256"]}]
        cells = _answer_cells(answer, entry)
        if any(all(row[name] == cell for name, cell in cells.items()) for row in mine):
            return None
        row = next((each for each in mine if each["outcome"] is None), None)
        if row is None:
            raise UsageError([Problem("RE-896", source=run, found=mask_personal(operator_id))])
        problems = [*_answer_problems(row, answer, entry, last)]
        if problems:
            raise UsageError(problems)
        return _record(connection, _ANSWERED, entry, {**row, **cells})


def objections(ledger: Ledger, known: datetime | int | None = None) -> list[Objection]:
    """Every objection that was recorded, in the order of filing and then of operators.

    Args:
        ledger: the ledger.
        known: what was known: a moment, the number of a change, or None for all of it.

    Raises:
        UsageError: there is no such change (RE-858), or the database fails (RE-851).
    """
    change = known_at(ledger, known)
    with ledger.reading() as connection:
        rows = _held(connection, change.number if change else 0)
        names = [field.name for field in fields(Objection)]
        found = [Objection(**{name: row[name] for name in names}) for row in rows]
    return sorted(found, key=lambda each: (each.filed_on, each.operator_id, each.run_id))


def _held(
    connection: Connection, number: int, key: str | None = None, sha256: str | None = None
) -> list[dict[str, Any]]:
    held = in_force(OBJECTIONS.name, number)
    query = sa.select(*held.c[tuple(OBJECTIONS.columns)]).order_by(held.c.version)
    if key is not None:
        query = query.where(held.c.operator_key == sealing(connection).key(key))
    if sha256 is not None:
        query = query.where(held.c.run_sha256 == sha256)
    rows, opener = connection.execute(query).mappings().all(), Unsealing(connection)
    return [{name: opener.text(cell) if isinstance(cell, str) else cell for name, cell in row.items()} for row in rows]


def _answer_cells(answer: Answer, entry: Entry) -> dict[str, Any]:
    new = answer.new
    return {
        "outcome": answer.outcome,
        "answered_on": answer.answered_on,
        "answer_document": answer.document,
        "answer_document_on": answer.document_on,
        "reasons": answer.reasons,
        "answered_by": entry.who,
        "answer_changes": json.dumps(sorted(set(answer.changes))) if answer.changes else None,
        "new_run_id": new.run_id if new else None,
        "new_run_sha256": new.run_sha256 if new else None,
        "new_grade": new.grade if new else None,
    }


def _answer_problems(row: Mapping[str, Any], answer: Answer, entry: Entry, last: int) -> Iterator[Problem]:
    if _person(entry.who) == _person(row["filed_by"]):
        yield Problem("RE-897", found=entry.who)
    if answer.answered_on < row["filed_on"]:
        yield _order(answer.answered_on, row["filed_on"])
    if (answer.outcome == UPHELD) != bool(answer.changes or answer.new):
        yield Problem("RE-898", found=answer.outcome)
    for number in sorted(set(answer.changes)):
        if not 0 < number <= last:
            yield Problem("RE-858", found=str(number), params=(("last", str(last)),))
        elif number <= row["run_change"]:
            yield Problem("RE-829", found=str(number))
    new = answer.new
    if new is not None:
        same = (new.policy, new.as_of) == (row["policy"], row["as_of"])
        if not same or new.run_sha256 == row["run_sha256"] or new.run_change <= row["run_change"]:
            yield Problem("RE-829", found=new.run_id)


def _person(who: str) -> str:
    """A name as persons are told apart by it."""
    return "".join(who.split()).casefold()


def _order(day: date, other: date) -> Problem:
    return Problem("RE-899", found=day.isoformat(), params=(("other", other.isoformat()),))


def _record(connection: Connection, kind: str, entry: Entry, row: dict[str, Any]) -> Change:
    number, seal = next_number(connection), sealing(connection)
    row = seal.row(OBJECTIONS.name, row)
    key = "|".join((row["operator_key"], row["run_sha256"], row["filed_on"].isoformat()))
    digest = digest_of(OBJECTIONS, key, row)
    held = {**row, "key": key, "digest": digest, "valid_from": ALWAYS, "withdrawn": False, "change": number}
    connection.execute(sa.insert(VERSIONS[OBJECTIONS.name]).values(held))
    seal.flush(connection)
    return record(connection, kind, entry, {"run": row["run_id"], "outcome": row["outcome"]})
