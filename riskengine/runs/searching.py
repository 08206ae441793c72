"""Looking for an operator where no key leads to it: what its id was meant to be, which of its records were left out."""

from __future__ import annotations

import json
import string
from typing import TYPE_CHECKING, Any

from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import ERROR, nearest
from riskengine.records import id_of
from riskengine.runs.tables import OPERATOR, batches, values

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from riskengine.runs.reading import Run

_FEW = 5_000  # so many ids are compared one by one; of more only those that share a half with what was asked for
_CANDIDATES = 1_000
_MOST = 3
_REPEATED = "RE-241"  # left out, but nothing is lost by it, and it is not counted


def near_operators(run: Run, asked: str, name: str = "") -> tuple[str, ...]:
    """The ids of operators that are called as asked, or whose id is near to it, best first, at most three.

    Args:
        run: the run; its list is read in batches, however long it is.
        asked: the id that was not found, written as ids are.
        name: the same as it was typed, in case it is a name.
    """
    named: list[str] = []
    candidates: list[str] = []
    for batch in batches(run.folder, "grades", [OPERATOR, "name"]):
        named += _ids(batch, batch.column("name"), [name])[: _MOST - len(named)]
        candidates += _candidates(batch, asked, few=run.manifest["sources"]["operators"]["rows"] <= _FEW)
    return tuple(dict.fromkeys((*named, *nearest(asked, candidates))))[:_MOST]


def _candidates(batch: pa.RecordBatch, asked: str, *, few: bool) -> list[str]:
    from pyarrow import compute

    ids = batch.column(OPERATOR)
    if few:
        known: list[str] = ids.to_pylist()
        return known
    half = len(asked) // 2
    shared = compute.or_(compute.starts_with(ids, asked[:half]), compute.ends_with(ids, asked[half:]))
    return [*_ids(batch, ids, list(_slips(asked))), *batch.filter(shared).column(OPERATOR).to_pylist()[:_CANDIDATES]]


def _ids(batch: pa.RecordBatch, column: pa.Array, values: list[str]) -> list[str]:
    import pyarrow as pa
    from pyarrow import compute

    found: list[str] = batch.filter(compute.is_in(column, pa.array(values, pa.string()))).column(OPERATOR).to_pylist()
    return found


def _slips(text: str) -> Iterator[str]:
    """What differs from ``text`` by one character that is wrong, missing or too many, or by two that changed places."""
    signs = string.digits + string.ascii_uppercase
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        yield from (before + sign + after for sign in signs)
        yield from (before + sign + after[1:] for sign in signs)
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]


def left_out_of(folder: Path, operator_id: str, count: int) -> list[dict[str, Any]]:
    """The rows of ``quarantine`` that say why records of an operator were left out.

    The quarantine names an operator only in the cells as they were read, in which a natural person's id is masked. So
    another person's records may look like theirs: where there are more than there should be, none is shown.

    Args:
        folder: the run folder.
        operator_id: whose records.
        count: how many records of the operator were left out.
    """
    shown = mask_personal(operator_id)
    columns = ("source", "row", "column", "code", "message", "level", "raw")
    found = [
        dict(zip(columns, row, strict=True))
        for row in values(folder, "quarantine", columns)
        if row[5] == ERROR and row[6] is not None and row[0] != "operators" and _owner(row[6]) == shown
    ]
    repeated = {(row["source"], row["row"]) for row in found if row["code"] == _REPEATED}
    found = [row for row in found if (row["source"], row["row"]) not in repeated]
    rows = {(row["source"], row["row"]) for row in found}
    return found if shown == operator_id or len(rows) == count else []


def _owner(raw: str) -> str | None:
    """The operator that a row names, as ids are written; masked where it is a natural person."""
    try:
        cell = json.loads(raw).get(OPERATOR)
    except (ValueError, AttributeError):
        return None
    named = id_of(cell) if isinstance(cell, str) else None
    return mask_personal(named) if isinstance(named, str) else None
