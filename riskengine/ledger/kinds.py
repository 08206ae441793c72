"""The kinds of decision about a recorded penalty, from ``kinds.yaml``: their words, their status, their law."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.kernel.shipped import shipped_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


APPLY, GRANT, REFUSE, WITHDRAW = "apply", "grant", "refuse", "withdraw"
"""What a decision does to the repair of a penalty."""


@dataclass(frozen=True, slots=True)
class Cited:
    """An article that speaks of a kind, and the days on which it does: ``since`` included, ``until`` not."""

    law: str
    article: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of decision.

    Attributes:
        status: what the violation's status becomes; None where it changes none.
        from_the_start: whether the status is so on all days.
        needs_document: whether a document and its date must be given.
        repair: what it does to the penalty's repair: ``apply``, ``grant``, ``refuse``, ``withdraw``; None for nothing.
        repair_class: the class of information that it puts the penalty in, for its repair; None for none.
    """

    name: str
    zh: str
    en: str
    status: str | None
    from_the_start: bool
    needs_document: bool
    laws: tuple[Cited, ...]
    repair: str | None = None
    repair_class: str | None = None

    def title(self, lang: str) -> str:
        """Its words."""
        return self.zh if lang == "zh" else self.en

    def laws_on(self, day: date) -> list[Cited]:
        """The articles of a day."""
        return [law for law in self.laws if law.since <= day and (law.until is None or day < law.until)]


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name, in the order of the file."""
    entries = shipped_yaml("riskengine.ledger", "kinds.yaml")
    return {name: _kind(name, entry) for name, entry in entries.items()}


def _kind(name: str, entry: Mapping[str, Any]) -> Kind:
    laws = [Cited(law["law"], str(law["article"]), law["from"], law.get("to")) for law in entry["laws"]]
    return Kind(
        name,
        entry["zh"],
        entry["en"],
        entry.get("status"),
        bool(entry.get("from_the_start")),
        bool(entry.get("needs_document")),
        tuple(laws),
        entry.get("repair"),
        entry.get("repair_class"),
    )
