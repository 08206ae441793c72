"""The kinds of letters, from ``kinds.yaml``: their titles, when they are due, and the articles behind them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.kernel.languages import Text
from riskengine.kernel.wording import catalogue
from riskengine.supervision.review.procedure import basis_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.supervision.review.procedure import Basis

ROOM = "riskengine.reports.letters"


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter.

    Attributes:
        name, title: what it is called.
        actions: the recommendations for which it is written.
        needs: what the issuer must give beside what every letter needs.
        decided: the kind of proceeding upon whose decision alone it is written, or None.
        bases: the articles behind it.
        basis: ``local_policy`` where no law provides for it by name.
    """

    name: str
    title: Text
    actions: tuple[str, ...]
    needs: tuple[str, ...]
    decided: str | None
    bases: tuple[Basis, ...]
    basis: str | None

    def bases_on(self, day: date) -> list[Basis]:
        """The articles in force on a day."""
        return [basis for basis in self.bases if basis.holds_on(day)]


@lru_cache(maxsize=1)
def letter_kinds() -> Mapping[str, LetterKind]:
    """Every kind by its name."""
    return {
        name: LetterKind(
            name,
            Text(entry["title"]["zh"], entry["title"]["en"]),
            tuple(entry.get("actions", ())),
            tuple(entry.get("needs", ())),
            entry.get("decided"),
            tuple(map(basis_from, entry["bases"])),
            entry.get("basis"),
        )
        for name, entry in catalogue(ROOM, "kinds.yaml").items()
    }
