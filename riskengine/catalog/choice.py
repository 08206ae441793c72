"""Which law applies to a violation: that of its day, or a later one that is lighter.

Administrative Penalty Law (2021), article 37: conduct is judged by the law in force when it happened; but where that
law has been amended or repealed by the day of the decision, and the new rule punishes less or no longer at all, by the
new one. The new one is that of the day of the decision: a version that came and went in between does not count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from riskengine.catalog.renumbering import Renumbering, renumbering
from riskengine.catalog.weighing import Difference, Verdict, overall, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.risk_point import Penalty, RiskPoint

Outcome = Literal["one_version", "same", "later", "of_the_day", "by_article", "not_comparable", "unrecorded"]


_SAME: Verdict = "same"
_NOT_COMPARABLE: Verdict = "not_comparable"


@dataclass(frozen=True, slots=True)
class ArticleChoice:
    """An article of the law of the day, and what became of it.

    Attributes:
        then: its number; ``now`` the later number, None where it was struck out or cannot be told.
        verdict: what the later penalties are; ``dropped``: the article no longer punishes.
        later_applies: whether the later version is applied.
        differences: what answers to what.
        applied: the penalties that apply; none where the conduct is no longer punished.
    """

    then: str
    now: str | None
    verdict: Verdict
    later_applies: bool
    differences: tuple[Difference, ...]
    applied: tuple[Penalty, ...]


@dataclass(frozen=True, slots=True)
class LawChoice:
    """A law that threatens a risk point, and the version of it that applies.

    Attributes:
        law: its id.
        of_the_day: the version in force on the day of the conduct; None where none is recorded.
        at_decision: that of the day of the decision; None likewise.
        outcome: ``one_version`` (both days have the same), ``same`` (nothing changed in the penalties), ``later`` (it
            is lighter and applies), ``of_the_day`` (the later is heavier), ``by_article`` (articles differ),
            ``not_comparable`` (the law of the day applies, a person decides), ``unrecorded`` (no version of the day).
        articles: each article of the law of the day that has penalties of the risk point.
    """

    law: str
    of_the_day: str | None
    at_decision: str | None
    outcome: Outcome
    articles: tuple[ArticleChoice, ...]

    @property
    def applied(self) -> tuple[Penalty, ...]:
        """Every penalty that applies."""
        return tuple(penalty for article in self.articles for penalty in article.applied)

    @property
    def version(self) -> str | None:
        """The version that applies; that of the day where articles differ."""
        return self.at_decision if self.outcome == "later" else self.of_the_day


@dataclass(frozen=True, slots=True)
class Choice:
    """The laws that threaten a risk point, for a violation.

    Attributes:
        risk_point: the code in use.
        laws: in the order of the catalogue; the first is the one whose article a rule cites on the day of the conduct.
        unrecorded: laws of which no version is recorded that was in force on the day of the conduct: they came later,
            or their earlier versions are not in the register.
    """

    risk_point: str
    laws: tuple[LawChoice, ...]
    unrecorded: tuple[str, ...] = ()

    @property
    def applied(self) -> tuple[Penalty, ...]:
        """Every penalty that applies, of all laws."""
        return tuple(penalty for law in self.laws for penalty in law.applied)


class Chooser:
    """Tells which law applies, and remembers: few combinations of versions occur among many records."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._in_force: dict[tuple[str, date], tuple[str | None, ...]] = {}
        self._choices: dict[tuple[Any, ...], Choice] = {}
        self._laws: dict[tuple[Any, ...], LawChoice] = {}
        self._numbers: dict[tuple[str, str, str], Renumbering] = {}

    def choose(self, code: str, occurred_on: date, decided_on: date) -> Choice:
        """The laws for conduct of a day that is decided on another.

        Args:
            code: the risk point; a retired one is read as the one that took its place.
            occurred_on: the day of the conduct.
            decided_on: the day of the decision; the as-of date where there is none yet.
        """
        known = self._catalog.resolve(code)
        if known is None:
            return Choice(code, ())
        versions = self._versions(known, occurred_on), self._versions(known, decided_on)
        key = (known, *versions)
        if key not in self._choices:
            self._choices[key] = self._choice(self._catalog.risk_points[known], *versions, occurred_on)
        return self._choices[key]

    def _versions(self, code: str, day: date) -> tuple[str | None, ...]:
        """The version of each law of a risk point that is in force on a day."""
        if (code, day) not in self._in_force:
            held = [self._catalog.laws.in_force(law, day) for law in _laws_of(self._catalog.risk_points[code])]
            self._in_force[code, day] = tuple(version.version if version else None for version in held)
        return self._in_force[code, day]

    def _choice(
        self, point: RiskPoint, then: tuple[str | None, ...], now: tuple[str | None, ...], occurred_on: date
    ) -> Choice:
        found, unrecorded = [], []
        for law, *versions in zip(_laws_of(point), then, now, strict=True):
            key = (point.code, law, *versions)
            if key not in self._laws:
                self._laws[key] = self._law(point, law, *versions)
            if versions[0] is None:
                unrecorded.append(law)
            if versions != [None, None]:
                found.append(self._laws[key])
        first = self._catalog.liability_on(point.code, occurred_on)
        found.sort(key=lambda item: first is None or item.law != first.law)
        return Choice(point.code, tuple(found), tuple(unrecorded))

    def _law(self, point: RiskPoint, law: str, then: str | None, now: str | None) -> LawChoice:
        if then is None:
            return LawChoice(law, then, now, "unrecorded", ())
        before = _by_article(item for item in point.penalties if (item.law, item.version) == (law, then))
        if then == now or now is None:
            kept = tuple(_kept(article, held, is_same=now == then) for article, held in before.items())
            return LawChoice(law, then, now, "one_version" if now else "not_comparable", kept)
        after = _by_article(item for item in point.penalties if (item.law, item.version) == (law, now))
        numbers = self._renumbering(law, then, now)
        cited = {
            item.article for item in point.citations if (item.law, item.version, item.role) == (law, now, "liability")
        }
        articles = tuple(_article(article, held, after, numbers, cited) for article, held in before.items())
        outcome = _outcome(articles)
        if outcome == "later":  # one version applies as a whole, the same articles of it too
            articles = tuple(_later(article, after) for article in articles)
        return LawChoice(law, then, now, outcome, articles)

    def _renumbering(self, law: str, then: str, now: str) -> Renumbering:
        key = (law, then, now)
        if key not in self._numbers:
            self._numbers[key] = renumbering(self._catalog, *key)
        return self._numbers[key]


def _laws_of(point: RiskPoint) -> list[str]:
    """The laws that threaten a risk point, in the order of the catalogue."""
    return list(dict.fromkeys(item.law for item in point.citations if item.role == "liability"))


def _by_article(penalties: Iterable[Penalty]) -> dict[str, list[Penalty]]:
    found: dict[str, list[Penalty]] = {}
    for penalty in penalties:
        found.setdefault(penalty.article, []).append(penalty)
    return found


def _kept(article: str, held: list[Penalty], *, is_same: bool) -> ArticleChoice:
    """An article of the law of the day, which applies."""
    now, verdict = (article, _SAME) if is_same else (None, _NOT_COMPARABLE)
    return ArticleChoice(article, now, verdict, later_applies=False, differences=(), applied=tuple(held))


def _article(
    article: str, held: list[Penalty], after: dict[str, list[Penalty]], numbers: Renumbering, cited: set[str]
) -> ArticleChoice:
    """What became of an article of the law of the day."""
    later = numbers.successor(article, after)
    if later is not None:
        differences = weigh(held, after[later])
        verdict = overall(differences)
    elif (
        after
        and numbers.is_gone(article, {*after, *cited})
        and all(item.sureness == "text" for items in after.values() for item in items)
    ):
        differences, verdict = [Difference((item,), (), "dropped") for item in held], "dropped"
    else:
        differences, verdict = [], "not_comparable"
    lighter = verdict in {"lighter", "dropped"}
    applied = (after[later] if later is not None else []) if lighter else held
    return ArticleChoice(article, later, verdict, lighter, tuple(differences), tuple(applied))


def _later(article: ArticleChoice, after: dict[str, list[Penalty]]) -> ArticleChoice:
    return replace(article, later_applies=True, applied=tuple(after[article.now]) if article.now else ())


def _outcome(articles: tuple[ArticleChoice, ...]) -> Outcome:
    verdicts = {article.verdict for article in articles}
    if not articles or verdicts == {"not_comparable"}:
        return "not_comparable"
    if verdicts == {"same"}:
        return "same"
    if any(article.later_applies for article in articles):
        return "later" if verdicts <= {"same", "lighter", "dropped"} else "by_article"
    return "of_the_day" if "not_comparable" not in verdicts else "by_article"
