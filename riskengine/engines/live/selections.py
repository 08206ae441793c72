"""Which records facts are made of: the selections that facts share, and the records in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from riskengine.engines.live.arithmetic import formula
from riskengine.policy.expression import names_in, to_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.contract.records import Record
    from riskengine.engines.live.arithmetic import Places
    from riskengine.plan import FactStep


NOTHING: frozenset[str] = frozenset()


class Value(NamedTuple):
    """A fact's value (None: unknown), the fields that made it unknown, and the records behind it."""

    value: Any
    missing: frozenset[str] = NOTHING
    support: Sequence[Record] = ()


class Members:
    """The records of a selection.

    Attributes:
        rows: the records, in the order in which they came.
        doubtful: which of them may be outside, by identity.
        told: the facts made of them since the last came or went.
    """

    __slots__ = ("doubtful", "rows", "told")

    def __init__(self) -> None:
        self.rows: list[Record] = []
        self.doubtful: set[int] = set()
        self.told: dict[str, Value] = {}

    def add(self, row: Record, *, sure: bool) -> None:
        """Take in a record; ``sure``: it is certainly inside."""
        self.rows.append(row)
        self.told.clear()
        if not sure:
            self.doubtful.add(id(row))

    def drop(self, row: Record) -> None:
        """Take a record out, where it is in."""
        for at, held in enumerate(self.rows):
            if held is row:
                del self.rows[at]
                self.doubtful.discard(id(row))
                self.told.clear()
                return


class Selection:
    """Which records of a source a fact is made of; facts with the same filter and window share one.

    Attributes:
        date: the column that places a record in the window.
        where: the filter; None is all.
        reads: the names that its facts read of a record.
    """

    def __init__(self, fact: FactStep, places: Places) -> None:
        self.source, self.date, self.window = str(fact.source), str(fact.date), fact.window
        self.where = None if fact.where is None else formula(fact.where, places).of
        self.reads: set[str] = set()

    def read_for(self, fact: FactStep) -> None:
        """Note what a fact reads of the records selected."""
        for expression in (fact.where, fact.value):
            self.reads.update(() if expression is None else names_in(expression))
        self.reads.update(name for name in (fact.group, fact.once) if name is not None)

    @staticmethod
    def key(fact: FactStep) -> str:
        """What two facts that share a selection have in common."""
        return f"{fact.source} {fact.date} {fact.window} {None if fact.where is None else to_plain(fact.where)}"
