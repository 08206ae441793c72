"""Row numbers as people read them: ``violations.csv: 2-7, 12``."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from riskengine.supervision.yearly import RowRef


def spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as first and last of each unbroken run.

    >>> spans([2, 3, 4, 9])
    [(2, 4), (9, 9)]
    """
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def told_rows(refs: Sequence[RowRef], say: Mapping[str, str], most: int) -> list[str]:
    """One text for each file: its rows, at most ``most`` spans of them and the number of the rest.

    Args:
        refs: sorted by file.
        say: the words.
        most: spans of a file that are listed.
    """
    if not refs:
        return [say["no_rows"]]
    return [
        say["rows_of_file"].format(file=file, rows=spans_text([ref.row for ref in group], say, most))
        for file, group in groupby(refs, key=lambda ref: ref.file)
    ]


def spans_text(numbers: Iterable[int], say: Mapping[str, str], most: int) -> str:
    """Row numbers as spans, at most so many, and how many rows are not named."""
    found = spans(numbers)
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in found[:most]]
    rest = sum(last - first + 1 for first, last in found[most:])
    return say["row_list"].join(texts) + (say["rows_more"].format(count=rest) if rest else "")
