"""The same sources read row by row and read by a database: whatever is said of them must be the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa

from riskengine.contract.sources import SOURCES
from riskengine.kernel.errors import InputError
from riskengine.records import Known, read_records, read_twice
from riskengine.records.bulk import read_bulk
from riskengine.records.grammar import shown

AS_OF = date(2022, 12, 31)
BULK, ROWS, FATAL = "bulk", "rows", "fatal"
RESTORED = {"operator_id", "successor", "inspection_id", "violation_id", "name", "status", "status_on", "areas"}
"""Columns whose values the readers of rows complete or restore; engines compare what comes of them."""


def compared(files, *, profile=(), mapping=None, **known):
    """Read both ways and hold them equal; how the database read them: BULK, or ROWS or FATAL where it would not."""
    connection = duckdb.connect()
    given = {name: None if files.get(name) is None else read_twice(files[name]) for name in SOURCES}
    told = Known(
        profile,
        known.get("risk_points"),
        known.get("known_risk_points", ()),
        known.get("known_areas", ()),
        known.get("risk_point_area") or {},
        mapping or {},
    )
    columns = {name: list(source.names) for name, source in SOURCES.items()}
    for column in profile:
        columns[column.source] += [] if column.name in columns[column.source] else [column.name]
    try:
        bulk = read_bulk(connection, given, told, columns)
    except (duckdb.Error, pa.ArrowException, OSError, UnicodeError):
        bulk = None
    try:
        rows = read_records(**files, as_of=AS_OF, profile=profile, mapping=mapping, **known)
    except InputError:
        assert bulk is None
        return FATAL
    if bulk is None:
        return ROWS
    for expected, got in zip(rows.sources, bulk.sources, strict=True):
        assert_same_account(expected, got)
        assert_same_values(connection, expected, columns[expected.name], further(profile, expected.name))
    ids = dict(connection.execute("SELECT id, as_read FROM used_operators").fetchall())
    assert rows.quarantined == {ids.get(key, key): count for key, count in bulk.quarantined.items()}
    return BULK


def further(profile, source):
    return {item.name: item for item in profile if item.source == source}


def assert_same_account(expected, got):
    """Name, rows, problems and rows left out."""
    for name in ("name", "label", "rows_in", "sha256", "left_out_count"):
        assert getattr(expected, name) == getattr(got, name)
    assert dict(expected.headings) == dict(got.headings)
    assert [(item.to_dict(), item.params) for item in expected.problems] == [
        (item.to_dict(), item.params) for item in got.problems
    ]
    assert [plain(row) for row in expected.left_out] == [plain(row) for row in got.left_out]
    assert expected.left_out_by_reason() == got.left_out_by_reason()


def plain(row):
    """A row left out, its cells as messages show them."""
    return row.source, row.row, row.reason, row.operator_id, {name: shown(cell) for name, cell in row.cells.items()}


def assert_same_values(connection, expected, columns, profile):
    """The typed values of the rows that are used."""
    typed = connection.table(f"typed_{expected.name}")
    used = typed.filter("row NOT IN (SELECT row FROM out_" + expected.name + ")").order("row")  # noqa: S608
    found = used.select("read_key", *(f"c_{name}" for name in columns)).fetchall()
    assert len(found) == len(expected.records)
    for (key, *values), record in zip(found, expected.records, strict=True):
        assert key == record[SOURCES[expected.name].key]
        for name, value in zip(columns, values, strict=True):
            if name not in RESTORED:
                assert value == stored(record.get(name), profile.get(name)), (expected.name, name)


def stored(value, column):
    """A value as the database keeps it: numbers whole, words between semicolons."""
    if isinstance(value, Decimal):
        return int(value.scaleb(2 if column is None else column.places))
    return f";{';'.join(value)};" if isinstance(value, tuple) else value
