"""A source while it is being read and checked: every row with what is known of it, nothing dropped yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riskengine.contract.records import ERRORS, LeftOut, SourceRecords
from riskengine.contract.registers import EMPLOYS
from riskengine.kernel.errors import InternalError
from riskengine.kernel.masking import is_personal, mask_name, mask_personal, mask_whole
from riskengine.kernel.problems import Problem
from riskengine.records.grammar import shown
from riskengine.records.raw import is_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.contract.records import Record
    from riskengine.contract.sources import Source
    from riskengine.records.columns import Binding
    from riskengine.records.grammar import Fault

OVERFLOW = "\x1f*"
"""The name under which a left-out row keeps the cells without a heading; white space keeps it from being one."""

MOST_SHOWN = 200  # characters of a found value that a problem keeps


@dataclass(slots=True)
class DraftRow:
    """A row: its number, its raw cells, what could be read of them, and why it is left out, if it is."""

    number: int
    cells: Sequence[Any]
    record: Record
    reason: str | None = None

    @property
    def operator_id(self) -> str | None:
        """The operator it is about, where that can be read."""
        return self.record.get("operator_id")


@dataclass(slots=True)
class Draft:
    """A source with all its rows and what was found wrong so far."""

    source: Source
    label: str
    binding: Binding
    sha256: str | None
    rows: list[DraftRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(
        self,
        row: DraftRow,
        fault: Fault,
        column: str | None = None,
        found: Any = None,
        reason: str = ERRORS,
    ) -> None:
        """Note a problem of a row; an error leaves the row out, for the first reason noted."""
        problem = Problem(
            fault.code,
            source=self.label,
            row=row.number,
            column=column,
            found=None if found is None else masked(column, found, is_natural(row.record))[:MOST_SHOWN],
            near=fault.near,
            params=fault.params,
            heading=self.binding.heading(column) if column else None,
        )
        self.problems.append(problem)
        if problem.is_error and row.reason is None:
            row.reason = reason

    def finish(self) -> SourceRecords:
        """The source as engines receive it, its rows accounted for."""
        result = SourceRecords(
            self.source.name,
            self.label,
            rows_in=len(self.rows),
            records=[],
            headings=self.binding.headings,
            problems=sorted(self.problems, key=lambda problem: problem.row or 0),
            sha256=self.sha256,
        )
        for row in self.rows:
            if row.reason is None:
                result.records.append(row.record)
            else:
                result.left_out.append(
                    LeftOut(self.source.name, row.number, row.reason, row.operator_id, self._named_cells(row))
                )
        if result.rows_in != len(result.records) + len(result.left_out):
            raise InternalError(message=f"the rows of {self.label} do not add up")
        return result

    def _named_cells(self, row: DraftRow) -> dict[str, Any]:
        names = self.binding.names
        cells = {name: cell for name, cell in zip(names, row.cells, strict=False) if name is not None}
        loose = self.loose_cells(row)
        if loose and not is_blank(loose):
            cells[OVERFLOW] = loose
        return cells

    def loose_cells(self, row: DraftRow) -> list[Any]:
        """The cells of a row that have no heading."""
        names, loose = self.binding.names, self.binding.loose
        cells = [row.cells[position] for position in loose if position < len(row.cells)] if loose else []
        return [*cells, *row.cells[len(names) :]]


def is_natural(record: Record) -> bool:
    """Whether a record is of a natural person: a driver's, or of an operator whose id has a resident number's shape."""
    return is_personal(record.get("operator_id") or "") or {"driver", "name"} <= record.keys()


def masked(column: str | None, raw: Any, natural: bool) -> str:
    """A cell as messages show it: as text, masked where it is personal."""
    text = shown(raw)
    if column in {"driver", "certificate"} or (column == "tie" and text.startswith(EMPLOYS)):
        return mask_whole(text)
    if column == "name" and natural:
        return mask_name(text)
    return mask_personal(text)
