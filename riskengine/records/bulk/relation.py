"""A source as a relation of raw cells: Parquet and Arrow in place, CSV copied once; None for what is odd as a whole."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.records.bulk.csv_stream import open_stream
from riskengine.records.frames import is_pandas
from riskengine.records.raw import heading_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIMPLE = re.compile(
    r"(VARCHAR|DATE|BOOLEAN|U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL\(\d+,\d+\)|DOUBLE|FLOAT|TIMESTAMP(_S|_MS|_NS)?)\Z"
)
_GLOB = re.compile(r"[*?\[\]{}]")


@dataclass(frozen=True, slots=True)
class Raw:
    """A source before its columns are known.

    Attributes:
        relation: name of a table or view with ``row`` (as the user sees it) and the cells ``r0`` … in order.
        headings: as the readers see them.
        kinds: DuckDB's type of each column.
        sha256: of the file's bytes; None for frames.
        is_text: whether it is a CSV file.
    """

    relation: str
    headings: Sequence[str]
    kinds: Sequence[str]
    sha256: str | None = None
    is_text: bool = False


def read_twice(data: Any) -> Any:
    """``data`` so that it can be read twice: frames and streams become an Arrow table, the rest stays as it is.

    A pandas frame that Arrow cannot hold stays a pandas frame.
    """
    import pyarrow as pa

    if isinstance(data, pa.Table | str | Path):
        return data
    try:
        if is_pandas(data):
            return pa.Table.from_pandas(data, preserve_index=False)
        if hasattr(data, "__arrow_c_stream__"):
            return pa.RecordBatchReader.from_stream(data).read_all()
    except Exception:  # noqa: BLE001  foreign code; the readers of rows say what is wrong with it
        return data
    return data


def open_raw(connection: Any, data: Any, name: str) -> Raw | None:
    """The raw cells of a source; None where it has to be read row by row.

    Args:
        connection: an open DuckDB connection.
        data: a path, or an Arrow table.
        name: of the source.
    """
    import pyarrow as pa

    if isinstance(data, pa.Table):
        return _arrow(connection, data, name)
    if not isinstance(data, str | Path) or not Path(data).is_file():
        return None
    path = Path(data)
    if path.suffix.lower() == ".parquet":
        return _parquet(connection, path, name)
    return _csv(connection, path, name) if path.suffix.lower() == ".csv" else None


def _parquet(connection: Any, path: Path, name: str) -> Raw | None:
    from pyarrow import parquet

    if _GLOB.search(str(path)):
        return None
    headings = parquet.read_schema(path).names
    scan = f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}', file_row_number = true)"
    found = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    columns = [row for row in found if row[0] != "file_row_number"]
    if [row[0] for row in columns] != headings or len(columns) != len(found) - 1:
        return None
    named = [(row[0], row[1], row[0]) for row in columns]
    return _view(connection, name, scan, "file_row_number + 1", named, file_hash(path))


def _arrow(connection: Any, table: Any, name: str) -> Raw | None:
    import pyarrow as pa

    cells = [f"r{position}" for position in range(table.num_columns)]
    numbered = table.rename_columns(cells).append_column("number", pa.array(range(1, table.num_rows + 1), pa.int64()))
    connection.register(f"given_{name}", numbered)
    found = connection.execute(f"DESCRIBE given_{name}").fetchall()[:-1]
    renamed = [(heading, row[1], row[0]) for heading, row in zip(table.column_names, found, strict=True)]
    return _view(connection, name, f"given_{name}", "number", renamed, None)


def _csv(connection: Any, path: Path, name: str) -> Raw | None:
    stream = open_stream(path)
    if stream is None:
        return None
    headings, reader = stream
    connection.register(f"given_{name}", reader)
    connection.execute(f"CREATE TABLE copied_{name} AS SELECT * FROM given_{name}")
    connection.unregister(f"given_{name}")
    columns = [(heading, "VARCHAR", f"r{position}") for position, heading in enumerate(headings)]
    raw = _view(connection, name, f"copied_{name}", "rowid + 2", columns, file_hash(path))
    return None if raw is None else replace(raw, is_text=True)


def _view(
    connection: Any, name: str, source: str, row: str, columns: Sequence[tuple[str, str, str]], sha256: str | None
) -> Raw | None:
    """A view with numbered cells; ``columns``: heading, type, and the name of the cells in ``source``."""
    kinds = [kind for _, kind, _ in columns]
    if not columns or not all(_SIMPLE.match(kind) for kind in kinds):
        return None
    cells = ", ".join(f'"{cell.replace(chr(34), chr(34) * 2)}" AS r{at}' for at, (_, _, cell) in enumerate(columns))
    connection.execute(f"CREATE VIEW raw_{name} AS SELECT {row} AS row, {cells} FROM {source}")
    return Raw(f"raw_{name}", [heading_of(heading) for heading, _, _ in columns], kinds, sha256)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
