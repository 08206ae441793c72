"""Whose violations may go elsewhere by what was recorded about vehicles, drivers, ties and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.ledger.schema import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator


def touched_by_ties(change: int) -> Iterator[sa.Select[Any]]:
    """Queries for the operators, as ids are compared, whose violations may have moved since a change.

    A tie that changes can move every violation of its vehicle or driver, from and to whoever was ever tied to it; what
    happens to one violation is seen by whoever was ever tied to its vehicle or driver, or was named in an answer.
    """
    ties, violations, answers = (VERSIONS[name] for name in ("ties", "violations", "attributions"))
    touched = _touched_violations(change)
    for name, registers in (("vehicle", ("ties", "vehicles")), ("driver_key", ("ties",))):
        for each in registers:
            table = VERSIONS[each]
            moved = sa.select(table.c[name]).where(table.c.change > change, table.c[name].is_not(None))
            yield sa.select(ties.c.operator_key).where(ties.c[name].in_(moved))
            yield sa.select(violations.c.operator_key).where(violations.c[name].in_(moved))
        for keys in touched:
            things = sa.select(violations.c[name]).where(violations.c.key.in_(keys), violations.c[name].is_not(None))
            yield sa.select(ties.c.operator_key).where(ties.c[name].in_(things))
    for keys in touched:
        yield sa.select(answers.c.operator_key).where(answers.c.key.in_(keys))
    answered = sa.select(answers.c.key).where(answers.c.change > change)
    yield sa.select(violations.c.operator_key).where(violations.c.key.in_(answered))


def _touched_violations(change: int) -> list[sa.Select[Any]]:
    """Queries for the keys of violations of which anything has a version after a change."""
    keys = (("violations", "key"), ("attributions", "key"), ("decisions", "subject_key"), ("left_out", "record_key"))
    return [sa.select(VERSIONS[name].c[key]).where(VERSIONS[name].c.change > change) for name, key in keys]
