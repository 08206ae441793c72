from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from reading_page import Page, said

from riskengine import Engine
from riskengine.contract.tables import GRADED, NOT_CURRENT, NOT_EVALUABLE
from riskengine.kernel.decimals import plain
from riskengine.reports import write_html
from riskengine.reports.html import page as page_module
from riskengine.reports.html.words import page_words

PERSON, MASKED = "11010519491231002X", "110105********002X"
LANGUAGES = ("zh", "en")
STATUSES = (GRADED, NOT_EVALUABLE, NOT_CURRENT)


@pytest.fixture(scope="session")
def written(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(run, path, "zh")
    return path.read_text("utf-8")


@pytest.fixture(scope="session")
def page(written):
    return Page(written)


@pytest.fixture(scope="session")
def entries(page):
    return {row["id"]: row for row in page.operators()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_headline_figures_are_those_of_the_tables(page, run, lang):
    rows = run.rows("grades")
    status = [row["status"] for row in rows]
    for name in STATUSES:
        assert page.number(f"{name}-{lang}") == status.count(name)
    left_out = sum(run.manifest["sources"]["operators"]["left_out"].values())
    assert page.number(f"left_out-{lang}") == left_out == 1
    parts = sum(page.number(f"{name}-{lang}") for name in (*STATUSES, "left_out"))
    assert page.number(f"operators-{lang}") == parts == run.manifest["sources"]["operators"]["rows"]
    assert page.number(f"worst-{lang}") == sum(row["grade"] == "D" for row in rows)
    assert page.number(f"red-{lang}") == sum(row["risk_level"] == "red" and row["status"] == GRADED for row in rows)
    assert page.number(f"touched-{lang}") == sum(row["quarantined_count"] > 0 for row in rows) == 1
    assert page.number(f"untold-{lang}") == sum(row["unknown_count"] > 0 for row in rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_distributions_count_every_grade_and_colour(page, run, lang):
    say, rows = page_words()[lang], run.rows("grades")
    shown = {row[0]: int(row[2]) for row in page.tables[f"grades-table-{lang}"][1:]}
    assert shown == {grade: sum(row["grade"] == grade for row in rows) for grade in ("AA", "A", "B", "C", "D", "new")}
    worst = [row["risk_level"] for row in rows if row["status"] == GRADED]
    shown = {row[0]: int(row[1]) for row in page.tables[f"levels-{lang}"][1:]}
    levels = ("red", "orange", "yellow", "blue", None)
    assert shown == {say[level or "no_level"]: worst.count(level) for level in levels}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_matrix_holds_every_risk_point_once_where_the_catalogue_puts_it_with_its_operators(page, run, lang):
    fired = {(row["operator_id"], row["risk_point"]) for row in run.rows("signals") if row["status"] == "fired"}
    counts = Counter(code for _, code in fired)
    points = run.catalog.risk_points
    rows = page.tables[f"matrix-{lang}"]
    harms = ("low", "medium", "high")
    found = {}
    for likelihood, row in zip(("high", "medium", "low"), rows[1:], strict=True):
        for harm, cell in zip(harms, row[1:], strict=True):
            for code, count in re.findall(r"([A-Z]{2}-\d{2})\s+(\d+)", cell):
                assert code not in found
                found[code] = (likelihood, harm, int(count))
    assert found == {code: (point.likelihood, point.harm, counts[code]) for code, point in points.items()}


def test_the_risk_points_count_operators_and_records_of_rules_that_fired(page, run):
    fired = {
        row["operator_id"] for row in run.rows("signals") if (row["status"], row["risk_point"]) == ("fired", "HW-01")
    }
    records = {row["record_id"] for row in run.rows("evidence") if row["risk_point"] == "HW-01"}
    (row,) = page.tables["points-zh"][1:]
    assert (row[0], int(row[3]), int(row[4])) == ("HW-01", len(fired), len(records))


def test_the_list_has_every_operator_with_its_figures(page, run, entries):
    shared = page.block("shared")
    grades = [grade[0] for grade in shared["grades"]]
    assert len(entries) == len(run.rows("grades"))
    for row in run.rows("grades"):
        entry = entries[MASKED if row["operator_id"] == PERSON else row["operator_id"]]
        assert (grades[entry["grade"]] if entry["grade"] >= 0 else None) == row["grade"]
        assert STATUSES[entry["status"]] == row["status"]
        assert entry["score"] == ("" if row["score"] is None else plain(row["score"]))
        assert (entry["unknown"], entry["left_out"]) == (row["unknown_count"], row["quarantined_count"])


def test_operators_with_left_out_records_come_first_and_then_the_worst_grade(page):
    grades = [grade[0] for grade in page.block("shared")["grades"]]
    rows = sorted(page.operators(), key=lambda row: row["place"])
    assert rows[0]["id"] == "OP-TORN"
    ranked = [grades[row["grade"]] for row in rows[1:] if row["grade"] >= 0 and grades[row["grade"]] != "new"]
    assert ranked == sorted(ranked, key=["D", "C", "B", "A", "AA"].index)
    assert rows[-1]["id"] == "OP-GONE"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_explanation_adds_up_and_names_rule_article_and_records(page, run, entries, lang):
    row = entries["OP-BAD"]
    one, texts = row["entry"], row["texts"]
    signals = [item for item in run.rows("signals") if item["operator_id"] == "OP-BAD" and item["status"] == "fired"]
    points = [rule["points"] for rule in one["fired"] if "points" in rule]
    assert sorted(points) == sorted(plain(item["points"]) for item in signals if item["points"])
    sums = [Decimal(page.block("shared")["start"])]
    for rule in one["fired"]:
        if "points" in rule:
            sums.append(sums[-1] + Decimal(rule["points"]))
            assert Decimal(rule["after"]) == sums[-1]
    assert "limited" in one or sums[-1] == Decimal(row["score"])
    article = {"zh": "《公路安全保护条例》第六十六条第一款", "en": "article 66(1)"}[lang]
    assert any(article in said(texts, rule["basis"], lang) for rule in one["fired"])
    evidence = {item["record_id"] for item in run.rows("evidence") if item["operator_id"] == "OP-BAD"}
    assert {record[0] for record in one["records"]} == evidence
    assert all(record[1:4] == ["HW-01", "2022-06-15", 16] for record in one["records"])
    assert one["quiet"]
    measures = {item["measure"] for item in run.rows("measures") if item["operator_id"] == "OP-BAD"}
    assert {code for code, _ in one["measures"]} == measures


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_row_of_every_source_is_accounted_for(page, run, lang):
    rows = page.tables[f"sources-{lang}"][1:]
    assert len(rows) == len(run.manifest["sources"])
    for row in rows:
        assert sum(map(int, re.findall(r"\d+", row[3]))) == int(row[2])


def test_the_page_fetches_nothing(written, page):
    assert [reference for reference in page.references if not reference.startswith("#")] == []
    assert not {"link", "img", "iframe", "object", "embed"} & set(page.tags)
    assert not re.search(r"https?://|@import|url\(", written)


def test_a_name_that_is_markup_is_shown_as_text(written, page, entries):
    assert "<script>alert(1)" not in written
    assert entries["OP-SCRIPT"]["name"] == "<script>alert(1)</script>"
    assert entries["OP-SCRIPT"]["entry"]["records"][0][0] == "</SCRIPT><B>6"
    assert page.tags.count("script") == 3 + len(page.kinds) - 2


def test_the_page_speaks_both_languages_and_has_no_gaps(written):
    body = re.sub(r"<(script|style).*?</\1>", "", written, flags=re.DOTALL)
    editions = re.split(r'<div(?: class="page")? data-in="(zh|en)"', body)
    for lang, text in zip(editions[1::2], editions[2::2], strict=True):
        visible = re.sub(r"<[^>]+>", " ", text)
        assert "None" not in visible
        if lang == "en":
            own = re.sub(r"[（(][^（(]*[）)]|《[^》]*》", "", visible)
            assert "无法评级" not in own
        else:
            assert "Not evaluable" not in visible


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_language_asked_for_is_shown_first(run, tmp_path, lang):
    write_html(run, tmp_path / "report.html", lang)
    text = (tmp_path / "report.html").read_text("utf-8")
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    assert f'<html lang="{page_words()[lang]["html_lang"]}">' in text
    assert re.search(rf'<div data-in="{lang}" lang="[^"]+">', text)
    assert re.search(rf'<div data-in="{other}" lang="[^"]+" hidden>', text)


def test_personal_data_is_masked(written, entries):
    assert PERSON not in written
    assert "某小样" not in written
    assert entries[MASKED]["name"] == "某**"


def test_personal_data_is_shown_when_asked_for_and_drivers_never_are(run, tmp_path):
    path = tmp_path / "report.html"
    write_html(run, path, "zh", show_personal=True)
    text = path.read_text("utf-8")
    assert PERSON in text
    assert "某小样" in text
    assert "410101198001010018" not in text


def test_equal_runs_give_equal_pages(written, run, tmp_path):
    write_html(run, tmp_path / "report.html", "zh")
    assert (tmp_path / "report.html").read_text("utf-8") == written


def test_compressed_data_is_the_same_data(page, run, tmp_path, monkeypatch):
    monkeypatch.setattr(page_module, "PLAIN_UP_TO", 0)
    monkeypatch.setattr(page_module, "AT_ONCE", 2)
    write_html(run, tmp_path / "report.html", "zh")
    packed = Page((tmp_path / "report.html").read_text("utf-8"))
    assert set(packed.kinds.values()) == {"application/json", "application/gzip"}
    assert sum(name.startswith("details-") for name in packed.kinds) == (len(run.rows("grades")) + 1) // 2
    for one, other in zip(packed.operators(), page.operators(), strict=True):
        assert {name: cell for name, cell in one.items() if name not in {"entry", "texts"}} == {
            name: cell for name, cell in other.items() if name not in {"entry", "texts"}
        }
        assert _spelled(one) == _spelled(other)


def _spelled(row):
    """The titles and reasons of an entry, in Chinese."""
    entry, texts = row["entry"], row["texts"]
    fired = [said(texts, rule["title"], "zh") for rule in entry.get("fired", ())]
    return fired + [[said(texts, place, "zh") for place in rule] for rule in entry.get("quiet", ())]


def test_run_id_and_hashes_are_on_the_page(written, page, run):
    assert page.by_id["content_hash-zh"] == page.by_id["content_hash-en"] == run.manifest["content_hash"]
    assert run.manifest["policy"]["sha256"] in written
    assert run.manifest["catalog"]["sha256"] in written
    assert run.run_id in written


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
    assert not {"points-en", "matrix-en", "areas-en"} & set(parsed.tables)
    assert sum(int(row[2]) for row in parsed.tables["grades-table-en"][1:]) == 4


def test_wording_is_there_in_both_languages_with_the_same_places():
    zh, en = (page_words()[lang] for lang in LANGUAGES)
    assert zh.keys() == en.keys()
    for key, text in zh.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", en[key])), key
    assert json.dumps(zh, ensure_ascii=False) != json.dumps(en, ensure_ascii=False)


def test_every_headline_figure_is_what_sql_finds_in_the_files_of_the_run(page, run):
    """Nothing of the library reads the folder here but DuckDB."""
    duckdb = pytest.importorskip("duckdb", reason="queries the run folder: needs duckdb")
    connection = duckdb.connect()

    def found(sql):
        return connection.execute(sql.format(folder=run.folder)).fetchall()

    grades = "FROM '{folder}/grades.parquet'"
    manifest = json.loads((run.folder / "manifest.json").read_text("utf-8"))
    queries = {
        "operators": f"SELECT COUNT(*) + {sum(manifest['sources']['operators']['left_out'].values())} {grades}",
        "graded": f"SELECT COUNT(*) {grades} WHERE status = 'graded'",
        "not_evaluable": f"SELECT COUNT(*) {grades} WHERE status = 'not_evaluable'",
        "not_current": f"SELECT COUNT(*) {grades} WHERE status = 'not_current'",
        "worst": f"SELECT COUNT(*) {grades} WHERE grade = 'D'",
        "red": f"SELECT COUNT(*) {grades} WHERE status = 'graded' AND risk_level = 'red'",
        "touched": f"SELECT COUNT(*) {grades} WHERE quarantined_count > 0",
        "untold": f"SELECT COUNT(*) {grades} WHERE unknown_count > 0",
    }
    for name, sql in queries.items():
        assert page.number(f"{name}-zh") == page.number(f"{name}-en") == found(sql)[0][0], name
    points = found(
        "SELECT s.risk_point, COUNT(DISTINCT s.operator_id) FROM '{folder}/signals.parquet' AS s "
        "WHERE s.status = 'fired' AND s.risk_point IS NOT NULL GROUP BY 1"
    )
    assert {row[0]: int(row[3]) for row in page.tables["points-zh"][1:]} == dict(points)
    months = found(
        "SELECT strftime(occurred_on, '%Y-%m'), COUNT(DISTINCT (operator_id, violation_id)) "
        "FROM '{folder}/inputs/conduct.parquet' GROUP BY 1"
    )
    shown = {row[0]: int(row[1]) for row in page.tables["months-zh"][1:]}
    assert {month: count for month, count in shown.items() if count} == dict(months)
    counties = found(
        "SELECT COALESCE(r.county, ''), COUNT(*) FROM '{folder}/inputs/register.parquet' AS r "
        "JOIN '{folder}/grades.parquet' AS g USING (operator_id) GROUP BY 1"
    )
    blank = page_words()["zh"]["no_county"]
    shown = {"" if row[0].strip() == blank else row[0].strip(): int(row[1]) for row in page.tables["counties-zh"][1:]}
    assert shown == dict(counties)
