"""Rows of mappings read by their shape: equal headings are bound to columns once, equal cells are read once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from operator import getitem
from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import AREAS, OPERATORS
from riskengine.records.columns import (
    PROBLEMS_HEADING,
    ROW_HEADING,
    accepted_headings,
    column_names,
    readers_of,
    unread,
)
from riskengine.records.grammar import Doubt, Fault, id_of, trim
from riskengine.records.raw import heading_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from riskengine.contract.records import Record
    from riskengine.contract.sources import Source
    from riskengine.records.columns import Known

    Row = Mapping[str, Any]

_REMEMBERED, _LENGTH = 10_000, 100  # cells per column, and their length; then all are forgotten
_SHAPES = 1_000  # likewise
_LISTS = (list, tuple, set, frozenset)
_PLAIN_ID = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Z\u4e00-\u9fff〔〕-]+\Z")


class UnusualError(Exception):
    """Something that the general reader has to look at."""


@dataclass(slots=True)
class Drawn:
    """A row as read.

    Attributes:
        record: by column, ids as they are compared.
        headings: column → the heading that it came under.
        plain: whether every heading is its column's name.
        as_read: its own id as it was read.
        warnings: column, what is odd, and what was found.
    """

    record: Record
    headings: dict[str, str]
    plain: bool
    as_read: str
    warnings: list[tuple[str, Fault, str | None]] = field(default_factory=list)


class _Column(dict[Any, Any]):
    """A column: cell → value, for the cells met; others are read, and remembered where they may come again.

    Args:
        name: the column's.
        read: the reader of its cells.
        remembers: whether cells may come again.
    """

    __slots__ = ("name", "read", "remembers")

    def __init__(self, name: str, read: Callable[[Any], Any], *, remembers: bool) -> None:
        super().__init__()
        self.name, self.read, self.remembers = name, read, remembers

    def __missing__(self, cell: Any) -> Any:
        """The value of a cell that is not remembered.

        Raises:
            UnusualError: the cell is not as it should be.
        """
        value = self.read(cell)
        if value.__class__ is Fault or value.__class__ is Doubt:
            raise UnusualError
        if self.remembers and (type(cell) is date or (type(cell) is str and len(cell) <= _LENGTH)):
            if len(self) >= _REMEMBERED:
                self.clear()
            self[cell] = value
        return value


@dataclass(frozen=True, slots=True)
class _Shape:
    """The columns of rows with the same headings in the same order."""

    columns: tuple[_Column, ...]
    names: tuple[str, ...]
    headings: dict[str, str]
    plain: bool
    key_heading: str


class SourceReader:
    """Reads rows of one source."""

    def __init__(self, source: Source, known: Known) -> None:
        self._key, self._keeps_others = source.key, source.keeps_other_columns
        self._empty: Record = dict.fromkeys(column_names(source, known))
        self._areas = [column.name for column in source.columns if column.type == AREAS]
        named = {"operator_id"} if source is not OPERATORS else set()  # a record may leave its operator out
        self._required = [column.name for column in source.columns if column.required and column.name not in named]
        read = readers_of(source, known)
        meant = {name: name for name in read} | {
            heading: column.name for column in source.columns for heading in accepted_headings(column)
        }
        columns = {name: _column(name, read[name], remembers=name != source.key) for name in read}
        self._columns = {heading: columns[name] for heading, name in meant.items()}
        self._shapes: dict[tuple[str, ...], _Shape] = {}

    def draw(self, row: Row) -> Drawn:
        """A row whose every cell is as it should be.

        Raises:
            UnusualError: some cell or heading is not, or a required cell is empty.
        """
        try:
            keys = tuple(row)
            shape = self._shapes.get(keys) or self._shape(keys)
            record = self._empty.copy()
            cells: Iterable[Any] = row.values()
            try:
                record.update(zip(shape.names, map(getitem, shape.columns, cells), strict=True))
            except TypeError:  # a list: it is read as its members joined by ";"
                cells = [";".join(map(str, cell)) if isinstance(cell, _LISTS) else cell for cell in cells]
                record.update(zip(shape.names, map(getitem, shape.columns, cells), strict=True))
            key_cell = row[shape.key_heading]
        except (TypeError, AttributeError):
            raise UnusualError from None
        for name in self._required:
            if record[name] is None:
                raise UnusualError
        for name in self._areas:
            if record[name] is None:
                record[name] = ()
        key = record[self._key]
        own = key if key_cell == key else trim(key_cell) if isinstance(key_cell, str) else str(key)
        return Drawn(record, shape.headings, shape.plain, own)

    def _shape(self, keys: tuple[Any, ...]) -> _Shape:
        """The shape of rows with these headings.

        Raises:
            UnusualError: two are one column's, one is unknown, or the id has none.
        """
        columns = tuple(self._column_of(heading) for heading in keys)
        headings = {column.name: heading for column, heading in zip(columns, keys, strict=True)}
        if len(headings) < len(keys) or self._key not in headings:
            raise UnusualError
        if len(self._shapes) >= _SHAPES:
            self._shapes.clear()
        names = tuple(column.name for column in columns)
        shape = self._shapes[keys] = _Shape(columns, names, headings, names == keys, headings[self._key])
        return shape

    def _column_of(self, heading: Any) -> _Column:
        """The column of a heading; one that the contract does not know is kept of operators.

        Raises:
            UnusualError: it is no plain heading, or the source keeps none.
        """
        known = self._columns.get(heading)
        if known is not None:
            return known
        plain = type(heading) is str and heading and heading_of(heading) == heading
        if not self._keeps_others or not plain or heading in {PROBLEMS_HEADING, ROW_HEADING}:
            raise UnusualError
        return _column(heading, unread, remembers=False)


def _column(name: str, read: Callable[[Any], Any], *, remembers: bool) -> _Column:
    return _Column(name, _plain_id if read is id_of else read, remembers=remembers)


def _plain_id(raw: Any) -> Any:
    """An id; one of digits, capitals and Chinese characters, with a digit in it, is what it looks like."""
    if type(raw) is str and _PLAIN_ID.match(raw):
        return raw
    return id_of(raw)
