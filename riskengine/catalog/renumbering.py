"""Which article of a later version of a law took the place of an article of an earlier one.

An amendment may insert or strike out articles, and those after it get other numbers; their order stays. Penalties that
stand under the same words in both versions tie an article to its later number; an article between two tied ones has a
number between theirs, moved by as much as one of them. Where that leaves more than one, or a risk point has no penalty
there, nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.catalog.weighing import likeness

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.risk_point import Penalty

_Number = tuple[int, int]


@dataclass(frozen=True)
class Renumbering:
    """The articles of two versions of a law that are tied to each other: earlier → later number."""

    tied: Mapping[str, str]

    def successor(self, article: str, among: Collection[str]) -> str | None:
        """The later number of an article, where it is one of ``among`` and no other could be meant; else None."""
        if article in self.tied:
            return self.tied[article] if self.tied[article] in among else None
        found = [other for other in among if other not in self.tied.values() and self._may_be(article, other)]
        return found[0] if len(found) == 1 else None

    def is_gone(self, article: str, cited: Collection[str]) -> bool:
        """Whether none of the later articles in ``cited`` can be the successor of ``article``."""
        if article in self.tied:
            return False  # it is there, but nothing of the risk point is recorded in it
        return not any(other not in self.tied.values() and self._may_be(article, other) for other in cited)

    def _may_be(self, article: str, other: str) -> bool:
        number, later = _number(article), _number(other)
        if number[1] != later[1]:
            return False
        below = max((item for item in map(_number, self.tied) if item < number), default=None)
        above = min((item for item in map(_number, self.tied) if item > number), default=None)
        shifts = [self._shift(item) for item in (below, above) if item is not None] or [0]
        return min(shifts) <= later[0] - number[0] <= max(shifts)

    def _shift(self, number: _Number) -> int:
        article = str(number[0]) if number[1] == 0 else f"{number[0]}-{number[1]}"
        return _number(self.tied[article])[0] - number[0]


def renumbering(catalog: Catalog, law: str, then: str, now: str) -> Renumbering:
    """Tie the articles of two versions of a law by the penalties of all risk points of a catalogue."""
    ties: Counter[tuple[str, str]] = Counter()
    for point in catalog.risk_points.values():
        before, after = (
            _places(item for item in point.penalties if (item.law, item.version) == (law, version))
            for version in (then, now)
        )
        for words, articles in before.items():
            if len(articles) == 1 and len(after.get(words, ())) == 1:
                ties[next(iter(articles)), next(iter(after[words]))] += 1
    return Renumbering(dict(_rising(sorted(ties, key=lambda tie: (-ties[tie], _number(tie[0]), _number(tie[1]))))))


def _places(penalties: Iterable[Penalty]) -> dict[tuple[object, ...], set[str]]:
    """Kind, figures' unit, circumstances and words of a condition → the articles in which they stand."""
    found: dict[tuple[object, ...], set[str]] = {}
    for item in penalties:
        found.setdefault((*likeness(item), item.circumstances, item.when.zh), set()).add(item.article)
    return found


def _rising(ties: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The ties that keep the order of articles, the most frequent taken first."""
    kept: list[tuple[str, str]] = []
    for before, after in ties:
        if all((_number(before) < _number(b)) == (_number(after) < _number(a)) and before != b for b, a in kept):
            kept.append((before, after))
    return kept


def _number(article: str) -> _Number:
    number, _, inserted = article.partition("-")
    return int(number), int(inserted or 0)
