"""The record folder: plain files in which a bureau keeps its year, each found by its name whatever its suffix."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from riskengine.kernel.errors import InputError, UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.records.columns import Known
from riskengine.records.reading import draft_source

if TYPE_CHECKING:
    from pathlib import Path

    from riskengine.contract.records import Record
    from riskengine.contract.sources import Source

READABLE = (".csv", ".jsonl", ".ndjson", ".parquet", ".xlsx")
"""The suffixes of tables that can be read."""


class Row(NamedTuple):
    """A row of a file: its number as the user sees it, and its typed cells."""

    number: int
    record: Record


class Rows(NamedTuple):
    """A file of the record: how messages name it, and all its rows."""

    label: str
    rows: tuple[Row, ...]

    def problem(self, code: str, row: Row, column: str, near: tuple[str, ...] = (), **params: str) -> Problem:
        """A problem with a cell of a row; a personal cell is masked."""
        found = mask_personal(str(row.record[column]))
        return Problem(
            code, source=self.label, row=row.number, column=column, found=found, near=near, params=tuple(params.items())
        )


def file_of(folder: Path, name: str) -> Path | None:
    """The file of the record that has a name, such as ``cases``; None where there is none.

    Raises:
        UsageError: there is no such folder (RE-955), or two files of it have the name (RE-956).
    """
    if not folder.is_dir():
        raise UsageError([Problem("RE-955", found=str(folder))])
    found = [folder / f"{name}{suffix}" for suffix in READABLE if (folder / f"{name}{suffix}").is_file()]
    if len(found) > 1:
        names = tuple(path.name for path in found)
        raise UsageError([Problem("RE-956", source=str(folder), found=name, params=(("files", names),))])
    return found[0] if found else None


def rows_of(folder: Path, source: Source) -> Rows:
    """The rows of the file that is named like the source; every row must be right.

    Raises:
        UsageError: there is no such folder (RE-955), the name is there twice (RE-956), or not at all (RE-957).
        InputError: it cannot be read, or rows of it cannot be used, every problem listed.
    """
    path = file_of(folder, source.name)
    if path is None:
        present = sorted({entry.stem for entry in folder.iterdir() if entry.suffix in READABLE})
        near = nearest(source.name, present)
        raise UsageError([Problem("RE-957", source=str(folder), found=source.name, near=near)])
    draft = draft_source(path, source.name, Known(), {source.name: source})
    if any(row.reason is not None for row in draft.rows) or any(problem.is_error for problem in draft.problems):
        raise InputError(in_order(draft.problems))
    return Rows(draft.label, tuple(Row(row.number, row.record) for row in draft.rows))


def rows_or_none(folder: Path, source: Source) -> Rows | None:
    """As :func:`rows_of`; None where the record has no such file."""
    return None if file_of(folder, source.name) is None else rows_of(folder, source)
