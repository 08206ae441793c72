"""The records of one operator, given as mappings by a program: read by the shortest way that gives the same.

Where every cell is as it should be, there is nothing for the general reader to find, and most of its work is looking.
So each cell is read by the same readers as in files, with what they said of earlier cells remembered, and the three
warnings that are usual (no decision day, outside the operator's areas, an inspection that is not there) are given. At
anything else the whole case goes through the general reader: the result is always the one that :func:`read_records`
gives, a test holds the two equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.records import Records, SourceRecords
from riskengine.contract.sources import INSPECTIONS, OPERATORS, SOURCES, VIOLATIONS
from riskengine.records.columns import Binding, Known
from riskengine.records.draft import Draft, DraftRow
from riskengine.records.grammar import Fault
from riskengine.records.identifiers import is_credit_code, is_resident_number
from riskengine.records.models import as_row
from riskengine.records.reading import read_records
from riskengine.records.shapes import Drawn, SourceReader, UnusualError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.contract.sources import Source
    from riskengine.kernel.problems import Problem

    Row = Mapping[str, Any]

_OPERATOR_ID = ("operator_id", *OPERATORS.column("operator_id").headings)


class CaseReader:
    """Reads one operator after another under one policy and catalogue; may be shared between threads.

    Args:
        known: what :func:`read_records` takes beside the records: profile, risk points, areas.
    """

    def __init__(self, **known: Any) -> None:
        self._given = known
        names = {"known_risk_points": "risk_point_codes", "known_areas": "areas"}
        self._known = Known(**{names.get(name, name): value for name, value in known.items()})
        self._sources = {name: SourceReader(source, self._known) for name, source in SOURCES.items()}

    def read(
        self, operator: Row, violations: Sequence[Row] | None, inspections: Sequence[Row] | None, as_of: date
    ) -> Records:
        """The records of one operator.

        Args:
            operator: column or heading → cell.
            violations: likewise; None where the policy reads none.
            inspections: likewise.
            as_of: the day of the grading.

        Raises:
            InputError: as :func:`read_records`.
        """
        try:
            return self._usual(operator, violations, inspections)
        except UnusualError:
            given = as_row(operator)
            return read_records(
                operators=[given],
                violations=_owned(violations, given),
                inspections=_owned(inspections, given),
                as_of=as_of,
                **self._given,
            )

    def _usual(self, operator: Row, violations: Sequence[Row] | None, inspections: Sequence[Row] | None) -> Records:
        held = self.operator(operator)
        inspected = None if inspections is None else [self.inspection(row, held) for row in inspections]
        ids = None if inspected is None else {drawn.record["inspection_id"]: drawn.as_read for drawn in inspected}
        violated = None if violations is None else [self.violation(row, held, ids) for row in violations]
        return Records(
            finished(OPERATORS, [held], held),
            None if violated is None else finished(VIOLATIONS, violated, held),
            None if inspected is None else finished(INSPECTIONS, inspected, held),
        )

    def operator(self, row: Row) -> Drawn:
        """The operator.

        Raises:
            UnusualError: the general reader has to look at it.
        """
        drawn = self._sources["operators"].draw(row)
        record = drawn.record
        code = record["operator_id"]
        if len(code) == 18 and not is_credit_code(code) and not is_resident_number(code):
            raise UnusualError
        closed, licensed = record["closed_on"], record["licensed_on"]
        if record["successor"] is not None or (closed is not None and licensed is not None and closed < licensed):
            raise UnusualError
        self._hold_columns(OPERATORS, drawn)
        if record["name"] is None:
            record["name"] = code
        return drawn

    def violation(self, row: Row, operator: Drawn, inspections: Mapping[str, str] | None) -> Drawn:
        """A violation of the operator; ``inspections``: id as compared → as read, None where none are given.

        Raises:
            UnusualError: the general reader has to look at it.
        """
        drawn = self._sources["violations"].draw(row)
        record = drawn.record
        occurred, decided, since = record["occurred_on"], record["decided_on"], record["status_on"]
        _own(drawn, operator)
        self._hold_columns(VIOLATIONS, drawn)
        if decided is None:
            drawn.warnings.append(("decided_on", Fault("RE-263"), None))
        elif decided < occurred:
            raise UnusualError
        if since is not None and (since < occurred or record["status"] is None):
            raise UnusualError
        if record["status"] is None:
            record["status"] = "final"
        areas, point = operator.record["areas"], record["risk_point"]
        area = self._known.risk_point_area.get(point) if areas else None
        if area is not None and area not in areas:
            drawn.warnings.append(("risk_point", Fault("RE-265", params=(("areas", "; ".join(areas)),)), point))
        inspection = record["inspection_id"]
        if inspections is not None and inspection is not None:
            if inspection not in inspections:
                drawn.warnings.append(("inspection_id", Fault("RE-264"), inspection))
            record["inspection_id"] = inspections.get(inspection, inspection)
        return drawn

    def inspection(self, row: Row, operator: Drawn) -> Drawn:
        """An inspection of the operator.

        Raises:
            UnusualError: the general reader has to look at it.
        """
        drawn = self._sources["inspections"].draw(row)
        _own(drawn, operator)
        self._hold_columns(INSPECTIONS, drawn)
        return drawn

    def _hold_columns(self, source: Source, drawn: Drawn) -> None:
        """Hold that a row has the columns that the policy declares.

        Raises:
            UnusualError: it lacks one: where all rows do, a warning is due.
        """
        if any(column.name not in drawn.headings for column in self._known.profile_of(source)):
            raise UnusualError


def _own(drawn: Drawn, operator: Drawn) -> None:
    """Give a record the operator's id where it leaves it out.

    Raises:
        UnusualError: it names another operator.
    """
    if "operator_id" not in drawn.headings:
        drawn.headings = drawn.headings | {"operator_id": "operator_id"}
        drawn.record["operator_id"] = operator.record["operator_id"]
    elif drawn.record["operator_id"] != operator.record["operator_id"]:
        raise UnusualError


def _owned(rows: Iterable[Any] | None, operator: Row) -> list[dict[str, Any]] | None:
    """Records of one operator as plain mappings, with its id where they leave it out."""
    if rows is None:
        return None
    own = next((operator[name] for name in _OPERATOR_ID if name in operator), None)
    plain = [as_row(row) for row in rows]
    named = frozenset(_OPERATOR_ID)
    return [row if named & row.keys() else {"operator_id": own, **row} for row in plain]


def finished(source: Source, rows: Sequence[Drawn], operator: Drawn) -> SourceRecords:
    """The rows as engines receive them, with their ids as they were read.

    Raises:
        UnusualError: an id stands twice, or a column has two headings.
    """
    headings: dict[str, str] = {}
    if all(drawn.plain for drawn in rows):
        for drawn in rows:
            headings.update(drawn.headings)
    else:
        for drawn in rows:
            add_headings(headings, drawn)
    if len({drawn.record[source.key] for drawn in rows}) < len(rows):
        raise UnusualError
    warned = [(number, drawn) for number, drawn in enumerate(rows, 1) if drawn.warnings]
    problems = problems_of(source, headings, warned) if warned else []
    records = [as_read(source, drawn, operator) for drawn in rows]
    return SourceRecords(source.name, source.name, len(rows), records, [], problems, headings)


def add_headings(headings: dict[str, str], drawn: Drawn) -> None:
    """Add a row's headings to those of its source, in the order met.

    Raises:
        UnusualError: a column comes under two headings.
    """
    own = drawn.headings
    if headings | own != own | headings:  # they differ only where both have a column, under two headings
        raise UnusualError
    headings.update(own)


def problems_of(source: Source, headings: dict[str, str], rows: Iterable[tuple[int, Drawn]]) -> list[Problem]:
    """The warnings about rows, each with its number."""
    draft = Draft(source, source.name, Binding([], headings), None)
    for number, drawn in rows:
        for column, fault, found in drawn.warnings:
            draft.report(DraftRow(number, (), drawn.record), fault, column, found)
    return draft.problems


def as_read(source: Source, drawn: Drawn, operator: Drawn) -> Record:
    """The record with the operator's id and its own as they were read."""
    record = drawn.record
    if record[source.key] == drawn.as_read and record["operator_id"] == operator.as_read:
        return record
    record = record.copy()
    if source is OPERATORS and record["name"] == record["operator_id"]:
        record["name"] = drawn.as_read
    record["operator_id"] = operator.as_read
    record[source.key] = drawn.as_read
    return record
