"""Publicly verifiable random selection, RFC 3797: a pure function of a key string, a pool and a count.

The RFC closes the gap after every selection, which takes as many steps as the pool is long. Here a tree of counts finds
the n-th entry that is left in as many steps as the pool's length has bits; a test holds it equal to the slow way.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def key_string(sources: Iterable[Sequence[int]]) -> str:
    """The key: the numbers of each source in ascending order, each with a point after it; a slash after each source.

    >>> key_string([[9319], [2, 12, 5, 8, 10], [9, 18, 26, 34, 41, 45]])
    '9319./2.5.8.10.12./9.18.26.34.41.45./'
    """
    return "".join("".join(f"{number}." for number in sorted(numbers)) + "/" for numbers in sources)


def digest(key: str, turn: int) -> int:
    """The number of a turn, counted from 0: MD5 of the turn, the key and the turn again, as an unsigned integer.

    The turn is two bytes, as the RFC has it; from the 65,537th selection on, which the RFC does not know, three or
    more.
    """
    mark = turn.to_bytes(max(2, (turn.bit_length() + 7) // 8), "big")
    return int.from_bytes(hashlib.md5(mark + key.encode("utf-8") + mark, usedforsecurity=False).digest(), "big")


def selections(key: str, pool: int, count: int) -> list[int]:
    """The places, counted from 0, of ``count`` entries of a list of ``pool``, in the order in which they are drawn.

    A larger count goes on with the list and changes nothing of its beginning.

    >>> [place + 1 for place in selections("9319./2.5.8.10.12./9.18.26.34.41.45./", 25, 10)]
    [17, 7, 2, 16, 25, 23, 8, 24, 19, 13]

    Raises:
        ValueError: more are asked for than there are.
    """
    if not 0 <= count <= pool:
        raise ValueError(f"{count} of {pool} cannot be drawn")
    left = _Remaining(pool)
    return [left.take(digest(key, turn) % (pool - turn)) for turn in range(count)]


class _Remaining:
    """Entries 0, 1, … of which some are taken out: a binary indexed tree of how many are left."""

    def __init__(self, count: int) -> None:
        self._tree = [at & -at for at in range(count + 1)]
        self._top = 1 << count.bit_length() >> 1

    def take(self, place: int) -> int:
        """Take out the entry at a place among those that are left, counted from 0, and say which it was."""
        tree, at, step, rest = self._tree, 0, self._top, place
        size = len(tree)
        while step:
            ahead = at + step
            if ahead < size and tree[ahead] <= rest:
                at = ahead
                rest -= tree[ahead]
            step >>= 1
        found, at = at, at + 1
        while at < size:
            tree[at] -= 1
            at += at & -at
        return found
