"""The tables of the contract as Arrow, for results in memory and Parquet files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import PolicyError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

    from riskengine.contract.tables import Table

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)\Z")


def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a table."""
    import pyarrow as pa

    plain = {
        "text": pa.string(),
        "integer": pa.int64(),
        "date": pa.date32(),
        "bool": pa.bool_(),
        "texts": pa.list_(pa.string()),
    }

    def kind(name: str) -> pa.DataType:
        match = _DECIMAL.match(name)
        return pa.decimal128(int(match[1]), int(match[2])) if match else plain[name]

    return pa.schema([pa.field(field.name, kind(field.type), field.nullable) for field in table.fields])


def to_arrow(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of plain values as an Arrow table with the contract's types.

    Raises:
        PolicyError: a value is larger than its column can hold (RE-538): the policy computes too large numbers.
    """
    import pyarrow as pa

    held = list(rows)
    schema = arrow_schema(table)
    columns = []
    for field in schema:
        try:
            columns.append(pa.array([row[field.name] for row in held], field.type))
        except (pa.ArrowInvalid, OverflowError):
            where = (("table", table.name), ("type", str(field.type)))
            raise PolicyError([Problem("RE-538", found=field.name, params=where)]) from None
    return pa.Table.from_arrays(columns, schema=schema)
