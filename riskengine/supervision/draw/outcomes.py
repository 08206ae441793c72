"""What the inspections found: entered after the draw, and written as the inspections that a grading reads."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.contract.sources import INSPECTIONS
from riskengine.kernel.errors import InputError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.records.table import read_table
from riskengine.supervision.draw.committing import put
from riskengine.supervision.draw.folder import open_commitment
from riskengine.supervision.draw.forms import OUTCOMES
from riskengine.supervision.draw.previous import drawn_of
from riskengine.supervision.sources import OUTCOMES as COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from riskengine.contract.records import Record


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered.

    Attributes:
        file: where the inspections stand.
        entered: how many.
        open: the operators that were drawn and have no result yet.
    """

    file: Path
    entered: int
    open: tuple[str, ...]


def enter_outcomes(folder: Path, outcomes: Path, kind: str) -> Entered:
    """Write what inspections found as ``private/inspections.csv``, in the columns of the contract.

    The file holds all results so far: entering it again, longer or corrected, writes the inspections anew. An
    inspection is numbered by its operator's place in the draw, so that it keeps its number.

    Args:
        folder: of the draw.
        outcomes: a table with the columns of :data:`riskengine.supervision.sources.OUTCOMES`.
        kind: what the inspections are called.

    Raises:
        UsageError: nothing was drawn yet (RE-908).
        InputError: the file cannot be used, names an operator that was not drawn (RE-910), or a day outside the period
            of the inspections (RE-911); every problem of it.
    """
    drawn = {row["operator_id"]: int(row["order"]) for row in drawn_of(folder)}
    commitment = open_commitment(folder)
    found = read_table(outcomes, COLUMNS).records
    period = commitment.from_day, commitment.until_day
    problems: list[Problem] = []
    for row in found:
        operator, day = row["operator_id"], row["inspected_on"]
        if operator not in drawn:
            near = tuple(map(mask_personal, nearest(operator, drawn)))
            problems.append(Problem("RE-910", source=outcomes.name, found=mask_personal(operator), near=near))
        if not period[0] <= day <= period[1]:
            named = ("operator", mask_personal(operator))
            params = (named, ("since", period[0].isoformat()), ("until", period[1].isoformat()))
            problems.append(Problem("RE-911", source=outcomes.name, found=day.isoformat(), params=params))
    if problems:
        raise InputError(in_order(problems))
    found.sort(key=lambda row: drawn[row["operator_id"]])
    prefix = commitment.sha256[:8].upper()
    put(folder, {OUTCOMES: _inspections(found, drawn, prefix, kind)})
    done = {row["operator_id"] for row in found}
    return Entered(folder / OUTCOMES, len(found), tuple(operator for operator in drawn if operator not in done))


def _inspections(found: Sequence[Record], drawn: dict[str, int], prefix: str, kind: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(INSPECTIONS.names)
    for row in found:
        cells = {**row, "inspection_id": f"{prefix}-{drawn[row['operator_id']]:05d}", "kind": kind}
        writer.writerow([cells.get(name) for name in INSPECTIONS.names])  # as they are: a program reads them back
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")
