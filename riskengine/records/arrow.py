"""Parquet files, and whatever hands over an Arrow stream: Arrow tables, Polars frames, DuckDB relations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.records.raw import RawRow, RawTable, heading_of, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator


class Unreadable:
    """A cell that its library cannot turn into a Python value: the grammar refuses it."""

    def __repr__(self) -> str:
        return "unreadable value"


def read_parquet(content: bytes, label: str) -> RawTable:
    """The table in ``content``. Nested columns give cells that the grammar refuses.

    Raises:
        InputError: not a Parquet file, or a damaged one (RE-104).
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        # Whole, so that a damaged page stops the file rather than leave half of it read.
        table = parquet.ParquetFile(pa.BufferReader(content)).read(use_threads=False)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, MemoryError, KeyError) as error:
        raise unreadable(label, "RE-104", reason=_first_line(error)) from None
    return _table(table)


def read_stream(data: Any, label: str) -> RawTable:
    """The table of an object with ``__arrow_c_stream__``.

    Raises:
        InputError: the stream breaks off or holds what Arrow does not know (RE-104).
    """
    import pyarrow as pa

    try:
        table = pa.RecordBatchReader.from_stream(data).read_all()
    except Exception as error:  # noqa: BLE001  the producer is foreign code; whatever it raises, there is no table
        raise unreadable(label, "RE-104", reason=_first_line(error)) from None
    return _table(table)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _table(table: Any) -> RawTable:
    return RawTable([heading_of(name) for name in table.column_names], _rows(table))


def _rows(table: Any) -> Iterator[RawRow]:
    number = 0
    for batch in table.to_batches(max_chunksize=65_536):
        columns = [cells_of(column) for column in batch.columns]
        for cells in zip(*columns, strict=True):
            number += 1
            yield RawRow(number, cells)


def cells_of(column: Any) -> list[Any]:
    """The cells of an Arrow array as Python values; ``Unreadable`` where there is none."""
    import pyarrow as pa

    try:
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
            column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
        return list(column.to_pylist())
    except Exception:  # noqa: BLE001  one bad cell must not cost the column; each kind of value fails in its own way
        return [_cell(scalar) for scalar in column]


def _cell(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except Exception:  # noqa: BLE001  see above
        return Unreadable()
