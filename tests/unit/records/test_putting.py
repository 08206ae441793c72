"""Rows of Python in a table of DuckDB: few go as parameters, many by way of Arrow, and both arrive as they are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from riskengine.records.bulk import put

ROWS = [
    ("甲", 2**62, date(2024, 2, 29), True, ["a", "b"], Decimal(10**30)),
    (None, None, None, None, None, None),
    ("it's", -1, date(1949, 10, 1), False, [], Decimal(-1)),
]
TABLE = "(name VARCHAR, number BIGINT, day DATE, yes BOOLEAN, listed VARCHAR[], large HUGEINT)"


def arrived(rows):
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE rows_put {TABLE}")
        put(connection, "rows_put", rows)
        return connection.execute("SELECT * FROM rows_put").fetchall()


@pytest.mark.parametrize("times", [1, 1000], ids=["as parameters", "by way of Arrow"])
def test_what_is_put_is_there(times):
    as_written = [(*row[:5], None if row[5] is None else int(row[5])) for row in ROWS]
    assert arrived(ROWS * times) == as_written * times


def test_columns_without_any_value_have_their_types():
    assert arrived([(None,) * 6] * 3) == [(None,) * 6] * 3
    assert arrived([]) == []
