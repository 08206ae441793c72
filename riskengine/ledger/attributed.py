"""Violations on their way out of the ledger: each goes to who answers for it, and a question says that it is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.contract.sources import VIOLATIONS
from riskengine.ledger.attribution import CONTRADICTED, READ, Answerable
from riskengine.ledger.schema import VERSIONS
from riskengine.records.grammar import ASKED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.engine import Connection

_OPERATOR = VIOLATIONS.names.index("operator_id")
_WHAT = {name: VIOLATIONS.names.index(name) for name in ("vehicle", "driver")}


class Attributed:
    """Puts who answers into rows of violations.

    Args:
        connection: of the ledger.
        change: the number of the change that is known.
        as_of: the day.
        only: the operators, as ids are compared, whose violations are wanted; None for all.
    """

    def __init__(self, connection: Connection, change: int, as_of: date, only: Collection[str] | None) -> None:
        self._answerable, self._only = Answerable(connection, change, as_of), only

    def columns(self, held: sa.FromClause) -> list[sa.ColumnElement[Any]]:
        """What the query has to select after its own columns."""
        return [held.c[name] for name in READ]

    def where(self, held: sa.FromClause) -> sa.ColumnElement[bool] | None:
        """The rows that may go to one of the operators that are wanted; None for all."""
        if self._only is None:
            return None
        names, ties, answers = sorted(self._only), VERSIONS["ties"], VERSIONS["attributions"]
        said = held.c.operator_key.in_(names)
        if self._answerable.idle:
            return said
        tied = [
            held.c[name].in_(sa.select(ties.c[name]).where(ties.c.operator_key.in_(names)))
            for name in ("vehicle", "driver_key")
        ]
        return sa.or_(said, *tied, held.c.key.in_(sa.select(answers.c.key).where(answers.c.operator_key.in_(names))))

    def placed(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """The rows without what was selected for this, each with the operator that it goes to.

        A question keeps its place and says with a cell that no reader takes (RE-876) that it is one: of a record that
        names no operator, the operator's; else that of the vehicle or the driver, so that it shows on the grade of
        the operator that it names.
        """
        own = len(rows[0]) - len(READ) if rows else 0
        found = []
        for row in rows:
            cells = list(row[:own])
            if self._answerable.idle and cells[_OPERATOR] is not None:
                found.append(cells)
                continue
            attribution = self._answerable.of(dict(zip(READ, row[own:], strict=True)))
            if self._only is not None and attribution.operator_key not in self._only:
                continue
            if not attribution.is_question:
                cells[_OPERATOR] = attribution.operator_id
            elif attribution.why == CONTRADICTED:
                at = _WHAT["vehicle" if cells[_WHAT["vehicle"]] is not None else "driver"]
                cells[at] = ASKED
            else:
                cells[_OPERATOR] = ASKED
            found.append(cells)
        return found
