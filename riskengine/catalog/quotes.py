"""Quotations: a few characters of an article that find it again, and show a wrong number as wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.catalog.lawtext import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog.lawtext import LawText
    from riskengine.catalog.verification import Place

NOT_THERE = "quote_absent"
ELSEWHERE = "quote_elsewhere"


def wrong_quote(quote: str, place: Place, text: LawText) -> str | None:
    """What is wrong with a quotation; None where it stands at its place and at no other of the same kind.

    Args:
        quote: the characters.
        place: an article, or a paragraph or item of it, that is in the text.
        text: of the version.

    Returns:
        ``quote_absent``, or ``quote_elsewhere`` where another article, another paragraph of a cited paragraph's
        article or another item of a cited item's paragraph has it too.
    """
    if quote not in squeezed(text.words(*place[2:])):
        return NOT_THERE
    return ELSEWHERE if any(quote in words for words in other_words(place, text)) else None


def other_words(place: Place, text: LawText) -> Iterator[str]:
    """The words of the other articles; of the other paragraphs and items too where the place names its own."""
    for article, words in text.squeezed.items():
        if article != place.article:
            yield words
    paragraphs = text.articles[place.article]
    if place.paragraph is not None:
        for number in range(1, len(paragraphs) + 1):
            if number != place.paragraph:
                yield squeezed(text.words(place.article, number))
    if place.item is not None:
        chosen = paragraphs if place.paragraph is None else (paragraphs[place.paragraph - 1],)
        for number in {number for _, items in chosen for number, _ in items} - {place.item}:
            yield squeezed(text.words(place.article, place.paragraph, number))
