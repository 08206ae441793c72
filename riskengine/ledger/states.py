"""The state of the ledger at a change and on a day, as queries: which version of each record holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from riskengine.ledger.entities import ENTITIES
from riskengine.ledger.schema import VERSIONS

if TYPE_CHECKING:
    from datetime import date


def in_force(name: str, change: int, day: date | None = None) -> sa.Subquery:
    """The versions of an entity that hold.

    Args:
        name: of the entity.
        change: what is known: this change and those before it.
        day: the day, for entities that change in time; the others hold on all days.

    Returns:
        the table's columns; at most one row for each key, none of them withdrawn.
    """
    table = VERSIONS[name]
    if not ENTITIES[name].changes_in_time:
        later = table.alias()
        newer = sa.exists().where(
            later.c.key == table.c.key, later.c.version > table.c.version, later.c.change <= change
        )
        return sa.select(table).where(table.c.change <= change, ~newer, ~table.c.withdrawn).subquery()
    known = table.c.change <= change
    if day is not None:
        known = sa.and_(known, table.c.valid_from <= day)
    order = sa.func.row_number().over(partition_by=table.c["key", "valid_from"], order_by=table.c.version.desc())
    slices = sa.select(table, order.label("nth_of_slice")).where(known).subquery()
    live = sa.select(slices).where(slices.c.nth_of_slice == 1, ~slices.c.withdrawn).subquery()
    newest = sa.func.row_number().over(partition_by=live.c.key, order_by=live.c.valid_from.desc())
    ranked = sa.select(live, newest.label("nth")).subquery()
    return sa.select(*(ranked.c[column.name] for column in table.c)).where(ranked.c.nth == 1).subquery()


def decided(change: int, day: date) -> sa.Subquery:
    """The status that decisions give to violations on a day: subject_key, status, effective_on.

    Of several decisions by the day, the one that took effect last, and of one day the one recorded last.
    """
    decision = in_force("decisions", change)
    order = sa.func.row_number().over(
        partition_by=decision.c.subject_key,
        order_by=[decision.c.effective_on.desc(), decision.c.version.desc()],
    )
    ranked = (
        sa.select(*decision.c["subject_key", "status", "effective_on"], order.label("nth"))
        .where(decision.c.subject == "violation", decision.c.status.is_not(None), decision.c.effective_on <= day)
        .subquery()
    )
    return sa.select(*ranked.c["subject_key", "status", "effective_on"]).where(ranked.c.nth == 1).subquery()
