"""The numbers of the sources, once they are known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from riskengine.supervision.draw.seeds import SeedSource

Numbers = dict[str, tuple[int, ...]]
"""Source → its numbers, as they were handed in."""

_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)


def parse_numbers(given: Iterable[str], sources: Sequence[SeedSource]) -> Numbers:
    """``NAME=1,2,3`` for each source.

    Raises:
        UsageError: one is not of that form, of no source, given twice, or not what the commitment says (RE-907); all at
            once.
    """
    found: Numbers = {}
    problems: list[Problem] = []
    names = [source.id for source in sources]
    for text in given:
        name, sign, values = (part.strip() for part in text.partition("="))
        parts = [part.strip() for part in values.split(",")]
        if not sign or not all(_NUMBER.fullmatch(part) for part in parts):
            problems.append(_problem(text, "expected NAME=1,2,3: whole numbers with commas between them"))
        elif name not in names:
            problems.append(_problem(name, "the commitment has no such source", near=nearest(name, names)))
        elif name in found:
            problems.append(_problem(name, "it is given twice"))
        else:
            found[name] = tuple(int(part) for part in parts)
    if not problems:
        problems = misfits(found, sources)
    if problems:
        raise UsageError(problems)
    return found


def misfits(numbers: Mapping[str, Sequence[int]], sources: Sequence[SeedSource]) -> list[Problem]:
    """What of the numbers is not as the sources say (RE-907)."""
    problems = []
    for source in sources:
        held = numbers.get(source.id)
        if held is None:
            problems.append(_problem(source.id, "its numbers are not given"))
        elif len(held) != source.count:
            problems.append(_problem(source.id, f"it has {len(held)} numbers and not {source.count}"))
        else:
            problems += [
                _problem(f"{source.id}={number}", f"a number of it lies from {source.min} to {source.max}")
                for number in held
                if not source.min <= number <= source.max
            ]
    return problems


def _problem(found: str, reason: str, near: tuple[str, ...] = ()) -> Problem:
    return Problem("RE-907", column="--numbers", found=found, near=near, params=(("reason", reason),))
