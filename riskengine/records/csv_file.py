"""CSV: UTF-8 (with or without BOM) or GB18030; separated by comma, tab or semicolon; RFC 4180 quotes.

The standard library's reader is not used: its limit of a cell's size is one setting for the whole process,
and it says neither where a quotation mark was opened that is never closed nor that text follows a closed one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from riskengine.records.grammar import Fault
from riskengine.records.raw import MOST_CHARACTERS, RawRow, RawTable, heading_of, record_rows, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
# So many Chinese characters before the first bad byte: the text is UTF-8 and damaged, and reading it as GB18030
# would turn all its names into nonsense without a word.
_SURE_CHARACTERS = 4
_SEPARATORS = (",", "\t", ";")


def read_csv(content: bytes, label: str) -> RawTable:
    """The table in ``content``.

    Raises:
        InputError: another encoding (RE-105), nothing in it (RE-106), unbalanced quotation marks
            in the heading row (RE-234, RE-236).
    """
    text = _decode(content, label).replace("\r\n", "\n")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    if not text.strip():
        raise unreadable(label, "RE-106")
    rows = _rows(text, separator_of(text))
    first = next(rows)
    if first.fault is not None:
        raise unreadable(label, first.fault.code, row=1)
    headings = [heading_of(cell) for cell in first.cells]
    while headings and not headings[-1]:
        headings.pop()
    return RawTable(headings, record_rows(rows), warns_short=True)


def _decode(content: bytes, label: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error.start
    before = content[:broken].decode("utf-8", errors="ignore")
    if sum("\u4e00" <= char <= "\u9fff" for char in before[:MOST_CHARACTERS]) < _SURE_CHARACTERS:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError as error:
            broken = max(broken, error.start)
    raise unreadable(label, "RE-105", row=content.count(b"\n", 0, broken) + 1)


def separator_of(text: str) -> str:
    """What stands most often in the heading line outside quotation marks; of several, the first listed."""
    line = _QUOTED.sub("", text[:MOST_CHARACTERS].partition("\n")[0])
    return max(_SEPARATORS, key=line.count)


def _rows(text: str, separator: str) -> Iterator[RawRow]:
    position, number, size = 0, 0, len(text)
    cell_end = re.compile(f"[\n{re.escape(separator)}]|\\Z")
    while position < size:
        number += 1
        line_end = text.find("\n", position)
        line_end = size if line_end < 0 else line_end
        end, fault = line_end, None
        if text.find('"', position, line_end) < 0:
            cells = text[position:line_end].split(separator)
        else:
            cells, end, fault = _quoted_row(text, position, separator, cell_end)
            if fault is not None:
                # The row is its first line alone, so that a stray quotation mark does not swallow the rows after it.
                cells, end = text[position:line_end].split(separator), line_end
        if end - position > MOST_CHARACTERS and any(len(cell) > MOST_CHARACTERS for cell in cells):
            cells = [cell[:MOST_CHARACTERS] for cell in cells]
            fault = Fault("RE-235", params=(("limit", str(MOST_CHARACTERS)),))
        yield RawRow(number, cells, fault)
        position = end + 1


def _quoted_row(
    text: str,
    position: int,
    separator: str,
    cell_end: re.Pattern[str],
) -> tuple[list[str], int, Fault | None]:
    """The cells of a row in which quotation marks stand, where it ends, and what is wrong with its marks."""
    cells: list[str] = []
    while True:
        cell = ""
        is_quoted = text.startswith('"', position)
        if is_quoted:
            quoted = _QUOTED.match(text, position)
            if quoted is None:
                return cells, position, Fault("RE-236")
            cell, position = quoted[0][1:-1].replace('""', '"'), quoted.end()
        rest = cell_end.search(text, position)
        end = rest.start() if rest else len(text)
        if is_quoted and not text[position:end].isspace() and end > position:
            return cells, end, Fault("RE-234")
        cells.append(cell if is_quoted else text[position:end])
        if not text.startswith(separator, end):
            return cells, end, None
        position = end + 1
