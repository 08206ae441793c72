"""Draws and columns for invented records: numbers made from row numbers, and Arrow columns made of them.

A draw is a hash (splitmix64) of seed, stream and row number, so that any row can be made without those before it, and
the same seed gives the same rows in every version of every library.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    Numbers = np.ndarray[Any, np.dtype[Any]]

_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_MASK = (1 << 64) - 1
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_PLATE_SIGNS = np.frombuffer(("0123456789" + PLATE_LETTERS).encode(), np.uint8)


def _mixed(value: int) -> int:
    """One step of splitmix64 on a plain number."""
    value = (value + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)


class Draws:
    """Random numbers of rows: equal for equal seed, stream and row.

    Args:
        seed: of the whole set.
        rows: the row numbers.
        source: what the rows are rows of; another source, other numbers.
    """

    def __init__(self, seed: int, rows: Numbers, source: int) -> None:
        self._seed, self._rows, self._source = seed, rows.astype(np.uint64), source
        self._made = 0

    def word(self) -> Numbers:
        """64 random bits a row; another call, other bits."""
        self._made += 1
        start = _mixed(_mixed(_mixed(self._seed) ^ self._source) ^ self._made)
        bits = self._rows + np.uint64(start)
        bits *= np.uint64(_GOLDEN)
        bits ^= bits >> np.uint64(30)
        bits *= np.uint64(_FIRST)
        bits ^= bits >> np.uint64(27)
        bits *= np.uint64(_SECOND)
        bits ^= bits >> np.uint64(31)
        return bits

    def below(self, limit: int | Numbers) -> Numbers:
        """Whole numbers from 0, below ``limit`` (at most 2³²), as int64."""
        scaled = (self.word() >> np.uint64(32)) * np.asarray(limit, np.uint64)
        return (scaled >> np.uint64(32)).astype(np.int64)

    def chance(self, share: float) -> Numbers:
        """True for about that share of rows."""
        return self.word() >> np.uint64(11) < np.uint64(int(share * 2**53))

    def among(self, weights: Sequence[float]) -> Numbers:
        """Places in ``weights``, each as often as it weighs, as int64."""
        edges = np.cumsum(np.asarray(weights) / sum(weights) * 2**32).astype(np.uint64)[:-1]
        return np.searchsorted(edges, self.word() >> np.uint64(32), side="right").astype(np.int64)


def texts(cells: Numbers, null: Numbers | None = None) -> pa.Array:
    """A text column from a matrix of bytes: a row for each row, all of the same width.

    Args:
        cells: the UTF-8 bytes, two-dimensional.
        null: which rows are empty; their bytes are not kept.
    """
    count, width = cells.shape
    if null is not None and null.any():
        kept = cells[~null]
        offsets = np.concatenate(([0], np.cumsum(~null, dtype=np.int64) * width)).astype(np.int32)
        return pa.Array.from_buffers(pa.string(), count, [_valid(null), pa.py_buffer(offsets), pa.py_buffer(kept)])
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(width)
    return pa.Array.from_buffers(
        pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(cells))]
    )


def words(choices: Sequence[str | None], places: Numbers) -> pa.Array:
    """A text column of few words, each row by its place among them."""
    return pa.array(choices, pa.string()).take(pa.array(places.astype(np.int32)))


def days(numbers: Numbers, null: Numbers | None = None) -> pa.Array:
    """A date column from days since 1970-01-01."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=null).cast(pa.date32())


def yuan(fen: Numbers, null: Numbers | None = None) -> pa.Array:
    """A column of yuan with two places from whole fen, none of them negative."""
    halves = np.zeros((len(fen), 2), np.int64)
    halves[:, 0] = fen
    valid = _valid(null) if null is not None else None
    return pa.Array.from_buffers(pa.decimal128(15, 2), len(fen), [valid, pa.py_buffer(halves)])


def _valid(null: Numbers) -> pa.Buffer:
    return pa.py_buffer(np.packbits(~null, bitorder="little"))


def digits(numbers: Numbers, width: int) -> Numbers:
    """Decimal digits as bytes, ``width`` to a row."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def joined(count: int, *parts: str | Numbers) -> Numbers:
    """Rows of bytes put side by side; a text stands in every row."""
    blocks = [
        np.broadcast_to(np.frombuffer(part.encode(), np.uint8), (count, len(part.encode())))
        if isinstance(part, str)
        else part
        for part in parts
    ]
    return np.concatenate(blocks, axis=1)


@functools.cache
def _values(alphabet: str) -> Numbers:
    found = np.zeros(128, np.int32)
    found[np.frombuffer(alphabet.encode(), np.uint8)] = np.arange(len(alphabet))
    return found


def credit_codes(numbers: Numbers) -> Numbers:
    """Invented social credit codes (GB 32100, GB 11714), both check characters right, of numbers below 10⁷."""
    count = len(numbers)
    organisation = joined(count, "D", digits(numbers, 7))
    letters = _values("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")[organisation]
    first = np.frombuffer(b"0123456789X0", np.uint8)[11 - letters @ np.asarray(_ORGANISATION_WEIGHTS, np.int32) % 11]
    body = joined(count, "91411000", organisation, first[:, None])
    total = _values(_CREDIT_ALPHABET)[body] @ np.asarray(_CREDIT_WEIGHTS, np.int32)
    second = np.frombuffer(_CREDIT_ALPHABET.encode(), np.uint8)[(31 - total % 31) % 31]
    return joined(count, body, second[:, None])


def plates(numbers: Numbers) -> Numbers:
    """Invented plates (GA 36) of the letters and digits that ordinary ones have; equal numbers, equal plates."""
    bits = Draws(0, numbers, 9).word()
    signs = [_PLATE_SIGNS[(bits >> np.uint64(6 * place) & np.uint64(63)) % np.uint64(34)] for place in range(5)]
    letter = np.frombuffer(PLATE_LETTERS.encode(), np.uint8)[(bits >> np.uint64(40)) % np.uint64(17)]
    return joined(len(numbers), "豫", np.stack([letter, *signs], axis=1))
