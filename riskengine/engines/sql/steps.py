"""What a pipeline is made of: named queries, one after another."""

from __future__ import annotations

import re
from dataclasses import dataclass

_READ = re.compile(r"\b(?:FROM|JOIN) ([a-z_0-9]+)\b")


@dataclass(frozen=True, slots=True)
class Step:
    """A table of the pipeline.

    Attributes:
        name, sql, note: what it is called, its query, and what it holds.
        is_view: it is only a query with a name.
        needs_all: it compares operators, so that the steps before it must have seen all of them.
        decides: it goes from facts to what fired, score and grade: what a rule engine that is given facts would do.
        order: what its rows, as ``t``, are sorted by where tables keep their order: what is read off it is sorted then.
        ordered: a query that gives its rows in their order, where there is a cheaper one than to sort them.
    """

    name: str
    sql: str
    note: str
    is_view: bool = False
    needs_all: bool = False
    decides: bool = False
    order: str = ""
    ordered: str = ""

    @property
    def sorted_sql(self) -> str:
        """Its query, in its order."""
        if self.ordered:
            return self.ordered
        return f"SELECT * FROM ({self.sql}) AS t ORDER BY {self.order}" if self.order else self.sql


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All steps, and the scale of the numbers in the results.

    Attributes:
        steps: in the order in which they are carried out.
        places: fact → digits of its scaled value; None for what is no number.
        score_places: of scores and points.
    """

    steps: tuple[Step, ...]
    places: dict[str, int | None]
    score_places: int


def tables_read(sql: str) -> list[str]:
    """The tables that a query of a pipeline reads, as often as it does."""
    return _READ.findall(sql)
