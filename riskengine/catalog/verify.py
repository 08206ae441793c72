"""Each citation of a catalogue held against the law's text: is it there, in force, and do its figures stand in it?

What a text cannot show, whether an article fits the conduct, is for a lawyer. A result therefore keeps a digest of the
words that each citation led to: one that is new since the last result, or leads to other words, is named for reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from riskengine.catalog.citation import Citation
from riskengine.catalog.competence import OWNER, check_bodies
from riskengine.catalog.figures import Figure, figures
from riskengine.catalog.lawtext import digest
from riskengine.catalog.quotes import wrong_quote
from riskengine.catalog.reverse import Reverse
from riskengine.catalog.risk_point import Penalty
from riskengine.catalog.threats import condition_figures, expected_figures, quantities, says_kind
from riskengine.catalog.thresholds import check_thresholds
from riskengine.catalog.verification import Checked, Place, Result, Verification

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.enforcement import EnforcementItems
    from riskengine.catalog.laws import LawVersion
    from riskengine.catalog.lawtext import LawText


def verify(
    catalog: Catalog, texts: Mapping[tuple[str, str], LawText], held: EnforcementItems | None = None
) -> Verification:
    """Hold every citation and penalty of a catalogue against the texts.

    Args:
        catalog: a loaded catalogue; every version that it cites is registered.
        texts: by Chinese title and version, from :func:`riskengine.catalog.lawtext.read_law_texts`.
        held: the enforcement items beside it; their articles and bodies are checked too.
    """
    reader = _Reader(catalog, texts)
    places = list(_all(catalog))
    if held is not None:
        places += _within(held, OWNER)
    checked = tuple(reader.check(at, entry) for at, entry in places)
    bodies = tuple(check_bodies(held, catalog.laws, texts)) if held is not None else ()
    limits = tuple(check_thresholds(catalog, texts))
    reverse = Reverse([(at, place := _place(entry), reader.text(place), entry) for at, entry in places])
    return Verification(
        catalog={"id": catalog.id, "version": catalog.version, "sha256": catalog.sha256},
        checked=(*checked, *limits, *bodies),
        threats=reverse.threats,
        uncovered=tuple(reverse.uncovered),
        uncited=tuple(reverse.uncited()),
        unneeded=tuple(reverse.unneeded),
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
        result, why = self._compared(place, entry, text)
        return Checked(at, role, place, result, why, words)

    def _compared(self, place: Place, entry: Citation | Penalty, text: LawText) -> tuple[Result, tuple[str, ...]]:
        """A place that is there, with its quotation and, of a penalty, its figures and kind."""
        if entry.quote is not None and (wrong := wrong_quote(entry.quote, place, text)):
            return "quote_not_found", (wrong,)
        absent = self._absent(place, entry, text) if isinstance(entry, Penalty) else ()
        return ("figure_not_found", absent) if absent else ("verified", ())

    def _counts(self, version: LawVersion) -> bool:
        """Whether a version is in force on a day of the edition."""
        days = self._catalog.edition.effective
        begins, ends = version.effective_from, version.effective_to
        return (
            begins is not None and (ends is None or ends > days.since) and (days.until is None or begins < days.until)
        )

    def _absent(self, place: Place, penalty: Penalty, text: LawText) -> tuple[str, ...]:
        """The figures and the kind of a penalty that do not stand at its place."""
        found, words = self.figures(place), text.words(*place[2:])
        absent = [str(figure) for figure in expected_figures(penalty) if figure not in found]
        absent += [str(figure) for figure in condition_figures(penalty) if figure not in found]
        absent += [f"{number}{unit}" for unit, number in sorted(quantities(penalty.when.zh) - quantities(words))]
        return (*absent, *(() if says_kind(words, penalty.kind) else ("kind",)))
