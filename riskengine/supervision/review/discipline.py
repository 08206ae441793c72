"""What may follow for somebody who is on a list, from ``discipline.yaml``: nothing without a law behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import CatalogError
from riskengine.kernel.languages import Text
from riskengine.kernel.problems import Problem
from riskengine.kernel.wording import catalogue
from riskengine.supervision.review.procedure import basis_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.supervision.review.procedure import Basis

_ROOM, _FILE = "riskengine.supervision.review", "discipline.yaml"


@dataclass(frozen=True, slots=True)
class Discipline:
    """Something that may be done to, or for, somebody who is listed.

    Attributes:
        name: its name in the file.
        list: ``serious`` or ``red``.
        title: its words.
        bases: the articles that allow it, from day to day; at least one.
    """

    name: str
    list: str
    title: Text
    bases: tuple[Basis, ...]

    def on(self, day: date) -> Basis | None:
        """The article that allows it on a day; None where none does."""
        return next((basis for basis in self.bases if basis.holds_on(day)), None)


@lru_cache(maxsize=1)
def disciplines() -> Mapping[str, Discipline]:
    """What is shipped, by name."""
    return read_disciplines(catalogue(_ROOM, _FILE))


def read_disciplines(entries: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Discipline]:
    """Read entries as the file has them.

    Raises:
        CatalogError: some rest on no law (RE-936), all named.
    """
    lawless = [
        Problem("RE-936", source=_FILE, column=name, found=name)
        for name, entry in entries.items()
        if not entry.get("bases") or any("law" not in one or "article" not in one for one in entry["bases"])
    ]
    if lawless:
        raise CatalogError(lawless)
    return {
        name: Discipline(
            name,
            entry["list"],
            Text(entry["title"]["zh"], entry["title"]["en"]),
            tuple(map(basis_from, entry["bases"])),
        )
        for name, entry in entries.items()
    }
