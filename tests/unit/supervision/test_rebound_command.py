"""``supervise rebound`` as a bureau calls it: lines, JSON, page and workbook; what cannot be read is told."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from datetime import date
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from riskengine.catalog import load_shipped
from riskengine.reports.rebound import lines_of, rebound_page, write_rebound
from riskengine.supervision.rebound import ReboundRequest, analyse, read_rebound_rules

EXAMPLES = Path(__file__).parents[3] / "examples"
REBOUND = EXAMPLES / "rebound"
DAY = ("--as-of", "2022-12-31")


@pytest.fixture
def call(cli):
    """Call the command: exit code, stdout, stderr."""
    return partial(cli, "supervise", "rebound")


@pytest.fixture(scope="module")
def found():
    """The example, analysed once."""
    return analyse(
        ReboundRequest(
            REBOUND / "violations.csv",
            date(2022, 12, 31),
            read_rebound_rules(REBOUND / "rules.yaml"),
            inspections=REBOUND / "inspections.csv",
            campaigns=REBOUND / "campaigns.csv",
        )
    )


def test_the_example_shows_what_was_planted_in_it(found):
    overload = found.kinds["overload"]
    first = overload.standings.more[0].cell
    assert (first.place, first.band) == ("示例一号公路K40-K50", 20)
    assert "示例超限检测站" not in {each.cell.place for each in overload.standings.more}
    assert overload.counts.unused == {"other_kind": 457}
    assert found.kinds["illegal_operation"].standings.more == ()
    (effect,) = found.effects
    assert effect.said == "fewer"
    assert effect.regresses


def test_a_folder_is_read_whole_and_page_workbook_and_pairs_are_written(call, tmp_path):
    code, out, err = call(REBOUND, "--rules", REBOUND / "rules.yaml", *DAY, "--out", tmp_path / "new", "--json")
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert result["kinds"]["overload"]["more"][0]["from_hour"] == 20
    assert result["rows"]["inspections"] == {"in": 2600, "left_out": 0}
    assert result["campaigns"][0]["said"] == "fewer"
    assert [Path(name).name for name in result["written"]] == ["rebound.html", "rebound.xlsx", "pairs.csv"]
    pairs = (tmp_path / "new" / "pairs.csv").read_text("utf-8").splitlines()
    assert pairs[0] == "after,unit,risk_point,violation_id,day,repeat_id,repeat_on,days"
    longest = [row for row in result["repeats"] if row["days"] == 365 and row["risk_point"] != "all"]
    assert len(pairs) - 1 == sum(row["repeated"] + row["running_repeated"] for row in longest)
    assert all(0 < int(line.rsplit(",", 1)[1]) <= 365 for line in pairs[1:])


def test_the_record_of_the_year_says_that_it_is_too_little(call):
    code, out, _ = call(EXAMPLES / "record-2022", *DAY, "--lang", "en")
    assert code == 0
    assert "Nowhere is clearly more found than elsewhere." in out
    assert "Too little looked at" in out
    assert "may be regression to the mean" in out or "nothing is said" in out


def test_files_stand_in_for_the_folder_and_repeats_need_no_inspections(call):
    code, out, _ = call("--violations", REBOUND / "violations.csv", *DAY, "--lang", "en", "--json")
    assert code == 0
    result = json.loads(out)
    assert result["kinds"] == {}
    assert result["repeats"]


def test_what_is_missing_or_no_folder_is_told(call, tmp_path):
    assert "RE-975" in call(*DAY)[2]
    assert "RE-957" in call(tmp_path, *DAY)[2]
    assert "RE-955" in call(tmp_path / "none", *DAY)[2]
    (tmp_path / "rules.yaml").write_text("rebound: x\n", "utf-8")
    code, _, err = call(REBOUND, "--rules", tmp_path / "rules.yaml", *DAY)
    assert (code, "RE-901" in err) == (2, True)
    (tmp_path / "file").write_text("", "utf-8")
    code, _, err = call(REBOUND, *DAY, "--out", tmp_path / "file" / "below")
    assert (code, "RE-609" in err) == (2, True)


def test_without_duckdb_the_line_that_installs_it_is_told(call, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    code, _, err = call(REBOUND, *DAY, "--lang", "en")
    assert code == 2
    assert "RE-613" in err
    assert "riskengine[duckdb]" in err


def test_personal_numbers_in_places_are_masked(tmp_path):
    place = "11010519491231002X门前"
    seen = [
        {"inspection_id": f"JC{at}", "operator_id": "OP-1", "inspected_on": "2022-03-01 10:00", "place": place}
        for at in range(30)
    ]
    request = ReboundRequest([], date(2022, 12, 31), read_rebound_rules(None), inspections=seen)
    found, catalog = analyse(request), load_shipped()
    write_rebound(found, catalog, tmp_path / "rebound.xlsx", "zh")
    cells = [
        cell for sheet in openpyxl.load_workbook(tmp_path / "rebound.xlsx") for row in sheet.values for cell in row
    ]
    texts = [json.dumps(found.to_dict(), ensure_ascii=False), rebound_page(found, catalog, "zh"), str(cells)]
    texts += lines_of(found, catalog, "zh")
    assert any("门前" in text for text in texts)
    assert not any("19491231" in text for text in texts)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_it_in_one_language_and_always_alike(found, lang):
    catalog = load_shipped()
    page = rebound_page(found, catalog, lang)
    assert page == rebound_page(found, catalog, lang)
    words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert ("2022年12月31日" if lang == "zh" else "31 December 2022") in words
    assert ("查出的比别处多" if lang == "zh" else "More than elsewhere") in words
    assert page.count('class="heat"') == 5 + 3  # all places and each of them, by kind
    assert "<script" not in page
    if lang == "zh":
        assert not re.search(r"\b[a-z]{3,} [a-z]{3,}\b", words)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_has_every_cell(found, tmp_path, lang):
    write_rebound(found, load_shipped(), tmp_path / "rebound.xlsx", lang)
    repeats, cells, patrols, campaigns, _ = openpyxl.load_workbook(tmp_path / "rebound.xlsx").worksheets
    assert repeats.max_row == 1 + len(found.repeats.rows)
    assert cells.max_row == 1 + sum(len(result.counts.cells) for result in found.kinds.values())
    assert patrols.max_row == 1 + sum(len(result.advice.windows) for result in found.kinds.values())
    assert campaigns.max_row == 1 + 8


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [375, 1440])
def test_in_a_browser_it_fits_and_has_no_fault(found, tmp_path, lang, width):
    api = pytest.importorskip("playwright.sync_api", reason="drives a browser: needs playwright")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="looks for faults: needs axe-core")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=arguments)
        page = opened.new_page(viewport={"width": width, "height": 900})
        page.set_content(re.sub(r"<meta http-equiv[^>]*>", "", rebound_page(found, load_shipped(), lang)))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        faults = axe.Axe().run(page).response["violations"]
        opened.close()
    serious = [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in faults]
    assert [one for one, fault in zip(serious, faults, strict=True) if fault["impact"] in {"serious", "critical"}] == []
