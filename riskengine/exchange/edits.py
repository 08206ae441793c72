"""What was edited between a catalogue and one that was read back: cell by cell, each with where it now stands."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import TYPE_CHECKING, Any

from riskengine.exchange.flatten import rows_of
from riskengine.exchange.gather import SheetDocument
from riskengine.exchange.shown import ShownColumns
from riskengine.exchange.tables import FILE_COLUMNS, FILES, NUMBER, all_tables
from riskengine.exchange.wording import edit_form, heading, sheet_name, shown_heading, word_of
from riskengine.kernel.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from riskengine.catalog import CatalogFile
    from riskengine.exchange.flatten import Row
    from riskengine.exchange.receive import Received
    from riskengine.exchange.tables import Column, Table
    from riskengine.kernel.yaml_document import Path_

_SHOWN = 60  # characters of a value that a line repeats


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit.

    Attributes:
        kind: ``changed``, ``added``, ``removed``, ``reordered``; ``ignored`` where it stands in a column that is made
            from others.
        at: where it stands in what was read (``风险点!D7``); None for what is gone.
        table: the table.
        row: what tells the row apart: ``HW-01``, ``HW-01 no. 3``.
        column: the column's key; None for whole rows.
        was, now: the values; None for nothing.
    """

    kind: str
    at: str | None
    table: str
    row: str
    column: str | None = None
    was: Any = None
    now: Any = None

    def text(self, lang: str) -> str:
        """The edit in a line.

        Args:
            lang: ``zh`` or ``en``.
        """
        made = self.kind == "ignored"
        name = (shown_heading if made else partial(heading, self.table))(self.column, lang) if self.column else ""
        return edit_form(self.kind, lang).format(
            at=self.at or sheet_name(self.table, lang),
            table=sheet_name(self.table, lang),
            row=self.row,
            what=f"{self.row} {name}".strip(),
            was=self._value(self.was, lang),
            now=self._value(self.now, lang),
        )

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON-ready values."""
        sides = {name: None if value is None else str(value) for name, value in (("was", self.was), ("now", self.now))}
        return {"kind": self.kind, "at": self.at, "table": self.table, "row": self.row, "column": self.column, **sides}

    def _value(self, value: Any, lang: str) -> str:
        if value is None:
            return edit_form("nothing", lang)
        column = all_tables()[self.table].by_key.get(self.column or "") if self.table in all_tables() else None
        if column is not None and value in column.leaf.choices:
            return word_of(self.table, column, value, lang)
        text = " ".join(str(value).split())
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def edits(before: Sequence[CatalogFile], received: Received) -> list[Edit]:
    """Every edit, table by table; empty where nothing was.

    Args:
        before: the catalogue's files.
        received: what was read back.
    """
    old, new = rows_of(before), rows_of(received.files)
    found: list[Edit] = []
    for table in all_tables().values():
        if table.own == NUMBER:
            found += _numbered(table, old[table.name], new[table.name], received)
        else:
            found += _named(table, old[table.name], new[table.name], received)
    found += _ignored(before, old, new, received)
    headers = {row.values["file"]: row.values["header"] for row in old[FILES]}
    for row in new[FILES]:
        file, header = row.values["file"], row.values["header"]
        if headers.get(file) != header:
            found.append(Edit("changed", None, FILES, file, FILE_COLUMNS[1].key, headers.get(file), header))
    return found


def _ignored(
    before: Sequence[CatalogFile], old: Mapping[str, list[Row]], new: Mapping[str, list[Row]], received: Received
) -> Iterator[Edit]:
    """What was written into columns that are made from others: neither what stood there nor what would stand there."""
    sides = ((ShownColumns(before), old), (ShownColumns(received.files), new))
    for table in all_tables().values():
        made = received.made.get(table.name, {})
        if not any(made.values()):
            continue
        known = {
            (item.key, item.text(row, lang))
            for shown, rows in sides
            for item in shown.of(table)
            for row in rows[table.name]
            for lang in LANGUAGES
        }
        for row in new[table.name]:
            document = received.documents[row.file]
            cells = made.get(document.cell(row.path), {}) if isinstance(document, SheetDocument) else {}
            for key, (value, place) in cells.items():
                if value is not None and (key, str(value)) not in known:
                    name = _own(table, row) if table.own != NUMBER else _name(table, row)
                    yield Edit("ignored", place.column, table.name, name, key, None, str(value))


def _named(table: Table, old: list[Row], new: list[Row], received: Received) -> Iterator[Edit]:
    """Rows that are known by a code or a key."""
    held, rows = ({_own(table, row): row for row in side} for side in (old, new))
    for name, row in rows.items():
        if name in held:
            yield from _cells(table, held[name], row, received)
        else:
            yield Edit("added", _at(received, row, ()), table.name, name)
    for name in held:
        if name not in rows:
            yield Edit("removed", None, table.name, name)
    common = [[name for name in side if name in held and name in rows] for side in (held, rows)]
    if common[0] != common[1]:
        yield Edit("reordered", None, table.name, "")


def _own(table: Table, row: Row) -> str:
    return str(row.values[table.own]) if table.own else ""


def _numbered(table: Table, old: list[Row], new: list[Row], received: Received) -> Iterator[Edit]:
    """Rows that are known by what they belong to and their number: the least that must have happened."""
    groups: dict[tuple[Any, ...], tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((old, new)):
        for row in rows:
            names = tuple(row.values[key] for key in table.parents)
            groups.setdefault(names, ([], []))[side].append(row)
    for was, now in groups.values():
        left, right = ([_content(table, row) for row in side] for side in (was, now))
        for kind, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if kind == "equal":
                continue
            both = min(j - i, m - k)
            for one, other in zip(was[i : i + both], now[k : k + both], strict=True):
                yield from _cells(table, one, other, received)
            for row in now[k + both : m]:
                yield Edit("added", _at(received, row, ()), table.name, _name(table, row))
            for row in was[i + both : j]:
                yield Edit("removed", None, table.name, _name(table, row))


def _content(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row.values[column.key] for column in table.columns if column.path is not None)


def _name(table: Table, row: Row) -> str:
    parents = " ".join(str(row.values[key]) for key in table.parents)
    return f"{parents} {row.values[NUMBER]}".strip()


def _cells(table: Table, old: Row, new: Row, received: Received) -> Iterator[Edit]:
    name = _own(table, new) if table.own != NUMBER else _name(table, new)
    for column in table.columns:
        was, now = old.values[column.key], new.values[column.key]
        if column.key != NUMBER and was != now:
            yield Edit("changed", _at(received, new, _below(column)), table.name, name, column.key, was, now)


def _below(column: Column) -> Path_:
    return column.path or ()


def _at(received: Received, row: Row, below: Path_) -> str:
    """Where something stands: the address of a cell, the row of a file and its column, or a line."""
    document, path = received.documents[row.file], (*row.path, *below)
    if isinstance(document, SheetDocument):
        place = document.cell(path)
        return place.column if place.row is None else f"{place.source}, {place.row}, {place.column}"
    return f"{document.source}, {document.line(path)}"
