"""A file that was exported, read back: which form it has, and from there through the catalogue's own checks."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from riskengine.exchange.csv_form import contents_of, read_csv
from riskengine.exchange.gather import Gathering
from riskengine.exchange.json_form import read_json
from riskengine.exchange.receive import CONSULTATION, Received, receive
from riskengine.exchange.tables import FILES, NUMBER, all_tables
from riskengine.exchange.workbook_in import read_workbook
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from riskengine.exchange.gather import Given


_STRUCTURE = frozenset({"RE-392", "RE-393", "RE-394", "RE-395", "RE-405"})


def read_export(path: Path) -> Received:
    """Read an exported catalogue back: a workbook, a JSON file, a folder or zip of CSV.

    Args:
        path: of the file or folder.

    Raises:
        CatalogError: with every problem, each with its cell, row or line.
    """
    source, problems = path.name, list[Problem]()
    try:
        if path.is_dir() or (zipfile.is_zipfile(path) and not _is_workbook(path)):
            return _received(read_csv(contents_of(path), source, problems), source, problems)
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(source, error.strerror or str(error)) from None
    except ValueError as error:
        raise _unreadable(source, str(error)) from None
    if content.startswith(b"PK") or path.suffix.lower() in {".xlsx", ".xlsm"}:
        return _received(read_workbook(content, source, problems), source, problems)
    if path.suffix.lower() in {".md", ".html", ".htm"}:
        raise _unreadable(source, "Markdown and HTML are for reading alone")
    documents, headers = read_json(content, source, problems)
    return receive(documents, headers, problems)


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" in archive.namelist()


def _received(given: dict[str, list[Given]], source: str, problems: list[Problem]) -> Received:
    if any(problem.code in _STRUCTURE for problem in problems):  # with columns missing, every row would be wrong
        raise CatalogError(problems)
    headers = _headers(given.get(FILES, ()))
    documents = Gathering(given, source, problems).documents()
    if CONSULTATION not in headers and not given.get("comments"):
        documents = [(name, document) for name, document in documents if name != CONSULTATION]
    received = receive(documents, headers, problems)
    made = {
        name: {row.anchor(all_tables()[name].own or NUMBER): row.made for row in rows}
        for name, rows in given.items()
        if name in all_tables()
    }
    return replace(received, made=made)


def _headers(rows: Sequence[Given]) -> dict[str, tuple[str, ...]]:
    return {str(row.cells.get("file")).strip(): tuple(str(row.cells.get("header") or "").splitlines()) for row in rows}


def _unreadable(source: str, reason: str) -> CatalogError:
    return CatalogError([Problem("RE-391", source=source, params=(("reason", reason),))])
