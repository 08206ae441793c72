"""The comparison as a page, a workbook and Markdown: its figures worked out anew from the tables of the runs."""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pyarrow import parquet

from riskengine import Engine
from riskengine.kernel.errors import UsageError
from riskengine.reports.compared import compare_runs
from riskengine.reports.comparison import ENDINGS, ComparisonReport, Telling

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
RANKING = ["AA", "A", "B", "C", "D"]
LANGUAGES = ("zh", "en")


def _other_operators(folder):
    """The examples' operators without the first three, and with two new ones."""
    with (EXAMPLES / "operators.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    added = [{**row, "operator_id": f"NEW{at}", "name": f"=新主体{at}"} for at, row in enumerate(rows[10:12])]
    path = folder / "operators.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows([*rows[3:], *added])
    return path


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("comparison")
    engine, violations = Engine.load(), EXAMPLES / "violations.csv"
    first = engine.grade(EXAMPLES / "operators.csv", violations, as_of=date(2022, 6, 30), engine="reference")
    second = engine.grade(_other_operators(folder), violations, as_of=date(2022, 12, 31), engine="reference")
    return [batch.write(folder / "runs", previous=None) for batch in (first, second)]


@pytest.fixture(scope="module")
def written(runs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    for lang in LANGUAGES:
        report = ComparisonReport(compare_runs(*runs), *runs, (), lang)
        for ending in ENDINGS:
            report.write(folder / f"{lang}{ending}")
    return folder


def _states(run):
    """Operator → its grade, or its status where it has none; read from the table alone."""
    rows = parquet.read_table(run.folder / "grades.parquet").to_pylist()
    return {row["operator_id"]: row["grade"] or row["status"] for row in rows}


@pytest.fixture(scope="module")
def expected(runs):
    """The figures of the comparison, by way of the tables: pairs of states, kinds, operators by rule."""
    before, after = map(_states, runs)
    pairs = Counter((before.get(own, "absent"), after.get(own, "absent")) for own in {*before, *after})
    kinds = Counter()
    for (was, now), count in pairs.items():
        if was == now:
            kind = "unmoved"
        elif "absent" in (was, now):
            kind = "entered" if was == "absent" else "left"
        elif was in RANKING and now in RANKING:
            kind = "down" if RANKING.index(now) > RANKING.index(was) else "up"
        else:
            kind = "regraded" if {was, now} <= {*RANKING, "new"} else "status"
        kinds[kind] += count
    rules = []
    for run in runs:
        rows = parquet.read_table(run.folder / "signals.parquet").to_pylist()
        rules.append({(row["rule"], row["operator_id"]) for row in rows if row["status"] == "fired"})
    old, new = rules
    by_rule = {
        rule: tuple(sum(name == rule for name, _ in part) for part in (old, new, new - old, old - new))
        for rule in {rule for rule, _ in old | new}
    }
    return pairs, kinds, by_rule


class _Tables(HTMLParser):
    """The cells of every table of a page, and the big numbers of its tiles."""

    def __init__(self) -> None:
        super().__init__()
        self.tables, self.tiles, self._open = [], [], []

    def handle_starttag(self, tag, attributes):
        self._open.append((tag, dict(attributes).get("class") or ""))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tags = [tag for tag, _ in self._open]
        if {"td", "th"} & set(tags):
            self.tables[-1][-1][-1] += data.strip()
        if tags[-1:] == ["b"] and any(kind.startswith("tile") for _, kind in self._open):
            self.tiles.append(int(data.replace(",", "")))


def _page(written, lang):
    parser = _Tables()
    parser.feed((written / f"{lang}.html").read_text("utf-8"))
    return parser


def _named(lang):
    """State → what it is called."""
    say = Telling(lang).say
    outside = {state: say[f"diff_state_{state}"] for state in ("not_evaluable", "not_current", "absent")}
    return {**{grade: grade for grade in (*RANKING, "new")}, **outside}


def _pairs(rows, names, nothing):
    """A matrix as rows of cells → pairs of states; sums and empty cells left out."""
    states = {called: state for state, called in names.items()}
    heads = rows[0][1:-1]
    return {
        (states[row[0]], states[head]): int(cell)
        for row in rows[1:]
        if row[0] in states
        for head, cell in zip(heads, row[1:-1], strict=True)
        if cell not in nothing
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_figures_of_the_page_are_those_of_the_tables(written, runs, expected, lang):
    pairs, kinds, by_rule = expected
    page = _page(written, lang)
    assert page.tiles == [
        len(_states(runs[1])),
        *(kinds[kind] for kind in ("down", "status", "regraded", "up", "entered", "left", "unmoved")),
    ]
    assert (kinds["entered"], kinds["left"]) == (2, 3)
    assert _pairs(page.tables[0], _named(lang), {"·", ""}) == dict(pairs)
    titles = {rule: held.title.text.get(lang) for rule, held in _rules(runs[1])}
    shown = {row[0]: tuple(int(cell.replace("·", "0")) for cell in row[1:]) for row in page.tables[2][1:]}
    assert shown == {titles[rule]: by_rule.get(rule, (0, 0, 0, 0)) for rule in titles}


def _rules(run):
    return [(rule.rule, rule) for rule in run.policy.policy.rules]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_mover_stands_in_the_table_of_its_kind(written, runs, expected, lang):
    before, after = map(_states, runs)
    names = _named(lang)
    page = _page(written, lang)
    shown = {}
    for table in page.tables[3:-1]:
        for row in table[1:]:
            own = next(own for own in {*before, *after} if row[0].endswith(own))
            assert own not in shown
            shown[own] = row[1]
    moved = {own for own in {*before, *after} if before.get(own) != after.get(own)}
    arrow = "→"
    assert shown == {
        own: f"{names[before.get(own, 'absent')]}{arrow}{names[after.get(own, 'absent')]}" for own in moved
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_has_the_same_figures_and_every_mover(written, runs, expected, lang):
    pairs, kinds, by_rule = expected
    book = load_workbook(written / f"{lang}.xlsx")
    say = Telling(lang).say
    rows = {name: [[cell.value for cell in row] for row in book[say[name]].iter_rows()] for name in (
        "sheet_matrix", "sheet_rules", "sheet_movers")}  # fmt: skip
    assert _pairs(rows["sheet_matrix"], _named(lang), {0}) == dict(pairs)
    assert {row[0]: tuple(row[2:]) for row in rows["sheet_rules"][1:] if row[0] in by_rule} == by_rule
    moved = Counter(row[2] for row in rows["sheet_movers"][1:])
    assert moved == {say[f"diff_{kind}"]: count for kind, count in kinds.items() if kind != "unmoved"}
    named = [cell for row in book[say["sheet_movers"]].iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert len(named) == 2
    assert {cell.data_type for cell in named} == {"s"}, "a text never becomes a formula"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_markdown_has_the_same_matrix(written, expected, lang):
    lines = (written / f"{lang}.md").read_text("utf-8").splitlines()
    tables, rows = [], []
    for line in [*lines, ""]:
        if line.startswith("| "):
            rows.append([cell.strip().replace("\\_", "_") for cell in line.strip("|").split(" | ")])
        elif rows:
            tables.append([rows[0], *rows[2:]])
            rows = []
    assert _pairs(tables[1], _named(lang), {""}) == dict(expected[0])


def test_equal_runs_give_equal_files(runs, written, tmp_path):
    for ending in ENDINGS:
        ComparisonReport(compare_runs(*runs), *runs, (), "zh").write(tmp_path / f"again{ending}")
        assert (tmp_path / f"again{ending}").read_bytes() == (written / f"zh{ending}").read_bytes()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_in_its_language_runs_no_script_and_fetches_nothing(written, lang):
    text = (written / f"{lang}.html").read_text("utf-8")
    assert not re.search(r"<script|https?://|<img|<link|@import|url\(", text)
    assert "default-src 'none'" in text
    words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
    if lang == "zh":
        assert not re.search(r"\b[a-z]{3,} [a-z]{3,}\b", words)
        assert "2022年6月30日" in words
    else:
        assert "30 June 2022" in words
        assert "、" not in words.replace("新增", "")


def test_a_comparison_of_a_run_with_itself_says_so(runs, tmp_path):
    report = ComparisonReport(compare_runs(runs[0], runs[0]), runs[0], runs[0], (), "en")
    for ending in ENDINGS:
        report.write(tmp_path / f"same{ending}")
    assert "are the same" in (tmp_path / "same.html").read_text("utf-8")
    assert "are the same" in (tmp_path / "same.md").read_text("utf-8")


def test_another_ending_and_a_file_that_cannot_be_written_are_told(runs, tmp_path):
    report = ComparisonReport(compare_runs(runs[0], runs[0]), runs[0], runs[0], (), "zh")
    with pytest.raises(UsageError) as caught:
        report.write(tmp_path / "report.pdf")
    assert "RE-820" in caught.value.text("en")
    assert ".html, .xlsx, .md" in caught.value.text("en")
    assert ".html、.xlsx、.md" in caught.value.text("zh")
    with pytest.raises(UsageError, match="RE-609"):
        report.write(tmp_path / "no" / "report.html")


# --- in a browser ---


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="drives a browser: needs playwright")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=arguments)
        yield opened
        opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [375, 1440])
def test_in_a_browser_it_fits_has_no_fault_and_prints(browser, written, tmp_path, lang, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="looks for faults: needs axe-core")
    page = browser.new_page(viewport={"width": width, "height": 900})
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((written / f"{lang}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
    page.emulate_media(media="print")
    assert page.pdf(path=str(tmp_path / "comparison.pdf"), format="A4")[:4] == b"%PDF"
    page.close()
    # The page forbids scripts, the one that looks for faults included: it is looked at without that rule.
    open_page = browser.new_page(viewport={"width": width, "height": 900})
    open_page.set_content(re.sub(r"<meta http-equiv[^>]*>", "", (written / f"{lang}.html").read_text("utf-8")))
    faults = [found for found in axe.Axe().run(open_page).response["violations"]
              if found["impact"] in {"serious", "critical"}]  # fmt: skip
    assert [(found["id"], [node["html"][:90] for node in found["nodes"][:3]]) for found in faults] == []
    open_page.close()
