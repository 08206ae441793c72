"""What every engine is and what it gives back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from riskengine.contract.arrow import to_arrow
from riskengine.contract.content_hash import content_hash
from riskengine.contract.tables import CONDUCT, RESULT_TABLES, Table, facts_by_risk_point_table, facts_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

    from riskengine.contract.records import ListedRecords, Record, Records
    from riskengine.plan import Plan
    from riskengine.records.columns import Known

Row = dict[str, Any]


class Outcome(Protocol):
    """The tables of a grading as rows, however they are held."""

    @property
    def usage(self) -> Mapping[str, Mapping[str, int]]:
        """Source → ``used`` and each reason for which a record did not count → number of records."""

    def table_names(self) -> Sequence[str]:
        """Every result table, in a fixed order; ``conduct``, which is none, can be asked for like them."""

    def table(self, name: str) -> Table:
        """The columns of a table."""

    def rows(self, name: str) -> Iterable[Row]:
        """The rows of a table, sorted by its key, as plain values."""


class Computed(Outcome, Protocol):
    """An outcome as an engine gives it, from which a run is written."""

    @property
    def is_shared(self) -> bool:
        """Whether threads may ask for different things of it at the same time."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """Part of the work → how long it took, where the engine says so."""

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow, with the contract's types."""

    def digest(self, name: str) -> tuple[int, str]:
        """How many rows a table has, and its content hash."""

    def statuses(self) -> Mapping[str, int]:
        """Status → number of operators."""

    def write(self, name: str, file: Path, previous: Path | None = None) -> None:
        """Write a table as Parquet; ``previous``: the grades of an earlier run that stand beside the new ones."""


class TakenIn(Protocol):
    """Records that an engine has read itself, ready to be graded."""

    @property
    def records(self) -> ListedRecords:
        """Where every row ended."""

    def grade(self, clock: Callable[[], float] | None = None) -> Computed:
        """Grade every operator; ``clock`` tells seconds, for the log of a run."""


@runtime_checkable
class ReadingEngine(Protocol):
    """An engine that can read sources itself, without a row passing through Python."""

    def take_in(
        self, plan: Plan, sources: Mapping[str, Any], known: Known, as_of: date, memory: int | None = None
    ) -> TakenIn | None:
        """Read and check; None where a source has to be read row by row."""


class GradingEngine(Protocol):
    """An engine: a name, and one method."""

    name: str

    def grade(self, plan: Plan, records: Records, as_of: date) -> Computed:
        """Carry out ``plan`` on ``records`` as of a day."""


ROW_GROUP = 1 << 17
"""Rows of a row group of a table: reading one operator of a run costs one of them."""


class FromRows(ABC):
    """What an outcome that has its rows in memory can be asked beside them."""

    __slots__ = ()

    @abstractmethod
    def table(self, name: str) -> Table:
        """The columns of a table."""

    @abstractmethod
    def rows(self, name: str) -> Sequence[Row]:
        """The rows of a table, sorted by its key."""

    @property
    def is_shared(self) -> bool:
        """No: what is kept is made at the first question."""
        return False

    @property
    def seconds(self) -> Mapping[str, float]:
        """Nothing: what is reckoned operator by operator is not timed part by part."""
        return {}

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow, with the contract's types."""
        return to_arrow(self.table(name), self.rows(name))

    def digest(self, name: str) -> tuple[int, str]:
        """How many rows a table has, and its content hash."""
        rows = self.rows(name)
        return len(rows), content_hash(self.table(name), rows)

    def statuses(self) -> dict[str, int]:
        """Status → number of operators."""
        return dict(Counter(row["status"] for row in self.rows("grades")))

    def write(self, name: str, file: Path, previous: Path | None = None) -> None:
        """Write a table as Parquet; ``previous``: the grades of an earlier run that stand beside the new ones."""
        from pyarrow import parquet

        rows: Sequence[Row] = self.rows(name)
        if previous is not None:
            earlier = parquet.read_table(previous, columns=["operator_id", "grade"]).to_pydict()
            grades = dict(zip(earlier["operator_id"], earlier["grade"], strict=True))
            rows = [{**row, "previous_grade": grades.get(row["operator_id"])} for row in rows]
        table = to_arrow(self.table(name), rows)
        parquet.write_table(table, file, compression="zstd", row_group_size=ROW_GROUP, write_page_checksum=True)


@dataclass(slots=True)
class RowOutcome(FromRows):
    """An outcome held as lists of rows in memory."""

    tables: dict[str, Table]
    data: dict[str, list[Row]]
    usage: dict[str, dict[str, int]]

    def table_names(self) -> Sequence[str]:
        """Every result table, in a fixed order."""
        return results_among(self.tables)

    def table(self, name: str) -> Table:
        """The columns of a table."""
        return self.tables[name]

    def rows(self, name: str) -> list[Row]:
        """The rows of a table, sorted by its key."""
        return self.data[name]


def result_tables(plan: Plan) -> dict[str, Table]:
    """Every result that an engine computes for a plan, by name, in contract order."""
    tables = [
        *RESULT_TABLES,
        facts_table(plan.fact_fields(per_risk_point=False)),
        facts_by_risk_point_table(plan.fact_fields(per_risk_point=True)),
    ]
    return {table.name: table for table in tables}


def engine_tables(plan: Plan) -> dict[str, Table]:
    """Every table that an engine makes for a plan: the results, and ``conduct``."""
    return {**result_tables(plan), CONDUCT.name: CONDUCT}


def results_among(tables: Iterable[str]) -> tuple[str, ...]:
    """The names of the tables that are results."""
    return tuple(name for name in tables if name != CONDUCT.name)


def sorted_rows(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Rows sorted by the table's key, nulls first, texts by code point."""
    return sorted(rows, key=lambda row: tuple((row[name] is not None, row[name] or "") for name in table.key))


def is_current(operator: Record, as_of: date) -> bool:
    """Whether an operator is graded: not closed before the as-of date, not licensed after it."""
    closed, licensed = operator.get("closed_on"), operator.get("licensed_on")
    return not ((closed is not None and closed < as_of) or (licensed is not None and licensed > as_of))


def answerable(operators: Sequence[Record], as_of: date) -> dict[str, str]:
    """operator_id → who answers for its record: itself, or the last successor where it is closed before the day.

    The reference engine has its own, so that a fault here is found.
    """
    by_id = {operator["operator_id"]: operator for operator in operators}
    holders = {}
    for first in by_id:
        holder, passed = first, {first}
        while (closed := by_id[holder].get("closed_on")) is not None and closed < as_of:
            heir = by_id[holder].get("successor")
            if heir not in by_id or heir in passed:
                break
            passed.add(heir)
            holder = heir
        holders[first] = holder
    return holders
