"""A risk point as the handbook shows it: articles by law and version, penalties that say the same put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from riskengine.catalog import Citation
from riskengine.catalog.wording import figures, place, say
from riskengine.exchange.tables import all_tables
from riskengine.exchange.wording import word_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from riskengine.catalog import Catalog, Measure, Penalty, RiskPoint
    from riskengine.catalog.risk_point import DataTrigger
    from riskengine.kernel.languages import Text


class Marks(Protocol):
    """What verification said of a citation."""

    def mark(self, owner: str, part: str, role: str | None, item: Any) -> str | None:
        """What is to be marked beside it."""


@dataclass(slots=True)
class Article:
    """An article without the law's name, and what is marked beside it: how it was read, what verification said."""

    label: str
    marks: list[str]
    note: str | None = None


@dataclass(slots=True)
class Version:
    """A version of a law: when it is in force, what is doubtful about that, and the articles cited."""

    text: str
    doubts: list[str]
    articles: list[Article] = field(default_factory=list)


@dataclass(slots=True)
class Threat:
    """A penalty with the places that say the same of it."""

    when: str
    kind: str
    figures: str
    circumstances: str
    note: str | None
    places: list[Article] = field(default_factory=list)


class PointView:
    """A risk point in one language.

    Args:
        catalog: the catalogue.
        point: the risk point.
        marks: what verification said.
        words: of the handbook.
        lang: ``zh`` or ``en``.
    """

    def __init__(self, catalog: Catalog, point: RiskPoint, marks: Marks, words: Mapping[str, str], lang: str) -> None:
        self._catalog, self._point, self._marks, self._words, self._lang = catalog, point, marks, words, lang
        self.code, self.area, self.level, self.successor = point.code, point.area, point.level, point.succeeded_by
        self.title = point.title.get(lang)
        self.level_word = say("words", point.level).get(lang)
        self.conduct = point.conduct.get(lang)
        self.applies_to = [catalog.edition.parties[name].get(lang) for name in point.applies_to]
        self.level_reason = point.level_reason.get(lang)
        self.degrees = words["degrees"].format(
            likelihood=self._word("risk_points", "likelihood", point.likelihood),
            harm=self._word("risk_points", "harm", point.harm),
        )
        self.notes = self._in(point.notes)

    def _in(self, text: Text | None) -> str | None:
        return text.get(self._lang) if text is not None else None

    def _word(self, table: str, column: str, choice: str) -> str:
        return word_of(table, all_tables()[table].by_key[column], choice, self._lang)

    def laws(self) -> Iterator[tuple[str, list[tuple[str, list[Version]]]]]:
        """Duties, liabilities and the authority's own duties: of each the laws, of each law the versions."""
        for kind in ("duty", "liability", "authority"):
            laws: dict[str, dict[str | None, Version]] = {}
            for citation in self._point.citations:
                if (citation.duty_of or citation.role) == kind:
                    versions = laws.setdefault(citation.law, {})
                    version = versions.setdefault(citation.version, self._version(citation))
                    version.articles.append(self._article(citation, "citations", citation.role))
            if laws:
                yield self._words[kind], [(self._title(law), _oldest_first(held)) for law, held in laws.items()]

    def _title(self, law: str) -> str:
        return self._catalog.laws.title(law).get(self._lang)

    def _version(self, citation: Citation) -> Version:
        held, words = self._catalog.laws.version(citation.law, citation.version), self._words
        parts = [words["version_of"].format(version=citation.version)]
        if held is None or held.effective_from is None:
            return Version(words["comma"].join([*parts, words["unknown_from"]]), [])
        parts.append(words["from"].format(day=held.effective_from.isoformat()))
        if held.effective_to is not None:
            parts.append(words["to"].format(day=(held.effective_to - timedelta(days=1)).isoformat()))
        doubt = words.get(f"sure_{held.effective_basis}")
        return Version(words["comma"].join(parts), [doubt] if doubt else [])

    def _article(self, item: Citation | Penalty, part: str, role: str | None) -> Article:
        label = self._label(item)
        title = self._title(item.law)
        short = label.removeprefix(self._words["law_named"].format(title=title)).removeprefix(self._words["comma"])
        marks = [self._words[item.sureness]] if item.sureness != "text" else []
        marks += filter(None, [self._marks.mark(self.code, part, role, item)])
        return Article(short, marks, self._in(item.note) if isinstance(item, Citation) else None)

    def _label(self, item: Citation | Penalty) -> str:
        if not isinstance(item, Citation):
            names = ("law", "version", "article", "paragraph", "item", "sureness")
            item = Citation(**{name: getattr(item, name) for name in names})
        return item.label(self._catalog.laws, self._lang)

    def penalties(self) -> list[Threat]:
        """The penalties, those that say the same in several versions or laws put together, in the catalogue's order."""
        found: dict[tuple[Any, ...], Threat] = {}
        for penalty in self._point.penalties:
            threat = Threat(
                penalty.when.get(self._lang),
                say("words", penalty.kind).get(self._lang),
                self._figures(penalty),
                say("words", penalty.circumstances).get(self._lang),
                self._in(penalty.note),
            )
            key = (threat.when, threat.kind, threat.figures, threat.circumstances, threat.note)
            held = found.setdefault(key, threat)
            article = self._article(penalty, "penalties", "penalty")
            article.label = place(penalty, self._catalog.laws).get(self._lang)
            if article not in held.places:
                held.places.append(article)
        return list(found.values())

    def _figures(self, penalty: Penalty) -> str:
        """What it comes to, and what it is counted by; a penalty without a figure needs no word for that."""
        none = say("words", "no_figure").get(self._lang)
        words = figures(penalty).get(self._lang)
        return words.removeprefix(none) if words.startswith(none) else f"{self._words['colon']}{words}"

    def measures(self) -> Iterator[tuple[str, list[Measure]]]:
        """The measures of the operator and those of the authority."""
        held = [self._catalog.measures[code] for code in self._point.measures]
        for kind in ("operator", "regulator"):
            of_kind = [measure for measure in held if measure.kind == kind]
            if of_kind:
                yield self._words[f"of_{kind}"], of_kind

    def basis(self, owner: str, part: str, basis: Citation | str | None, earlier: Citation | None = None) -> str:
        """A basis in words: the article and its version, that of the version before beside it, or local policy.

        Args:
            owner: the risk point or measure.
            part: the part of it, as verification names it.
            basis: the article, or ``local_policy``.
            earlier: the article of the version before.
        """
        if basis is None:
            return ""
        if isinstance(basis, str):
            return self._words["local_policy"]
        before = "earlier_basis" if part == "basis" else part
        texts = [self._cited(owner, before, earlier)] if earlier is not None else []
        texts.append(self._cited(owner, part, basis))
        return self._words["clause"].join(texts)

    def _cited(self, owner: str, part: str, item: Citation) -> str:
        """An article with its version, and what is to be marked beside it."""
        marks = [self._words[item.sureness]] if item.sureness != "text" else []
        marks += filter(None, [self._marks.mark(owner, part, item.role, item)])
        text = place(item, self._catalog.laws).get(self._lang)
        return text + "".join(self._words["marked"].format(mark=mark) for mark in marks)

    def word(self, choice: str) -> str:
        """A word of a measure: how, in which phase."""
        return say("words", choice).get(self._lang)

    def steps(self) -> list[tuple[str, str, str]]:
        """The steps of discretion: name, what makes it so, basis."""
        return [
            (
                self._word("discretion.grades", "grade", step.grade),
                step.text.get(self._lang),
                self.basis(self.code, "discretion", step.basis, step.earlier_basis),
            )
            for step in self._point.discretion.grades
        ]

    def framework(self) -> tuple[str, list[str]]:
        """The note on the framework of discretion, and its articles."""
        discretion = self._point.discretion
        return discretion.framework_note.get(self._lang), [
            self._cited(self.code, "discretion", item) for item in discretion.framework
        ]

    def triggers(self) -> list[tuple[str, str, str, str, str | None]]:
        """The warning figures: what, threshold, kind, basis, note."""
        return [
            (
                trigger.fact.get(self._lang),
                trigger.threshold,
                self._word("data_triggers", "kind", trigger.kind),
                self._trigger_basis(trigger),
                self._in(trigger.note),
            )
            for trigger in self._point.data_triggers
        ]

    def _trigger_basis(self, trigger: DataTrigger) -> str:
        """Its article; that it is local policy stands beside it already."""
        if trigger.basis == "local_policy":
            return ""
        return self.basis(self.code, "data_triggers", trigger.basis, trigger.earlier_basis)

    def comparisons(self) -> Sequence[tuple[str, str]]:
        """Texts of other cities: where, and what."""
        held = self._point.comparisons
        return [(self._cited(self.code, "comparisons", item.citation), item.text.get(self._lang)) for item in held]

    def not_applicable(self) -> list[tuple[str, str, str]]:
        """What liability articles threaten besides: the article, what, why it does not concern the point."""
        return [
            (place(citation, self._catalog.laws).get(self._lang), entry.what, entry.reason.get(self._lang))
            for citation in self._point.citations
            for entry in citation.not_applicable or ()
        ]


def _oldest_first(versions: Mapping[str | None, Version]) -> list[Version]:
    return [versions[key] for key in sorted(versions, key=str)]
