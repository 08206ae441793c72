from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from riskengine import Engine
from riskengine.contract.tables import GRADED, NOT_CURRENT, NOT_EVALUABLE
from riskengine.kernel.decimals import plain
from riskengine.reports import write_html
from riskengine.reports.wording import wording

PERSON = "11010519491231002X"
LANGUAGES = ("zh", "en")


class Page(HTMLParser):
    """The texts of the page's elements by id, its tables as rows of cells, its list, and what its tags refer to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.by_id: dict[str, str] = {}
        self.tables: dict[str, list[list[str]]] = {}
        self.operators: list[dict[str, str]] = []
        self.references: list[str] = []
        self.tags: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.references += [values[name] for name in ("src", "href", "action", "data", "srcset") if values.get(name)]
        if tag == "details":
            self.operators.append({})
        if tag == "table":
            self.tables[values["id"]] = []
        if tag == "tr":
            next(reversed(self.tables.values())).append([])
        if tag in {"td", "th"}:
            next(reversed(self.tables.values()))[-1].append("")
        if tag not in {"meta", "input", "br"}:
            self._open.append((tag, values))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for tag, values in self._open:
            if "id" in values and tag not in {"table", "div"}:
                self.by_id[values["id"]] = self.by_id.get(values["id"], "") + data
            if tag in {"td", "th"}:
                next(reversed(self.tables.values()))[-1][-1] += data
        if any(tag == "summary" for tag, _ in self._open):
            kinds = [
                (values.get("class") or "").split(" ")[0] if tag == "span" else tag
                for tag, values in self._open
                if tag in {"span", "small"}
            ]
            self.operators[-1][kinds[-1]] = self.operators[-1].get(kinds[-1], "") + data

    def explanations(self) -> list[dict]:
        return [json.loads(line) for line in self.by_id["lines"].strip().split("\n")]


@pytest.fixture(scope="session", params=LANGUAGES)
def page(run, request, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(run, path, request.param)
    text = path.read_text("utf-8")
    return request.param, text, Page(text)


def test_the_headline_figures_are_those_of_the_tables(page, run):
    _, _, parsed = page
    status = [row["status"] for row in run.rows("grades")]
    for name in (GRADED, NOT_EVALUABLE, NOT_CURRENT):
        assert int(parsed.by_id[name]) == status.count(name)
    left_out = sum(run.manifest["sources"]["operators"]["left_out"].values())
    assert int(parsed.by_id["left_out"]) == left_out == 1
    parts = sum(int(parsed.by_id[name]) for name in (GRADED, NOT_EVALUABLE, NOT_CURRENT, "left_out"))
    assert int(parsed.by_id["operators"]) == parts == run.manifest["sources"]["operators"]["rows"]


def test_the_distribution_counts_every_grade(page, run):
    _, _, parsed = page
    grades = [row["grade"] for row in run.rows("grades")]
    shown = {row[0]: int(row[2]) for row in parsed.tables["grades"][1:]}
    assert shown == {grade: grades.count(grade) for grade in ("AA", "A", "B", "C", "D", "new")}


def test_the_colours_count_every_graded_operator_once(page, run):
    lang, _, parsed = page
    say = wording(lang)
    worst = [row["risk_level"] for row in run.rows("grades") if row["status"] == GRADED]
    shown = {row[0]: int(row[1]) for row in parsed.tables["levels"][1:]}
    levels = ("red", "orange", "yellow", "blue", None)
    assert shown == {say[level or "no_level"]: worst.count(level) for level in levels}


def test_the_risk_points_count_operators_and_records_of_rules_that_fired(page, run):
    _, _, parsed = page
    fired = {
        row["operator_id"] for row in run.rows("signals") if (row["status"], row["risk_point"]) == ("fired", "HW-01")
    }
    records = {row["record_id"] for row in run.rows("evidence") if row["risk_point"] == "HW-01"}
    (row,) = parsed.tables["risk_points"][1:]
    assert (row[0], int(row[3]), int(row[4])) == ("HW-01", len(fired), len(records))


def test_the_list_has_every_operator_with_its_figures(page, run):
    lang, _, parsed = page
    none = wording(lang)["none"]
    shown = {entry["small"]: entry for entry in parsed.operators}
    assert len(parsed.operators) == len(run.rows("grades"))
    for row in run.rows("grades"):
        entry = shown[row["operator_id"] if row["operator_id"] != PERSON else "110105********002X"]
        assert entry.get("g") == row["grade"]
        assert entry["s"] == (none if row["score"] is None else plain(row["score"]))
        assert (int(entry["u"]), int(entry["q"])) == (row["unknown_count"], row["quarantined_count"])


def test_operators_with_left_out_records_come_first_and_then_the_worst_grade(page):
    _, _, parsed = page
    grades = [entry.get("g") for entry in parsed.operators]
    assert parsed.operators[0]["small"] == "OP-TORN"
    ranked = [grade for grade in grades[1:] if grade not in {"new", None}]
    assert ranked == sorted(ranked, key=["D", "C", "B", "A", "AA"].index)
    assert parsed.operators[-1]["small"] == "OP-GONE"


def test_an_explanation_adds_up_and_names_rule_article_and_records(page, run):
    lang, _, parsed = page
    shared = json.loads(parsed.by_id["shared"])
    at = [entry["small"] for entry in parsed.operators].index("OP-BAD")
    one = parsed.explanations()[at]
    texts = shared["texts"]
    points = {texts[rule["title"]]: rule.get("points") for rule in one["fired"]}
    signals = [row for row in run.rows("signals") if row["operator_id"] == "OP-BAD" and row["status"] == "fired"]
    assert sorted(filter(None, points.values())) == sorted(plain(row["points"]) for row in signals if row["points"])
    article = {"zh": "《公路安全保护条例》第六十六条第一款", "en": "article 66(1)"}[lang]
    assert any(article in texts[rule["basis"]] for rule in one["fired"])
    evidence = {row["record_id"] for row in run.rows("evidence") if row["operator_id"] == "OP-BAD"}
    assert set(one["records"]) == evidence
    assert one["quiet"]
    assert all(code in shared["measures"] for code in one["measures"])


def test_every_row_of_every_source_is_accounted_for(page, run):
    _, _, parsed = page
    rows = parsed.tables["sources"][1:]
    assert len(rows) == len(run.manifest["sources"])
    for row in rows:
        assert sum(map(int, re.findall(r"\d+", row[3]))) == int(row[2])


def test_the_page_fetches_nothing(page):
    _, text, parsed = page
    assert parsed.references == []
    assert not {"link", "img", "iframe", "object", "embed"} & set(parsed.tags)
    assert "http://" not in text
    assert "https://" not in text
    assert "@import" not in text
    assert "url(" not in text


def test_a_name_that_is_markup_is_shown_as_text(page):
    _, text, parsed = page
    assert "<script>alert(1)" not in text
    assert any(entry["n"].startswith("<script>alert(1)</script>") for entry in parsed.operators)
    assert parsed.tags.count("script") == 3
    assert any("</SCRIPT><B>6" in one.get("records", ()) for one in parsed.explanations())


def test_the_page_has_the_words_of_one_language_and_no_gaps(page):
    lang, text, _ = page
    visible = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)
    other = {"zh": "Not evaluable", "en": "无法评级"}[lang]
    assert other not in visible
    assert "None" not in visible
    assert f'<html lang="{wording(lang)["html_lang"]}">' in text


def test_personal_data_is_masked(page):
    _, text, _ = page
    assert PERSON not in text
    assert "某小样" not in text
    assert "某**" in text
    assert "110105********002X" in text


def test_personal_data_is_shown_when_asked_for_and_drivers_never_are(run, tmp_path):
    path = tmp_path / "report.html"
    write_html(run, path, "zh", show_personal=True)
    text = path.read_text("utf-8")
    assert PERSON in text
    assert "某小样" in text
    assert "410101198001010018" not in text


def test_equal_runs_give_equal_pages(run, tmp_path):
    first, second = tmp_path / "1.html", tmp_path / "2.html"
    write_html(run, first, "zh")
    write_html(run, second, "zh")
    assert first.read_bytes() == second.read_bytes()


def test_run_id_and_hashes_are_on_the_page(page, run):
    _, text, parsed = page
    assert parsed.by_id["content_hash"] == run.manifest["content_hash"]
    assert run.manifest["policy"]["sha256"] in text
    assert run.manifest["catalog"]["sha256"] in text
    assert run.run_id in text


def test_a_policy_without_a_catalogue_has_a_page_without_risk_points(tmp_path):
    premises = [
        {
            "operator_id": f"P{number}",
            "name": "Example Café",
            "hygiene": str(number * 5),
            "structural": "5",
            "confidence_in_management": "10",
        }
        for number in range(4)
    ]
    run = Engine.load("uk-fhrs").grade(premises, as_of=date(2022, 12, 31)).write(tmp_path / "runs")
    write_html(run, tmp_path / "report.html", "en")
    parsed = Page((tmp_path / "report.html").read_text("utf-8"))
    assert "risk_points" not in parsed.tables
    assert sum(int(row[2]) for row in parsed.tables["grades"][1:]) == 4
