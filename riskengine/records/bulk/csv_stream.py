"""A well-formed CSV file as a stream of Arrow batches; None for one that has to be read row by row.

Arrow's reader and ours agree on files whose every row has the cells of the heading row, that have no quotation mark,
and whose lines end in one way. Whatever else is found, here or by Arrow, sends the file to the reader of rows, which
says what is wrong where.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import InputError
from riskengine.records.csv_file import read_csv, separator_of
from riskengine.records.raw import EXAMPLE

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 1 << 24
_BLOCK = 400_000  # a row that does not fit into two of them stops the reading: cells of a million characters do not
_FIRST_LINE = 1 << 20


def open_stream(path: Path) -> tuple[list[str], Any] | None:
    """Headings, and a reader of batches whose columns ``r0`` … are texts."""
    import pyarrow as pa
    from pyarrow import csv

    first = _first_line(path)
    if first is None or not _is_regular(path):
        return None
    try:
        headings = read_csv(first, path.name).headings
    except InputError:
        return None
    line = first.decode("utf-8")
    separator = separator_of(line)
    if line.count(separator) + 1 != len(headings) or len(headings) < 2:
        return None
    names = [f"r{position}" for position in range(len(headings))]
    reader = csv.open_csv(
        path,
        csv.ReadOptions(block_size=_BLOCK, column_names=names, skip_rows=1),
        csv.ParseOptions(delimiter=separator, newlines_in_values=False, ignore_empty_lines=False),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    return headings, reader


def _first_line(path: Path) -> bytes | None:
    """The heading row; None where no record follows it, or the example of a form does."""
    with path.open("rb") as file:
        first, second = file.readline(_FIRST_LINE), file.readline(_FIRST_LINE)
    if not first.endswith(b"\n") or not second.strip() or second.startswith(EXAMPLE.encode()):
        return None
    return first.rstrip(b"\r\n")


def _is_regular(path: Path) -> bool:
    """Whether it is UTF-8, lines end in one way, none is blank, and there is no quotation mark."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = b"\n"
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            text = before[-2:] + piece
            is_odd = b'"' in piece or b"\0" in piece or b"\n\n" in text or b"\n\r\n" in text
            if is_odd or not _breaks(text) or not _decodes(decoder, piece):
                return False
            before = piece
    return _decodes(decoder, b"", final=True) and not before.endswith(b"\r") and not _ends_blank(path)


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _breaks(text: bytes) -> bool:
    """Whether carriage returns stand before line feeds only."""
    count = text.count(b"\r")
    return count == 0 or count - text.endswith(b"\r") == text.count(b"\r\n")


def _ends_blank(path: Path) -> bool:
    """Whether the last line has no cell that is filled: rows without any at the end are no records."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _FIRST_LINE))
        last = file.read().rstrip(b"\r\n").rpartition(b"\n")[2]
    return not last.strip(b",;\t ")
