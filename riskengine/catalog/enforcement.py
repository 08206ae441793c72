"""Enforcement items: which body may do what to whom under which article, as a regulator's list of powers has them.

Penalties, seizures and orders follow from the catalogue itself: an item for each liability article of a risk point and
each kind of act that its penalties are. ``risk_catalog/enforcement_items.yaml`` adds what the citations do not say:
which body imposes what an article threatens, and the powers that threaten nothing (permits, filings, inspections).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from riskengine.catalog.citation import Citation
from riskengine.catalog.part import ArticleNumber, Name, Part, RiskPointCode, VersionDate, Words
from riskengine.kernel.languages import Text
from riskengine.kernel.wording import joined

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.risk_point import Penalty, RiskPoint

Power = Literal["permit", "filing", "acceptance", "inspection", "coercion"]
Act = Literal["permit", "filing", "acceptance", "inspection", "coercion", "penalty", "order"]
_ACTS: dict[str, Act] = {"detention": "coercion", "order": "order"}
"""The act that a kind of penalty is; all others are penalties."""


class Body(Part):
    """A body that enforces.

    Attributes:
        name: what it is called.
        words: how articles name it; the longest come first where one is part of another.
    """

    name: Words
    words: tuple[str, ...] = Field(min_length=1)


class Competence(Part):
    """Who imposes what articles of a version of a law threaten.

    Attributes:
        law, version, articles: which.
        bodies: by the names under ``bodies``.
        named_by: the article that names the bodies where these do not.
        note: why they are taken to be competent where no article was read that names them.
    """

    law: Name
    version: VersionDate
    articles: tuple[ArticleNumber, ...] = Field(min_length=1)
    bodies: tuple[Name, ...] = Field(min_length=1)
    named_by: Citation | None = None
    note: Words | None = None


class PowerEntry(Part):
    """A power that threatens nothing.

    Attributes:
        risk_point: the risk point that it serves.
        act: ``permit``, ``filing``, ``acceptance`` (of works), ``inspection`` or ``coercion``.
        subject: what it is about.
        bodies: by the names under ``bodies``.
        basis: the article that gives it.
    """

    risk_point: RiskPointCode
    act: Power
    subject: Words
    bodies: tuple[Name, ...] = Field(min_length=1)
    basis: Citation


class EnforcementItems(Part):
    """``risk_catalog/enforcement_items.yaml``."""

    bodies: dict[Name, Body] = Field(default_factory=dict)
    competences: tuple[Competence, ...] = ()
    powers: tuple[PowerEntry, ...] = ()

    def competence(self, law: str, version: str | None, article: str) -> Competence | None:
        """Who imposes what an article threatens; None where that is not said."""
        return next(
            (
                held
                for held in self.competences
                if (held.law, held.version) == (law, version) and article in held.articles
            ),
            None,
        )


@dataclass(frozen=True)
class EnforcementItem:
    """One item of the list.

    Attributes:
        risk_point: its code.
        act: see :data:`Act`.
        subject: the conduct, or what a power is about.
        basis: the article; of a penalty without paragraph and item, for it stands for all that are cited.
        kinds: the kinds of penalty, in catalogue order; empty for a power.
        bodies: their names.
    """

    risk_point: str
    act: Act
    subject: Text
    basis: Citation
    kinds: tuple[str, ...]
    bodies: tuple[Text, ...]

    def to_dict(self, catalog: Catalog) -> dict[str, Any]:
        """As JSON-ready values, with the days on which the version of the law is in force."""
        version = catalog.laws.version(self.basis.law, self.basis.version)
        days = {"from": version.effective_from, "to": version.effective_to} if version else {}
        return {
            "risk_point": self.risk_point,
            "act": self.act,
            "subject": self.subject.to_dict(),
            "law": self.basis.law,
            "version": self.basis.version,
            "article": self.basis.article,
            "paragraph": self.basis.paragraph,
            "item": self.basis.item,
            "in_force": {key: day.isoformat() if day else None for key, day in days.items()},
            "kinds": list(self.kinds),
            "bodies": [body.to_dict() for body in self.bodies],
        }


def enforcement_items(
    catalog: Catalog, held: EnforcementItems, *, area: str | None = None, on: date | None = None
) -> list[EnforcementItem]:
    """Every item, by risk point: its powers first, then what its liability articles threaten.

    Args:
        catalog: a loaded catalogue.
        held: the bodies and powers of its folder.
        area: only the risk points of this area.
        on: only articles in force on this day.
    """
    items: list[EnforcementItem] = []
    for point in catalog.risk_points.values():
        if area in {None, point.area}:
            items += [*_powers(point.code, held), *_threats(point, held)]
    return [item for item in items if on is None or _is_in_force(catalog, item.basis, on)]


def _is_in_force(catalog: Catalog, basis: Citation, on: date) -> bool:
    version = catalog.laws.version(basis.law, basis.version)
    return version is not None and version.is_in_force(on)


def _powers(code: str, held: EnforcementItems) -> Iterator[EnforcementItem]:
    for power in held.powers:
        if power.risk_point == code:
            yield EnforcementItem(code, power.act, power.subject, power.basis, (), _named(power.bodies, held))


def _threats(point: RiskPoint, held: EnforcementItems) -> Iterator[EnforcementItem]:
    """An item for each liability article and each kind of act that its penalties are."""
    places = dict.fromkeys((c.law, c.version, c.article) for c in point.citations if c.role == "liability")
    for law, version, article in places:
        by_act: dict[Act, list[Penalty]] = {}
        for penalty in point.penalties:
            if (penalty.law, penalty.version, penalty.article) == (law, version, article):
                by_act.setdefault(_ACTS.get(penalty.kind, "penalty"), []).append(penalty)
        competence = held.competence(law, version, article)
        bodies = _named(competence.bodies, held) if competence else ()
        for act, penalties in by_act.items():
            basis = Citation(law=law, version=version, article=article, sureness=penalties[0].sureness)
            kinds = tuple(dict.fromkeys(penalty.kind for penalty in penalties))
            yield EnforcementItem(point.code, act, _conduct(penalties), basis, kinds, bodies)


def _conduct(penalties: list[Penalty]) -> Text:
    """The conditions of the penalties, each once."""
    return joined(dict.fromkeys(Text(penalty.when.zh, penalty.when.en) for penalty in penalties), "clause")


def _named(names: tuple[str, ...], held: EnforcementItems) -> tuple[Text, ...]:
    return tuple(held.bodies[name].name for name in names if name in held.bodies)
