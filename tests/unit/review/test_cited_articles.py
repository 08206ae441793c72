"""Every article behind a term, a kind, discipline, a condition or a letter: in force on its days, and it says so."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from riskengine import CatalogError
from riskengine.catalog import load_shipped
from riskengine.catalog.lawtext import parse_articles, squeezed
from riskengine.policy import shipped_file
from riskengine.reports.letters import letter_kinds
from riskengine.supervision.lists.rules import ListFile
from riskengine.supervision.review.discipline import disciplines, read_disciplines
from riskengine.supervision.review.procedure import procedure

LAWS = Path(__file__).parents[4] / "shared" / "laws"
LISTS = ListFile.model_validate(yaml.safe_load(shipped_file("xuchang-transport", "lists.yaml")))


def _bases():
    for term in procedure().terms.values():
        yield from ((term.name, length.basis) for length in term.values)
    for held in (procedure().kinds, disciplines(), letter_kinds()):
        yield from ((each.name, basis) for each in held.values() for basis in each.bases)
    for entry in (*LISTS.conditions, *LISTS.exits):
        yield from ((entry.title.en, base) for base in entry.bases)


BASES = [(name, basis) for name, basis in _bases() if basis.law is not None]


@pytest.mark.parametrize(("name", "basis"), BASES, ids=[f"{name}-{basis.law}-{basis.article}" for name, basis in BASES])
def test_it_is_of_the_register_and_in_force_on_its_days(name, basis):
    version = load_shipped().laws.in_force(basis.law, basis.since)
    assert version is not None
    assert int(basis.article) <= version.articles
    if basis.until is None:
        assert version.effective_to is None
    assert basis.quote


def test_what_rests_on_no_law_says_that_it_is_local_policy():
    for name, basis in _bases():
        assert basis.law is not None or basis.basis == "local_policy", name


@pytest.mark.skipif(not (LAWS / "index.csv").is_file(), reason="the law texts are not beside the project")
def test_the_quotation_stands_at_the_place():
    with (LAWS / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    laws, texts = load_shipped().laws, {}
    for name, basis in BASES:
        version = laws.in_force(basis.law, basis.since)
        title = laws.title(basis.law).zh
        found = next(r["file"] for r in rows if r["title"] == title and r["version_date"] == str(version.version))
        if found not in texts:
            texts[found] = parse_articles((LAWS / found).read_text("utf-8"))
        paragraphs = texts[found][basis.article]
        chosen = paragraphs if basis.paragraph is None else [paragraphs[basis.paragraph - 1]]
        words = [lead for lead, _ in chosen]
        if basis.item is not None:
            words = [text for _, items in chosen for number, text in items if number == basis.item]
        assert any(squeezed(basis.quote) in squeezed(text) for text in words), (name, basis.law, basis.article)


@pytest.mark.parametrize("bases", [[], None, [{"since": "2020-05-01", "law": "henan_social_credit_regulation"}]])
def test_discipline_without_a_law_cannot_be_entered(bases):
    entry = {"list": "serious", "title": {"zh": "示例", "en": "example"}, "bases": bases}
    with pytest.raises(CatalogError, match=r"RE-936.*shaming"):
        read_disciplines({"shaming": entry})


def test_everything_on_a_list_that_may_follow_has_its_article():
    assert {each.list for each in disciplines().values()} == {"serious", "red"}
    assert all(basis.law and basis.article for each in disciplines().values() for basis in each.bases)
