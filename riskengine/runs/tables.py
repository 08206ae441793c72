"""The Parquet files of a run, read in parts: batch by batch, and only the row groups in which an operator can be.

Tables are sorted by their key, which begins with ``operator_id`` everywhere but in the quarantine. So the smallest and
the largest id of a row group, which Parquet keeps, tell whether it can hold an operator, and one operator of a million
costs one row group of each table.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import RunError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa
    from pyarrow import parquet

BATCH = 1 << 16
OPERATOR = "operator_id"
_BUFFER = 1 << 20  # bytes read at once from a column of a row group; without it, all of the column's are
_SHOWN = 120  # characters of a library's reason that a message repeats


def batches(
    folder: Path, table: str, columns: Sequence[str] | None = None, operators: Collection[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of a table as Arrow batches, in the order of the file.

    Args:
        folder: the run folder.
        table: the table's name.
        columns: which columns, in which order; all of them where it is left out.
        operators: only the rows of these operators; row groups that cannot hold one are not read.

    Raises:
        RunError: the file is missing or cannot be read (RE-610).
    """
    with _as_run_error(folder, table):
        import pyarrow as pa
        from pyarrow import compute, parquet

        wanted = None if operators is None else sorted(operators)
        values = pa.array(wanted or [], pa.string())
        path = folder / f"{table}.parquet"
        with parquet.ParquetFile(path, buffer_size=_BUFFER, page_checksum_verification=True) as file:
            names = list(columns) if columns is not None else file.schema_arrow.names
            read = names if wanted is None else list(dict.fromkeys((OPERATOR, *names)))
            groups = range(file.num_row_groups) if wanted is None else _groups_with(file, wanted)
            for batch in file.iter_batches(BATCH, row_groups=list(groups), columns=read):
                if wanted is None:
                    yield batch.select(names)
                    continue
                found = batch.filter(compute.is_in(batch.column(OPERATOR).cast(pa.string()), values)).select(names)
                if found.num_rows:
                    yield found


def columns_of(folder: Path, table: str) -> list[str]:
    """The columns of a table in the order of its file.

    Raises:
        RunError: as :func:`batches`.
    """
    with _as_run_error(folder, table):
        from pyarrow import parquet

        names: list[str] = parquet.read_schema(folder / f"{table}.parquet").names
        return names


def values(
    folder: Path, table: str, columns: Sequence[str], operators: Collection[str] | None = None
) -> Iterator[tuple[Any, ...]]:
    """As :func:`batches`, the rows as tuples of plain values."""
    for batch in batches(folder, table, columns, operators):
        with _as_run_error(folder, table):
            held = [column.to_pylist() for column in batch.columns]
        yield from zip(*held, strict=True)


def plain_rows(folder: Path, table: str, operators: Collection[str] | None = None) -> Iterator[dict[str, Any]]:
    """As :func:`batches`, every column, the rows as mappings from column to plain value."""
    for batch in batches(folder, table, None, operators):
        with _as_run_error(folder, table):
            held: list[dict[str, Any]] = batch.to_pylist()
        yield from held


def altered(run: str | None, name: str, reason: str) -> Problem:
    """The problem of a file of a run that is not as it was written."""
    return Problem("RE-610", source=run, found=name, params=(("reason", reason),))


def short(error: Exception) -> str:
    """The first line of a library's reason."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.split("\n", maxsplit=1)[0][:_SHOWN]


def _groups_with(file: parquet.ParquetFile, operators: Sequence[str]) -> Iterator[int]:
    """The row groups that may hold one of some operators, which are sorted; one without statistics may hold any."""
    column = file.schema_arrow.names.index(OPERATOR)
    for number in range(file.num_row_groups):
        statistics = file.metadata.row_group(number).column(column).statistics
        if statistics is None or not statistics.has_min_max:
            yield number
            continue
        at = bisect_left(operators, _text(statistics.min))
        if at < len(operators) and operators[at] <= _text(statistics.max):
            yield number


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")


@contextlib.contextmanager
def _as_run_error(folder: Path, table: str) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise RunError([altered(folder.name, f"{table}.parquet", short(error))]) from None
