"""Whether the vault is as the changes say: what pseudonyms stand for is there, or was deleted by a recorded change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import sqlalchemy as sa

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.ledger.entities import ENTITIES, TEXT
from riskengine.ledger.pruning import PRUNE
from riskengine.ledger.pseudonyms import MARK, PSEUDONYM
from riskengine.ledger.schema import CAME_SO, CHANGES, VAULT, VERSIONS
from riskengine.ledger.unsealing import Unsealing, Veiled, for_showing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

_ROWS = 10_000
_MOST_NAMED = 1000


def vault_problems(connection: Connection, ledger: str) -> list[Problem]:
    """What does not fit: RE-889 for each pseudonym whose text was altered, taken out, or put back in.

    With the key every text is opened; without it only what is there is looked at.
    """
    pruned = _pruned(connection)
    wrong, there = set(), set()
    opener = for_showing(connection)
    for made, person, sealed, deleted in connection.execute(sa.select(VAULT)).all():
        there.add(made)
        if sealed is None:
            fits = deleted == CAME_SO or deleted in pruned.get(person, ())
        else:
            fits = person not in pruned and (isinstance(opener, Veiled) or _opens(opener, made, sealed))
        if not fits:
            wrong.add(made)
    wrong |= {each for each in _named(connection) if each not in there}
    return [Problem("RE-889", source=ledger, found=each) for each in sorted(wrong)[:_MOST_NAMED]]


def _pruned(connection: Connection) -> dict[str, set[int]]:
    """Person → the changes that deleted what was sealed of them."""
    query = sa.select(CHANGES.c.number, CHANGES.c.detail).where(CHANGES.c.kind == PRUNE)
    found: dict[str, set[int]] = {}
    for number, detail in connection.execute(query):
        for person in json.loads(detail)["persons"]:
            found.setdefault(person["person"], set()).add(int(number))
    return found


def _opens(opener: Unsealing, made: str, sealed: str) -> bool:
    try:
        opener.unsealed(made, sealed)
    except UsageError as error:
        if {problem.code for problem in error.problems} == {"RE-889"}:
            return False
        raise
    return True


def _named(connection: Connection) -> Iterator[str]:
    """Every pseudonym that a version names."""
    for name, entity in ENTITIES.items():
        table = VERSIONS[name]
        columns = [table.c.key, *(table.c[column] for column, kind in entity.columns.items() if kind == TEXT)]
        rows = connection.execute(sa.select(*columns), execution_options={"yield_per": _ROWS})
        for row in rows:
            for text in row:
                if text is not None and MARK in text:
                    yield from PSEUDONYM.findall(text)
