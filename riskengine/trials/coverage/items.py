"""What is to be covered: things that a test can bring about, each with a name that a file can quote."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "rules",
    "grades",
    "thresholds",
    "conditions",
    "branches",
    "tables",
    "weights",
    "windows",
    "limits",
    "parameters",
)
"""The kinds, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be covered.

    Attributes:
        kind: one of :data:`KINDS`.
        where: the part of the policy that it is about, ``rule new_operator.when``, say.
        what: the expression, row or window; empty where the part itself is meant.
        state: what is to happen: ``fired``, ``equal``, ``taken``, say.
        line: the line of the policy file.
    """

    kind: str
    where: str
    what: str
    state: str
    line: int | None = None

    @property
    def name(self) -> str:
        """The name by which ``out_of_reach`` quotes it."""
        return ": ".join(part for part in (self.where, self.what, self.state) if part)


Seen = tuple[str, str, str]
"""Where, what and state of an item that a test has brought about."""
