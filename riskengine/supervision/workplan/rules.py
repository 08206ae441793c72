"""The rules by which a measure is late, due soon, done: shipped data, or a bureau's own file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from riskengine.catalog.part import Name, Part, Words
from riskengine.supervision.files import given_or_shipped

if TYPE_CHECKING:
    from pathlib import Path

RULES = "rules.yaml"
LATE, NO_EVIDENCE, DUE_SOON, UNDER_WAY, NOT_BEGUN, DONE = (
    "late",
    "no_evidence",
    "due_soon",
    "under_way",
    "not_begun",
    "done",
)
"""How a measure can stand."""
State = Literal["late", "no_evidence", "due_soon", "under_way", "not_begun", "done"]


class Soon(Part):
    """When a measure is due soon: that many days before its last day."""

    days: int = Field(ge=0, le=366)


class StateWords(Part):
    """A state in words, and what it means."""

    zh: str
    en: str
    means: Words

    def get(self, lang: str) -> str:
        """The state in ``lang``."""
        return self.en if lang == "en" else self.zh


class WorkPlanRules(Part):
    """A file of rules.

    Attributes:
        work_plan: its id.
        title: what it is called.
        basis: local policy: no law sets these terms.
        soon: when a measure is due soon.
        states: every state with its words, worst first: a task stands as the worst of its measures.
        reminded: the states of which the departments are reminded.
    """

    work_plan: Name
    title: Words
    basis: Literal["local_policy"]
    soon: Soon
    states: dict[State, StateWords]
    reminded: tuple[State, ...]

    @model_validator(mode="after")
    def _every_state(self) -> Self:
        if set(self.states) != {LATE, NO_EVIDENCE, DUE_SOON, UNDER_WAY, NOT_BEGUN, DONE}:
            raise ValueError("every state must be described: late, no_evidence, due_soon, under_way, not_begun, done")
        return self


def read_rules(path: Path | None = None) -> WorkPlanRules:
    """The rules of a file; the shipped ones where none is given.

    Raises:
        InputError: the file cannot be read or does not hold together (RE-3xx, RE-900 to RE-902).
    """
    return given_or_shipped(path, "workplan", RULES, WorkPlanRules)
