"""Whose sealed numbers and names are due to be deleted, by rules that are data: ``retention.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem
from riskengine.kernel.shipped import shipped_yaml
from riskengine.kernel.windows import add_months
from riskengine.ledger.changes import last_number
from riskengine.ledger.entities import LEFT_OUT
from riskengine.ledger.pseudonyms import PSEUDONYM
from riskengine.ledger.schema import VAULT, VERSIONS
from riskengine.ledger.sealing import sealing
from riskengine.ledger.states import in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from sqlalchemy.engine import Connection

    from riskengine.ledger.opening import Ledger

OPERATORS, DRIVERS = "operators", "drivers"
ASKED = "asked"
"""The rule of who is deleted for themselves."""

_DAYS = {
    "violations": ("occurred_on", "decided_on", "status_on"),
    "inspections": ("inspected_on",),
    "operators": ("licensed_on", "closed_on"),
    "ties": ("since", "until"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """A person whose texts are to be deleted.

    Attributes:
        person: their pseudonym.
        rule: a name of ``retention.yaml``, or ``asked``.
        last: the last day on which the record speaks of them; None where it is not asked for.
        texts: how many sealed texts are theirs.
    """

    person: str
    rule: str
    last: date | None
    texts: int


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Mapping[str, Any]]:
    """Every rule by its name: zh, en, of, months, from, basis, law, articles."""
    entries: dict[str, Any] = shipped_yaml("riskengine.ledger", "retention.yaml")
    return entries


def due(ledger: Ledger, as_of: date) -> list[Due]:
    """The persons who are due at a day, by rule and then by pseudonym.

    Kept are operators who are not closed, drivers who are employed, and whoever is named in a row that waits to be
    mended. Of everybody else the last day counts: of a violation, a decision, an inspection, an employment, a closing.
    """
    with ledger.reading() as connection:
        number = last_number(connection)
        persons = _persons(connection)
        kept, last, roles = _kept(connection, number), _last_days(connection, persons), _roles(connection, persons)
        kept = {persons.get(each, each) for each in kept}
        texts = _texts(connection)
    found = []
    for name, rule in rules().items():
        before = add_months(as_of, -int(rule["months"]))
        found += [
            Due(person, name, last[person], texts[person])
            for person in sorted(last.keys() & texts.keys())
            if as_of >= rule["from"] and roles[person] == rule["of"] and person not in kept and last[person] <= before
        ]
    return found


def asked(ledger: Ledger, ids: Iterable[str]) -> list[Due]:
    """Persons who are named one by one, by a number of theirs or by a pseudonym.

    Raises:
        UsageError: the ledger never knew somebody (RE-886), every one of them named; the key is not there
            and a number is given (RE-880 to RE-885).
    """
    found, problems = {}, []
    with ledger.reading() as connection:
        seal, texts, persons = sealing(connection), _texts(connection), _persons(connection)
        known = set(persons.values())
        for each in ids:
            person = seal.whose(each)
            person = persons.get(person, person)
            if person in known:
                found[person] = Due(person, ASKED, None, texts.get(person, 0))
            else:
                shown = each if PSEUDONYM.fullmatch(each.strip()) else mask_personal(each)
                problems.append(Problem("RE-886", source=ledger.name, found=shown))
    if problems:
        raise UsageError(problems)
    return list(found.values())


def _persons(connection: Connection) -> dict[str, str]:
    """Pseudonym → the person's own."""
    rows = connection.execute(sa.select(VAULT.c.pseudonym, VAULT.c.person))
    return {str(made): str(person) for made, person in rows}


def _texts(connection: Connection) -> dict[str, int]:
    """Person → how many sealed texts are theirs."""
    query = sa.select(VAULT.c.person, sa.func.count()).where(VAULT.c.sealed.is_not(None)).group_by(VAULT.c.person)
    return {person: int(count) for person, count in connection.execute(query)}


def _named(connection: Connection, entity: str, column: str) -> Iterator[tuple[str, date]]:
    """Pseudonyms in a column of ids, each with the last day of the records that name it, in any version."""
    table = VERSIONS[entity]
    for day in _DAYS[entity]:
        query = sa.select(table.c[column], sa.func.max(table.c[day])).where(table.c[column].like("%PERSON-%"))
        for text, last in connection.execute(query.group_by(table.c[column])):
            if last is not None:
                yield from ((each, last) for each in PSEUDONYM.findall(text))


def _last_days(connection: Connection, persons: Mapping[str, str]) -> dict[str, date]:
    last: dict[str, date] = {}
    places = [("operators", "key"), ("violations", "operator_key"), ("violations", "driver_key")]
    places += [("inspections", "operator_key"), ("ties", "operator_key"), ("ties", "driver_key")]
    for entity, column in places:
        for each, day in _named(connection, entity, column):
            person = persons.get(each, each)
            last[person] = max(day, last.get(person, day))
    for each, day in _decided(connection):
        person = persons.get(each, each)
        if person in last:
            last[person] = max(day, last[person])
    return last


def _decided(connection: Connection) -> Iterator[tuple[str, date]]:
    """The persons of violations about which something was decided, with its day."""
    violation, decision = VERSIONS["violations"], VERSIONS["decisions"]
    for column in (violation.c.operator_key, violation.c.driver_key):
        for day in (decision.c.effective_on, decision.c.document_on):
            query = (
                sa.select(column, sa.func.max(day))
                .join_from(violation, decision, decision.c.subject_key == violation.c.key)
                .where(column.like("%PERSON-%"))
                .group_by(column)
            )
            for text, last in connection.execute(query):
                if last is not None:
                    yield from ((each, last) for each in PSEUDONYM.findall(text))


def _roles(connection: Connection, persons: Mapping[str, str]) -> dict[str, str]:
    """Person → whether they were ever an operator; else a driver."""
    roles = dict.fromkeys(persons.values(), DRIVERS)
    for entity, column in (("operators", "key"), ("violations", "operator_key"), ("inspections", "operator_key")):
        table = VERSIONS[entity]
        query = sa.select(table.c[column]).where(table.c[column].like("%PERSON-%")).distinct()
        for text in connection.execute(query).scalars():
            roles |= {persons.get(each, each): OPERATORS for each in PSEUDONYM.findall(text)}
    return roles


def _kept(connection: Connection, number: int) -> set[str]:
    """Pseudonyms of who may not be deleted by a rule, whatever the days say."""
    operators, ties, left_out = (in_force(name, number) for name in ("operators", "ties", LEFT_OUT.name))
    queries = (
        sa.select(operators.c.key).where(operators.c.closed_on.is_(None)),
        sa.select(ties.c.driver_key).where(ties.c.until.is_(None), ~ties.c.void, ties.c.driver_key.is_not(None)),
        sa.select(ties.c.operator_key).where(ties.c.until.is_(None), ~ties.c.void, ties.c.operator_key.is_not(None)),
        sa.select(left_out.c.cells),
    )
    texts = (text for query in queries for text in connection.execute(query).scalars())
    return {each for text in texts for each in PSEUDONYM.findall(text)}
