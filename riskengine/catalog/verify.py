"""Each citation of a catalogue held against the law's text: is it there, in force, and do its figures stand in it?

What a text cannot show, whether an article fits the conduct, is for a lawyer. A result therefore keeps a digest of the
words that each citation led to: one that is new since the last result, or leads to other words, is named for reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from riskengine.catalog.citation import Citation
from riskengine.catalog.figures import Figure, figures, sums
from riskengine.catalog.lawtext import digest
from riskengine.catalog.risk_point import Penalty
from riskengine.catalog.verification import Checked, Place, Uncovered, Verification

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.laws import LawVersion
    from riskengine.catalog.lawtext import LawText

_RATES = {"percent": 10, "permille": 1}
_KINDS = {
    "warning": ("警告", "通报批评"),
    "fine": ("罚款",),
    "confiscation": ("没收",),
    "suspension": ("停业", "停产", "暂扣", "暂停", "停止", "取消"),
    "revocation": ("吊销", "撤销", "注销", "取消"),
    "detention": ("扣留", "拘留", "扣押"),
}
"""Words of which one stands in an article that threatens the kind; an order has none of its own."""


def verify(catalog: Catalog, texts: Mapping[tuple[str, str], LawText]) -> Verification:
    """Hold every citation and penalty of a catalogue against the texts.

    Args:
        catalog: a loaded catalogue; every version that it cites is registered.
        texts: by Chinese title and version, from :func:`riskengine.catalog.lawtext.read_law_texts`.
    """
    reader = _Reader(catalog, texts)
    places = list(_all(catalog))
    checked = tuple(reader.check(at, entry) for at, entry in places)
    reverse = _Reverse(reader, places)
    return Verification(
        catalog={"id": catalog.id, "version": catalog.version, "sha256": catalog.sha256},
        checked=checked,
        sums=reverse.count,
        uncovered=tuple(reverse.uncovered),
        uncited=tuple(reverse.uncited()),
        texts=tuple(
            {"law": law, "version": version, "file": text.file, "sha256": text.sha256}
            for (law, version), text in sorted(reader.used.items())
        ),
    )


def _place(entry: Citation | Penalty) -> Place:
    return Place(entry.law, entry.version, entry.article, entry.paragraph, entry.item)


def _all(catalog: Catalog) -> Iterator[tuple[str, Citation | Penalty]]:
    for code, part in (*catalog.risk_points.items(), *catalog.measures.items()):
        yield from _within(part, code)


def _within(value: Any, path: str) -> Iterator[tuple[str, Citation | Penalty]]:
    """Every citation and penalty within a part, wherever the models have a place for one."""
    if isinstance(value, Citation | Penalty):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name), f"{path}/{name}")
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _within(item, f"{path}/{at}")


def expected_figures(penalty: Penalty) -> Iterator[Figure]:
    """The figures that must stand in a penalty's article, each as one range."""
    if penalty.min is not None or penalty.max is not None:
        unit, _, _ = (penalty.unit or "").partition("_")
        factor = _RATES.get(unit, 1)
        low, high = (None if value is None else value * factor for value in (penalty.min, penalty.max))
        yield Figure("permille" if unit in _RATES else unit, low, high)
    if multiple := penalty.multiple_of_illegal_income:
        yield Figure("times", multiple.min, multiple.max)
    if penalty.cap is not None:
        yield Figure("yuan", None, penalty.cap)


def _conditions(penalty: Penalty) -> list[Figure]:
    """The figures in the words of a penalty's condition and remark."""
    return figures(penalty.when.zh) + (figures(penalty.note.zh) if penalty.note else [])


class _Reader:
    """Looks citations up, and keeps which texts were used."""

    def __init__(self, catalog: Catalog, texts: Mapping[tuple[str, str], LawText]) -> None:
        self._catalog = catalog
        self._texts = texts
        self._figures: dict[Place, list[Figure]] = {}
        self.used: dict[tuple[str, str], LawText] = {}

    def text(self, place: Place) -> LawText | None:
        """The text of a place's version."""
        version = place.version or ""
        found = self._texts.get((self._catalog.laws.title(place.law).zh, version))
        if found is not None:
            self.used[place.law, version] = found
        return found

    def figures(self, place: Place) -> list[Figure]:
        """The figures at a place; none where it has no text."""
        if place not in self._figures:
            text = self.text(place)
            self._figures[place] = figures(text.words(*place[2:])) if text else []
        return self._figures[place]

    def check(self, at: str, entry: Citation | Penalty) -> Checked:
        """The result for one citation or penalty."""
        place = _place(entry)
        role = "penalty" if isinstance(entry, Penalty) else entry.role
        version = self._catalog.laws.version(place.law, place.version)
        text = self.text(place)
        if version is None or not self._counts(version):
            return Checked(at, role, place, "not_in_force")
        if text is None:
            return Checked(at, role, place, "text_not_available")
        if missing := text.missing(*place[2:]):
            return Checked(at, role, place, "article_missing", (missing,))
        words = digest(text.words(*place[2:]))
        absent = self._absent(place, entry, text) if isinstance(entry, Penalty) else ()
        return Checked(at, role, place, "figure_not_found" if absent else "verified", absent, words)

    def _counts(self, version: LawVersion) -> bool:
        """Whether a version is in force on a day of the edition."""
        days = self._catalog.edition.effective
        begins, ends = version.effective_from, version.effective_to
        return (
            begins is not None and (ends is None or ends > days.since) and (days.until is None or begins < days.until)
        )

    def _absent(self, place: Place, penalty: Penalty, text: LawText) -> tuple[str, ...]:
        """The figures and the kind of a penalty that do not stand at its place."""
        found = self.figures(place)
        values = {(figure.unit, value) for figure in found for value in figure.values()}
        absent = [str(figure) for figure in expected_figures(penalty) if figure not in found]
        absent += [
            str(figure)
            for figure in _conditions(penalty)
            if any((figure.unit, value) not in values for value in figure.values())
        ]
        kinds = _KINDS.get(penalty.kind)
        if kinds and not any(kind in text.words(*place[2:]) for kind in kinds):
            absent.append("kind")
        return tuple(absent)


class _Reverse:
    """From the texts to the catalogue: the sums of cited liability articles, and penalties that nothing cites."""

    def __init__(self, reader: _Reader, places: list[tuple[str, Citation | Penalty]]) -> None:
        self._liabilities: list[tuple[str, Place]] = []
        self._penalties: list[tuple[str, Place, set[Decimal]]] = []
        self._remarks: dict[str, set[Decimal]] = {}
        for at, entry in places:
            if isinstance(entry, Penalty):
                self._penalties.append((at, _place(entry), _sums_of(entry)))
            elif entry.role == "liability":
                self._liabilities.append((at, _place(entry)))
                self._remarks[at] = sums(entry.note.zh) if entry.note else set()
        self.count = 0
        self.uncovered: list[Uncovered] = []
        for at, place in self._liabilities:
            self._hold(at, place, reader.figures(place))

    def _hold(self, at: str, place: Place, found: list[Figure]) -> None:
        sums_there = {value for figure in found if figure.unit == "yuan" for value in figure.values()}
        self.count += len(sums_there)
        owner = _owner(at)
        own = set(self._remarks[at])
        others: set[Decimal] = set()
        for penalty_at, penalty, values in self._penalties:
            if penalty.covers(place) or place.covers(penalty):
                (own if _owner(penalty_at) == owner else others).update(values)
        self.uncovered += [Uncovered(at, place, value, value in others) for value in sorted(sums_there - own)]

    def uncited(self) -> Iterator[str]:
        """Penalties whose place no liability citation of their risk point covers, nor lies within."""
        for at, place, _ in self._penalties:
            if not any(
                _owner(cited_at) == _owner(at) and (cited.covers(place) or place.covers(cited))
                for cited_at, cited in self._liabilities
            ):
                yield at


def _owner(at: str) -> str:
    return at.partition("/")[0]


def _sums_of(penalty: Penalty) -> set[Decimal]:
    named = [*expected_figures(penalty), *_conditions(penalty)]
    return {value for figure in named if figure.unit == "yuan" for value in figure.values()}
