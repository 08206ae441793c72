"""From the texts to the catalogue: what each cited liability article threatens, held against the penalties.

Each figure, as the range that it is, and each kind of penalty at the place must be that of a penalty of the same risk
point, or the citation says under ``not_applicable`` why it is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.catalog.figures import figures
from riskengine.catalog.risk_point import Penalty
from riskengine.catalog.threats import condition_figures, expected_figures, kinds_threatened
from riskengine.catalog.verification import Place, Uncovered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from riskengine.catalog.citation import Citation
    from riskengine.catalog.lawtext import LawText

Placed = tuple[str, Place, "LawText | None", "Citation | Penalty"]
"""Where in the catalogue, the place that is cited, its text, and what cites it."""
NO_PENALTY = "no_penalty"


class Reverse:
    """The reverse check of a catalogue.

    Attributes:
        threats: how many figures and kinds stand in the cited liability articles.
        uncovered: those that no penalty of the risk point has, and articles for which it has no penalty at all.
        unneeded: citations that excuse what does not stand in the article or what a penalty has.
    """

    def __init__(self, entries: Sequence[Placed]) -> None:
        self._liabilities = [(at, place) for at, place, _, entry in entries if _is_liability(entry)]
        self._penalties = [(at, place, entry) for at, place, _, entry in entries if isinstance(entry, Penalty)]
        self.threats = 0
        self.uncovered: list[Uncovered] = []
        self.unneeded: list[str] = []
        for at, place, text, entry in entries:
            if _is_liability(entry) and text is not None and not isinstance(entry, Penalty):
                self._hold(at, place, text, entry)

    def _hold(self, at: str, place: Place, text: LawText, entry: Citation) -> None:
        words = text.words(*place[2:])
        threats = [*dict.fromkeys(str(figure) for figure in figures(words)), *kinds_threatened(words)]
        self.threats += len(threats)
        own, others = set[str](), set[str]()
        for penalty_at, where, penalty in self._penalties:
            if where.covers(place) or place.covers(where):
                (own if _owner(penalty_at) == _owner(at) else others).update(_said(penalty))
        excused = {threat for item in entry.not_applicable or () for threat in _named(item.what)}
        missing = [threat for threat in threats if threat not in own]
        missing += [NO_PENALTY] if words and not own else []
        if excused - set(missing):
            self.unneeded.append(at)
        self.uncovered += [Uncovered(at, place, what, what in others) for what in missing if what not in excused]

    def uncited(self) -> Iterator[str]:
        """Penalties whose place no liability citation of their risk point covers, nor lies within."""
        for at, place, _ in self._penalties:
            if not any(
                _owner(cited_at) == _owner(at) and (cited.covers(place) or place.covers(cited))
                for cited_at, cited in self._liabilities
            ):
                yield at


def _is_liability(entry: Citation | Penalty) -> bool:
    return not isinstance(entry, Penalty) and entry.role == "liability"


def _owner(at: str) -> str:
    return at.partition("/")[0]


def _said(penalty: Penalty) -> Iterator[str]:
    yield penalty.kind
    for figure in (*expected_figures(penalty), *condition_figures(penalty)):
        yield str(figure)


def _named(what: str) -> list[str]:
    """What an excuse names: figures in the words of the article, or a kind of penalty."""
    return [str(figure) for figure in figures(what)] or [what]
