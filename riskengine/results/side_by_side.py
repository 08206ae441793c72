"""Two sorted tables, operator by operator, side by side: neither is ever held as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from riskengine.kernel.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Value = TypeVar("Value")


def side_by_side(
    old: Iterable[tuple[str, Value]], new: Iterable[tuple[str, Value]]
) -> Iterator[tuple[str, Value | None, Value | None]]:
    """Every key of either side once, in order, with its value on each; None where a side does not have it.

    >>> list(side_by_side([("a", 1), ("b", 2)], [("b", 3), ("c", 4)]))
    [('a', 1, None), ('b', 2, 3), ('c', None, 4)]

    Raises:
        InternalError: the keys of a side do not rise.
    """
    left, right = _rising(old), _rising(new)
    before, after = next(left, None), next(right, None)
    while before is not None or after is not None:
        if after is None or (before is not None and before[0] < after[0]):
            assert before is not None  # noqa: S101 - one of the two is there, and it is not the other
            yield before[0], before[1], None
            before = next(left, None)
        elif before is None or after[0] < before[0]:
            yield after[0], None, after[1]
            after = next(right, None)
        else:
            yield before[0], before[1], after[1]
            before, after = next(left, None), next(right, None)


def _rising(rows: Iterable[tuple[str, Value]]) -> Iterator[tuple[str, Value]]:
    last: str | None = None
    for row in rows:
        if last is not None and row[0] <= last:
            raise InternalError(message=f"{row[0]} after {last}: the table is not sorted")
        last = row[0]
        yield row
