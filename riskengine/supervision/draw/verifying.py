"""Whether a draw is what was committed to: every hash, every list, every selection, computed once more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.errors import RiskEngineError
from riskengine.supervision.draw import forms
from riskengine.supervision.draw.committed import differs, published_problems
from riskengine.supervision.draw.consistency import inconsistencies
from riskengine.supervision.draw.folder import open_commitment
from riskengine.supervision.draw.numbers import misfits
from riskengine.supervision.draw.previous import result_of
from riskengine.supervision.draw.running import drawn_by, key_of, private_result, public_result

if TYPE_CHECKING:
    from pathlib import Path

    from riskengine.kernel.problems import Problem
    from riskengine.supervision.draw.folder import Commitment

PRIVATE = "private/"


@dataclass(slots=True)
class Verified:
    """What was found.

    Attributes:
        commitment_sha256: of the commitment as it is.
        is_drawn: whether there is a result.
        is_public_alone: whether the private lists are not there, so that the published ones alone were looked at.
        operators, drawn: how many are listed, how many were drawn.
        problems: what is not as it should be; none where all is.
    """

    commitment_sha256: str
    is_drawn: bool = False
    is_public_alone: bool = False
    operators: int = 0
    drawn: int = 0
    problems: list[Problem] = field(default_factory=list)


def verify_draw(folder: Path, expected: str | None = None) -> Verified:
    """Look at everything in the folder of a draw.

    Args:
        folder: as :func:`commit` made it, or its ``published`` part alone.
        expected: the SHA-256 of the commitment as it was published before.

    Raises:
        UsageError: there is no commitment (RE-908).
    """
    try:
        commitment = open_commitment(folder)
    except RiskEngineError as error:
        if any(problem.code == "RE-908" for problem in error.problems):
            raise
        return Verified("", problems=list(error.problems))
    found = Verified(commitment.sha256, is_public_alone=not (folder / PRIVATE).is_dir())
    found.problems += published_problems(folder, forms.COMMITMENT, commitment.sha256, commitment.content, expected)
    found.problems += _changed(folder, commitment.files, public_alone=found.is_public_alone)
    if not found.problems:
        found.problems += inconsistencies(commitment, public_alone=found.is_public_alone)
    found.is_drawn = (folder / forms.RESULT).exists()
    if found.is_drawn:
        found.problems += _result_problems(commitment, found)
    if not found.problems:
        found.operators = len(commitment.operators)
    return found


def _changed(folder: Path, files: dict[str, str], *, public_alone: bool) -> list[Problem]:
    problems = []
    for name, sha256 in sorted(files.items()):
        if public_alone and name.startswith(PRIVATE):
            continue
        try:
            content = (folder / name).read_bytes()
        except OSError:
            problems.append(differs(name, "the file is missing"))
            continue
        if hashlib.sha256(content).hexdigest() != sha256:
            problems.append(differs(name, "its bytes have changed"))
    return problems


def _result_problems(commitment: Commitment, found: Verified) -> list[Problem]:
    """What of the result does not follow from the commitment and the numbers."""
    folder = commitment.folder
    try:
        result = result_of(folder)
    except RiskEngineError as error:
        return list(error.problems)
    problems: list[Problem] = []
    rest = {name: value for name, value in result.items() if name != "sha256"}
    if (folder / forms.RESULT).read_bytes() != forms.json_bytes(result) or result.get("sha256") != sha256_of(rest):
        problems.append(differs(forms.RESULT, "its bytes have changed"))
    if result["commitment_sha256"] != commitment.sha256:
        problems.append(differs(forms.COMMITMENT, "it is not the commitment that was drawn from"))
    problems += _changed(folder, result["files"], public_alone=found.is_public_alone)
    if problems or found.problems:
        return problems
    try:
        return _again(commitment, result, found)
    except RiskEngineError as error:
        return list(error.problems)
    except (ValueError, KeyError, TypeError, IndexError):
        return [differs(forms.RESULT, "it is no result of this form")]


def _again(commitment: Commitment, result: dict[str, Any], found: Verified) -> list[Problem]:
    """Draw once more, and compare."""
    problems = misfits(result["numbers"], commitment.sources)
    if problems:
        return problems
    problems += [
        differs(forms.RESULT, f"it was drawn on {result['drawn_on']}, before its numbers were known", source.id)
        for source in commitment.sources
        if result["drawn_on"] < source.known_on.isoformat()
    ]
    key = key_of(commitment, result["numbers"])
    if key != result["key"]:
        problems.append(differs(forms.RESULT, "the key is not the one that the numbers make", result["key"]))
    drawn = drawn_by(commitment, key)
    found.drawn = len(drawn)
    if public_result(commitment, drawn) != (commitment.folder / forms.DRAWN).read_bytes():
        problems.append(differs(forms.DRAWN, "the numbers draw others"))
    if found.is_public_alone:
        return problems
    if private_result(commitment, drawn) != (commitment.folder / forms.WHO_DRAWN).read_bytes():
        problems.append(differs(forms.WHO_DRAWN, "the numbers draw others"))
    return problems
