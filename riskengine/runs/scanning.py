"""Reading a run's tables in parts, so that a large run need not fit into memory as rows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from riskengine.runs.tables import OPERATOR, batches, values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import pyarrow as pa

    from riskengine.runs.reading import Run

_PORTION = 1 << 13


def scan(
    run: Run, table: str, columns: Sequence[str], operators: Collection[str] | None = None
) -> Iterator[tuple[Any, ...]]:
    """The values of some columns of a table, a tuple for each row, in the order of the file.

    Args:
        run: the run.
        table: the table's name.
        columns: which columns, in which order.
        operators: only the rows of these operators; None is all. Other rows become no Python objects, and row groups
            that cannot hold any of them are not read.

    Raises:
        RunError: the table's file is missing or cannot be read (RE-610).
    """
    file = run.file_of(table)
    return values(run.folder, file, columns, operators) if file else iter(())


def tally(run: Run, table: str, columns: Sequence[str]) -> Counter[tuple[Any, ...]]:
    """The values of some columns → how many rows have them.

    Raises:
        RunError: as :func:`scan`.
    """
    import pyarrow as pa

    found: Counter[tuple[Any, ...]] = Counter()
    file = run.file_of(table)
    for batch in batches(run.folder, file, columns) if file else ():
        each = pa.Table.from_batches([batch]).group_by(list(columns)).aggregate([([], "count_all")])
        *values_of, counts = (each.column(name).to_pylist() for name in (*columns, "count_all"))
        found.update(dict(zip(zip(*values_of, strict=True), counts, strict=True)))
    return found


def scan_where(run: Run, table: str, columns: Sequence[str], among: Collection[str]) -> Iterator[tuple[Any, ...]]:
    """As :func:`scan`, the rows alone whose first column is among some values: others become no Python objects.

    Raises:
        RunError: as :func:`scan`.
    """
    import pyarrow as pa
    from pyarrow import compute

    file, wanted = run.file_of(table), pa.array(list(among), pa.string())
    for batch in batches(run.folder, file, columns) if file else ():
        rows = batch.filter(compute.is_in(batch.column(0).cast(pa.string()), wanted))
        yield from zip(*(column.to_pylist() for column in rows.columns), strict=True)


def portions(run: Run, table: str, columns: Sequence[str]) -> Iterator[list[list[Any]]]:
    """As :func:`scan` over all rows, some thousand at a time: for each column the list of its values.

    Raises:
        RunError: as :func:`scan`.
    """
    file = run.file_of(table)
    for batch in batches(run.folder, file, columns) if file else ():
        for begin in range(0, batch.num_rows, _PORTION):
            yield [column.to_pylist() for column in batch.slice(begin, _PORTION).columns]


def record_batches(run: Run, table: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """As :func:`portions`, as Arrow batches; at least one, so that an empty table has its columns.

    Raises:
        RunError: as :func:`scan`.
    """
    import pyarrow as pa

    from riskengine.contract.arrow import arrow_schema

    found = False
    for batch in batches(run.folder, run.file_of(table) or table, columns):
        found = True
        yield batch
    if not found:
        schema = arrow_schema(run.table(table))
        yield pa.RecordBatch.from_pylist([], schema=pa.schema([schema.field(name) for name in columns]))


def count_distinct(
    run: Run, table: str, per: str, of: Sequence[str], kinds: Mapping[str, str] | None = None, **only: str
) -> dict[str, int]:
    """How many distinct rows an operator has for each value of a column, summed over the operators.

    Args:
        run: the run.
        table: the table's name.
        per: the column by whose values is counted; rows without one are passed over.
        of: the columns that, with the operator and ``per``, tell rows apart.
        kinds: value of ``per`` → what it is counted as; rows with another value are passed over.
        only: column → the one value that counts.

    Raises:
        RunError: as :func:`scan`.
    """
    from pyarrow import compute

    keys = list(dict.fromkeys((OPERATOR, per, *of)))
    found: Counter[str] = Counter()
    for portion in whole_operators(run, table, list(dict.fromkeys((*keys, *only)))):
        rows = portion if kinds is None else _renamed(portion, per, kinds)
        counted = rows.filter(compute.is_valid(rows.column(per)))
        for column, value in only.items():
            counted = counted.filter(compute.equal(counted.column(column), value))
        each = counted.group_by(keys).aggregate([]).group_by(per).aggregate([([], "count_all")])
        found.update(dict(zip(each.column(per).to_pylist(), each.column("count_all").to_pylist(), strict=True)))
    return dict(found)


def _renamed(rows: pa.Table, column: str, kinds: Mapping[str, str]) -> pa.Table:
    """The rows with each value of a column replaced by its kind; null where it has none."""
    import pyarrow as pa
    from pyarrow import compute

    known, named = pa.array(list(kinds), pa.string()), pa.array(list(kinds.values()), pa.string())
    place = compute.index_in(rows.column(column).cast(pa.string()), known)
    return rows.set_column(rows.column_names.index(column), column, named.take(place.combine_chunks()))


def whole_operators(run: Run, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The rows of a table that is sorted by operator, in portions that part no operator's rows."""
    import pyarrow as pa
    from pyarrow import compute

    rest: list[pa.RecordBatch] = []
    for batch in batches(run.folder, table, columns):
        ids = batch.column(columns.index(OPERATOR))
        begins = compute.index(ids, ids[-1]).as_py()  # no batch is empty
        ended = [*rest, batch.slice(0, begins)]
        if begins or (rest and rest[-1].column(columns.index(OPERATOR))[-1] != ids[-1]):
            yield pa.Table.from_batches(ended)
            rest = []
        rest.append(batch.slice(begins))
    if rest:
        yield pa.Table.from_batches(rest)
