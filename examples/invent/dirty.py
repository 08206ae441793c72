"""The dirty set: small files with Chinese headings and every kind of dirt, and what is wrong where."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from invent import dirty_operators, dirty_violations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from invent.dirty_row import Row

_README = """# The dirty set

Written by `examples/make_examples.py`; everything in it is INVENTED. The resident number is the
standard's own example, the telephone number is made up. The headings are Chinese. Rows are counted as
the program does: the header is 1, the first record 2, and breaks inside cells do not count. What happens:
`left out` (an error), `warning` (used, with a warning), `used`. Rows not listed are clean.

{tables}"""


def _cells(headings: Sequence[str], row: Row) -> list[str]:
    """The cells of a row: what it says, the rest as in a clean row."""
    return list(row.raw) if row.raw is not None else [row.cells.get(heading, "") for heading in headings]


def _table(headings: Sequence[str], rows: Sequence[Row], encoding: str) -> bytes:
    """A CSV file as an office program writes it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(_cells(headings, row) for row in rows)
    return text.getvalue().encode(encoding)


def _escaped(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def _list(title: str, rows: Sequence[Row]) -> str:
    """What is wrong in a file, as a Markdown table."""
    lines = [
        f"## {title}",
        "",
        "| row | column | what is wrong | what happens |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {number} | {row.column} | {_escaped(row.wrong)} | {row.outcome} |"
        for number, row in enumerate(rows, start=2)
        if row.wrong
    ]
    return "\n".join(lines) + "\n"


def files() -> dict[str, bytes]:
    """The files of the dirty set: name and bytes."""
    tables = "\n".join(
        (
            _list("operators.csv (GB18030)", dirty_operators.ROWS),
            _list("violations.csv (UTF-8 with a byte-order mark)", dirty_violations.ROWS),
        )
    )
    return {
        "operators.csv": _table(dirty_operators.HEADINGS, dirty_operators.ROWS, "gb18030"),
        "violations.csv": _table(dirty_violations.HEADINGS, dirty_violations.ROWS, "utf-8-sig"),
        "README.md": _README.format(tables=tables).encode(),
    }
