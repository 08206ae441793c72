"""From raw cells to typed ones: a view over the relation, with what is wrong with the cells beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riskengine.contract import sources
from riskengine.records.bulk.answers import make_answers
from riskengine.records.bulk.cells import TEXT, cell_of, joined_cell
from riskengine.records.columns import unread
from riskengine.records.grammar import trim

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from riskengine.contract.sources import Source
    from riskengine.records.bulk.cells import Cell
    from riskengine.records.bulk.relation import Raw
    from riskengine.records.columns import Binding, Known

NULLS = {
    sources.INTEGER: "BIGINT",
    sources.DECIMAL: "BIGINT",
    sources.DATE: "DATE",
    sources.AREAS: "VARCHAR[]",
    "integer": "BIGINT",
    "decimal": "BIGINT",
    "date": "DATE",
    "bool": "BOOLEAN",
}


_SAMPLE, _REPEATS = 50_000, 5


@dataclass(slots=True)
class BoundColumn:
    """A column of a source that is read: where its cells are, how they are read, and whether some are odd."""

    name: str
    position: int
    is_text: bool
    cell: Cell
    read: Callable[[Any], Any]
    is_kept: bool
    answers: str | None = None
    is_faulty: bool = False
    shown: Callable[[str], str] = trim

    @property
    def raw(self) -> str:
        """The raw cell."""
        return f"r{self.position}"

    @property
    def is_there(self) -> str:
        """Whether a cell is filled."""
        return f"({self.raw} <> '')" if self.is_text else f"({self.raw} IS NOT NULL)"

    @property
    def value(self) -> str:
        """The typed value."""
        value = self.cell.value
        if self.answers is None and not self.is_text:
            return value
        if self.answers is None:
            return f"CASE WHEN {self.is_there} THEN {value} END"
        return (
            f"CASE WHEN {self.answers}.raw IS NOT NULL THEN {self.answers}.value WHEN {self.is_there} THEN {value} END"
        )

    @property
    def as_read(self) -> str:
        """The text of an id without white space at its ends."""
        own = self.cell.own or self.value
        if self.answers is None:
            return own
        return f"CASE WHEN {self.answers}.raw IS NOT NULL THEN {self.answers}.as_read ELSE {own} END"


@dataclass(slots=True)
class Typed:
    """A source whose columns are typed.

    Attributes:
        raw, binding: its cells, and which column each is of.
        bound: the columns that the file has.
        absent: columns that it lacks, with their SQL types.
    """

    source: Source
    label: str
    raw: Raw
    binding: Binding
    bound: list[BoundColumn]
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the source."""
        return self.source.name

    @property
    def has_plain_ids(self) -> bool:
        """Whether no id of its rows had to be read by the column's reader."""
        return not self.has_answers(self.source.key)

    def has_answers(self, name: str) -> bool:
        """Whether some cell of a column had to be read by the column's reader."""
        return any(column.answers is not None for column in self.bound if column.name == name)

    @property
    def has_key_as_read(self) -> bool:
        """Whether ids are compared as they were read: nothing was folded."""
        return self.column(self.source.key) == self.as_read(self.source.key)

    def relation(self, names: Collection[str] | None = None) -> str:
        """The raw cells with the answers of the odd ones beside them: of these columns, or of all."""
        joins = "".join(
            f" LEFT JOIN {column.answers} ON {column.answers}.raw = {self.raw.relation}.{column.raw}"
            for column in self.bound
            if column.answers is not None and (names is None or column.name in names)
        )
        return f"{self.raw.relation}{joins}"

    def column(self, name: str) -> str:
        """The typed value of a column of the contract or the profile."""
        held = {column.name: column.value for column in self.bound if column.is_kept}
        return held.get(name) or f"CAST(NULL AS {self.absent.get(name, 'VARCHAR')})"

    def as_read(self, name: str) -> str:
        """The text of an id as it was read."""
        held = {column.name: column.as_read for column in self.bound}
        return held.get(name, "CAST(NULL AS VARCHAR)")


def type_source(
    connection: Any,
    raw: Raw,
    source: Source,
    label: str,
    binding: Binding,
    known: Known,
    plain: Collection[str] = (),
) -> Typed:
    """Find the odd cells of every column, have them read, and say how the rest is typed.

    The columns of ``plain`` are known to have none.
    """
    profile = {column.name: column for column in known.profile_of(source)}
    own = {column.name: column for column in source.columns}
    bound = []
    for name, position, read in binding.read:
        column = None if read is unread else _narrowed(profile, own, name)
        cell = cell_of(column, raw.kinds[position], f"r{position}", known)
        bound.append(BoundColumn(name, position, raw.kinds[position] == TEXT, cell, read, column is not None))
    for at, joined in enumerate(binding.joined, len(raw.kinds)):
        cell = joined_cell(f"r{at}", len(joined.positions))
        bound.append(
            BoundColumn(joined.name, at, is_text=True, cell=cell, read=joined.read, is_kept=True, shown=joined.as_read)
        )
    _answer_odd_cells(connection, raw, source.name, [column for column in bound if column.name not in plain])
    absent = {name: NULLS.get(column.type, "VARCHAR") for name, column in own.items()}
    absent |= {name: NULLS.get(column.type, "VARCHAR") for name, column in profile.items()}
    return Typed(source, label, raw, binding, bound, absent)


def _narrowed(profile: Any, own: Any, name: str) -> Any:
    """The policy's column where it may narrow the contract's, else the contract's; None for neither."""
    if name in own and own[name].type not in {sources.TEXT, sources.INTEGER, sources.DECIMAL, sources.DATE}:
        return own[name]
    return profile.get(name) or own.get(name)


def _answer_odd_cells(connection: Any, raw: Raw, name: str, bound: list[BoundColumn]) -> None:
    if not bound:
        return
    few = _with_few_values(connection, raw, bound)
    for column in bound:
        test = f"{column.is_there} AND ({column.cell.plain}) IS NOT TRUE"
        cells = f"SELECT DISTINCT {column.raw} FROM {raw.relation}"
        if column.position in few:
            # A table, for DuckDB would move the test below the DISTINCT, and make it of every cell.
            connection.execute(f"CREATE OR REPLACE TEMP TABLE cells AS {cells}")
            cells = f"SELECT {column.raw} FROM cells"
        answers = f"answers_{name}_{column.position}"
        if make_answers(connection, answers, f"{cells} WHERE {test}", column.cell, column.read, column.shown):
            column.answers = answers
            sql = f"SELECT COUNT(code) FROM {answers}"
            column.is_faulty = bool(connection.execute(sql).fetchall()[0][0])
    connection.execute("DROP TABLE IF EXISTS cells")


def _with_few_values(connection: Any, raw: Raw, bound: list[BoundColumn]) -> set[int]:
    """The columns that seem to repeat themselves: their different cells are looked at, rather than every one."""
    sample = f"SELECT * FROM {raw.relation} LIMIT {_SAMPLE}"
    counts = ", ".join(f"COUNT(DISTINCT {column.raw})" for column in bound)
    total, *found = connection.execute(f"SELECT COUNT(*), {counts} FROM ({sample})").fetchall()[0]
    return {column.position for column, count in zip(bound, found, strict=True) if count * _REPEATS < total}
