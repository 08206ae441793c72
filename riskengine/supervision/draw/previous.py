"""The draw before: who met whom then, so that they do not meet again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import InputError, UsageError
from riskengine.supervision.draw.committed import differs, unusable
from riskengine.supervision.draw.folder import open_commitment
from riskengine.supervision.draw.forms import RESULT, WHO_DRAWN

if TYPE_CHECKING:
    from pathlib import Path


def result_of(folder: Path) -> dict[str, Any]:
    """What the result of a draw says.

    Raises:
        UsageError: nothing was drawn yet (RE-908).
        InputError: it is not of the form that this program writes (RE-909).
    """
    try:
        content = (folder / RESULT).read_bytes()
    except OSError:
        raise UsageError([unusable(folder, "nothing was drawn yet")]) from None
    try:
        held = json.loads(content)
        _ = {**held["files"]}, {**held["numbers"]}, held["key"] + held["commitment_sha256"] + held["drawn_on"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError([differs(RESULT, "it is no result of this form")]) from None
    result: dict[str, Any] = held
    return result


def drawn_of(folder: Path) -> list[dict[str, str]]:
    """Who was drawn, and who inspects: the rows of ``private/result.csv``.

    Raises:
        UsageError: there is no draw, or nothing was drawn yet (RE-908).
        InputError: the file is missing or not as it was written (RE-909).
    """
    commitment, result = open_commitment(folder), result_of(folder)
    return commitment.other_rows(WHO_DRAWN, result["files"].get(WHO_DRAWN))


def pairs_of(folder: Path) -> list[tuple[str, str]]:
    """Certificates and operators that were drawn for each other.

    Raises:
        UsageError: as :func:`drawn_of`.
        InputError: likewise.
    """
    return [
        (row[column], row["operator_id"])
        for row in drawn_of(folder)
        for column in ("inspector_1", "inspector_2")
        if row[column]
    ]
