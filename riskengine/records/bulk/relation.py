"""A source as a relation of raw cells: Parquet and Arrow in place, CSV copied once; None for what is odd as a whole."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.records.bulk.beside import begin
from riskengine.records.bulk.csv_stream import open_stream
from riskengine.records.frames import is_pandas
from riskengine.records.grammar import is_missing
from riskengine.records.joined import BETWEEN
from riskengine.records.raw import heading_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from riskengine.records.joined import Joined

_SIMPLE = re.compile(
    r"(VARCHAR|DATE|BOOLEAN|U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL\(\d+,\d+\)|DOUBLE|FLOAT|TIMESTAMP(_S|_MS|_NS)?)\Z"
)
_FRAME_KIND = re.compile(
    r"(str|string.*|bool|boolean|u?int(8|16|32|64)|U?Int(8|16|32|64)|float(32|64)|datetime64\[(us|ms|s)\])\Z"
)
_JOINABLE = re.compile(r"(VARCHAR|BOOLEAN|U?(TINY|SMALL|BIG)INT|U?INTEGER)\Z")
"""Types whose values are the same text to a database and to the readers of rows."""
_NUMBER = "file_row_number"
_GLOB = re.compile(r"[*?\[\]{}]")


@dataclass(frozen=True, slots=True)
class Raw:
    """A source before its columns are known.

    Attributes:
        relation: name of a table or view with ``row`` (as the user sees it) and the cells ``r0`` … in order.
        headings: as the readers see them.
        kinds: DuckDB's type of each column.
        hashed: will be the SHA-256 of the file's bytes, in hex; None for frames.
        is_text: whether it is a CSV file.
        file, stamp: the file that is read in place, and by what a change of it is noticed.
    """

    relation: str
    headings: Sequence[str]
    kinds: Sequence[str]
    hashed: Future[str] | None = None
    is_text: bool = False
    file: Path | None = None
    stamp: tuple[int, ...] | None = None

    @property
    def sha256(self) -> str | None:
        """The SHA-256 of the file's bytes, in hex, waited for; None for frames.

        Raises:
            OSError: the file cannot be read.
        """
        return None if self.hashed is None else self.hashed.result()

    def is_changed(self) -> bool:
        """Whether the file that is read in place is no longer what it was, or could not be read to its end."""
        if self.file is None or self.hashed is None:
            return False
        return self.hashed.exception() is not None or stamp_of(self.file) != self.stamp


def read_twice(data: Any) -> Any:
    """``data`` so that it can be read twice: frames and streams become an Arrow table, the rest stays as it is.

    A pandas frame that Arrow cannot hold stays a pandas frame.
    """
    import pyarrow as pa

    if isinstance(data, pa.Table | str | Path):
        return data
    try:
        if is_pandas(data):
            return pa.Table.from_pandas(data, preserve_index=False) if _is_plain_frame(data) else data
        if hasattr(data, "__arrow_c_stream__"):
            return pa.RecordBatchReader.from_stream(data).read_all()
    except Exception:  # noqa: BLE001  foreign code; the readers of rows say what is wrong with it
        return data
    return data


def _is_plain_frame(data: Any) -> bool:
    """Whether Arrow holds a pandas frame as it is: named columns of texts, numbers, booleans, days without a zone."""
    for position, heading in enumerate(data.columns):
        column = data.iloc[:, position]
        kind = str(column.dtype)
        if not isinstance(heading, str):
            return False
        if kind == "object":
            kinds = {type(cell) for cell in column.tolist() if not (cell is None or is_missing(cell))}
            if not (kinds <= {str} or kinds == {date}):
                return False
        elif kind == "datetime64[ns]":
            if column.dt.nanosecond.any():
                return False
        elif _FRAME_KIND.match(kind) is None:
            return False
    return True


def _is_plain_type(kind: Any) -> bool:
    """Whether a column's Arrow type is one that both ways of reading take for the same values."""
    from pyarrow import types

    if types.is_timestamp(kind):
        return kind.tz is None
    if types.is_decimal128(kind):
        return bool(kind.scale >= 0)
    if types.is_dictionary(kind):
        return bool(types.is_string(kind.value_type))
    tests = (types.is_string, types.is_large_string, types.is_integer, types.is_boolean, types.is_date32)
    is_view = getattr(types, "is_string_view", None)  # not in every version of Arrow
    is_float = types.is_float32(kind) or types.is_float64(kind)
    return is_float or any(test(kind) for test in tests) or (is_view is not None and bool(is_view(kind)))


def open_raw(connection: Any, data: Any, name: str) -> Raw | None:
    """The raw cells of a source; None where it has to be read row by row.

    Args:
        connection: an open DuckDB connection.
        data: a path, or an Arrow table.
        name: of the source.
    """
    import pyarrow as pa

    if isinstance(data, pa.Table):
        is_plain = all(map(_is_plain_type, data.schema.types)) and not any("\0" in name for name in data.column_names)
        return _arrow(connection, data, name) if is_plain else None
    if not isinstance(data, str | Path) or not Path(data).is_file():
        return None
    path = Path(data)
    if path.suffix.lower() == ".parquet":
        stamp = stamp_of(path)
        raw = _parquet(connection, path, name)
        return None if raw is None else replace(raw, file=path, stamp=stamp)
    return _csv(connection, path, name) if path.suffix.lower() == ".csv" else None


def _parquet(connection: Any, path: Path, name: str) -> Raw | None:
    from pyarrow import parquet

    if _GLOB.search(str(path)):
        return None
    schema = parquet.read_schema(path)
    headings = schema.names
    if _NUMBER in headings or not all(map(_is_plain_type, schema.types)):
        return None
    quoted = str(path).replace("'", "''")
    scan = f"read_parquet('{quoted}', {_NUMBER} = true, hive_partitioning = false)"
    found = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    columns = [row for row in found if row[0] != _NUMBER]
    if [row[0] for row in columns] != headings or len(columns) != len(found) - 1:
        return None
    named = [(row[0], row[1], row[0]) for row in columns]
    return _view(connection, name, scan, f"{_NUMBER} + 1", named, file_hash(path))


def _arrow(connection: Any, table: Any, name: str) -> Raw | None:
    import pyarrow as pa

    cells = [f"r{position}" for position in range(table.num_columns)]
    numbered = table.rename_columns(cells).append_column("number", pa.array(range(1, table.num_rows + 1), pa.int64()))
    connection.register(f"given_{name}", numbered)
    found = connection.execute(f"DESCRIBE given_{name}").fetchall()[:-1]
    renamed = [(heading, row[1], row[0]) for heading, row in zip(table.column_names, found, strict=True)]
    return _view(connection, name, f"given_{name}", "number", renamed, None)


def _csv(connection: Any, path: Path, name: str) -> Raw | None:
    stamp = stamp_of(path)
    stream = open_stream(path)
    if stream is None:
        return None
    hashed, (headings, reader) = file_hash(path), stream
    connection.register(f"given_{name}", reader)
    connection.execute(f"CREATE TABLE copied_{name} AS SELECT * FROM given_{name}")
    connection.unregister(f"given_{name}")
    columns = [(heading, "VARCHAR", f"r{position}") for position, heading in enumerate(headings)]
    raw = _view(connection, name, f"copied_{name}", "rowid + 2", columns, hashed)
    hashed.result()  # what was copied must be what the hash is of
    return None if raw is None or stamp_of(path) != stamp else replace(raw, is_text=True)


def _view(
    connection: Any,
    name: str,
    source: str,
    row: str,
    columns: Sequence[tuple[str, str, str]],
    hashed: Future[str] | None,
) -> Raw | None:
    """A view with numbered cells; ``columns``: heading, type, and the name of the cells in ``source``."""
    kinds = [kind for _, kind, _ in columns]
    if not columns or not all(_SIMPLE.match(kind) for kind in kinds):
        return None
    cells = ", ".join(f'"{cell.replace(chr(34), chr(34) * 2)}" AS r{at}' for at, (_, _, cell) in enumerate(columns))
    connection.execute(f"CREATE VIEW raw_{name} AS SELECT {row} AS row, {cells} FROM {source}")
    return Raw(f"raw_{name}", [heading_of(heading) for heading, _, _ in columns], kinds, hashed)


def with_joined(connection: Any, raw: Raw, name: str, joined: Sequence[Joined]) -> Raw | None:
    """The source with the cells that are made of several after its own; None where a part is no plain value."""
    if not joined:
        return raw
    positions = sorted({at for made in joined for at in made.positions})
    days = [at for at in positions if raw.kinds[at] == "DATE"]
    if not all(at in days or _JOINABLE.match(raw.kinds[at]) for at in positions):
        return None
    for at in days:  # beyond those years Python has no day, and the readers of rows say so
        sql = f"SELECT BOOL_AND(r{at} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31') FROM {raw.relation}"
        if connection.execute(sql).fetchall()[0][0] is False:
            return None
    cells = [
        f" || '{BETWEEN}' || ".join(f"COALESCE(CAST(r{at} AS VARCHAR), '')" for at in made.positions) for made in joined
    ]
    added = ", ".join(f"{cell} AS r{at}" for at, cell in enumerate(cells, len(raw.kinds)))
    connection.execute(f"CREATE VIEW joined_{name} AS SELECT *, {added} FROM {raw.relation}")
    return replace(raw, relation=f"joined_{name}")


def stamp_of(path: Path) -> tuple[int, ...] | None:
    """Size, time of change and number of a file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def file_hash(path: Path) -> Future[str]:
    """SHA-256 of a file's bytes, in hex, read piece by piece while its rows are checked."""

    def of_bytes() -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return begin(of_bytes)
