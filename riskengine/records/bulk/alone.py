"""One source into a table of a database, checked alone: in place where it can be, row by row where it is odd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import DATE, INTEGER
from riskengine.records.bulk.ledger import Ledger
from riskengine.records.bulk.relation import open_raw, with_joined
from riskengine.records.bulk.row_checks import check_repeated, check_rows
from riskengine.records.bulk.stored import StoredSource
from riskengine.records.bulk.survey import REPEATED, survey
from riskengine.records.bulk.typed import type_source
from riskengine.records.columns import bind
from riskengine.records.grammar import shown
from riskengine.records.opening import label_of
from riskengine.records.raw import RawTable
from riskengine.records.reading import Opened, draft_source, mapping_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.contract.records import SourceAccount
    from riskengine.contract.sources import Source
    from riskengine.records.bulk.typed import Typed
    from riskengine.records.columns import Known

WRITTEN = "written_"
"""Before the name of a column: its cell as it was written."""


def read_alone(
    connection: Any,
    data: Any,
    source: Source,
    known: Known,
    columns: Sequence[str],
    written: Sequence[str] = (),
) -> SourceAccount:
    """Read and check one source; its rows that can be used are the table ``read_<name of the source>``.

    Beside ``columns`` it has ``row``, as the user sees it.

    Args:
        connection: an open DuckDB connection; each source is read into it once.
        data: a path, an Arrow table, a frame, or mappings, as for ``read_source``.
        source: its columns.
        known: what the catalogue says of records.
        columns: those that the table has: texts, words, ids, plates, days and whole numbers; null is unknown.
        written: of these the cell as it stood is kept as text too, as ``written_<column>``.

    Returns:
        where every row ended.

    Raises:
        InputError: the source cannot be used as a whole (RE-101 to RE-115).
    """
    import duckdb
    import pyarrow as pa

    try:
        stored = _in_place(connection, data, source, known, columns, written)
    except (duckdb.Error, pa.ArrowException, OSError, UnicodeError, OverflowError):
        stored = None  # whatever is odd about a file, the reader of rows says it better
    return stored or _by_rows(connection, data, source, known, columns, written)


def _in_place(
    connection: Any, data: Any, source: Source, known: Known, columns: Sequence[str], written: Sequence[str]
) -> StoredSource | None:
    """As :func:`read_alone`, without a row passing through Python; None for a source that is odd as a whole."""
    raw = open_raw(connection, data, source.name)
    if raw is None:
        return None
    label = label_of(data, source.name)
    binding = bind(raw.headings, source, label, known)
    if binding.fatal or binding.loose or binding.added:
        return None
    raw = with_joined(connection, raw, source.name, binding.joined)
    if raw is None or mapping_problems([Opened(source, label, RawTable([*raw.headings]), binding)], known):
        return None
    typed = type_source(connection, raw, source, label, binding, known)
    ledger = Ledger(connection, source.name)
    _show(connection, typed)
    ledger.cells(typed)
    seen = survey(connection, typed)
    check_rows(connection, typed, ledger, seen)
    if seen.found[REPEATED]:
        check_repeated(connection, typed, ledger)
    stored = StoredSource(typed, ledger, seen.rows)
    stored.keep_rest()
    _keep(connection, typed, ledger, columns, written)
    return stored


def _show(connection: Any, typed: Typed) -> None:
    """The typed view of the source that the checks read."""
    values = [f'{typed.column(name)} AS "c_{name}"' for name in typed.source.names]
    if "operator_id" not in typed.source.names:
        values.append("CAST(NULL AS VARCHAR) AS c_operator_id")
    values.append(f"{typed.as_read(typed.source.key)} AS read_key")
    connection.execute(f"CREATE VIEW checked_{typed.name} AS SELECT row, {', '.join(values)} FROM {typed.relation()}")


def _keep(connection: Any, typed: Typed, ledger: Ledger, columns: Sequence[str], written: Sequence[str]) -> None:
    cells = {column.name: column.raw for column in typed.bound}
    values = [f'{_value(typed, name)} AS "{name}"' for name in columns]
    values += [f'CAST({cells.get(name, "NULL")} AS VARCHAR) AS "{WRITTEN}{name}"' for name in written]
    row = f"{typed.raw.relation}.row"
    connection.execute(
        f"CREATE TABLE read_{typed.name} AS SELECT {row}, {', '.join(values)} FROM {typed.relation({*columns})} "
        f"WHERE NOT {ledger.is_left_out(row)}"
    )


def _value(typed: Typed, name: str) -> str:
    """A column's value, or its default where the cell is empty."""
    default, value = typed.source.column(name).default, typed.column(name)
    return value if default is None else f"COALESCE({value}, '{default}')"


def _by_rows(
    connection: Any, data: Any, source: Source, known: Known, columns: Sequence[str], written: Sequence[str]
) -> SourceAccount:
    """As :func:`read_alone`, row by row."""
    import pyarrow as pa

    draft = draft_source(data, source.name, known, {source.name: source})
    used = [row for row in draft.rows if row.reason is None]
    kinds = {DATE: pa.date32(), INTEGER: pa.int64()}
    table: dict[str, Any] = {"row": pa.array([row.number for row in used], pa.int64())}
    table |= {
        name: pa.array([row.record.get(name) for row in used], kinds.get(source.column(name).type, pa.string()))
        for name in columns
    }
    places = {name: position for name, position, _ in draft.binding.read}
    for name in written:
        cells = [_cell(row.cells, places.get(name)) for row in used]
        table[f"{WRITTEN}{name}"] = pa.array(cells, pa.string())
    connection.register("given_rows", pa.table(table))
    connection.execute(f"CREATE TABLE read_{source.name} AS SELECT * FROM given_rows")
    connection.unregister("given_rows")
    return draft.finish()


def _cell(cells: Sequence[Any], position: int | None) -> str | None:
    if position is None or position >= len(cells) or cells[position] is None:
        return None
    return shown(cells[position])
