"""How a ledger stands, and whether anything in it was altered by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.problems import Problem
from riskengine.ledger.changes import known_at, verify_chain
from riskengine.ledger.entities import ENTITIES, digest_of
from riskengine.ledger.schema import CHANGES, VERSIONS
from riskengine.ledger.states import in_force
from riskengine.ledger.under_way import staged
from riskengine.ledger.vault_check import vault_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from riskengine.ledger.entities import Entity
    from riskengine.ledger.opening import Ledger

_ROWS = 10_000
_MOST_NAMED = 1000


def overview(ledger: Ledger) -> dict[str, Any]:
    """How a ledger stands now.

    Returns:
        ``ledger`` (its name); ``change`` (number, recorded_at, who, why, sha256 of the last one, None for none);
        ``records``: entity → ``count`` of records that hold and ``versions`` of them; ``staged``: what imports that are
        under way or were abandoned have staged (:func:`riskengine.ledger.under_way.staged`).
    """
    change = known_at(ledger, None)
    number = change.number if change else 0
    with ledger.reading() as connection:
        records = {
            name: {
                "count": _count(connection, in_force(name, number)),
                "versions": _count(connection, VERSIONS[name]),
            }
            for name in VERSIONS
        }
    last = None
    if change is not None:
        last = {name: getattr(change, name) for name in ("number", "recorded_at", "who", "why", "sha256")}
    return {"ledger": ledger.name, "change": last, "records": records, "staged": staged(ledger)}


def _count(connection: Connection, rows: sa.FromClause) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one())


def verify_ledger(ledger: Ledger) -> list[Problem]:
    """Everything that is not as it was recorded: changes and their chain, the content of every version, the vault."""
    problems = verify_chain(ledger)
    with ledger.reading() as connection:
        for name, entity in ENTITIES.items():
            problems += _strays(connection, ledger.name, name)
            problems += _altered(connection, ledger.name, entity)
        problems += vault_problems(connection, ledger.name)
    return problems


def _strays(connection: Connection, ledger: str, name: str) -> Iterator[Problem]:
    """Versions of a change that was never recorded."""
    table = VERSIONS[name]
    known = sa.select(CHANGES.c.number)
    query = sa.select(table.c.change).where(table.c.change.not_in(known)).distinct()
    for (number,) in connection.execute(query.order_by(table.c.change).limit(_MOST_NAMED)):
        yield Problem("RE-859", source=ledger, found=str(number))


def _altered(connection: Connection, ledger: str, entity: Entity) -> list[Problem]:
    """Versions whose content is not what their digest was made of."""
    table = VERSIONS[entity.name]
    problems: list[Problem] = []
    rows = connection.execute(sa.select(table).order_by(table.c.version), execution_options={"yield_per": _ROWS})
    for row in rows.mappings():
        key = "" if entity.name == "left_out" and not row["withdrawn"] else row["key"]
        digest = digest_of(entity, key, dict(row), withdrawn=bool(row["withdrawn"]))
        if digest != row["digest"] and len(problems) < _MOST_NAMED:
            found = (("table", entity.versions), ("change", str(row["change"])))
            problems.append(Problem("RE-863", source=ledger, found=str(row["version"]), params=found))
    return problems
