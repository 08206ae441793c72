"""JSON Lines, and lists of mappings: records that each bring their own headings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.records.grammar import Fault
from riskengine.records.raw import MOST_CHARACTERS, RawRow, RawTable, heading_of, record_rows, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_DIGITS = 40


def read_jsonl(content: bytes, label: str) -> RawTable:
    """The table in ``content``: one JSON object per line, UTF-8. A row's number is its line.

    Raises:
        InputError: not UTF-8 (RE-105), nothing in it (RE-106), no line is a JSON object (RE-104).
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise unreadable(label, "RE-105", row=line) from None
    if not text.strip():
        raise unreadable(label, "RE-106")
    entries = [(number, _parse(line)) for number, line in enumerate(text.split("\n"), 1)]
    if not any(isinstance(entry, dict) for _, entry in entries):
        raise unreadable(label, "RE-104", reason="no line is a JSON object")
    table = _table(entries)
    table.rows = record_rows(table.rows, example=None)
    return table


def read_mappings(mappings: Iterable[Any]) -> RawTable:
    """The table that a list of mappings makes; rows are numbered from 1, headings come in the order met."""
    return _table(list(enumerate(mappings, 1)))


def _table(entries: list[tuple[int, Any]]) -> RawTable:
    positions: dict[Any, int] = {}
    for _, entry in entries:
        if isinstance(entry, Mapping):
            for key in entry:
                positions.setdefault(key, len(positions))
    return RawTable([heading_of(key) for key in positions], _rows(entries, list(positions)))


def _rows(entries: list[tuple[int, Any]], keys: list[Any]) -> Iterator[RawRow]:
    no_cells = [None] * len(keys)  # what is no record stands beyond the columns
    for number, entry in entries:
        if isinstance(entry, Mapping):
            yield RawRow(number, [entry.get(key) for key in keys])
        elif isinstance(entry, tuple):
            yield RawRow(number, [*no_cells, entry[0]], entry[1])
        elif entry is None:
            yield RawRow(number, [])
        else:
            reason = f"a value of the type '{type(entry).__name__}'"
            yield RawRow(number, [*no_cells, entry], Fault("RE-233", params=(("reason", reason),)))


def _parse(line: str) -> Any:
    """The object of a line; None for an empty one; the line and what is wrong with it where it is none."""
    if not line.strip():
        return None
    if len(line) > MOST_CHARACTERS:
        fault = Fault("RE-235", params=(("limit", str(MOST_CHARACTERS)),))
        return line[:MOST_CHARACTERS], fault
    try:
        entry = json.loads(line, parse_float=Decimal, parse_int=_integer, object_pairs_hook=_unique)
    except (ValueError, RecursionError, ArithmeticError) as error:
        reason = getattr(error, "msg", None) or str(error) or "not JSON"
        return line, Fault("RE-233", params=(("reason", reason),))
    return entry if isinstance(entry, dict) else (line, Fault("RE-233", params=(("reason", "no object"),)))


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _MOST_DIGITS else Decimal(digits)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry = dict(pairs)
    if len(entry) < len(pairs):
        raise ValueError("a name stands twice in it")
    return entry
