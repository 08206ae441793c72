"""A case under way: an operator whose records arrive one by one, with its grade at hand after each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import INSPECTIONS, OPERATORS, VIOLATIONS
from riskengine.engines.live import LiveCase
from riskengine.facade.results import Assessment
from riskengine.kernel.errors import EngineLimitError, MissingExtraError, UsageError
from riskengine.kernel.problems import Problem, nearest
from riskengine.records import UnusualError, add_headings, as_read, as_row, id_of, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from riskengine.contract.sources import Source
    from riskengine.facade.answering import Answering
    from riskengine.records import Drawn


class _Held:
    """The records of one source as given, and what was read of them."""

    def __init__(self, source: Source) -> None:
        self.source, self.given = source, False
        self.rows: list[dict[str, Any]] = []
        self.forget()

    def forget(self) -> None:
        """Keep the records as given, and nothing that was read of them."""
        self.drawn: list[Drawn] = []
        self.headings: dict[str, str] = {}
        self.places: dict[str, int] = {}
        self.warned: set[int] = set()

    def keep(self, at: int, drawn: Drawn) -> None:
        """Keep what was read of a record.

        Raises:
            UnusualError: its id stands at another place, or a column comes under two headings.
        """
        key = drawn.record[self.source.key]
        if self.places.setdefault(key, at) != at:
            raise UnusualError
        add_headings(self.headings, drawn)
        self.drawn[at : at + 1] = [drawn]
        (self.warned.add if drawn.warnings else self.warned.discard)(at)

    def problems(self) -> list[Problem]:
        """The warnings about the records, in their order."""
        return problems_of(self.source, self.headings, [(at + 1, self.drawn[at]) for at in sorted(self.warned)])


class Case:
    """An operator on a day, to which records are added. Make one with :meth:`riskengine.Engine.open`.

    The grade is the same as if all records had been given at once; what a new record does not touch is not computed
    again. Where the records have to be looked at as a whole (one is not valid, an id stands twice), or where the live
    engine is not installed, :meth:`result` reads everything afresh. A case belongs to one thread at a time.
    """

    def __init__(
        self,
        answering: Answering,
        operator: Mapping[str, Any],
        as_of: date,
        violations: Iterable[Any] | None,
        inspections: Iterable[Any] | None,
    ) -> None:
        self._answering, self._operator, self._as_of = answering, operator, as_of
        self._held = {"violations": _Held(VIOLATIONS), "inspections": _Held(INSPECTIONS)}
        for name, rows in (("violations", violations), ("inspections", inspections)):
            self._held[name].given = rows is not None
            self._held[name].rows = [as_row(row) for row in rows or ()]
        self._live: LiveCase | None = None
        self._read_all()

    def add(self, violation: Any) -> None:
        """Add a violation: a mapping or :class:`riskengine.Violation`; ``operator_id`` may be left out."""
        self._add("violations", violation)

    def add_inspection(self, inspection: Any) -> None:
        """Add an inspection: a mapping or :class:`riskengine.Inspection`; ``operator_id`` may be left out."""
        self._add("inspections", inspection)

    def amend(self, violation_id: str, **changes: Any) -> None:
        """Change a violation that was given: ``case.amend(number, status="revoked", status_on=date(2022, 6, 1))``.

        Args:
            violation_id: which; ids are compared as everywhere (trimmed, half-width, upper case).
            changes: column → new cell, for any column but the ids; None empties it.

        Raises:
            UsageError: no such violation (RE-617), several of that id (RE-623), or no such column (RE-112).
        """
        held = self._held["violations"]
        further = [column.name for column in self._answering.plan.columns_of("violations")]
        free = [name for name in (*VIOLATIONS.names, *further) if name not in {"violation_id", "operator_id"}]
        unknown = [Problem("RE-112", found=name, near=nearest(name, free)) for name in changes if name not in free]
        places = self._places_of(violation_id)
        if not places:
            near = nearest(violation_id, [str(row.get("violation_id")) for row in held.rows])
            unknown.append(Problem("RE-617", found=violation_id, near=near))
        if len(places) > 1:
            rows = ", ".join(str(at + 1) for at in places)
            unknown.append(Problem("RE-623", found=violation_id, params=(("rows", rows),)))
        if unknown:
            raise UsageError(unknown)
        [at] = places
        held.rows[at] = held.rows[at] | {_heading(held, at, name): cell for name, cell in changes.items()}
        if self._live is None:
            self._read_all()
        else:
            self._read("violations", at)

    def result(self) -> Assessment:
        """The grade with everything behind it, as :meth:`riskengine.Engine.assess` gives it.

        Raises:
            InputError: the operator itself is not valid; every problem is listed.
            UsageError: the policy reads violations (or inspections) and none were given (RE-604).
        """
        given = [name for name, held in self._held.items() if held.given]
        self._answering.require(given)
        if self._live is not None:
            try:
                outcome = self._live.outcome(given)
            except EngineLimitError:
                pass
            else:
                problems = [problem for name in given for problem in self._held[name].problems()]
                return Assessment("live", outcome, problems, self._answering.context(self._as_of))
        rows = {name: held.rows if held.given else None for name, held in self._held.items()}
        records = self._answering.reader.read(self._operator, as_of=self._as_of, **rows)
        return self._answering.answer(records, self._as_of)

    def _add(self, source: str, record: Any) -> None:
        held = self._held[source]
        held.rows.append(as_row(record))
        first, held.given = not held.given, True
        if first:
            self._read_all()  # what names an inspection was not looked for as long as none were given
        else:
            self._read(source, len(held.rows) - 1)

    def _read_all(self) -> None:
        """Begin afresh: everything by the shortest way, or nothing."""
        for held in self._held.values():
            held.forget()
        try:
            self._drawn = self._answering.reader.operator(self._operator)
            operator = as_read(OPERATORS, self._drawn, self._drawn)
            self._live = LiveCase(self._answering.plan, self._as_of, operator)
        except (UnusualError, MissingExtraError):
            self._live = None
        for name in ("inspections", "violations"):
            for at in range(len(self._held[name].rows)):
                self._read(name, at)

    def _read(self, source: str, at: int) -> None:
        """Read one record and put it in its place; a record that has to be looked at ends the short way."""
        if self._live is None:
            return
        held, reader = self._held[source], self._answering.reader
        try:
            if source == "violations":
                drawn = reader.violation(held.rows[at], self._drawn, self._inspection_ids())
            else:
                drawn = reader.inspection(held.rows[at], self._drawn)
            held.keep(at, drawn)
        except UnusualError:
            self._live = None
            return
        self._live.put(source, at, as_read(held.source, drawn, self._drawn))
        if source == "inspections":
            self._read_linked(drawn.record["inspection_id"])

    def _read_linked(self, inspection: str) -> None:
        """Read again the violations that name an inspection which came after them."""
        for at, drawn in enumerate(self._held["violations"].drawn):
            if id_of(drawn.record["inspection_id"]) == inspection:
                self._read("violations", at)

    def _inspection_ids(self) -> dict[str, str] | None:
        """Inspections by id as compared → as read; None where none are given."""
        held = self._held["inspections"]
        return {key: held.drawn[at].as_read for key, at in held.places.items()} if held.given else None

    def _places_of(self, violation_id: str) -> list[int]:
        held, wanted = self._held["violations"], id_of(violation_id)
        if self._live is not None:
            return [held.places[wanted]] if wanted in held.places else []
        names = ("violation_id", *VIOLATIONS.column("violation_id").headings)
        ids = [next((id_of(row[name]) for name in names if name in row), None) for row in held.rows]
        return [at for at, found in enumerate(ids) if found == wanted]


def _heading(held: _Held, at: int, name: str) -> str:
    """The heading under which a column of the records was given; its name where it was not."""
    accepted = (name, *(held.source.column(name).headings if name in held.source.names else ()))
    return next((heading for heading in accepted if heading in held.rows[at]), held.headings.get(name, name))
