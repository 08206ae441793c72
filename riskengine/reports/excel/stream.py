"""A worksheet that takes whole rows as markup, which is several times quicker than cell by cell.

It leans on how XlsxWriter keeps rows in its mode of constant memory: a file of markup that it copies into the sheet at
the end. Only this module knows; whoever imports it loads xlsxwriter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_LINKS = 65_530
"""Links that Excel allows on a sheet."""
_MOST_CHARACTERS = 32_767  # of a cell, in units of UTF-16
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_MARKUP = re.compile("[&<>]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class StreamedSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A worksheet with rows and links given as markup. Rows must come in order; other cells go above them."""

    def start_stream(self) -> None:
        """No further cell is written in the ordinary way."""
        self._write_single_row(self.previous_row + 1)
        self._internal: list[str] = []

    def put_rows(self, rows: Iterable[str], last_row: int, last_column: int) -> None:
        """Write rows, each a ``row`` element.

        Args:
            rows: the elements in order.
            last_row: the number of the last one, from 0.
            last_column: the number of the last column, from 0.
        """
        self._check_dimensions(last_row, last_column)
        self.fh.writelines(rows)

    @property
    def room_for_links(self) -> int:
        """How many more links the sheet may have."""
        return MOST_LINKS - len(self._internal)

    def put_link(self, cell: str, sheet: str, target: str) -> None:
        """Let a cell (``B7``) lead to a cell of a sheet."""
        where = escaped("'" + sheet.replace("'", "''") + "'!" + target).replace('"', "&quot;")
        self._internal.append(f'<hyperlink ref="{cell}" location="{where}"/>')

    def _write_hyperlinks(self) -> None:
        """In place of XlsxWriter's own, which would hold an object for each."""
        if getattr(self, "_internal", None):
            self.fh.write("<hyperlinks>")
            self.fh.writelines(self._internal)
            self.fh.write("</hyperlinks>")
        else:
            super()._write_hyperlinks()


def escaped(text: str) -> str:
    """A text as it stands in markup, with what XML cannot hold written as Excel writes it (``_x0000_``).

    >>> escaped("a<b _x0041_")
    'a&lt;b _x005F_x0041_'
    """
    text = _ESCAPED.sub("_x005F_", text) if "_x" in text else text
    text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return _MARKUP.sub(lambda found: _ENTITIES[found[0]], text)


def inline(text: str) -> str:
    """A text as the content of a cell; what is longer than a cell may be is cut, and its end says so."""
    if len(text) > _MOST_CHARACTERS // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > _MOST_CHARACTERS:
        cut = text.encode("utf-16-le", "surrogatepass")[: 2 * (_MOST_CHARACTERS - 1)].decode("utf-16-le", "ignore")
        text = f"{cut}…"
    keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<is><t{keep}>{escaped(text)}</t></is>"
