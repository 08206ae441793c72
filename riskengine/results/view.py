"""The rows of a result that are about one operator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from riskengine.kernel.errors import InternalError
from riskengine.results.objections import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from riskengine.results.objections import OpenObjection

Row = dict[str, Any]

_LISTS = {
    "signals": "signals",
    "evidence": "evidence",
    "actions": "actions",
    "measures": "measures",
    "facts_by_risk_point": "risk_point_facts",
    "conduct": "conduct",
}
"""Table → attribute of the view, where an operator may have several rows."""

_FEW = 50


class Tables(Protocol):
    """Anything that gives the rows of a table by name: an engine's outcome, or a run folder."""

    def rows(self, name: str) -> Iterable[Row]:
        """The rows of a table, sorted by its key."""


@runtime_checkable
class Streams(Protocol):
    """Tables that need not be held as a whole, and of which one operator's rows can be had alone."""

    def stream(self, name: str) -> Iterator[Row]:
        """The rows of a table, sorted by its key, one after another."""

    def rows_of(self, name: str, operator_id: str) -> list[Row]:
        """The rows of a table that are about one operator."""

    def left_out_of(self, operator_id: str, count: int) -> list[Row]:
        """The rows of ``quarantine`` that say why ``count`` records of an operator were left out."""


@dataclass(slots=True)
class OperatorView:
    """All rows about one operator; the facts of one that is not current are null.

    ``left_out`` are rows of ``quarantine``, where they can be told and the view is of one operator alone; ``objection``
    is the one to its grade that was open when a run was made from a ledger, ``repairs`` the earliest day of credit
    repair of each violation that can still be repaired.
    """

    grade: Row
    signals: list[Row] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)
    facts: Row = field(default_factory=dict)
    risk_point_facts: list[Row] = field(default_factory=list)
    actions: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)
    conduct: list[Row] = field(default_factory=list)
    left_out: list[Row] = field(default_factory=list)
    objection: OpenObjection | None = None
    repairs: Mapping[str, date] = field(default_factory=dict)


def operator_views(tables: Tables | Streams) -> Iterator[OperatorView]:
    """One view for each operator, in the order of ``grades``; of a run folder, no more than one is held at once."""
    objections, repairs = _kept(tables)
    streams = {name: _Ahead(name, _stream(tables, name)) for name in (*_LISTS, "facts")}
    for grade in _stream(tables, "grades"):
        operator_id = grade["operator_id"]
        lists: dict[str, Any] = {attribute: streams[name].take(operator_id) for name, attribute in _LISTS.items()}
        facts = next(iter(streams["facts"].take(operator_id)), {})
        view = OperatorView(grade, **lists, facts=facts)
        view.objection, view.repairs = objections.get(operator_id), repairs
        yield view
    for stream in streams.values():
        stream.require_end()


def view_of(tables: Tables | Streams, operator_id: str) -> OperatorView | None:
    """The view of one operator; None where it is not in the result. Of a run folder, only its rows are read."""
    grade = next(iter(_rows_of(tables, "grades", operator_id)), None)
    if grade is None:
        return None
    lists: dict[str, Any] = {attribute: _rows_of(tables, name, operator_id) for name, attribute in _LISTS.items()}
    view = OperatorView(grade, **lists, facts=next(iter(_rows_of(tables, "facts", operator_id)), {}))
    objections, view.repairs = _kept(tables)
    view.objection = objections.get(operator_id)
    if isinstance(tables, Streams) and grade["quarantined_count"]:
        view.left_out = tables.left_out_of(operator_id, grade["quarantined_count"])
    return view


def _kept(tables: Tables | Streams) -> tuple[Mapping[str, OpenObjection], Mapping[str, date]]:
    """The objections that were open and the days of repair, of a run that was made from a ledger; else none."""
    return (tables.objections, tables.repairs) if isinstance(tables, Kept) else ({}, {})


def views_of(tables: Tables | Streams, chosen: Sequence[str] | None) -> Iterator[OperatorView]:
    """The views of some operators, or of all; those that are not in the result are passed over.

    Args:
        tables: the result.
        chosen: their ids; None is all. Of a run folder a few are looked up one by one, in the order given; for more
            it is read through once.
    """
    if chosen is not None and len(chosen) <= _FEW:
        yield from filter(None, (view_of(tables, operator_id) for operator_id in chosen))
        return
    wanted = None if chosen is None else set(chosen)
    for view in operator_views(tables):
        if wanted is None or view.grade["operator_id"] in wanted:
            yield view


def _stream(tables: Tables | Streams, name: str) -> Iterator[Row]:
    return tables.stream(name) if isinstance(tables, Streams) else iter(tables.rows(name))


def _rows_of(tables: Tables | Streams, name: str, operator_id: str) -> list[Row]:
    if isinstance(tables, Streams):
        return tables.rows_of(name, operator_id)
    return [row for row in tables.rows(name) if row["operator_id"] == operator_id]


class _Ahead:
    """A sorted table, read as far as the operator that is asked for and one row ahead."""

    def __init__(self, name: str, rows: Iterator[Row]) -> None:
        self._name, self._rows = name, rows
        self._next = next(rows, None)

    def take(self, operator_id: str) -> list[Row]:
        """The rows of an operator, which come next or not at all."""
        found = []
        while self._next is not None and self._next["operator_id"] == operator_id:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found

    def require_end(self) -> None:
        """Refuse rows that no operator of ``grades`` has taken.

        Raises:
            InternalError: the table is not sorted as ``grades`` is, or holds an operator that it does not.
        """
        if self._next is not None:
            raise InternalError(message=f"{self._name}: the rows of {self._next['operator_id']} are out of order")
