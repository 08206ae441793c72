"""What a result from the ledger knows beside its tables: objections that are not answered, and days of repair."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.policy import Policy

STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class OpenObjection:
    """An objection of an operator to its grade that was not answered when the result was made.

    Attributes:
        run_id, grade: the run to whose grade it objects, and that grade (None: it had none).
        filed_on: the day on which it was filed.
        answer_by: the last day of the term of its answer; None where no term is known.
    """

    run_id: str
    grade: str | None
    filed_on: date
    answer_by: date | None


@runtime_checkable
class Kept(Protocol):
    """Tables that a ledger was the source of: what it knew of objections and repairs."""

    @property
    def objections(self) -> Mapping[str, OpenObjection]:
        """Operator, as its id is compared, → the objection that is open."""

    @property
    def repairs(self) -> Mapping[str, date]:
        """Violation → the earliest day of its credit repair, where it can still be repaired."""


def display_is_stopped(policy: Policy) -> bool:
    """Whether what is published says that an objection is open instead of the grade."""
    return policy.objection is not None and policy.objection.display == STOPPED


def read_objections(text: str, policy: str) -> dict[str, OpenObjection]:
    """The objections to grades by a policy, from the file that a run from the ledger keeps; the last one filed counts.

    Args:
        text: JSON with ``open``: operator_key, policy, run_id, grade, filed_on and answer_by of each.
        policy: the name of the policy.

    Raises:
        ValueError: it is no such file.
    """
    found = {}
    for entry in sorted(json.loads(text)["open"], key=lambda entry: (entry["filed_on"], entry["run_id"])):
        if entry["policy"] == policy:
            until = entry["answer_by"]
            found[entry["operator_key"]] = OpenObjection(
                entry["run_id"],
                entry["grade"],
                date.fromisoformat(entry["filed_on"]),
                None if until is None else date.fromisoformat(until),
            )
    return found
