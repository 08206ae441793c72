"""Lint: what an edition must hold beyond being readable. Loading refuses what cannot be used; this adds the rest.

A catalogue with such a problem still loads, so that it can be worked on; it is not fit to be issued.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.catalog.check import all_citations
from riskengine.catalog.citation import Citation
from riskengine.catalog.figures import figures
from riskengine.catalog.lint_enforcement import lint_enforcement
from riskengine.catalog.load import folders, read_consultation, read_enforcement, read_files
from riskengine.catalog.threats import KINDS
from riskengine.kernel.languages import LANGUAGES
from riskengine.kernel.masking import is_personal
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.kernel.shipped import shipped_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from riskengine.catalog.check import Files, Read
    from riskengine.catalog.consultation import ConsultationLog
    from riskengine.catalog.risk_point import Penalty, RiskPointEntry
    from riskengine.kernel.yaml_document import Path_, YamlDocument

_CHINESE = re.compile("[一-鿿]")
_ENGLISH = re.compile("[A-Za-z]")


def lint_catalog(root: Path | None = None) -> list[Problem]:
    """Every problem of a catalogue: what loading refuses, what an edition must hold, and the files beside it.

    Args:
        root: the folder that holds ``risk_catalog`` and ``measures``; the shipped ones where it is left out.
    """
    risk_catalog, measures = folders(root)
    files, problems = read_files(risk_catalog, measures)
    log = read_consultation(risk_catalog, problems)
    items = read_enforcement(risk_catalog, problems)
    if files is not None:
        problems += lint_files(files)
        if items is not None and files.is_whole:
            problems += [*_texts(items[0], items[0].data, ()), *lint_enforcement(items, files)]
        if log is not None and files.is_whole:
            problems += lint_consultation(log, files)
    return in_order(problems)


def lint_files(files: Files) -> Iterator[Problem]:
    """What the files of an edition must hold beyond being readable. Sums are left out where a file is missing."""
    if files.is_whole:
        yield from lint_numbers(files)
    for read in (files.edition, files.laws, *files.areas, *files.measures):
        yield from _texts(read[0], read[0].data, ())
    for document, path, _, point in files.points():
        yield from _duties(document, path, point)
        yield from _penalties(document, path, point)
        yield from _triggers(document, path, point)
        yield from _fairness(document, path, point)
    yield from _measures(files)
    yield from _quotes(files)


def lint_consultation(log: Read[ConsultationLog], files: Files) -> Iterator[Problem]:
    """Each comment is on something that exists, stands in both languages and names nobody by a number."""
    document, held = log
    codes = [
        *files.edition[1].areas,
        *(point.code for _, _, _, point in files.points()),
        *(code for _, file in files.measures for code in file.measures),
    ]
    yield from _texts(document, document.data, ())
    for at, comment in enumerate(held.comments):
        path: Path_ = ("comments", at)
        if comment.code not in codes:
            yield document.problem(
                "RE-406", (*path, "code"), comment.code, what="code", near=nearest(comment.code, codes)
            )
        for key in ("comment", "why"):
            for lang in LANGUAGES:
                if is_personal(getattr(comment, key).get(lang)):
                    yield document.problem("RE-441", (*path, key, lang), comment.code)


def lint_numbers(files: Files) -> Iterator[Problem]:
    """Each area has the parts that the edition demands: a lost measure, citation or penalty is found here."""
    document, edition = files.edition
    demanded = edition.counts.by_area or {}
    found = _found(files)
    for area in demanded:
        if area not in edition.areas:
            yield document.problem(
                "RE-406", ("counts", "by_area", area), area, what="area", near=nearest(area, edition.areas)
            )
    for area in edition.areas:
        if area not in demanded:
            yield document.problem("RE-431", ("counts", "by_area"), area)
            continue
        for what, expected in demanded[area]:
            if found[area, what] != expected:
                yield document.problem(
                    "RE-432",
                    ("counts", "by_area", area, what),
                    found[area, what],
                    area=area,
                    what=what,
                    expected=expected,
                )


def _found(files: Files) -> Counter[tuple[str, str]]:
    """(area, part) → number."""
    found: Counter[tuple[str, str]] = Counter()
    for _, _, area, point in files.points():
        found[area, "risk_points"] += point.succeeded_by is None
        found[area, "citations"] += len(point.citations)
        found[area, "penalties"] += len(point.penalties)
    for _, file in files.measures:
        found[file.area, "measures"] += len(file.measures)
    areas = {id(document): file.area for document, file in files.areas}
    areas |= {id(document): file.area for document, file in files.measures}
    for document, path, _ in all_citations(files):
        found[areas[id(document)], "bases"] += path[2:3] not in {("citations",), ("penalties",)}
    return found


def _texts(document: YamlDocument, value: Any, path: Path_) -> Iterator[Problem]:
    """Chinese is Chinese and English is English: neither was left empty by copying the other."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            zh, en = str(value["zh"]).strip(), str(value["en"]).strip()
            if zh == en:
                yield document.problem("RE-433", path, zh, reason="the same words stand in zh and in en")
            elif not _CHINESE.search(zh):
                yield document.problem("RE-433", (*path, "zh"), zh, reason="there is no Chinese in zh")
            elif _CHINESE.search(en) or not _ENGLISH.search(en):
                yield document.problem("RE-433", (*path, "en"), en, reason="en is not in English")
            return
        for key, item in value.items():
            yield from _texts(document, item, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _texts(document, item, (*path, at))


def _duties(document: YamlDocument, path: Path_, point: RiskPointEntry) -> Iterator[Problem]:
    """Those whom the point applies to have a duty of their own, and no citation stands twice."""
    duties = [citation for citation in point.citations if citation.role == "duty"]
    if duties and all(citation.duty_of == "authority" for citation in duties):
        yield document.problem("RE-434", (*path, "citations"), point.code)
    seen: set[tuple[Any, ...]] = set()
    for at, item in enumerate(point.citations):
        key = (item.law, item.version, item.article, item.paragraph, item.item, item.role, item.duty_of)
        if key in seen:
            yield document.problem("RE-435", (*path, "citations", at), item.article, law=item.law)
        seen.add(key)


def _penalties(document: YamlDocument, path: Path_, point: RiskPointEntry) -> Iterator[Problem]:
    """A penalty stands in an article that is cited as a liability, and its figures make sense."""
    liabilities = {(item.law, item.version, item.article) for item in point.citations if item.role == "liability"}
    for at, penalty in enumerate(point.penalties):
        here: Path_ = (*path, "penalties", at)
        if (penalty.law, penalty.version, penalty.article) not in liabilities:
            yield document.problem("RE-436", here, penalty.article, law=penalty.law, version=penalty.version)
        for reason in _wrong_figures(penalty):
            yield document.problem("RE-437", here, point.code, reason=reason)


def _wrong_figures(penalty: Penalty) -> Iterator[str]:
    if penalty.min is not None and penalty.max is not None and penalty.min > penalty.max:
        yield "min is above max"
    if penalty.unit is None and (penalty.min is not None or penalty.max is not None):  # a cap is always in yuan
        yield "a figure without its unit"
    multiple = penalty.multiple_of_illegal_income
    if multiple and multiple.min is not None and multiple.max is not None and multiple.min > multiple.max:
        yield "min is above max"


def _triggers(document: YamlDocument, path: Path_, point: RiskPointEntry) -> Iterator[Problem]:
    """A statutory figure names its article, and a local one does not borrow one."""
    for at, trigger in enumerate(point.data_triggers):
        has_article = trigger.basis not in {None, "local_policy"}
        if (trigger.kind == "statutory") != has_article:
            yield document.problem("RE-438", (*path, "data_triggers", at), trigger.kind)


def _fairness(document: YamlDocument, path: Path_, point: RiskPointEntry) -> Iterator[Problem]:
    """No trigger and no step of discretion goes by ownership, registration elsewhere, sex, ethnicity or religion."""
    for at, trigger in enumerate(point.data_triggers):
        here: Path_ = (*path, "data_triggers", at)
        texts: dict[Path_, str] = {("threshold",): trigger.threshold}
        texts |= {("fact", lang): trigger.fact.get(lang) for lang in LANGUAGES}
        if trigger.note is not None:
            texts |= {("note", lang): trigger.note.get(lang) for lang in LANGUAGES}
        yield from _unfair(document, here, texts, "trigger")
    for at, grade in enumerate(point.discretion.grades):
        here = (*path, "discretion", "grades", at)
        yield from _unfair(
            document, here, {("text", lang): grade.text.get(lang) for lang in LANGUAGES}, "step of discretion"
        )


def _unfair(document: YamlDocument, path: Path_, texts: Mapping[Path_, str], what: str) -> Iterator[Problem]:
    for part, text in texts.items():
        for ground in discriminates(text):
            yield document.problem("RE-439", (*path, *part), text, what=what, reason=ground)


def discriminates(text: str) -> list[str]:
    """The grounds on which ``text`` tells people apart that no decision may rest on; empty where there is none.

    >>> discriminates("外省车辆近365日案件数"), discriminates("final cases per vehicle in 365 days")
    (['registration elsewhere'], [])
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    close = re.sub(r"\s", "", plain)
    return [ground for ground, zh, en in _grounds() if zh.search(close) or en.search(" ".join(plain.split()))]


@lru_cache(maxsize=1)
def _grounds() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    entries = shipped_yaml("riskengine.catalog", "discrimination.yaml")
    return tuple(
        (ground, *(re.compile("|".join(f"(?:{words})" for words in entry[lang])) for lang in LANGUAGES))
        for ground, entry in entries.items()
    )


def _measures(files: Files) -> Iterator[Problem]:
    """A measure serves an article, and a risk point that is in use."""
    retired = {point.code: point.succeeded_by for _, _, _, point in files.points() if point.succeeded_by is not None}
    for document, file in files.measures:
        for code, measure in file.measures.items():
            if measure.basis is None:
                yield document.problem("RE-440", ("measures", code), code)
            if measure.risk_point in retired:
                yield document.problem(
                    "RE-442",
                    ("measures", code, "risk_point"),
                    code,
                    belongs=measure.risk_point,
                    successor=retired[measure.risk_point],
                )


def _quotes(files: Files) -> Iterator[Problem]:
    """What was read in the text is quoted; what an article threatens is excused only where it would count."""
    for document, path, entry in all_citations(files):
        if entry.sureness == "text" and entry.quote is None:
            yield document.problem("RE-380", path, entry.article, law=entry.law)
        if not isinstance(entry, Citation):
            continue
        for at, excuse in enumerate(entry.not_applicable or ()):
            here: Path_ = (*path, "not_applicable", at, "what")
            if entry.role != "liability":
                yield document.problem("RE-381", here, excuse.what, reason="the citation is no liability")
            elif not figures(excuse.what) and excuse.what not in KINDS:
                yield document.problem("RE-381", here, excuse.what, reason="neither a figure nor a kind of penalty")
