"""The content hash of a table from its Arrow batches: the same hash as :mod:`riskengine.contract.content_hash` gives.

The texts of the rows are put together column by column, which is several times faster than cell by cell, and no more
than a batch of them is held at once. What Arrow writes otherwise than the contract says is written cell by cell.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from riskengine.contract.content_hash import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

_MODULUS = 1 << 60
_LOW_DIGIT = 0xF
_PLAIN_SCALE = 6  # Arrow writes a decimal with more places as 1E-7


def content_hash_of_batches(batches: Iterable[pa.RecordBatch]) -> str:
    """The hash of a table as ``rows-first sum-second sum``.

    Args:
        batches: its rows, in any order and any portions, with the columns that are hashed, in contract order.
    """
    count = first = second = 0
    for batch in batches:
        count += batch.num_rows
        for head, tail in _digests(batch.columns):
            first += head >> 4
            second += (head & _LOW_DIGIT) << 56 | tail >> 8
    return f"{count}-{first % _MODULUS:015x}-{second % _MODULUS:015x}"


def _digests(columns: list[pa.Array]) -> Iterable[tuple[int, int]]:
    """The first two quarters of the digest of each row."""
    import struct

    from pyarrow import compute

    texts = compute.binary_join_element_wise(*map(_texts, columns), "\x1f")
    sha256 = hashlib.sha256
    digests = b"".join([sha256(row).digest()[:16] for row in texts.cast("binary").to_pylist()])
    return struct.iter_unpack(">QQ", digests)


def _texts(column: pa.Array) -> pa.Array:
    """The cells of a column as they go into the rows' texts."""
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        found = _escaped(column)
    elif pa.types.is_integer(kind) or pa.types.is_date32(kind):
        found = column.cast(pa.string())
    elif pa.types.is_boolean(kind):
        found = compute.if_else(column, "true", "false")
    elif pa.types.is_decimal128(kind) and kind.scale <= _PLAIN_SCALE:
        found = column.cast(pa.string())
    elif pa.types.is_list(kind) and not column.null_count and not len(column.flatten()):
        found = pa.repeat("[]", len(column))
    else:
        known: dict[str, str] = {}
        found = pa.array([_cell(value, known) for value in column.to_pylist()], pa.string())
    return compute.fill_null(found.cast(pa.string()), "\x00")


def _cell(value: object, known: dict[str, str]) -> str:
    """``cell_text``, remembered: most lists of a table are alike."""
    key = repr(value)
    if key not in known:
        known[key] = cell_text(value)
    return known[key]


def _escaped(column: pa.Array) -> pa.Array:
    """Texts with a backslash before each backslash, separator and null character."""
    from pyarrow import compute

    for char in ("\\", "\x1f", "\x00"):
        if compute.any(compute.match_substring(column, char)).as_py():
            column = compute.replace_substring(column, char, f"\\{char}")
    return column
