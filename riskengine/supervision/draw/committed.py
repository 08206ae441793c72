"""A commitment, whatever is drawn from it: opened, and held against what was published."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from riskengine.kernel.errors import InputError, UsageError
from riskengine.kernel.problems import Problem
from riskengine.supervision.draw.forms import json_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Made = TypeVar("Made")


def differs(name: str, reason: str, found: str = "") -> Problem:
    """The problem of a file of a draw that is not as it should be (RE-909)."""
    return Problem("RE-909", source=name, found=found or None, params=(("reason", reason),))


def unusable(folder: Path, reason: str) -> Problem:
    """The problem of a folder with which this cannot be done (RE-908)."""
    return Problem("RE-908", found=str(folder), params=(("reason", reason),))


def open_as(
    folder: Path, name: str, make: Callable[[str, dict[str, Any]], Made], is_whole: Callable[[Made], bool]
) -> Made:
    """The commitment of a folder.

    Args:
        folder: where it is.
        name: of its file.
        make: makes it of its SHA-256 and its content.
        is_whole: whether it is of the form that this program writes; what is not there may raise.

    Raises:
        UsageError: there is none (RE-908).
        InputError: it is not of that form (RE-909).
    """
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise UsageError([unusable(folder, "there is no commitment in it")]) from None
    try:
        made = make(hashlib.sha256(content).hexdigest(), json.loads(content))
        whole = is_whole(made)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError):
        whole = False
    if not whole:
        raise InputError([differs(name, "it is no commitment of this form")])
    return made


def published_problems(
    folder: Path, name: str, sha256: str, content: dict[str, Any], expected: str | None
) -> list[Problem]:
    """What of a commitment is not as it was published (RE-909).

    Args:
        folder: where it is.
        name: of its file.
        sha256: of its bytes.
        content: what stands in it.
        expected: the hash that was published before; None where nobody says one.
    """
    found = []
    if expected is not None and expected.strip().lower() != sha256:
        found.append(differs(name, "it is not the commitment that was published", expected.strip()))
    if (folder / name).read_bytes() != json_bytes(content):
        found.append(differs(name, "its bytes have changed"))
    return found
