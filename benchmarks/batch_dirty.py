"""Rows made odd or wrong, as officials' files have them: some are used, some with a warning, some left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from batch_draws import Draws
from pyarrow import compute

if TYPE_CHECKING:
    from collections.abc import Callable

    Numbers = np.ndarray[Any, np.dtype[Any]]
    Bend = tuple[str, Callable[[str | None], str | None]]

_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def _wide(text: str | None) -> str | None:
    return text.translate(_WIDE) if text else text


def _other(cell: str | None) -> Callable[[str | None], str | None]:
    return lambda _: cell


BENDS: dict[str, tuple[Bend, ...]] = {
    "operators": (
        ("fleet_size", _wide),
        ("fleet_size", _other("-3")),
        ("fleet_size", _other("约二十")),
        ("licensed_on", _wide),
        ("licensed_on", lambda text: text.replace("-", "/") if text else text),
        ("licensed_on", _other("2016-02-30")),
        ("operator_id", _wide),
        ("operator_id", lambda text: f" {text.lower()} " if text else text),
        ("operator_id", _other(None)),
        ("areas", _other("RT;XX")),
        ("closed_on", _other("1999-01-01")),
    ),
    "violations": (
        ("risk_point", _wide),
        ("risk_point", _other("HW-99")),
        ("risk_point", _other(None)),
        ("occurred_on", _wide),
        ("occurred_on", lambda text: text.replace("-", "/") if text else text),
        ("occurred_on", _other("2022-02-30")),
        ("occurred_on", _other("去年五月")),
        ("occurred_on", _other("1922-05-10")),
        ("decided_on", _other(None)),
        ("decided_on", _other("2009-01-01")),
        ("penalty", _wide),
        ("penalty", _other("12,000元")),
        ("penalty", _other("-500")),
        ("penalty", _other("1.5E+3")),
        ("severity", _other("一般")),
        ("severity", _other("一班")),
        ("status", _other("已结案")),
        ("status", _other(" 生效 ")),
        ("penalty_kind", _other("罚款；训斥")),
        ("vehicle", _other("豫KI2345")),
        ("operator_id", _other("91411000DEM99999XX")),
        ("operator_id", _wide),
        ("inspection_id", _other("JC-无此号")),
    ),
    "inspections": (
        ("inspected_on", _wide),
        ("inspected_on", _other("2022-13-01")),
        ("operator_id", _other("91411000DEM99999XX")),
    ),
}
_KEYS = {"operators": "name", "violations": "penalty", "inspections": "kind"}
_TWICE = 0.1  # of the dirty rows


class Dirt:
    """Spoils a share of the rows.

    Args:
        seed: the same seed spoils the same rows in the same way.
        share: of the rows, from 0 to 1.
    """

    def __init__(self, seed: int, share: float) -> None:
        self._seed, self._share = seed, share

    def spoil(self, source: str, table: pa.Table, first: int) -> pa.Table:
        """The rows with some spoilt, every column as text; a tenth of the spoilt ones stand twice."""
        draws = Draws(self._seed, np.arange(first, first + table.num_rows), 20 + len(source))
        dirty, twice, changed = draws.chance(self._share), draws.chance(_TWICE), draws.chance(0.5)
        table = pa.table({name: compute.cast(table[name], pa.string()) for name in table.column_names})
        bends = BENDS[source]
        which = np.where(dirty & ~twice, draws.below(len(bends)), -1)
        for place, (column, bend) in enumerate(bends):
            table = self._bent(table, column, which == place, bend)
        repeats = table.filter(pa.array(dirty & twice))
        altered = changed[dirty & twice]
        repeats = self._bent(repeats, _KEYS[source], altered, lambda text: f"{text or ''}1")
        return pa.concat_tables([table, repeats]).combine_chunks()

    @staticmethod
    def _bent(table: pa.Table, column: str, rows: Numbers, bend: Callable[[str | None], str | None]) -> pa.Table:
        """The table with the cells of a column bent in the rows that are true."""
        if not rows.any():
            return table
        at = table.column_names.index(column)
        cells = table[column].combine_chunks()
        mask = pa.array(rows)
        bent = pa.array([bend(cell) for cell in cells.filter(mask).to_pylist()], pa.string())
        return table.set_column(at, column, compute.replace_with_mask(cells, mask, bent))
