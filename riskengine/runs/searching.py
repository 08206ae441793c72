"""Which operator of a run may have been meant: by a slip of the pen in its id, or by its name."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from riskengine.kernel.problems import nearest
from riskengine.runs.tables import OPERATOR, batches

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from riskengine.runs.reading import Run

_FEW = 5_000  # so many ids are compared one by one; of more only those that share a half with what was asked for
_CANDIDATES = 1_000
_MOST = 3


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
