"""Which operators of a run a command is about: named, or in a list."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from riskengine.contract.sources import OPERATORS
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.records import id_of
from riskengine.runs import near_operators, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.runs import Run

_HEADINGS = {OPERATORS.columns[0].name, *OPERATORS.columns[0].headings}


def listed_operators(file: Path | None) -> tuple[str, ...]:
    """The ids in a list; a heading is passed over.

    Raises:
        UsageError: it cannot be read, or names nobody (RE-810).
    """
    path = file or Path()
    try:
        rows = csv.reader(path.read_text("utf-8-sig").splitlines())
        cells = [row[0].strip() for row in rows if row and row[0].strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError([Problem("RE-810", found=str(path), params=(("reason", reason),))]) from None
    ids = [cell for at, cell in enumerate(cells) if at or cell not in _HEADINGS]
    if not ids:
        raise UsageError([Problem("RE-810", found=str(path), params=(("reason", "it is empty"),))])
    return tuple(ids)


def operators_in(run: Run, asked: Sequence[str]) -> list[str]:
    """The operators that were asked for, each once, in their order.

    Raises:
        UsageError: some are not in the run (RE-603), all named.
    """
    written = {text: found if isinstance(found := id_of(text), str) else text for text in asked}
    wanted = {*written, *written.values()}
    known = {row[0] for row in scan(run, "grades", ("operator_id",), wanted)}
    missing = [text for text in written if text not in known and written[text] not in known]
    if missing:
        raise UsageError(
            [
                Problem("RE-603", source=run.run_id, found=text, near=near_operators(run, written[text], text))
                for text in missing
            ]
        )
    return list(dict.fromkeys(text if text in known else written[text] for text in asked))
