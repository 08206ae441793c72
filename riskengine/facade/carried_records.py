"""Where every row of all records ended, from a run that read them all and a reading of some operators' records.

The files of the smaller reading hold the rows of these operators in the order of the whole, and at their end every row
that cannot be used. So a row's place in the whole is told by the places of the operators' rows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from riskengine.facade.carried import woven
from riskengine.records import quarantine_rows
from riskengine.records.crosscheck import MOST_COMPARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa

    from riskengine.contract.records import LeftOut, ListedRecords, SourceAccount
    from riskengine.kernel.problems import Problem
    from riskengine.runs import Run

Row = dict[str, Any]
Places = Callable[[], Sequence[int]]
_ORPHAN = "RE-243"  # a record of nobody in the list: its message names ids that are like the unknown one
_ROWS_NAMED = ("first", "rows")  # values of a message that are numbers of rows


@dataclass(frozen=True, slots=True)
class Placed:
    """An account of a source of which some operators' rows were read, with the rows' places in the whole.

    Attributes:
        part: the account of the rows that were read.
        places: gives where the operators' rows stand in the whole, from 1, in order; asked only where a row is told.
        rows_in: how many rows the whole has.
        compares: whether the whole list is short enough for an unknown operator to be compared with its ids.
    """

    part: SourceAccount
    places: Places
    rows_in: int
    compares: bool

    @property
    def name(self) -> str:
        """``operators``, ``violations`` or ``inspections``."""
        return self.part.name

    @property
    def label(self) -> str:
        """The file as the user names it."""
        return self.part.label

    @property
    def headings(self) -> Mapping[str, str]:
        """Column name → heading in the file, in file order."""
        return self.part.headings

    @property
    def sha256(self) -> str | None:
        """None: there is no file of the whole."""
        return None

    @property
    def problems(self) -> Iterator[Problem]:
        """Every problem of the rows that were read."""
        for problem in self.part.problems:
            row = None if problem.row is None else self.place(problem.row)
            near = problem.near if self.compares or problem.code != _ORPHAN else ()
            params = tuple((name, self._renumbered(name, value)) for name, value in problem.params)
            yield replace(problem, row=row, near=near, params=params)

    @property
    def left_out(self) -> Iterator[LeftOut]:
        """The rows that are not used: all of the whole's are among those that were read."""
        for row in self.part.left_out:
            yield replace(row, row=self.place(row.row))

    @property
    def left_out_count(self) -> int:
        """How many they are."""
        return self.part.left_out_count

    def left_out_by_reason(self) -> dict[str, int]:
        """How many they are by reason, sorted."""
        return self.part.left_out_by_reason()

    def place(self, row: int) -> int:
        """Where a row of the part stands in the whole."""
        places = self.places()
        return places[row - 1] if row <= len(places) else row + self.rows_in - self.part.rows_in

    def _renumbered(self, name: str, value: Any) -> Any:
        if name not in _ROWS_NAMED or not isinstance(value, str):
            return value
        return re.sub(r"\d+", lambda number: str(self.place(int(number[0]))), value)


class CarriedRecords:
    """The accounts of the whole.

    Args:
        run: the run that read all records.
        then: what was read of some operators' records, as the run had read them.
        now: what was read of them now.
        places: gives the places of the operators' rows of a state (``then`` or ``now``) and a source.
        gone: the ids of these operators in the run.
    """

    def __init__(
        self,
        run: Run,
        then: ListedRecords,
        now: ListedRecords,
        places: Callable[[str, str], Sequence[int]],
        gone: frozenset[str],
    ) -> None:
        self._run, self._now, self._places, self._gone = run, now, cache(places), gone
        self._before: dict[str, Sequence[int]] = {}
        rows = {name: entry["rows"] for name, entry in run.manifest["sources"].items()}
        parts = {source.name: source.rows_in for source in then.sources}
        self._then = [self._placed("then", source, rows[source.name]) for source in then.sources]
        self._sources = [
            self._placed("now", source, rows[source.name] - parts[source.name] + source.rows_in)
            for source in now.sources
        ]

    def _placed(self, state: str, source: SourceAccount, rows_in: int) -> Placed:
        return Placed(source, partial(self._places, state, source.name), rows_in, self.compares)

    @property
    def compares(self) -> bool:
        """Whether the list is so short that unknown operators are compared with its ids."""
        return int(self._run.manifest["sources"]["operators"]["rows"]) <= MOST_COMPARED

    @property
    def sources(self) -> Sequence[Placed]:
        """The sources, operators first; their problems are those of the rows that were read."""
        return self._sources

    def problems(self) -> Iterator[Problem]:
        """Every problem of the rows that were read: every error of the whole is among them."""
        for source in self._sources:
            yield from source.problems

    @property
    def has_orphans(self) -> bool:
        """Whether there are records of nobody in the list, now or in the run."""
        return any(problem.code == _ORPHAN for source in (*self._then, *self._sources) for problem in source.problems)

    def register(self) -> Iterator[pa.RecordBatch]:
        """The rows of ``register``, sorted by operator."""
        import pyarrow as pa

        fresh = pa.Table.from_batches(list(self._now.register()), schema=_register())
        for part in woven(self._run, "register", fresh, self._gone):
            yield from part.to_batches()

    def quarantine(self, lang: str) -> list[Row] | None:
        """The rows of ``quarantine`` of the whole.

        Args:
            lang: the language of the messages.

        Returns:
            None where the run has other words of these operators' rows than were found now, or in another language.
        """
        before: Counter[tuple[Any, ...]] = Counter(_cells(row) for row in self._rows(self._then, lang))
        kept = []
        for row in self._run.stream("quarantine"):
            if before[_cells(row)] > 0:
                before[_cells(row)] -= 1
            else:
                kept.append({**row, "row": self._moved(row["source"], row["row"])})
        if +before:
            return None
        order = {source.name: at for at, source in enumerate(self._sources)}
        return sorted(
            [*kept, *self._rows(self._sources, lang)],
            key=lambda row: (order[row["source"]], row["row"] is not None, row["row"] or 0),
        )

    def _rows(self, sources: Sequence[Placed], lang: str) -> Iterable[Row]:
        return quarantine_rows(_Accounts(sources), lang)

    def _moved(self, source: str, row: int | None) -> int | None:
        """Where a row of somebody else stood in the run → where it stands now."""
        if row is None:
            return None
        others = row - bisect_left(self._places("then", source), row)  # the row is that of this number among others'
        return others + bisect_left(self._others_before(source), others)

    def _others_before(self, source: str) -> Sequence[int]:
        """How many rows of others stand before each of the operators' rows now."""
        if source not in self._before:
            places = self._places("now", source)
            self._before[source] = [place - number for number, place in enumerate(places, start=1)]
        return self._before[source]


@dataclass(frozen=True, slots=True)
class _Accounts:
    """Sources as an account of records."""

    sources: Sequence[Placed]

    def problems(self) -> Iterator[Problem]:
        """Every problem of every source."""
        for source in self.sources:
            yield from source.problems


def _cells(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("source", "row", "column", "code", "level", "message", "raw"))


def _register() -> pa.Schema:
    from riskengine.contract.arrow import arrow_schema
    from riskengine.contract.tables import REGISTER

    return arrow_schema(REGISTER)
