"""The articles that a draw rests on, in the version in force on a day, from ``basis.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.catalog.citation import Citation
from riskengine.kernel.languages import Text
from riskengine.kernel.wording import catalogue

if TYPE_CHECKING:
    from datetime import date

    from riskengine.catalog.laws import LawRegister


@dataclass(frozen=True, slots=True)
class Basis:
    """An article and what it asks of a draw.

    Attributes:
        name: its key.
        label: the citation as people write it.
        says: what it asks.
    """

    name: str
    label: Text
    says: Text


def basis_on(register: LawRegister, day: date) -> list[Basis]:
    """The articles in force on a day.

    Args:
        register: the law register.
        day: of the draw.
    """
    entries: dict[str, dict[str, Any]] = dict(catalogue("riskengine.supervision.draw", "basis.yaml"))
    found = []
    for name, entry in entries.items():
        if register.in_force(entry["law"], day) is None:
            continue
        cited = Citation(law=entry["law"], article=str(entry["article"]), paragraph=entry["paragraph"], sureness="text")
        label = Text(cited.label(register, "zh"), cited.label(register, "en"))
        found.append(Basis(name, label, Text(entry["zh"], entry["en"])))
    return found
