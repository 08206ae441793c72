"""The catalogue as CSV, a file for each table, in a folder or a zip; and back.

UTF-8 with a byte order mark, headings and words are the keys of the catalogue. A text that a spreadsheet would take for
a formula gets an apostrophe in front, which is taken off again when it is read.
"""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.exchange.flatten import rows_of
from riskengine.exchange.gather import Given, Place
from riskengine.exchange.headings import bound
from riskengine.exchange.tables import FILE_COLUMNS, FILES, all_tables
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.problems import Problem, nearest
from riskengine.records.mend import guard, unguard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from riskengine.catalog import CatalogFile

_MOST_BYTES = 400_000_000  # unpacked: more is no catalogue
_LONGEST = 16_000_000  # characters of a cell
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the day of every file in a zip, so that equal catalogues give equal bytes


def write_csv(files: Sequence[CatalogFile], path: Path) -> list[Path]:
    """Write a catalogue as CSV.

    Args:
        files: of :func:`riskengine.catalog.catalog_files`.
        path: a folder, which is made; or a file whose name ends in ``.zip``.

    Returns:
        the files written.

    Raises:
        OSError: something cannot be written.
    """
    texts = {f"{name}.csv": text for name, text in _texts(files)}
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in texts.items():
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), text.encode("utf-8-sig"), zipfile.ZIP_DEFLATED)
        return [path]
    path.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (path / name).write_bytes(text.encode("utf-8-sig"))
    return [path / name for name in texts]


def csv_names() -> list[str]:
    """The names of the files in their order."""
    return [f"{name}.csv" for name in (*all_tables(), FILES)]


def _texts(files: Sequence[CatalogFile]) -> Iterator[tuple[str, str]]:
    rows = rows_of(files)
    for name in (*all_tables(), FILES):
        columns = FILE_COLUMNS if name == FILES else all_tables()[name].columns
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([column.key for column in columns])
        for row in rows[name]:
            writer.writerow([_cell(row.values[column.key]) for column in columns])
        yield name, out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return guard(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def read_csv(contents: Mapping[str, bytes], source: str, problems: list[Problem]) -> dict[str, list[Given]]:
    """The rows of every table.

    Args:
        contents: of the files, by name.
        source: the folder or zip, as messages name it.
        problems: added to: files and columns that are not known or missing.

    Raises:
        CatalogError: a file is not CSV in UTF-8 (RE-391).
    """
    found: dict[str, list[Given]] = {}
    known = csv_names()
    for file, content in contents.items():
        if file not in known:
            problems.append(Problem("RE-393", source=source, found=file, near=nearest(file, known)))
            continue
        name = file.removesuffix(".csv")
        found[name] = list(_given(name, _rows(content, f"{source}/{file}"), f"{source}/{file}", problems))
    problems += [Problem("RE-392", source=source, found=file) for file in known if file not in contents]
    return found


def contents_of(path: Path) -> dict[str, bytes]:
    """The CSV files of a folder or a zip by name.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no zip, or too large when unpacked.
    """
    if path.is_dir():
        return {file.name: file.read_bytes() for file in sorted(path.iterdir()) if file.suffix.lower() == ".csv"}
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            if sum(part.file_size for part in parts) > _MOST_BYTES:
                raise ValueError("too large when unpacked")
            return {part.filename.rpartition("/")[2]: archive.read(part) for part in parts}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError(str(error)) from None


def _rows(content: bytes, source: str) -> list[list[str]]:
    before = csv.field_size_limit(_LONGEST)
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        raise CatalogError([Problem("RE-391", source=source, params=(("reason", "not UTF-8"),))]) from None
    except csv.Error as error:
        raise CatalogError([Problem("RE-391", source=source, params=(("reason", str(error)),))]) from None
    finally:
        csv.field_size_limit(before)


def _given(name: str, rows: list[list[str]], source: str, problems: list[Problem]) -> Iterator[Given]:
    columns = FILE_COLUMNS if name == FILES else all_tables()[name].columns
    headings = rows[0] if rows else []
    keys = bound(name, columns, headings, lambda at: Place(source, 1, headings[at] if headings else ""), problems)
    for number, cells in enumerate(rows[1:], 2):
        if any(cells):
            values = {key: unguard(cells[at]) or None for key, at in keys.items() if at < len(cells)}
            yield Given(values, {key: Place(source, number, key) for key in keys})
