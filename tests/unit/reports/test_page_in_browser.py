"""The page as people use it: in a real browser, from a file, with no network."""

from __future__ import annotations

import os
import re
import shutil
import time
from datetime import date
from pathlib import Path

import pytest
from enlarged_runs import enlarged

from riskengine import Engine
from riskengine.contract.tables import GRADED
from riskengine.kernel.decimals import plain
from riskengine.reports import write_html
from riskengine.reports.html.words import page_words
from riskengine.results import outlook, view_of
from riskengine.runs import open_run

sync_api = pytest.importorskip("playwright.sync_api", reason="drives a browser: needs playwright")
axe_api = pytest.importorskip("axe_playwright_python.sync_playwright", reason="looks for faults: needs axe-core")

pytestmark = pytest.mark.slow
expect = sync_api.expect

EXAMPLES = Path(__file__).parents[3] / "examples"
WIDTHS = (375, 1440)
LANGUAGES = ("zh", "en")
COPIES = 334  # of three hundred operators
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs of the examples, half a year apart, a row of the second left out."""
    folder = tmp_path_factory.mktemp("runs")
    records = [EXAMPLES / "operators.csv", EXAMPLES / "violations.csv"]
    engine = Engine.load()
    first = engine.grade(*records, as_of=date(2022, 6, 30)).write(folder)
    torn = folder.parent / "violations.csv"
    torn.write_text(records[1].read_text("utf-8").replace(",2022-11-", ",2022-31-", 1), "utf-8")
    second = engine.grade(records[0], torn, as_of=date(2022, 12, 31)).write(folder)
    return first, second


@pytest.fixture(scope="module")
def run(runs):
    return runs[1]


@pytest.fixture(scope="module")
def file(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(run, path, "zh")
    return path


class Visit:
    """A page that is open, and what it did that it should not have done."""

    def __init__(self, browser, file: Path, lang: str, width: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._requested)
        self._address = file.as_uri()
        self.page.goto(self._address)
        self.page.wait_for_selector("html[data-ready]")
        self.page.click(f"[data-language={lang}]")

    def _requested(self, request) -> None:
        if request.url.split("#")[0] != self._address:
            self.faults.append(f"fetched {request.url}")

    def open_first(self) -> None:
        self.page.click("#operators-table tbody tr:first-child a")
        self.page.wait_for_selector("#operator-title")

    def names(self) -> list[str]:
        return self.page.locator("#operators-table tbody th a").all_inner_texts()

    def found(self) -> int:
        return int(re.findall(r"[\d,]+", self.page.inner_text("#found"))[0].replace(",", ""))


@pytest.fixture(
    params=[(lang, width) for lang in LANGUAGES for width in WIDTHS], ids=lambda pair: f"{pair[0]}-{pair[1]}"
)
def visit(browser, file, request):
    made = Visit(browser, file, *request.param)
    made.lang, made.width = request.param
    yield made
    made.context.close()
    assert made.faults == []


def test_every_view_fits_the_screen_and_has_no_serious_fault(visit):
    """No sideways scrolling; axe-core finds nothing serious or critical, of colours, names, roles, order."""
    page = visit.page
    for view in ("overview", "operator"):
        if view == "operator":
            visit.open_first()
        assert page.evaluate("document.documentElement.scrollWidth") <= visit.width
        found = axe_api.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        faults = [
            (fault["id"], fault["nodes"][0]["html"][:120], len(fault["nodes"]))
            for fault in found
            if fault["impact"] in {"serious", "critical"}
        ]
        assert faults == [], view


def test_searching_filtering_and_sorting_show_what_the_run_holds(visit, run):
    page, rows = visit.page, run.rows("grades")
    assert visit.found() == len(rows)
    wanted = rows[7]
    page.fill("#search", wanted["operator_id"].lower())
    expect(page.locator("#operators-table tbody tr")).to_have_count(1)
    assert visit.names() == [wanted["name"]]
    page.fill("#search", "no such operator")
    expect(page.locator("#operators-table tbody tr")).to_have_count(0)
    assert page.inner_text("#found") == page_words()[visit.lang]["no_match"]
    page.click(".clear")
    page.select_option("#only-grade", "D")
    worst = [row for row in rows if row["grade"] == "D"]
    assert visit.found() == len(worst)
    page.select_option("#only-grade", "")
    page.click("[data-sort=score]")
    shown = page.locator("#operators-table tbody tr td:nth-child(3)").all_inner_texts()
    best = sorted(row["score"] for row in rows if row["score"] is not None)
    assert [text.split()[-1] for text in shown] == [plain(score) for score in best[: len(shown)]]
    assert page.locator("th[aria-sort=ascending]").count() == 1


def test_a_figure_filters_the_list(visit, run):
    page = visit.page
    fired = {
        row["operator_id"] for row in run.rows("signals") if (row["status"], row["risk_point"]) == ("fired", "HW-01")
    }
    page.locator(f"[data-in={visit.lang}] [data-filter=point][data-value=HW-01]").first.click()
    assert visit.found() == len(fired)
    assert page.input_value("#only-point") == "HW-01"
    counties = {row["operator_id"]: row["county"] for row in run.rows("register")}
    page.locator(f"[data-in={visit.lang}] [data-filter=county]").first.click()
    chosen = page.input_value("#only-county")
    assert visit.found() == list(counties.values()).count(chosen) > 0
    page.locator(f"[data-in={visit.lang}] [data-filter=mark][data-value=left_out]").first.click()
    assert visit.found() == sum(row["quarantined_count"] > 0 for row in run.rows("grades")) == 1


def test_an_operators_page_adds_up_and_says_when_records_lapse(visit, run):
    page, rows = visit.page, run.rows("grades")
    wanted = min((row for row in rows if row["grade"] == "D"), key=lambda row: row["score"])
    page.fill("#search", wanted["operator_id"])
    expect(page.locator("#operators-table tbody tr")).to_have_count(1)
    visit.open_first()
    assert page.inner_text("#operator-title") == wanted["name"]
    assert page.inner_text(".verdict .g") == wanted["grade"]
    cells = page.locator("#waterfall tbody tr td.pts").all_inner_texts()
    points = [row["points"] for row in run.rows_of("signals", wanted["operator_id"]) if row["points"]]
    assert sorted(text.replace("−", "-") for text in cells if text) == sorted(plain(each) for each in points)
    assert page.inner_text("#waterfall tr.sum td:nth-child(3)") == plain(wanted["score"])
    view = view_of(run, wanted["operator_id"])
    context = Engine.load().context(run.as_of)
    ends = {item.ends.isoformat() for item in outlook(view, context) if item.ends}
    assert ends
    shown = page.inner_text("#help")
    assert all(day in shown for day in ends)
    evidence = {row["record_id"] for row in run.rows_of("evidence", wanted["operator_id"])}
    assert page.locator("#records tbody tr").count() == len(evidence)
    assert page.locator("#history li").count() == 2


def test_the_keyboard_alone_is_enough(visit):
    page = visit.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    found = page.inner_text("#found")
    page.keyboard.type("0009")
    expect(page.locator("#found")).not_to_have_text(found)
    page.keyboard.press("Escape")
    first = page.locator("#operators-table tbody a").first
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#operator-title")
    assert page.evaluate("document.activeElement.id") == "operator-title"
    name = page.inner_text("#operator-title")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#operator-title")).not_to_have_text(name)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#operator-title")).to_have_text(name)
    page.keyboard.press("Escape")
    page.wait_for_selector("#overview", state="visible")
    assert page.locator("#operator").is_hidden()
    page.go_back()
    page.wait_for_selector("#operator", state="visible")


def test_the_language_changes_in_the_page_and_nothing_stays_behind(visit, run):
    page = visit.page
    visit.open_first()
    for lang in ("zh", "en"):
        page.click(f"[data-language={lang}]")
        say = page_words()[lang]
        assert page.evaluate("document.documentElement.lang") == say["html_lang"]
        expect(page.locator("#operator h3").first).to_have_text(say["history"])
    names = {row["name"] for row in run.rows("grades")} | {row["county"] for row in run.rows("register")}
    page.keyboard.press("Escape")
    page.wait_for_selector("#overview", state="visible")
    text = page.inner_text("#overview")
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, "")
    # What was found in the records is told in the language of the run, which is the one it was graded in.
    told = {row["message"] for row in run.rows("quarantine")}
    left = [line for line in text.splitlines() if HAN.search(line) and not any(map(line.endswith, told))]
    assert left == []


def test_it_prints_to_a4(visit, tmp_path):
    for view in ("overview", "operator"):
        if view == "operator":
            visit.open_first()
        paper = visit.page.pdf(prefer_css_page_size=True)
        assert paper.startswith(b"%PDF")
        assert re.search(rb"/MediaBox ?\[0 0 59[45][.\d]* 84[12]", paper)
        assert len(re.findall(rb"/Type ?/Page\b", paper)) >= (5 if view == "overview" else 1)


def test_the_list_goes_on_page_by_page(visit, run):
    page, total = visit.page, len(run.rows("grades"))
    seen = visit.names()
    for _ in range(total // 50):
        button = page.locator("[data-page=next_page]")
        if button.is_disabled():
            break
        button.click()
        seen += visit.names()
    assert len(seen) == total
    assert sorted(seen) == sorted(row["name"] for row in run.rows("grades"))


def test_the_moves_are_those_of_the_two_runs(visit, runs):
    before = {row["operator_id"]: row["grade"] for row in runs[0].rows("grades")}
    ranking = ["AA", "A", "B", "C", "D"]
    both = [
        (ranking.index(before[row["operator_id"]]), ranking.index(row["grade"]))
        for row in runs[1].rows("grades")
        if row["status"] == GRADED and row["grade"] in ranking and before.get(row["operator_id"]) in ranking
    ]
    page = visit.page
    for name, moved in (("down", lambda old, new: new > old), ("up", lambda old, new: new < old)):
        assert int(page.inner_text(f"#{name}-{visit.lang}")) == sum(moved(*pair) for pair in both)
    table = page.locator(f"#migration-{visit.lang} tbody tr")
    for at, grade in enumerate(ranking):
        cells = table.nth(at).locator("td").all_inner_texts()
        for to, _ in enumerate(ranking):
            assert (0 if cells[to] == "·" else int(cells[to])) == both.count((at, to)), (grade, to)


@pytest.mark.long
def test_a_hundred_thousand_operators_can_be_used_within_three_seconds(browser, run, tmp_path):
    """From opening the file to a search that has found its one operator; then its page within a second."""
    large = open_run(enlarged(run.folder, tmp_path / run.run_id, COPIES, hashed=False))
    path = tmp_path / "report.html"
    write_html(large, path, "zh")
    assert path.stat().st_size < 30_000_000
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    page = context.new_page()
    wanted = f"{COPIES - 1:05d}-{run.rows('grades')[7]['operator_id']}"
    begun = time.perf_counter()
    page.goto(path.as_uri())
    page.fill("#search", wanted)
    expect(page.locator("#operators-table tbody tr")).to_have_count(1)
    searched = time.perf_counter()
    page.click("#operators-table tbody tr a")
    page.wait_for_selector("#operator-title")
    opened = time.perf_counter()
    context.close()
    assert searched - begun < 3
    assert opened - searched < 1
