"""The year's report: each figure against an oracle, its rows, the account of all rows, what is missing, documents."""

from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
from collections import defaultdict
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from year_oracle import Oracle

from riskengine.supervision.yearly import YearContext, year_of, year_spec

ROOT = Path(__file__).parents[3]
RECORD = ROOT / "examples" / "record-2022"
IDS = [f"{section.section}.{figure.figure}" for section in year_spec().sections for figure in section.figures]
RESIDENT_NUMBER = "11010519491231002X"


@pytest.fixture
def record(tmp_path):
    """A copy of the record, to be changed."""
    return Path(shutil.copytree(RECORD, tmp_path / "record"))


@pytest.fixture(scope="module")
def compute():
    """Compute the figures of a folder: id → figure, and the year."""
    from riskengine.catalog import load_shipped
    from riskengine.supervision.review.working_days import shipped_calendar

    def computed(folder, year=2022, before=None):
        return year_of(YearContext(folder, year, None, load_shipped(), shipped_calendar(), []), before)

    return computed


@pytest.fixture(scope="module")
def baseline(compute):
    """The example year as it is."""
    return compute(RECORD)


def _rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- the figures ---


def test_every_figure_has_an_oracle_and_every_oracle_a_figure():
    there = {name.replace("__", ".") for name in vars(Oracle) if "__" in name.strip("_")}
    assert there == set(IDS)


@pytest.mark.parametrize("figure", IDS)
def test_a_figure_is_what_plain_counting_gives(figures, oracle, figure):
    value, parts = oracle.of(figure)
    found = figures[figure]
    assert Fraction(found["value"]) == Fraction(value)
    assert {part["key"]: Fraction(part["value"]) for part in found["parts"]} == {
        key: Fraction(part) for key, part in parts.items()
    }


def test_every_section_of_the_example_is_told_from_data(figures):
    assert all(figure["value"] is not None and not figure["missing"] for figure in figures.values())
    assert {figure.split(".")[0] for figure in figures} == {section.section for section in year_spec().sections}


# --- the rows ---


def test_the_rows_of_a_count_are_as_many_as_it_says(made, figures):
    listed = defaultdict(set)
    for row in _rows(made / "rows.csv"):
        listed[row["figure"], row["part"]].add((row["file"], row["row"]))
    for name, figure in figures.items():
        assert len(listed[name, ""]) == figure["rows"]
        for part in figure["parts"]:
            assert len(listed[name, part["key"]]) == part["rows"]
            assert listed[name, part["key"]] <= listed[name, ""]
    for name in ("penalties.decided", "inspections.inspections", "comments.received", "operators.current"):
        assert figures[name]["rows"] == int(figures[name]["value"])


def test_every_row_of_every_table_counts_in_a_figure_or_is_listed_with_the_reason(made):
    counted = {(row["file"], int(row["row"])) for row in _rows(made / "rows.csv")}
    others = {(row["file"], int(row["row"])): row["why"] for row in _rows(made / "not_counted.csv")}
    assert not counted & set(others)
    for path in RECORD.glob("*.csv"):
        numbers = {(path.name, number) for number in range(2, len(_rows(path)) + 2)}
        here = {place for place in counted | set(others) if place[0] == path.name}
        if here:  # a file of another command is read by none of the figures
            assert here == numbers
    content = json.loads((made / "figures.json").read_text("utf-8"))
    for account in content["files"]:
        assert account["rows"] == account["counted"] + account["not_counted"]
    for (file, number), why in others.items():
        assert why == "other_year", (file, number)


READ = (
    "activities",
    "approvals",
    "campaigns",
    "case_scores",
    "case_steps",
    "challenges",
    "coercions",
    "comments",
    "inspections",
    "operators",
    "penalties",
    "permits",
    "publications",
    "publicity",
    "training",
    "violations",
)
"""The tables of which a row may be taken out: a case whose steps and scores are still there is refused."""


def _signature(figure):
    if figure.amount is None:
        return None
    parts = {key: (part.value, len(part.rows)) for key, part in figure.parts.items()}
    return figure.amount.value, len(figure.amount.rows), parts


def _without(folder, name, number):
    """The record without one row of a file; rows are numbered as people see them."""
    lines = (folder / f"{name}.csv").read_text("utf-8").splitlines(keepends=True)
    del lines[number - 1]
    (folder / f"{name}.csv").write_text("".join(lines), "utf-8")


def _changed(compute, folder, before):
    after = {figure.id: _signature(figure) for figure in compute(folder).figures}
    return {name for name in before if before[name] != after[name]}


def _counting(year, places):
    return {
        figure.id
        for figure in year.figures
        if figure.amount and {(ref.file, ref.row) for ref in figure.amount.rows} & places
    }


@pytest.mark.parametrize("names", [READ[::3], READ[1::3], READ[2::3]], ids=" ".join)
def test_a_row_less_changes_exactly_the_figures_that_count_it(compute, baseline, record, names):
    before = {figure.id: _signature(figure) for figure in baseline.figures}
    numbers = {name: 2 if name == "campaigns" else 7 for name in names}
    for name, number in numbers.items():
        _without(record, name, number)
    places = {(f"{name}.csv", number) for name, number in numbers.items()}
    assert _changed(compute, record, before) == _counting(baseline, places)


@pytest.mark.slow
@pytest.mark.parametrize("name", READ)
def test_a_row_less_of_one_file_changes_exactly_the_figures_that_count_it(compute, baseline, record, name):
    before = {figure.id: _signature(figure) for figure in baseline.figures}
    for number in (2, 3 if name == "campaigns" else 11):
        copy = Path(shutil.copytree(record, record.parent / f"{name}{number}"))
        _without(copy, name, number)
        assert _changed(compute, copy, before) == _counting(baseline, {(f"{name}.csv", number)})


# --- what is not there ---


def test_a_figure_whose_file_is_missing_says_so_and_the_others_stay(compute, baseline, record, call, tmp_path):
    before = {figure.id: _signature(figure) for figure in baseline.figures}
    (record / "approvals.csv").unlink()
    (record / "work_plan.yaml").unlink()
    gone = {name for name in IDS if name.split(".")[0] in {"approvals", "work_plan"}}
    assert _changed(compute, record, before) == gone
    for lang, words in (("zh", "没有“许可办理记录”"), ("en", "there is no file &#34;applications for permits&#34;")):
        call(2022, "--record", record, "--out", tmp_path / lang, "--lang", lang)
        page = (tmp_path / lang / "report.html").read_text("utf-8")
        assert words in page
        content = json.loads((tmp_path / lang / "figures.json").read_text("utf-8"))
        told = {one["id"]: one for section in content["sections"] for one in section["figures"]}
        assert all(told[name]["value"] is None and told[name]["missing"] for name in gone)
        assert told["grades.grades"]["missing"] == ["runs"]
        with zipfile.ZipFile(tmp_path / lang / "report.docx") as archive:
            document = re.sub("<[^>]+>", "", archive.read("word/document.xml").decode())
        assert words.replace("&#34;", '"') in document


def test_an_empty_file_gives_nought_and_a_share_of_nothing_is_none(compute, record):
    for name in ("training", "activities"):
        lines = (record / f"{name}.csv").read_text("utf-8").splitlines(keepends=True)
        (record / f"{name}.csv").write_text(lines[0], "utf-8")
    told = {figure.id: figure for figure in compute(record).figures}
    assert [told[name].amount.value for name in ("training.times", "training.people", "education.attended")] == [
        0,
        0,
        0,
    ]
    assert [told[name].amount.value for name in ("training.passed", "education.attendance")] == [None, None]


def test_a_row_that_cannot_be_used_is_listed_with_its_code_and_told(record, call, tmp_path):
    with (record / "training.csv").open("a", encoding="utf-8") as file:
        file.write("PX2022999,2022-13-01,x,officers,1,2,1\n")
    done = call(2022, "--record", record, "--out", tmp_path / "out", "--lang", "en")
    number = len(_rows(record / "training.csv")) + 1
    listed = {
        (row["file"], row["row"]): (row["why"], row["code"]) for row in _rows(tmp_path / "out" / "not_counted.csv")
    }
    why, code = listed["training.csv", str(number)]
    assert (why, code[:4]) == ("invalid", "RE-2")
    assert f"training.csv, row {number}, held_on: {code}" in done.stderr


def test_a_folder_that_is_not_there_and_a_plan_that_does_not_hold_are_refused(record, call, tmp_path):
    assert "RE-955" in call(2022, "--record", tmp_path / "nowhere", "--out", tmp_path, expected=2).stderr
    plan = record / "work_plan.yaml"
    plan.write_text(plan.read_text("utf-8").replace("measure: 1-2,", "measure: 1-1,"), "utf-8")
    assert "RE-984" in call(2022, "--record", record, "--out", tmp_path, expected=2).stderr


# --- the year before ---


def test_the_year_before_stands_beside_each_figure(compute, record, call, tmp_path):
    before = {figure.id: figure for figure in compute(record, 2021).figures}
    options = ("--record", record, "--previous", record, "--out", tmp_path / "out", "--lang", "en")
    told = json.loads(call(2022, *options, "--json").stdout)
    assert told["compared_with"] == 2021
    for section in told["sections"]:
        for figure in section["figures"]:
            amount = before[figure["id"]].amount
            expected = None if amount is None or amount.value is None else Fraction(amount.value)
            assert (None if figure["before"] is None else Fraction(figure["before"])) == expected
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    row = re.search(r"<th scope=\"row\">Trainings held</th>(.*?)</tr>", page, re.DOTALL)[1]
    assert re.findall(r">([^<>\n]+)<", row) == ["18 trainings", "1 trainings", "+17"]


# --- the documents ---


class _Links(HTMLParser):
    """The ids of a page and where its links lead."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.sources = [], [], []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the signature is that of the parser
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            elif name == "href":
                self.links.append(value)
            elif name == "src":
                self.sources.append(value)


@pytest.fixture(scope="module", params=["zh", "en"])
def report(request, made, runs, call, tmp_path_factory):
    """The report in each language."""
    if request.param == "zh":
        return made
    out = tmp_path_factory.mktemp("english")
    call(2022, "--record", RECORD, "--runs", runs, "--out", out, "--lang", "en")
    return out


def test_each_number_of_the_page_leads_to_its_rows_within_it(report, figures):
    page = _Links()
    page.feed((report / "report.html").read_text("utf-8"))
    assert len(page.ids) == len(set(page.ids))
    assert {link for link in page.links if not link.startswith("#")} == set()
    assert page.sources == []
    assert {link[1:] for link in page.links} <= set(page.ids)
    leading = {link[1:] for link in page.links}
    for name, figure in figures.items():
        anchor = name.replace(".", "-")
        assert {anchor, *(f"{anchor}-{at}" for at in range(len(figure["parts"])))} <= leading


def test_each_number_of_the_document_leads_to_its_rows_within_it(report, figures):
    with zipfile.ZipFile(report / "report.docx") as archive:
        document = archive.read("word/document.xml").decode()
        charts = [name for name in archive.namelist() if name.startswith("word/charts/")]
        drawn = [re.findall(r"<c:v>([^<]*)</c:v>", archive.read(name).decode()) for name in charts]
    marks = re.findall(r'w:bookmarkStart w:id="\d+" w:name="(\w+)"', document)
    assert len(marks) == len(set(marks)) == len(figures)
    links = set(re.findall(r'w:hyperlink w:anchor="(\w+)"', document))
    assert links <= {*marks} | {mark for mark in links if mark.rsplit("_", 1)[0] in marks}
    assert len(charts) >= 5
    values = {figure["id"]: {Fraction(part["value"]) for part in figure["parts"]} for figure in figures.values()}
    for texts in drawn:
        numbers = set(map(Fraction, texts[len(texts) // 2 :]))
        assert any(numbers <= held for held in values.values())


def test_no_person_is_shown_in_any_file(report):
    for path in report.iterdir():
        content = path.read_bytes()
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        text = content.decode("utf-8", "replace")
        assert RESIDENT_NUMBER not in text
        assert "示例员" not in text  # who investigated a case
        assert "示例评查" not in text  # who reviewed it


@pytest.mark.slow
def test_equal_records_give_equal_bytes(made, runs, call, tmp_path):
    call(2022, "--record", RECORD, "--runs", runs, "--out", tmp_path, "--body", "示例市交通运输局")
    for path in made.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name
