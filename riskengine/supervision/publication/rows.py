"""The rows of the four classes as they would be published, each with what is wrong with it; none is left out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from riskengine.engines.reference.placing import status_at
from riskengine.kernel.masking import mask_name, mask_personal
from riskengine.kernel.problems import Problem
from riskengine.supervision.publication import terms
from riskengine.supervision.publication.cells import Told, cell_of, cell_problems
from riskengine.supervision.publication.columns import (
    COERCION,
    CONFISCATION,
    FINE,
    INSPECTION,
    LICENCE,
    ORGANISATION,
    PENALTY,
    PERMIT,
    PERSON,
)
from riskengine.supervision.publication.hiding import is_person
from riskengine.supervision.publication.settings import MASKED, WITHHELD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.supervision.publication.terms import Display
    from riskengine.supervision.publication.year import Year

TABLES = {INSPECTION: "inspections", PERMIT: "permits", PENALTY: "violations", COERCION: "coercions"}
"""Class → the table of the record that it is made of."""
KEYS = {INSPECTION: "inspection_id", PERMIT: "permit_id", PENALTY: "violation_id", COERCION: "coercion_id"}
"""Class → the column that tells its records apart."""

_DECIDED = {INSPECTION: "inspected_on"}
_LICENCE = {"suspension", "revocation"}
_HOUSEHOLD = "92"
_ENDS = {"revoked": terms.REVOKED, "repaired": terms.REPAIRED, "pending": terms.PENDING}


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row of a class.

    Attributes:
        kind: its class.
        record_id: which record; with the class it tells rows apart.
        operator_id: about whom, as the record has it: personal where that is a natural person.
        cells: column → text, in the order of the columns, as it is published.
        problems: what is wrong with it.
        decided_on: the day of the decision or inspection; None where it is still to come.
        due_on: the last day on which it is published in time; None where that cannot be told.
        display: until when it is displayed.
        record: the record's typed cells.
        withheld: whether the bureau publishes nothing about the person.
        sha256: of what is reviewed: the cells without those that may follow later.
    """

    kind: str
    record_id: str
    operator_id: str
    cells: dict[str, str]
    problems: tuple[Problem, ...]
    decided_on: date | None
    due_on: date | None
    display: Display
    record: Record
    withheld: bool
    sha256: str

    @property
    def key(self) -> tuple[str, str]:
        """Class and record."""
        return self.kind, self.record_id

    @property
    def is_complete(self) -> bool:
        """Whether nothing stands in the way of its publication."""
        return not any(problem.is_error for problem in self.problems)

    def ended_on(self, day: date) -> tuple[str, date] | None:
        """Why its display has ended by a day, and the first day on which it is displayed no longer; None where not.

        Of several reasons, the one that came first.
        """
        found = []
        if "status" in self.record and self.decided_on is not None:
            status = status_at(self.record, day)
            if status in _ENDS:
                found.append((self.record["status_on"] or self.decided_on, _ENDS[status]))
        if self.display.until is not None and day > self.display.until:
            found.append((self.display.until + timedelta(days=1), terms.LAPSED))
        return None if not found else (min(found)[1], min(found)[0])


def rows_of_year(year: Year, kind: str) -> Iterator[PublishedRow]:
    """The rows of a class, in the order of the record's table.

    Args:
        year: the record.
        kind: the class.
    """
    table = year.tables[TABLES[kind]]
    if table is None:
        return
    for numbered in table.used:
        place = {"source": table.label, "row": numbered.number}
        yield row_of(year, kind, numbered.record, place)


def row_of(year: Year, kind: str, record: Record, place: dict[str, Any]) -> PublishedRow:
    """One record as it is published.

    Args:
        year: what else the record of the year says.
        kind: its class.
        record: its typed cells.
        place: its source and row, for problems.
    """
    operator = year.operators.get(record["operator_id"])
    natural = is_person(record["operator_id"])
    name = None if operator is None else operator["name"]
    display = terms.display_of(kind, record, natural=natural)
    values, holds = _values(year, kind, record, operator)
    values["display_until"] = display.until
    holds |= {PERSON if natural else ORGANISATION}
    masks = natural and year.settings.names_of_persons == MASKED
    hidden = name if masks else None
    driver = record.get("driver")

    def hide(text: str) -> str:
        return year.hiding.about(text, hidden, driver)

    told = Told(values, frozenset(holds), year.columns.words, hide, year.hiding.certificates, place)
    values |= _party(record, operator, natural=natural, masked=masks)
    columns = year.columns.of(kind)
    cells = {column.name: cell_of(column, told) for column in columns}
    decided_on = record[_DECIDED.get(kind, "decided_on")]
    due_on, late = _due(year, kind, decided_on, place)
    problems: list[Problem] = []
    if kind != PENALTY or decided_on is not None:  # what is not decided yet is asked for nothing
        problems += [problem for column in columns for problem in cell_problems(column, cells[column.name], told)]
        problems += [*_others(kind, record, operator, display, holds, place), *late]
    return PublishedRow(
        kind,
        record[KEYS[kind]],
        record["operator_id"],
        cells,
        tuple(problems),
        decided_on,
        due_on,
        display,
        record,
        natural and year.settings.names_of_persons == WITHHELD,
        _digest(kind, {column.name: cells[column.name] for column in columns if not column.follows}),
    )


def _digest(kind: str, reviewed: dict[str, str]) -> str:
    """SHA-256 over what is reviewed; no cell holds the characters that part them, for no reader lets them through."""
    parts = (kind, *(f"{name}\x1e{cell}" for name, cell in reviewed.items()))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _party(record: Record, operator: Record | None, *, natural: bool, masked: bool) -> dict[str, Any]:
    """Of whom it is: a natural person's number is nowhere among the values that are published."""
    name = None if operator is None or operator["name"] == record["operator_id"] else operator["name"]
    if natural:
        shown = mask_name(name) if name and masked else name
        return {"party_name": shown, "party_kind": "person", "credit_code": None, "id_kind": "resident_card"}
    code = record["operator_id"]
    kind = "household" if code.startswith(_HOUSEHOLD) else "organisation"
    return {"party_name": name, "party_kind": kind, "credit_code": code, "id_kind": None}


def _values(year: Year, kind: str, record: Record, operator: Record | None) -> tuple[dict[str, Any], set[str]]:
    """The values that columns may take, and what holds of the row."""
    publisher = year.settings.publisher
    own = {} if operator is None else operator
    values: dict[str, Any] = {**own, **record}
    values |= {"publisher": publisher and publisher.name, "publisher_code": publisher and publisher.code}
    holds: set[str] = set()
    if kind == PENALTY:
        detail = year.details.get(record["violation_id"], {})
        kinds = frozenset(record["penalty_kind"] or ())
        values |= {**detail, "violation_id": record["violation_id"], "kinds": record["penalty_kind"]}
        values |= {"fine": record["penalty"] or None, "body": record["decision_body"]}
        holds |= {name for name in (FINE, CONFISCATION) if name in kinds}
        holds |= {LICENCE} if kinds & _LICENCE else set()
    if kind == INSPECTION:
        values["body"] = publisher and publisher.name
    values["body_code"] = year.settings.bodies.get(values["body"] or "")
    return values, holds


def _due(year: Year, kind: str, decided_on: date | None, place: dict[str, Any]) -> tuple[date | None, list[Problem]]:
    """By when it is published, and why that cannot be told (RE-948)."""
    term = None if decided_on is None else terms.publish_term(kind, decided_on)
    if term is None or decided_on is None:
        return None, []
    due = term.last_day(decided_on, year.calendar)
    if due is not None:
        return due, []
    found = (decided_on + timedelta(days=term.working_days)).isoformat()
    return None, [Problem("RE-948", **place, found=found)]


def _others(
    kind: str, record: Record, operator: Record | None, display: Display, holds: set[str], place: dict[str, Any]
) -> Iterator[Problem]:
    """What is wrong with the row as a whole: an unknown party, a sum that does not fit, a display that is not told."""
    if operator is None:
        yield Problem("RE-950", **place, column="operator_id", found=mask_personal(record["operator_id"]))
    if kind != PENALTY:
        return
    penalty = record["penalty"]
    if (FINE in holds) != bool(penalty) and (FINE not in holds or penalty is not None):
        yield Problem("RE-947", **place, column="penalty", found=str(penalty))
    if display.untold is not None:
        yield Problem("RE-954", **place, column="decided_on", found=record["decided_on"].isoformat())
