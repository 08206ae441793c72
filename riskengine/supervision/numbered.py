"""Tables of supervision with the number of every row: what is used, what is left out and why; nothing dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.records.columns import Known
from riskengine.records.reading import draft_source
from riskengine.supervision.record import Row

if TYPE_CHECKING:
    from pathlib import Path

    from riskengine.contract.sources import Source
    from riskengine.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class NumberedRows:
    """A table whose rows are accounted for.

    Attributes:
        label: the file as messages name it.
        used: the rows that can be used, in the order of the file.
        left_out: number of a row that cannot → the code of its first error.
        problems: every problem, errors and warnings.
    """

    label: str
    used: tuple[Row, ...]
    left_out: dict[int, str]
    problems: tuple[Problem, ...]

    @property
    def rows_in(self) -> int:
        """How many rows there were."""
        return len(self.used) + len(self.left_out)


def numbered_rows(path: Path, source: Source, known: Known | None = None) -> NumberedRows:
    """Read a table, by the grammar and the rules of rows of every source.

    Args:
        path: .csv, .xlsx, .parquet, .jsonl or .ndjson.
        source: its columns.
        known: what a catalogue says of codes; any is accepted where it is left out.

    Raises:
        InputError: it cannot be used as a whole (RE-1xx).
    """
    draft = draft_source(path, source.name, known or Known(), {source.name: source})
    used = tuple(Row(row.number, row.record) for row in draft.rows if row.reason is None)
    codes: dict[int, str] = {}
    for problem in draft.problems:
        if problem.is_error and problem.row is not None:
            codes.setdefault(problem.row, problem.code)
    left_out = {row.number: codes.get(row.number, "") for row in draft.rows if row.reason is not None}
    return NumberedRows(draft.label, used, left_out, tuple(draft.problems))
