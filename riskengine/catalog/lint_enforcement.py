"""Lint of the enforcement items: every liability article has its body, and nothing is named that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.problems import Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog.check import Files, Read
    from riskengine.catalog.enforcement import EnforcementItems
    from riskengine.kernel.yaml_document import Path_, YamlDocument


def lint_enforcement(read: Read[EnforcementItems], files: Files) -> Iterator[Problem]:
    """The problems of ``enforcement_items.yaml`` beside the files of its catalogue."""
    document, held = read
    yield from _bodies(document, held)
    yield from _competences(document, held, files)
    codes = [point.code for _, _, _, point in files.points()]
    register = files.laws[1]
    for at, power in enumerate(held.powers):
        path: Path_ = ("powers", at)
        if power.risk_point not in codes:
            near = nearest(power.risk_point, codes)
            yield document.problem("RE-406", (*path, "risk_point"), power.risk_point, what="risk point", near=near)
        if register.version(power.basis.law, power.basis.version) is None:
            yield _no_version(document, (*path, "basis", "version"), power.basis.law, power.basis.version, files)
        if power.basis.sureness == "text" and power.basis.quote is None:
            yield document.problem("RE-380", (*path, "basis"), power.basis.article, law=power.basis.law)


def _bodies(document: YamlDocument, held: EnforcementItems) -> Iterator[Problem]:
    """Every body that is named is listed, and every one that is listed is named."""
    named: set[str] = set()
    places = [(("competences", at), entry.bodies) for at, entry in enumerate(held.competences)]
    places += [(("powers", at), entry.bodies) for at, entry in enumerate(held.powers)]
    for path, bodies in places:
        for number, body in enumerate(bodies):
            named.add(body)
            if body not in held.bodies:
                near = nearest(body, held.bodies)
                yield document.problem("RE-406", (*path, "bodies", number), body, what="body", near=near)
    for body in held.bodies:
        if body not in named:
            yield document.problem("RE-384", ("bodies", body), body)


def _competences(document: YamlDocument, held: EnforcementItems, files: Files) -> Iterator[Problem]:
    """Each liability article of the catalogue stands under one competence, and nothing else does."""
    cited = dict.fromkeys(
        (citation.law, citation.version, citation.article)
        for _, _, _, point in files.points()
        for citation in point.citations
        if citation.role == "liability"
    )
    given: set[tuple[str, str | None, str]] = set()
    for at, entry in enumerate(held.competences):
        for number, article in enumerate(entry.articles):
            place = (entry.law, entry.version, article)
            if place not in cited or place in given:
                yield document.problem(
                    "RE-383", ("competences", at, "articles", number), article, law=entry.law, version=entry.version
                )
            given.add(place)
    for law, version, article in cited:
        if (law, version, article) not in given:
            yield document.problem("RE-382", ("competences",), article, law=law, version=version or "")


def _no_version(document: YamlDocument, path: Path_, law: str, version: str | None, files: Files) -> Problem:
    register = files.laws[1]
    if law not in register:
        return document.problem("RE-407", (*path[:-1], "law"), law, near=nearest(law, register.laws))
    known = ", ".join(entry.version for entry in register.versions(law))
    return document.problem("RE-408", path, version or "", law=law, known=known)
