"""A year's record as publication reads it: its tables, its operators, what decisions say, the bureau's settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.kernel.errors import InputError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem, in_order
from riskengine.supervision.numbered import numbered_rows
from riskengine.supervision.publication.hiding import Hiding
from riskengine.supervision.publication.rows import rows_of_year
from riskengine.supervision.publication.settings import SETTINGS, columns_of, read_settings
from riskengine.supervision.publication.sources import RECORD
from riskengine.supervision.record import file_of
from riskengine.supervision.review.working_days import shipped_calendar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from riskengine.contract.records import Record
    from riskengine.supervision.numbered import NumberedRows
    from riskengine.supervision.publication.columns import PublishedColumns
    from riskengine.supervision.publication.rows import PublishedRow
    from riskengine.supervision.publication.settings import PublicationSettings
    from riskengine.supervision.record import Row
    from riskengine.supervision.review.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Year:
    """A record.

    Attributes:
        tables: name → the table with the account of its rows; None for one that is not there.
        operators: id → the operator.
        details: violation → what its decision says.
        settings, columns: the bureau's.
        hiding: masks texts, with the certificates that the record knows.
        calendar: which days are worked.
    """

    tables: Mapping[str, NumberedRows | None]
    operators: Mapping[str, Record]
    details: Mapping[str, Record]
    settings: PublicationSettings
    columns: PublishedColumns
    hiding: Hiding
    calendar: Calendar

    def rows(self) -> Iterator[PublishedRow]:
        """The rows of every class, class by class."""
        for kind in self.columns.classes:
            yield from rows_of_year(self, kind)

    def problems(self) -> list[Problem]:
        """What is wrong with the tables, and with what belongs to nothing."""
        found = [problem for table in self.tables.values() if table is not None for problem in table.problems]
        details, violations = self.tables["penalties"], self.tables["violations"]
        if details is not None:
            known = set() if violations is None else {each.record["violation_id"] for each in violations.used}
            lost = (each for each in details.used if each.record["violation_id"] not in known)
            found += [_belongs_to_nothing(details.label, each) for each in lost]
        return found


def _belongs_to_nothing(label: str, row: Row) -> Problem:
    found = mask_personal(row.record["violation_id"])
    return Problem("RE-950", source=label, row=row.number, column="violation_id", found=found)


def read_year(folder: Path, settings: Path | None = None, calendar: Calendar | None = None) -> Year:
    """Read a record.

    Args:
        folder: of the record.
        settings: the bureau's file; ``publication.yaml`` of the folder if left out, where there is one.
        calendar: which days are worked; the shipped one if left out.

    Raises:
        UsageError: there is no such folder, or a table is there twice (RE-955, RE-956).
        InputError: a table cannot be read as one, or the settings do not hold together: every problem.
    """
    tables: dict[str, NumberedRows | None] = {}
    problems: list[Problem] = []
    for source in RECORD:
        file = file_of(folder, source.name)
        try:
            tables[source.name] = None if file is None else numbered_rows(file, source)
        except InputError as error:
            problems += error.problems
    own = settings if settings is not None else folder / SETTINGS
    try:
        chosen = read_settings(own if settings is not None or own.is_file() else None)
        columns = columns_of(chosen, own.name)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(in_order(problems))
    return Year(
        tables,
        _by(tables["operators"], "operator_id"),
        _by(tables["penalties"], "violation_id"),
        chosen,
        columns,
        Hiding(_certificates(tables["violations"])),
        calendar or shipped_calendar(),
    )


def _by(table: NumberedRows | None, key: str) -> dict[str, Record]:
    return {} if table is None else {each.record[key]: each.record for each in table.used}


def _certificates(violations: NumberedRows | None) -> list[str]:
    used = () if violations is None else violations.used
    return [each.record["driver"] for each in used if each.record["driver"]]
