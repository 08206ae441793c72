"""The records as engines receive them: read, typed, validated, with the account of every row.

This is the one interface between what comes in and what computes. A record is a plain mapping from column name to a
typed value (text, int, Decimal, date, bool, tuple of texts) with None for what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from riskengine.contract.arrow import to_arrow
from riskengine.contract.tables import REGISTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from riskengine.kernel.problems import Problem

Record = dict[str, Any]

DUPLICATE, ERRORS, ORPHAN, OF_LEFT_OUT, BLANK = "duplicate", "error", "orphan", "operator_left_out", "blank"
"""Why a row was left out, as the accounts name it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not used: its place, why, the operator it is about where that can be told, and its cells as read.

    ``cells`` are by column name, in file order; cells that have no heading are a list under ``*``.
    """

    source: str
    row: int
    reason: str
    operator_id: str | None
    cells: Mapping[str, Any]


class SourceAccount(Protocol):
    """Where the rows of a source ended, however it was read; problems and rows left out in the order of the rows."""

    @property
    def name(self) -> str:
        """``operators``, ``violations`` or ``inspections``."""

    @property
    def label(self) -> str:
        """The file or frame as the user names it."""

    @property
    def rows_in(self) -> int:
        """How many rows there were."""

    @property
    def headings(self) -> Mapping[str, str]:
        """Column name → heading in the file, in file order."""

    @property
    def sha256(self) -> str | None:
        """Of the file's bytes; None for frames and lists."""

    @property
    def problems(self) -> Iterable[Problem]:
        """Every problem, errors and warnings."""

    @property
    def left_out(self) -> Iterable[LeftOut]:
        """The rows that are not used."""

    @property
    def left_out_count(self) -> int:
        """How many they are."""

    def left_out_by_reason(self) -> dict[str, int]:
        """How many they are by reason, sorted."""


class RecordsAccount(Protocol):
    """Where the rows of all sources ended, however they were read."""

    @property
    def sources(self) -> Sequence[SourceAccount]:
        """The sources that were given, operators first."""

    def problems(self) -> Iterable[Problem]:
        """Every problem of every source."""


class ListedRecords(RecordsAccount, Protocol):
    """The same of the records of a grading, which tell the strata of their operators."""

    def register(self) -> Iterator[pa.RecordBatch]:
        """The rows of ``register`` (see ``contract.tables``), sorted by operator."""


@dataclass(slots=True)
class SourceRecords:
    """One source after reading: the rows used, the rows left out, and what was wrong.

    Attributes:
        name: ``operators``, ``violations`` or ``inspections``.
        label: the file or frame as the user names it.
        rows_in: how many rows there were.
        records: the valid rows, in the order given.
        left_out: the others.
        problems: every problem of the source, errors and warnings, in order.
        headings: column name → heading in the file, for the ``mend`` file; in file order.
        sha256: of the file's bytes; None for frames and lists.
    """

    name: str
    label: str
    rows_in: int
    records: list[Record]
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    sha256: str | None = None

    @property
    def left_out_count(self) -> int:
        """How many rows are not used."""
        return len(self.left_out)

    def left_out_by_reason(self) -> dict[str, int]:
        """How many rows were left out, by reason, sorted."""
        counts: dict[str, int] = {}
        for row in self.left_out:
            counts[row.reason] = counts.get(row.reason, 0) + 1
        return dict(sorted(counts.items()))


@dataclass(slots=True)
class Records:
    """All sources of a grading, cross-checked.

    Attributes:
        operators: the rated units.
        violations: None where the policy reads none and none were given.
        inspections: likewise.
        quarantined: operator_id → how many of its records were left out.
    """

    operators: SourceRecords
    violations: SourceRecords | None = None
    inspections: SourceRecords | None = None
    quarantined: dict[str, int] = field(default_factory=dict)

    @property
    def sources(self) -> Sequence[SourceRecords]:
        """The sources that were given, operators first."""
        return [source for source in (self.operators, self.violations, self.inspections) if source is not None]

    def problems(self) -> list[Problem]:
        """Every problem of every source."""
        return [problem for source in self.sources for problem in source.problems]

    def register(self) -> Iterator[pa.RecordBatch]:
        """The rows of ``register``, sorted by operator."""
        operators = sorted(self.operators.records, key=lambda row: str(row["operator_id"]))
        rows = (
            {
                "operator_id": row["operator_id"],
                "county": None if row.get("county") is None else str(row["county"]),
                "areas": list(row.get("areas") or ()),
            }
            for row in operators
        )
        yield from to_arrow(REGISTER, rows).to_batches()
