"""The rows left out, as files to mend and feed back: the input's headings and cells, problems beside them.

These files are the bureau's own working copy and are not masked. A text that a spreadsheet would take for a
formula gets an apostrophe in front, which is taken off again when the file is read back (the characters are
those of OWASP's page on CSV injection).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from riskengine.records.columns import PROBLEMS_HEADING, ROW_HEADING
from riskengine.records.draft import OVERFLOW
from riskengine.records.grammar import shown

if TYPE_CHECKING:
    from pathlib import Path

    from riskengine.contract.records import RecordsAccount, SourceAccount
    from riskengine.kernel.problems import Problem

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guard(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula.

    >>> guard("=1+1"), guard("豫K12345"), guard("'=1")
    ("'=1+1", '豫K12345', "''=1")
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def unguard(cell: Any) -> Any:
    """The cell as it was before ``guard``.

    >>> unguard("'=1+1"), unguard("''=1"), unguard("'quoted'")
    ('=1+1', "'=1", "'quoted'")
    """
    if isinstance(cell, str) and cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA):
        return cell[1:]
    return cell


def write_mend(records: RecordsAccount | Sequence[SourceAccount], folder: Path, lang: str = "zh") -> list[Path]:
    """Write ``<source>.csv`` into ``folder`` for each source with rows left out.

    Columns: the headings of the source in file order, then ``问题/problems`` and ``行/row``. UTF-8 with BOM.

    Args:
        records: how the records were read, or their sources alone.
        folder: made if it is not there.
        lang: language of the problems' words, ``zh`` or ``en``.

    Returns:
        the files written, in the order of the sources; none where no row was left out.
    """
    written = []
    for source in records if isinstance(records, Sequence) else records.sources:
        if source.left_out_count:
            folder.mkdir(parents=True, exist_ok=True)
            written.append(_write_source(source, folder / f"{source.name}.csv", lang))
    return written


def _write_source(source: SourceAccount, path: Path, lang: str) -> Path:
    problems = iter(source.problems)
    problem = next(problems, None)
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([*source.headings.values(), PROBLEMS_HEADING, ROW_HEADING])
        for row in source.left_out:
            words = []
            while problem is not None and (problem.row is None or problem.row <= row.row):
                if problem.row == row.row:
                    words.append(_words(source, problem, lang))
                problem = next(problems, None)
            writer.writerow(
                [
                    *(_cell(row.cells.get(name)) for name in source.headings),
                    guard("; ".join(words)),
                    row.row,
                    *(_cell(cell) for cell in row.cells.get(OVERFLOW, ())),
                ]
            )
    return path


def _words(source: SourceAccount, problem: Problem, lang: str) -> str:
    column = f"{source.headings.get(problem.column, problem.column)}: " if problem.column else ""
    return f"{column}{problem.code} {problem.message(lang)}"


def _cell(raw: Any) -> str:
    return guard(raw.replace("\x00", "")) if isinstance(raw, str) else shown(raw)
