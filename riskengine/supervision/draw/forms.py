"""The files of a draw: CSV that a spreadsheet opens, JSON in one form; and reading them back."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from riskengine.records import guard
from riskengine.records.mend import unguard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORMAT = "riskengine.draw/1"
COMMITMENT, RESULT = "published/commitment.json", "published/result.json"
STRATA, OPERATORS, INSPECTORS, EXCLUSIONS = (
    f"published/{name}.csv" for name in ("strata", "operators", "inspectors", "exclusions")
)
DRAWN = "published/result.csv"
WHO_OPERATORS, WHO_INSPECTORS, WHO_DRAWN = (f"private/{name}.csv" for name in ("operators", "inspectors", "result"))
OUTCOMES = "private/inspections.csv"

COLUMNS = {
    STRATA: ("stratum", "county", "grade", "operators", "first", "last", "share", "drawn"),
    OPERATORS: ("number", "stratum", "operator_id", "name", "county"),
    INSPECTORS: ("number", "certificate", "county", "valid_until"),
    EXCLUSIONS: ("operator", "inspector", "reason"),
    DRAWN: ("order", "stratum", "number", "operator_id", "name", "county", "eligible", "inspector_1", "inspector_2"),
    WHO_OPERATORS: ("number", "operator_id", "name", "county", "grade"),
    WHO_INSPECTORS: ("number", "certificate", "name", "county", "valid_until"),
    WHO_DRAWN: (
        "order",
        "number",
        "operator_id",
        "name",
        "county",
        "grade",
        "inspector_1",
        "inspector_1_name",
        "inspector_2",
        "inspector_2_name",
    ),
}
"""File → its columns. What is published has persons masked and inspectors by number; ``private`` says who they are."""


def csv_bytes(name: str, rows: Iterable[Sequence[object]]) -> bytes:
    """The rows of one of these files under its columns."""
    return table_bytes(COLUMNS[name], rows)


def csv_rows(name: str, content: bytes) -> Iterator[dict[str, str]]:
    """The rows of one of these files, one after the other.

    Raises:
        ValueError: it is not one of its kind.
    """
    return table_rows(COLUMNS[name], content)


def table_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows under their columns: UTF-8 with a mark, for spreadsheets; no cell is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([guard(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "surrogatepass")


def table_rows(columns: Sequence[str], content: bytes) -> Iterator[dict[str, str]]:
    """The rows of a table with these columns, one after the other.

    Raises:
        ValueError: it is none.
    """
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    try:
        if tuple(next(reader, ())) != tuple(columns):
            raise ValueError("its columns are others")
        for row in reader:
            yield dict(zip(columns, map(unguard, row), strict=True))
    except csv.Error as error:
        raise ValueError(str(error)) from None


def json_bytes(value: Any) -> bytes:
    """JSON that people read, in the one form in which it is written."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")
