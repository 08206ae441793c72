"""The rows of a result that are about one operator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row = dict[str, Any]


class Tables(Protocol):
    """Anything that gives the rows of a table by name: an engine's outcome, or a run folder."""

    def rows(self, name: str) -> Iterable[Row]:
        """The rows of a table."""


@dataclass(slots=True)
class OperatorView:
    """All rows about one operator; the facts of one that is not current are null."""

    grade: Row
    signals: list[Row] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)
    facts: Row = field(default_factory=dict)
    risk_point_facts: list[Row] = field(default_factory=list)
    actions: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)


def operator_views(tables: Tables) -> Iterator[OperatorView]:
    """One view for each operator, in the order of ``grades``."""
    views = {row["operator_id"]: OperatorView(row) for row in tables.rows("grades")}
    for name, attribute in (
        ("signals", "signals"),
        ("evidence", "evidence"),
        ("actions", "actions"),
        ("measures", "measures"),
        ("facts_by_risk_point", "risk_point_facts"),
    ):
        for row in tables.rows(name):
            getattr(views[row["operator_id"]], attribute).append(row)
    for row in tables.rows("facts"):
        views[row["operator_id"]].facts = row
    yield from views.values()


def view_of(tables: Tables, operator_id: str) -> OperatorView | None:
    """The view of one operator; None where it is not in the result."""
    return next((view for view in operator_views(tables) if view.grade["operator_id"] == operator_id), None)
