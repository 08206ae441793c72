"""The handbook: whole, in order, honest about what was not verified; safe to publish."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from riskengine.catalog import catalog_files, load_catalog, load_shipped, write_catalog
from riskengine.catalog.verification import RESULTS, last_result
from riskengine.exchange import handbook, markdown

CATALOG = load_shipped()
LAST = last_result()
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """What a page is made of; an element that is not closed is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        assert not set(given) & {"src", "onclick", "onload"}, given
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.targets.append(given["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request) -> tuple[str, str, Page]:
    text = handbook(CATALOG, LAST, request.param)
    return request.param, text, Page(text)


def test_every_risk_point_and_measure_has_an_anchor_and_every_link_leads_to_one(page) -> None:
    _, _, found = page
    assert len(set(found.ids)) == len(found.ids)
    assert {*CATALOG.risk_points, *CATALOG.measures, *CATALOG.areas} <= set(found.ids)
    assert all(target.startswith("#") and target[1:] in found.ids for target in found.targets)
    for code in CATALOG.risk_points:
        assert found.targets.count(f"#{code}") == 3  # beside the page, by level, by area


def test_the_page_holds_everything_fetches_nothing_and_runs_nothing(page) -> None:
    lang, text, found = page
    assert not found.tags & {"script", "img", "link", "iframe", "object"}
    assert not re.search(r"https?://|url\(|@import", text)
    for point in CATALOG.risk_points.values():
        for part in (
            point.title,
            point.conduct,
            point.level_reason,
            *(entry.text for entry in point.discretion.grades),
        ):
            assert _escaped(part.get(lang)) in text
        for penalty in point.penalties:
            assert _escaped(penalty.when.get(lang)) in text
    for measure in CATALOG.measures.values():
        for part in (measure.text, measure.who, measure.when):
            assert _escaped(part.get(lang)) in text
    for law in {citation.law for point in CATALOG.risk_points.values() for citation in point.citations}:
        assert _escaped(CATALOG.laws.title(law).get(lang)) in text
    assert CATALOG.sha256 in text
    assert _escaped(CATALOG.edition.statement.get(lang)) in text


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;").replace('"', "&#34;")
    )


def test_headings_step_down_one_at_a_time(page) -> None:
    levels = [level for level, _ in page[2].headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    # h5 stands below h2 in the index alone, where there is nothing between.
    assert all(later - before <= 1 or (before, later) == (2, 5) for before, later in pairwise(levels))


def test_what_was_not_verified_is_marked_where_it_stands(page) -> None:
    lang, text, _ = page
    places = ("law", "version", "article", "paragraph", "item")
    unavailable = {
        (entry["at"].split("/")[0], entry.get("role"), *(entry.get(name) for name in places))
        for entry in LAST["citations"]
        if entry["result"] == "text_not_available" and not entry["at"].startswith("enforcement/")
    }
    mark = {"zh": "无文本可核对", "en": "text not available"}[lang]
    assert text.count(mark) >= len(unavailable) > 0
    never = {"zh": "未核对", "en": "not checked"}[lang]
    assert not re.search(rf'<span class="mark">{never}|[［\[]{never}', text)
    assert str(LAST["counts"]["verified"]) in text


@pytest.mark.parametrize("result", [result for result in RESULTS if result != "verified"])
def test_every_result_of_a_verification_can_be_marked(result) -> None:
    first = LAST["citations"][0]
    last = {**LAST, "citations": [{**first, "result": result}]}
    assert '<span class="mark">' in handbook(CATALOG, last, "en")


def test_a_catalogue_that_was_changed_since_says_so(tmp_path) -> None:
    write_catalog(catalog_files(), tmp_path)
    file = tmp_path / "risk_catalog" / "HW.yaml"
    text = file.read_text("utf-8")
    old = "        version: 2017-11-04\n        article: 49\n"
    assert old in text
    file.write_text(text.replace(old, old.replace("49", "48"), 1), "utf-8")
    changed = load_catalog(tmp_path / "risk_catalog", tmp_path / "measures")
    page = handbook(changed, LAST, "en")
    assert page.count('<span class="mark">not checked</span>') == 1
    assert "checked for another state of this catalogue" in page
    never = handbook(changed, {}, "en")
    assert "have not been held against the law" in never
    assert "Articles without a mark are verified" not in never
    assert last_result(tmp_path) == {}


def test_text_is_text_and_equal_catalogues_give_equal_pages(tmp_path) -> None:
    write_catalog(catalog_files(), tmp_path)
    file = tmp_path / "risk_catalog" / "HW.yaml"
    text = file.read_text("utf-8").replace(
        "en: Overloaded and over-limit", 'en: "<script>x</script> *a* |b|"\n      #', 1
    )
    file.write_text(text.replace("\n      # transport by road goods vehicles", "", 1), "utf-8")
    changed = load_catalog(tmp_path / "risk_catalog", tmp_path / "measures")
    page = handbook(changed, LAST, "en")
    assert "<script" not in page
    assert "&lt;script&gt;x" in page
    assert r"\<script\>x\</script\> \*a\* \|b\|" in markdown(changed, LAST, "en")
    assert page == handbook(changed, LAST, "en")


def test_a_retired_risk_point_says_what_took_its_place() -> None:
    data = CATALOG.to_dict()
    data["risk_points"]["HW-02"]["succeeded_by"] = "HW-01"
    text = handbook(type(CATALOG).from_dict(data), LAST, "zh")
    assert "已停用，由 HW-01 承继" in text
    assert "31个风险点" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_markdown_says_the_same(lang) -> None:
    text = markdown(CATALOG, LAST, lang)
    for point in CATALOG.risk_points.values():
        assert re.search(rf"^### {point.code} ", text, re.MULTILINE)
    for code in CATALOG.measures:
        assert f"**{code}**" in text
    assert "\n\n\n\n" not in text
