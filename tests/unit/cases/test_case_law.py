"""Every article behind the review of case files and the outcomes: in the register, in force, and it says so."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from riskengine.catalog import load_shipped
from riskengine.catalog.lawtext import parse_articles, squeezed
from riskengine.supervision.cases.checklist import read_checklist
from riskengine.supervision.outcomes.rules import read_outcome_rules

LAWS = Path(__file__).parents[4] / "shared" / "laws"
CHECKLIST = read_checklist(None)


def _cited():
    """Name, citation, and the days of which a version must be in force."""
    for cited in CHECKLIST.bases:
        yield "checklist", cited, CHECKLIST.since
    for each in CHECKLIST.requirements:
        yield from ((each.requirement, cited, CHECKLIST.since) for cited in each.bases)
    rules = read_outcome_rules(None)
    for name, entry in (*rules.results.items(), *rules.grounds.items()):
        yield from ((name, cited, cited.since) for cited in entry.bases)


CITED = list(_cited())


def test_each_is_of_the_register_in_force_and_has_a_quotation():
    laws = load_shipped().laws
    for name, cited, day in CITED:
        version = laws.in_force(cited.law, day)
        assert version is not None, (name, cited.law)
        assert int(cited.article) <= version.articles, (name, cited)
        assert cited.quote, (name, cited)


def test_what_rests_on_no_article_alone_says_what_is_local_policy():
    for each in CHECKLIST.requirements:
        assert each.bases or each.basis == "local_policy", each.requirement
        assert (each.basis is None) == (each.note is None), each.requirement


@pytest.mark.skipif(not (LAWS / "index.csv").is_file(), reason="the law texts are not beside the project")
def test_the_quotation_stands_at_the_place():
    with (LAWS / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    laws, texts = load_shipped().laws, {}
    for name, cited, day in CITED:
        version, title = laws.in_force(cited.law, day), laws.title(cited.law).zh
        found = next(r["file"] for r in rows if r["title"] == title and r["version_date"] == str(version.version))
        if found not in texts:
            texts[found] = parse_articles((LAWS / found).read_text("utf-8"))
        paragraphs = texts[found][cited.article]
        chosen = paragraphs if cited.paragraph is None else [paragraphs[cited.paragraph - 1]]
        words = [lead for lead, _ in chosen]
        if cited.item is not None:
            words = [text for _, items in chosen for number, text in items if number == cited.item]
        assert any(squeezed(cited.quote) in squeezed(text) for text in words), (name, cited.law, cited.article, words)


def test_a_dated_citation_ends_with_the_version_of_its_law():
    laws = load_shipped().laws
    for name, cited, day in CITED:
        if hasattr(cited, "until"):
            assert laws.in_force(cited.law, day).effective_to == cited.until, (name, cited)
