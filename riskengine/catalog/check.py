"""What must hold between the files of a catalogue: names lead somewhere, risk points are whole, sums are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from riskengine.kernel.problems import Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from riskengine.catalog.citation import Citation
    from riskengine.catalog.edition import Edition
    from riskengine.catalog.laws import LawRegister
    from riskengine.catalog.measure import MeasuresFile
    from riskengine.catalog.risk_point import AreaFile, Based, Penalty, RiskPointEntry
    from riskengine.kernel.yaml_document import Path_, YamlDocument

File = TypeVar("File")
Read = tuple["YamlDocument", File]


@dataclass(frozen=True)
class Files:
    """The files of a catalogue, each read and valid by itself, with the document that knows its lines."""

    edition: Read[Edition]
    laws: Read[LawRegister]
    areas: tuple[Read[AreaFile], ...]
    measures: tuple[Read[MeasuresFile], ...]

    @property
    def is_whole(self) -> bool:
        """Whether every area's file and every file of measures could be read."""
        return len(self.areas) == len(self.measures) == len(self.edition[1].areas)

    def points(self) -> Iterator[tuple[YamlDocument, Path_, str, RiskPointEntry]]:
        """Every risk point with its document, path and area."""
        for document, file in self.areas:
            for at, point in enumerate(file.risk_points):
                yield document, ("risk_points", at), file.area, point


def check_files(files: Files) -> Iterator[Problem]:
    """Every problem between the files."""
    yield from _law_versions(files)
    yield from _risk_points(files)
    yield from _measures(files)
    yield from _citations(files)
    yield from _counts(files)


def _law_versions(files: Files) -> Iterator[Problem]:
    """Versions stand oldest first, and one ends before or when the next begins."""
    document, register = files.laws
    for name, law in register.laws.items():
        for at in range(1, len(law.versions)):
            before, after = law.versions[at - 1], law.versions[at]
            overlap = after.effective_from is not None and (
                before.effective_to is None or before.effective_to > after.effective_from
            )
            if overlap or before.version >= after.version:
                yield document.problem("RE-415", ("laws", name, "versions", at), after.version, before=before.version)


def _risk_points(files: Files) -> Iterator[Problem]:
    edition = files.edition[1]
    codes = [point.code for _, _, _, point in files.points()]
    seen: set[str] = set()
    for document, path, area, point in files.points():
        if point.code in seen:
            yield document.problem("RE-405", (*path, "code"), point.code)
        seen.add(point.code)
        if not point.code.startswith(area):
            yield document.problem("RE-414", (*path, "code"), point.code, belongs=area)
        for at, party in enumerate(point.applies_to):
            if party not in edition.parties:
                yield _unknown(document, (*path, "applies_to", at), party, "party", edition.parties)
        colour = edition.matrix.get(point.likelihood, {}).get(point.harm)
        if point.level != colour:
            yield document.problem(
                "RE-412", (*path, "level"), point.level, likelihood=point.likelihood, harm=point.harm, expected=colour
            )
        for role in ("duty", "liability"):
            if not any(citation.role == role for citation in point.citations):
                yield document.problem("RE-411", (*path, "citations"), point.code, role=role)
        if point.succeeded_by is not None and point.succeeded_by not in codes:
            yield _unknown(document, (*path, "succeeded_by"), point.succeeded_by, "risk point", codes)
    yield from _circles(files)


def _circles(files: Files) -> Iterator[Problem]:
    successors = {point.code: point.succeeded_by for _, _, _, point in files.points()}
    for document, path, _, point in files.points():
        code, steps = successors[point.code], 0
        while code is not None and code != point.code and steps <= len(successors):
            code, steps = successors.get(code), steps + 1
        if code == point.code:
            yield document.problem("RE-416", (*path, "succeeded_by"), point.code)


def _measures(files: Files) -> Iterator[Problem]:
    codes = [point.code for _, _, _, point in files.points()]
    seen: set[str] = set()
    kinds: set[tuple[str, str]] = set()
    for document, file in files.measures:
        for code, measure in file.measures.items():
            path: Path_ = ("measures", code)
            if code in seen:
                yield document.problem("RE-405", path, code)
            seen.add(code)
            kinds.add((measure.risk_point, measure.kind))
            if measure.risk_point not in codes:
                yield _unknown(document, (*path, "risk_point"), measure.risk_point, "risk point", codes)
            elif not code.startswith(f"{measure.risk_point}-"):
                yield document.problem("RE-414", path, code, belongs=measure.risk_point)
    for document, path, _, point in files.points():
        for kind in ("operator", "regulator"):
            if point.succeeded_by is None and (point.code, kind) not in kinds:
                yield document.problem("RE-410", (*path, "code"), point.code, kind=kind)


def _citations(files: Files) -> Iterator[Problem]:
    register = files.laws[1]
    for document, path, citation in all_citations(files):
        if citation.law not in register:
            yield document.problem("RE-407", (*path, "law"), citation.law, near=nearest(citation.law, register.laws))
            continue
        version = register.version(citation.law, citation.version)
        if version is None:
            known = [entry.version for entry in register.versions(citation.law)]
            yield document.problem(
                "RE-408", (*path, "version"), citation.version or "", law=citation.law, known=", ".join(known)
            )
        elif version.articles is not None and int(citation.article.partition("-")[0]) > version.articles:
            yield document.problem(
                "RE-409",
                (*path, "article"),
                citation.article,
                law=citation.law,
                version=version.version,
                articles=version.articles,
            )


def all_citations(files: Files) -> Iterator[tuple[YamlDocument, Path_, Citation | Penalty]]:
    """Every place that names an article, with its document and path."""
    for document, path, _, point in files.points():
        for part, citation in _cited(point):
            yield document, (*path, *part), citation
    for document, file in files.measures:
        for code, measure in file.measures.items():
            for key in ("basis", "earlier_basis"):
                if (basis := getattr(measure, key)) is not None:
                    yield document, ("measures", code, key), basis


def _cited(point: RiskPointEntry) -> Iterator[tuple[Path_, Citation | Penalty]]:
    for at, citation in enumerate(point.citations):
        yield ("citations", at), citation
    for at, penalty in enumerate(point.penalties):
        yield ("penalties", at), penalty
    for at, comparison in enumerate(point.comparisons):
        yield ("comparisons", at, "citation"), comparison.citation
    for at, citation in enumerate(point.discretion.framework):
        yield ("discretion", "framework", at), citation
    based: list[tuple[Path_, Based]] = [
        *((("data_triggers", at), trigger) for at, trigger in enumerate(point.data_triggers)),
        *((("discretion", "grades", at), grade) for at, grade in enumerate(point.discretion.grades)),
    ]
    for path, item in based:
        if item.basis is not None and item.basis != "local_policy":
            yield (*path, "basis"), item.basis
        if item.earlier_basis is not None:
            yield (*path, "earlier_basis"), item.earlier_basis


def _counts(files: Files) -> Iterator[Problem]:
    document, edition = files.edition
    found: Mapping[str, int] = {
        "areas": len(files.areas),
        "risk_points": sum(point.succeeded_by is None for _, _, _, point in files.points()),
        "measures": sum(len(file.measures) for _, file in files.measures),
    }
    for what, number in found.items():
        expected = getattr(edition.counts, what)
        if number != expected:
            yield document.problem("RE-413", ("counts", what), number, expected=expected)


def _unknown(document: YamlDocument, path: Path_, found: str, what: str, among: Collection[str]) -> Problem:
    return document.problem("RE-406", path, found, what=what, near=nearest(found, among))
