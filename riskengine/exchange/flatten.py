"""From a catalogue's files to the rows of its tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from riskengine.catalog.canonical import plain_data
from riskengine.catalog.shapes import Record
from riskengine.exchange.tables import FILES, NUMBER, all_tables, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from riskengine.catalog import CatalogFile
    from riskengine.exchange.tables import Column, Table
    from riskengine.kernel.yaml_document import Path_


@dataclass(frozen=True, slots=True)
class Row:
    """A row.

    Attributes:
        values: by column: text, whole number, Decimal, date, bool; None where nothing is given.
        file: the catalogue file that it stands in.
        path: where it stands there.
    """

    values: dict[str, Any]
    file: str
    path: Path_


def rows_of(files: Sequence[CatalogFile]) -> dict[str, list[Row]]:
    """The rows of every table, in the order of the files, and those of the table of files."""
    rows: dict[str, list[Row]] = {name: [] for name in all_tables()}
    for file in files:
        root, data = root_of(file.name), plain_data(file.model)
        table = all_tables().get(root)
        names: tuple[Any, ...] = (data["area"],) if "area" in data else ()
        if table is not None:
            rows[root].append(Row(_values(table, data, {}), file.name, ()))
        for child in _children(root):
            for name, row in _rows(child, data, names, (), file.name):
                rows[name].append(row)
    rows[FILES] = [Row({"file": file.name, "header": "\n".join(file.header) or None}, file.name, ()) for file in files]
    return rows


def _children(parent: str) -> Iterator[Table]:
    for table in all_tables().values():
        if table.parent == parent:
            yield table


def _rows(
    table: Table, data: dict[str, Any], names: tuple[Any, ...], path: Path_, file: str
) -> Iterator[tuple[str, Row]]:
    """The rows of a table below a row of its parent, and those of the tables below it."""
    held: Any = data
    for step in table.steps:
        held = held.get(step) if isinstance(held, dict) else None
    entries = list(enumerate(held or ())) if not table.keyed else list((held or {}).items())
    for at, (key, entry) in enumerate(entries, start=1):
        head = {**dict(zip(table.parents, names, strict=True)), NUMBER: at}
        if table.keyed:
            head[str(table.own)] = key
        row = Row(_values(table, entry, head), file, (*path, *table.steps, key))
        yield table.name, row
        if isinstance(table.shape, Record):
            for child in _children(table.name):
                below = tuple(row.values[name] for name in table.identity)
                yield from _rows(child, entry, below, row.path, file)


def _values(table: Table, entry: Any, head: dict[str, Any]) -> dict[str, Any]:
    return {
        column.key: head.get(column.key) if column.path is None else _value(column, entry) for column in table.columns
    }


def _value(column: Column, entry: Any) -> Any:
    held = entry
    for step in column.path or ():
        held = held.get(step) if isinstance(held, dict) else None
    if column.several:
        return None if held is None else joined([str(item) for item in held])
    if isinstance(held, dict):
        return None  # an article where a word may stand as well: it has columns of its own
    return _as_text(held) if column.leaf.kind in {"text", "article", "version"} and held is not None else held


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def joined(items: list[str]) -> str | None:
    """Items of a list as one cell: a line for each; as JSON where a line could not tell them apart."""
    if any("\n" in item or "\r" in item or not item.strip() or item.startswith("[") for item in items):
        return json.dumps(items, ensure_ascii=False)
    return "\n".join(items) or None


def parted(cell: str) -> list[str]:
    """The items of a cell that :func:`joined` wrote, or that somebody wrote with a line or a semicolon for each."""
    if cell.startswith("["):
        try:
            items = json.loads(cell)
        except ValueError:
            items = None
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return items
    return [item for item in cell.splitlines() if item.strip()]
