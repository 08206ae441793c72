"""The bodies of the enforcement items held against the texts: each is named by the article, or by one that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.catalog.lawtext import squeezed
from riskengine.catalog.verification import Checked, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.catalog.citation import Citation
    from riskengine.catalog.enforcement import EnforcementItems
    from riskengine.catalog.laws import LawRegister
    from riskengine.catalog.lawtext import LawText

OWNER = "enforcement"
"""What stands before the path of an entry of the enforcement items."""


def check_bodies(
    held: EnforcementItems, laws: LawRegister, texts: Mapping[tuple[str, str], LawText]
) -> Iterator[Checked]:
    """A result for each article of a competence and each power: whether all its bodies are named.

    Args:
        held: the enforcement items.
        laws: the register, for the titles.
        texts: by Chinese title and version.
    """
    named = _Named(held, laws, texts)
    for at, competence in enumerate(held.competences):
        for article in competence.articles:
            place = Place(competence.law, competence.version, article, None, None)
            where = f"{OWNER}/competences/{at}/{article}"
            others = (competence.named_by,) if competence.named_by else ()
            yield named.check(where, place, competence.bodies, others, understood=competence.note is not None)
    for at, power in enumerate(held.powers):
        place = Place(power.basis.law, power.basis.version, power.basis.article, None, None)
        yield named.check(f"{OWNER}/powers/{at}/bodies", place, power.bodies)


class _Named:
    """Looks the names of bodies up in articles."""

    def __init__(self, held: EnforcementItems, laws: LawRegister, texts: Mapping[tuple[str, str], LawText]) -> None:
        self._held, self._laws, self._texts = held, laws, texts

    def check(
        self,
        at: str,
        place: Place,
        bodies: tuple[str, ...],
        others: tuple[Citation, ...] = (),
        *,
        understood: bool = False,
    ) -> Checked:
        """The result for one article; ``understood``: a note says why, where no article names them."""
        words = self._words(place.law, place.version, place.article)
        if words is None:
            return Checked(at, "body", place, "text_not_available")
        words += "".join(self._words(other.law, other.version, other.article) or "" for other in others)
        unnamed = tuple(body for body in bodies if not any(name in words for name in self._held.bodies[body].words))
        return Checked(at, "body", place, "body_not_named" if unnamed and not understood else "verified", unnamed)

    def _words(self, law: str, version: str | None, article: str) -> str | None:
        text = self._texts.get((self._laws.title(law).zh, version or ""))
        return None if text is None else squeezed(text.words(article))
