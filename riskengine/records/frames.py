"""Data frames by their shape, without importing their libraries: pandas, and Polars where Arrow fails."""

from __future__ import annotations

from typing import Any

from riskengine.kernel.errors import InputError
from riskengine.records.arrow import read_stream
from riskengine.records.raw import RawRow, RawTable, heading_of


def is_pandas(data: Any) -> bool:
    """Whether ``data`` has the shape of a pandas frame."""
    return hasattr(data, "iloc") and hasattr(data, "columns") and hasattr(data, "dtypes")


def read_pandas(data: Any) -> RawTable:
    """The table of a pandas frame; its index is not read. Mixed object columns are taken as they are."""
    width = len(data.columns)
    columns = [data.iloc[:, position].tolist() for position in range(width)]
    return _table(list(data.columns), columns)


def read_frame(data: Any, label: str) -> RawTable:
    """The table of an object with ``__arrow_c_stream__``; a Polars frame with object columns by its values.

    Raises:
        InputError: it cannot be read (RE-104).
    """
    try:
        return read_stream(data, label)
    except InputError:
        if not hasattr(data, "get_columns"):
            raise
    return _table(list(data.columns), [column.to_list() for column in data.get_columns()])


def _table(names: list[Any], columns: list[list[Any]]) -> RawTable:
    rows = [RawRow(number, cells) for number, cells in enumerate(zip(*columns, strict=True), 1)]
    return RawTable([heading_of(name) for name in names], rows)
