"""The sample of a half-year's case files: committed to before the numbers are known, by unit.

As with a draw of operators (RFC 3797), the list and the sources of the numbers are written and hashed first.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from riskengine.kernel.errors import InputError, UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem
from riskengine.supervision.cases.files import read_cases
from riskengine.supervision.draw.committed import differs, open_as, unusable
from riskengine.supervision.draw.committing import METHOD, put
from riskengine.supervision.draw.forms import json_bytes, table_bytes, table_rows
from riskengine.supervision.draw.seeds import SeedSource, read_seeds
from riskengine.supervision.draw.shares import sample_size

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from riskengine.supervision.cases.checklist import Checklist
    from riskengine.supervision.cases.files import CaseFile

FORMAT = "riskengine.case-sample/1"
COMMITMENT, LIST = "commitment.json", "cases.csv"
LIST_COLUMNS = ("number", "stratum", "case_id", "unit", "decided_on")
ROUNDING = "up"
NOT_DECIDED, OTHER_HALF = "not_decided", "other_half"
_HALF = re.compile(r"([0-9]{4})-([12])", re.ASCII)
_SHARE = re.compile(r"(?:100|[0-9]{1,2})(?:\.[0-9]{1,4})? ?%", re.ASCII)
_COUNTS = ("stratum", "files", "first", "last", "drawn")


class Half(NamedTuple):
    """A half-year, with its first and last day."""

    name: str
    first: date
    last: date


class Unit(NamedTuple):
    """The files of a unit: the numbers ``first`` to ``last`` of the list, of which ``drawn`` are drawn."""

    stratum: int
    unit: str
    files: int
    first: int
    last: int
    drawn: int


class Listed(NamedTuple):
    """A file on the list; ``number`` counts from 1, units one after the other, within one by number of the case."""

    number: int
    stratum: int
    case_id: str
    unit: str
    decided_on: str


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """What the commitment of a sample is made of.

    Attributes:
        record: the record folder.
        checklist: which step decides.
        half: whose decisions are sampled.
        share: of each unit's files, such as ``10%``, rounded up.
        at_least: how many of each unit, where it has so many.
        seeds: the file of the sources of numbers.
        day: of the commitment.
    """

    record: Path
    checklist: Checklist
    half: Half
    share: str
    at_least: int
    seeds: Path
    day: date


@dataclass(frozen=True, slots=True)
class SampleCommitment:
    """What was fixed before the numbers were known; ``sha256`` of its bytes is published."""

    folder: Path
    sha256: str
    content: dict[str, Any]

    @property
    def sources(self) -> tuple[SeedSource, ...]:
        """Where the numbers come from, in the order in which they make the key."""
        held = self.content["seed_sources"]
        return tuple(SeedSource(**{**each, "known_on": date.fromisoformat(each["known_on"])}) for each in held)

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units, in the order of the list."""
        return tuple(Unit(**each) for each in self.content["units"])

    def listed(self) -> list[Listed]:
        """The list.

        Raises:
            InputError: it is not there, or not as it was committed to (RE-909).
        """
        rows = read_part(self.folder, LIST, LIST_COLUMNS, self.content["files"][LIST])
        return [Listed(**{**row, "number": int(row["number"]), "stratum": int(row["stratum"])}) for row in rows]  # type: ignore[arg-type]


def half_of(text: str) -> Half:
    """A half-year as ``2022-1`` or ``2022-2``.

    >>> half_of("2022-2").first.isoformat(), half_of("2022-1").last.isoformat()
    ('2022-07-01', '2022-06-30')

    Raises:
        UsageError: it is none (RE-961).
    """
    match = _HALF.fullmatch(text.strip())
    if match is None or not int(match[1]):
        raise UsageError([_unfit("--half", text, "a half-year is written as 2022-1 or 2022-2")])
    year = int(match[1])
    if match[2] == "1":
        return Half(match[0], date(year, 1, 1), date(year, 6, 30))
    return Half(match[0], date(year, 7, 1), date(year, 12, 31))


def half_on(day: date) -> str:
    """The half-year of a day.

    >>> half_on(date(2022, 6, 30)), half_on(date(2022, 7, 1))
    ('2022-1', '2022-2')
    """
    return f"{day.year:04d}-{1 if day.month < 7 else 2}"


def commit_sample(request: SampleRequest, folder: Path) -> SampleCommitment:
    """Write the list of a half-year's decided cases and the commitment to it into a new folder.

    Raises:
        InputError: a file cannot be used; every problem of it.
        UsageError: the folder holds something (RE-908), the share is none, the half-year is not over or has no decided
            case (RE-961), a source is known too early (RE-905), or the folder cannot be written to (RE-609).
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError([unusable(folder, "it is not empty")])
    sources = read_seeds(request.seeds)
    _check(request, sources)
    cases = read_cases(request.record, request.checklist, request.half.last)
    chosen, left_out = _population(cases, request)
    units, listed = _numbered(chosen, request)
    if not listed:
        raise UsageError([_unfit("--half", request.half.name, "no case was decided in it")])
    content: dict[str, Any] = {
        "format": FORMAT,
        "method": METHOD,
        "committed_on": request.day.isoformat(),
        "half": request.half.name,
        "share": request.share,
        "rounding": ROUNDING,
        "at_least": request.at_least,
        "seed_sources": [source.to_plain() for source in sources],
        "units": [unit._asdict() for unit in units],
        "cases": {"listed": len(listed), "left_out": dict(sorted(left_out.items()))},
        "to_draw": sum(unit.drawn for unit in units),
    }
    rows = table_bytes(LIST_COLUMNS, listed)
    content["files"] = {LIST: hashlib.sha256(rows).hexdigest()}
    written = json_bytes(content)
    put(folder, {LIST: rows, COMMITMENT: written})
    return SampleCommitment(folder, hashlib.sha256(written).hexdigest(), content)


def open_sample(folder: Path) -> SampleCommitment:
    """The commitment of a folder.

    Raises:
        UsageError: there is none (RE-908).
        InputError: it is not of the form that this program writes (RE-909).
    """
    return open_as(folder, COMMITMENT, lambda sha256, content: SampleCommitment(folder, sha256, content), _is_whole)


def _is_whole(made: SampleCommitment) -> bool:
    counts = [getattr(unit, name) for unit in made.units for name in _COUNTS]
    texts = [made.content["share"], made.content["committed_on"], made.content["half"], made.content["files"][LIST]]
    whole = made.content["format"] == FORMAT and all(isinstance(text, str) for text in texts)
    whole = whole and bool(made.sources) and all(isinstance(count, int) for count in counts)
    return whole and isinstance(made.content["at_least"], int)


def read_part(folder: Path, name: str, columns: Sequence[str], expected: str) -> list[dict[str, str]]:
    """The rows of a file of a sample.

    Raises:
        InputError: it is not there, or not as its hash says (RE-909).
    """
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise InputError([differs(name, "the file is missing")]) from None
    if hashlib.sha256(content).hexdigest() != expected:
        raise InputError([differs(name, "its bytes have changed")])
    try:
        return list(table_rows(columns, content))
    except ValueError as error:
        raise InputError([differs(name, str(error))]) from None


def _check(request: SampleRequest, sources: Sequence[SeedSource]) -> None:
    problems = []
    if _SHARE.fullmatch(request.share) is None:
        problems.append(_unfit("--share", request.share, "a share is written in percent, from 0% to 100%"))
    if request.day <= request.half.last:
        reason = f"the half-year is not over on {request.day.isoformat()}"
        problems.append(_unfit("--half", request.half.name, reason))
    reason = f"numbers must become known after the commitment of {request.day.isoformat()}"
    problems += [
        Problem("RE-905", column=source.id, found=source.known_on.isoformat(), params=(("reason", reason),))
        for source in sources
        if source.known_on <= request.day
    ]
    if problems:
        raise UsageError(problems)


def _unfit(option: str, found: str, reason: str) -> Problem:
    return Problem("RE-961", column=option, found=found, params=(("reason", reason),))


def _population(cases: Sequence[CaseFile], request: SampleRequest) -> tuple[list[tuple[CaseFile, date]], Counter[str]]:
    """The cases decided in the half-year with their days, and how many others there are, by reason."""
    chosen: list[tuple[CaseFile, date]] = []
    left_out: Counter[str] = Counter()
    for case in cases:
        day = case.ended_on(request.checklist.decides)
        if day is None:
            left_out[NOT_DECIDED] += 1
        elif request.half.first <= day <= request.half.last:
            chosen.append((case, day))
        else:
            left_out[OTHER_HALF] += 1
    return chosen, left_out


def _numbered(chosen: Sequence[tuple[CaseFile, date]], request: SampleRequest) -> tuple[list[Unit], list[Listed]]:
    units: list[Unit] = []
    listed: list[Listed] = []
    for stratum, name in enumerate(sorted({case.unit for case, _ in chosen}), 1):
        own = sorted((case.case_id, day) for case, day in chosen if case.unit == name)
        drawn = sample_size(request.share, len(own), ROUNDING, request.at_least)
        first = len(listed) + 1
        units.append(Unit(stratum, name, len(own), first, first + len(own) - 1, drawn))
        listed += [
            Listed(number, stratum, mask_personal(case_id), name, day.isoformat())
            for number, (case_id, day) in enumerate(own, first)
        ]
    return units, listed
