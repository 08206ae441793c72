"""After the numbers: which files are drawn, once; and whether everything is as it was committed to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.errors import InputError, RiskEngineError, UsageError
from riskengine.kernel.problems import Problem
from riskengine.supervision.cases.sampling import COMMITMENT, LIST, LIST_COLUMNS, ROUNDING, open_sample, read_part
from riskengine.supervision.draw.committed import differs, published_problems, unusable
from riskengine.supervision.draw.committing import put
from riskengine.supervision.draw.forms import json_bytes, table_bytes
from riskengine.supervision.draw.numbers import misfits
from riskengine.supervision.draw.rfc3797 import key_string, selections
from riskengine.supervision.draw.shares import sample_size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from riskengine.supervision.cases.sampling import Listed, SampleCommitment
    from riskengine.supervision.draw.numbers import Numbers

RESULT, SAMPLE = "result.json", "sample.csv"
SAMPLE_COLUMNS = ("order", *LIST_COLUMNS)


class Sampled(NamedTuple):
    """A file that was drawn: its place in the draw, from 1, and the file."""

    order: int
    listed: Listed


@dataclass(slots=True)
class SampleVerified:
    """What was found: hashes, counts, and what is not as it should be."""

    commitment_sha256: str
    is_drawn: bool = False
    listed: int = 0
    drawn: int = 0
    problems: list[Problem] = field(default_factory=list)


def run_sample(commitment: SampleCommitment, numbers: Numbers, day: date) -> list[Sampled]:
    """Draw, and write the result into the folder of the commitment.

    Args:
        commitment: what was committed to.
        numbers: of every source.
        day: on which it is drawn.

    Raises:
        UsageError: it was drawn already (RE-908), or a source is not known yet (RE-905).
        InputError: the list is not as it was committed to (RE-909).
    """
    if (commitment.folder / RESULT).exists():
        raise UsageError([unusable(commitment.folder, "it was drawn already, and a draw is not done twice")])
    reason = (("reason", f"its numbers are not known on {day.isoformat()}"),)
    early = [source for source in commitment.sources if day < source.known_on]
    if early:
        raise UsageError(
            [Problem("RE-905", column=each.id, found=each.known_on.isoformat(), params=reason) for each in early]
        )
    key = _key(commitment, numbers)
    drawn = sampled_by(commitment, key)
    rows = _rows(drawn)
    content: dict[str, Any] = {
        "commitment_sha256": commitment.sha256,
        "drawn_on": day.isoformat(),
        "numbers": {name: list(held) for name, held in numbers.items()},
        "key": key,
        "files": {SAMPLE: hashlib.sha256(rows).hexdigest()},
    }
    put(commitment.folder, {SAMPLE: rows, RESULT: json_bytes({**content, "sha256": sha256_of(content)})})
    return drawn


def sampled_by(commitment: SampleCommitment, key: str) -> list[Sampled]:
    """What a key draws: of each unit by the key with the unit's number as a further source, as draws of operators do.

    Raises:
        InputError: the list is not as it was committed to (RE-909).
    """
    listed, found = commitment.listed(), list[Sampled]()
    for unit in commitment.units:
        for place in selections(f"{key}{unit.stratum}./", unit.files, unit.drawn):
            found.append(Sampled(len(found) + 1, listed[unit.first - 1 + place]))
    return found


def verify_sample(folder: Path, expected: str | None = None) -> SampleVerified:
    """Compute everything of a sample again.

    Args:
        folder: as it was committed to.
        expected: the hash of the commitment that was published before.

    Raises:
        UsageError: there is no commitment (RE-908).
    """
    try:
        commitment = open_sample(folder)
    except RiskEngineError as error:
        if any(problem.code == "RE-908" for problem in error.problems):
            raise
        return SampleVerified("", problems=list(error.problems))
    found = SampleVerified(commitment.sha256)
    found.problems += published_problems(folder, COMMITMENT, commitment.sha256, commitment.content, expected)
    found.is_drawn = (folder / RESULT).exists()
    try:
        found.problems += _of_list(commitment)
        if found.is_drawn and not found.problems:
            found.problems += _of_result(commitment, found)
    except RiskEngineError as error:
        found.problems += error.problems
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        name = RESULT if found.is_drawn else LIST
        found.problems.append(differs(name, "it cannot be read"))
    if not found.problems:
        found.listed = len(commitment.listed())
    return found


def _key(commitment: SampleCommitment, numbers: Mapping[str, Sequence[int]]) -> str:
    return key_string(numbers[source.id] for source in commitment.sources)


def _rows(drawn: Sequence[Sampled]) -> bytes:
    return table_bytes(SAMPLE_COLUMNS, ((each.order, *each.listed) for each in drawn))


def _of_list(commitment: SampleCommitment) -> list[Problem]:
    """What of the list does not fit the units (RE-909)."""
    listed, problems, expected = commitment.listed(), list[Problem](), 1
    for unit in commitment.units:
        at = str(unit.stratum)
        size = sample_size(commitment.content["share"], unit.files, ROUNDING, commitment.content["at_least"])
        if unit.first != expected or unit.last - unit.first + 1 != unit.files or unit.files < 1:
            problems.append(differs(COMMITMENT, "the numbers of a unit do not follow those of the one before", at))
        if unit.drawn != size:
            problems.append(differs(COMMITMENT, "the number to draw is not the share of the files", at))
        own = listed[unit.first - 1 : unit.last]
        if [(row.number, row.stratum, row.unit) for row in own] != [
            (number, unit.stratum, unit.unit) for number in range(unit.first, unit.last + 1)
        ]:
            problems.append(differs(LIST, "a file does not stand at the place of its number", at))
        expected = unit.last + 1
    if expected - 1 != len(listed):
        problems.append(differs(LIST, "the units do not hold all files of the list"))
    return problems


def _of_result(commitment: SampleCommitment, found: SampleVerified) -> list[Problem]:
    """What of the result does not follow from the commitment and the numbers (RE-909)."""
    content = (commitment.folder / RESULT).read_bytes()
    result: dict[str, Any] = json.loads(content)
    rest = {name: value for name, value in result.items() if name != "sha256"}
    if content != json_bytes(result) or result.get("sha256") != sha256_of(rest):
        return [differs(RESULT, "its bytes have changed")]
    if result["commitment_sha256"] != commitment.sha256:
        return [differs(COMMITMENT, "it is not the commitment that was drawn from")]
    problems = misfits(result["numbers"], commitment.sources)
    if problems:
        return problems
    problems += [
        differs(RESULT, f"it was drawn on {result['drawn_on']}, before its numbers were known", source.id)
        for source in commitment.sources
        if result["drawn_on"] < source.known_on.isoformat()
    ]
    key = _key(commitment, result["numbers"])
    if key != result["key"]:
        problems.append(differs(RESULT, "the key is not the one that the numbers make", result["key"]))
    drawn = sampled_by(commitment, key)
    found.drawn = len(drawn)
    read_part(commitment.folder, SAMPLE, SAMPLE_COLUMNS, result["files"][SAMPLE])
    if _rows(drawn) != (commitment.folder / SAMPLE).read_bytes():
        problems.append(differs(SAMPLE, "the numbers draw others"))
    return problems


def drawn_files(folder: Path) -> list[str]:
    """The numbers of the cases that were drawn, as the list has them.

    Raises:
        UsageError: there is no commitment, or nothing was drawn yet (RE-908).
        InputError: something is not as it should be (RE-909).
    """
    found = verify_sample(folder)
    if found.problems:
        raise InputError(found.problems)
    if not found.is_drawn:
        raise UsageError([unusable(folder, "nothing was drawn yet")])
    commitment = open_sample(folder)
    result = json.loads((folder / RESULT).read_bytes())
    return [each.listed.case_id for each in sampled_by(commitment, result["key"])]
