"""From whatever the caller gives, a path, a frame, a list, to headings and raw rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import Problem, nearest
from riskengine.records.arrow import read_parquet
from riskengine.records.csv_file import read_csv
from riskengine.records.excel_file import read_excel
from riskengine.records.frames import is_pandas, read_frame, read_pandas
from riskengine.records.jsonl_file import read_jsonl, read_mappings
from riskengine.records.raw import unreadable

if TYPE_CHECKING:
    from riskengine.records.raw import RawTable


def label_of(data: Any, name: str | None) -> str:
    """How messages name the source: the file's name, or the source's where it is no file."""
    return Path(data).name if isinstance(data, str | Path) else name or "records"


def open_table(data: Any, name: str | None, label: str) -> RawTable:
    """The table behind ``data``.

    Args:
        data: a path, a data frame, an Arrow table or reader, a DuckDB relation, or mappings.
        name: the source, for the sheet of a workbook that has several; None where it is not known.
        label: how messages name it.

    Raises:
        InputError: it cannot be read as a table (RE-101 to RE-106), or is no source at all (RE-114).
    """
    if isinstance(data, str | Path):
        return _open_file(Path(data), name, label)
    if is_pandas(data):
        return read_pandas(data)
    if hasattr(data, "__arrow_c_stream__"):
        return read_frame(data, label)
    if isinstance(data, Iterable) and not isinstance(data, Mapping | bytes | bytearray | memoryview):
        return read_mappings(data)
    raise unreadable(label, "RE-114", found=type(data).__name__)


def _open_file(path: Path, name: str | None, label: str) -> RawTable:
    extension = path.suffix.lower()
    content = _content(path, label)
    if not content:
        raise unreadable(label, "RE-106")
    if extension == ".csv":
        table = read_csv(content, label)
    elif extension == ".xlsx":
        table = read_excel(content, name, label)
    elif extension == ".parquet":
        table = read_parquet(content, label)
    elif extension in {".jsonl", ".ndjson"}:
        table = read_jsonl(content, label)
    else:
        raise unreadable(label, "RE-103", found=extension or path.name)
    table.sha256 = hashlib.sha256(content).hexdigest()
    return table


def _content(path: Path, label: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        folder = path.parent
        names = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []
        raise InputError([Problem("RE-101", source=str(path), near=nearest(path.name, names))]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unreadable(label, "RE-102", reason=reason) from None
