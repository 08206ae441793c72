"""What the published letters of New York City's restaurants say of the policy that reproduces them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.engines.registry import IN_PROCESS

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT.parent / "shared" / "data" / "nyc_sample.csv"
DAY = date(2016, 1, 6)
KEY = ("camis", "inspection_date", "inspection_type")

WITHHELD = {
    ("40388091", "2015-10-05"),
    ("40824644", "2014-03-06"),
    ("40848434", "2015-09-12"),
    ("41396810", "2014-09-05"),
    ("41678706", "2015-09-25"),
    ("41711191", "2015-06-29"),
    ("50005142", "2015-09-17"),
}
NOT_BY_POINTS = {
    ("40397626", "2014-07-02"): ("C", "B"),
    ("40897418", "2013-02-26"): ("A", "B"),
    ("41159177", "2013-09-09"): ("C", "B"),
    ("41218581", "2014-06-17"): ("B", "C"),
    ("41347049", "2015-02-06"): ("A", "B"),
    ("41460880", "2012-10-10"): ("A", "B"),
    ("41484642", "2013-06-05"): ("A", "B"),
    ("41570238", "2015-03-11"): ("A", "B"),
    ("41596551", "2014-12-30"): ("A", "B"),
    ("41701986", "2014-06-20"): ("C", "B"),
    ("50001022", "2015-08-14"): ("A", "B"),
    ("50002478", "2015-01-12"): ("B", "A"),
    ("50010397", "2015-07-20"): ("A", "C"),
}
REOPENED_NOT_C = {("41690699", "2015-07-08"): ("C", "B")}


@pytest.fixture(scope="module")
def inspections():
    if not SAMPLE.exists():
        pytest.skip("the published letters (../shared/data/nyc_sample.csv) are not beside the checkout")
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def graded(inspections):
    """What the policy gives each inspection, by restaurant, day and type, on the reference engine."""
    batch = Engine.load("nyc-letter-grades").grade(records_of(inspections), as_of=DAY, engine="reference")
    return {tuple(row["operator_id"].split("|")): row for row in batch.outcome.rows("grades")}


def records_of(rows):
    """The inspections as operators, without the letter that was shown."""
    return [
        {
            "operator_id": "|".join(row[name] for name in KEY),
            "points": row["score"],
            "inspection_type": row["inspection_type"],
        }
        for row in rows
    ]


def by_points(row):
    points = int(row["score"])
    return "A" if 0 <= points <= 13 else "B" if 14 <= points <= 27 else "C" if points >= 28 else None


def test_the_points_alone_give_the_letter_of_all_but_some(inspections):
    first_look = [row for row in inspections if not row["closed_or_reopened"]]
    assert (len(inspections), len(first_look)) == (20_002, 19_854)
    assert sum(by_points(row) == row["grade"] for row in inspections) == 19_834
    assert sum(by_points(row) == row["grade"] for row in first_look) == 19_834


def test_the_policy_gives_the_published_letter_of_all_but_twenty_one_inspections(inspections, graded):
    assert len(graded) == 20_002
    differing = {
        tuple(row[name] for name in KEY): (graded[tuple(row[name] for name in KEY)]["grade"], row["grade"])
        for row in inspections
        if graded[tuple(row[name] for name in KEY)]["grade"] != row["grade"]
    }
    assert len(differing) == 20_002 - 19_981
    assert {key[:2]: pair for key, pair in differing.items()} == {
        **dict.fromkeys(WITHHELD, (None, "B")),
        **NOT_BY_POINTS,
        **REOPENED_NOT_C,
    }


def test_points_withheld_are_no_points(inspections, graded):
    unevaluable = {key[:2] for key, row in graded.items() if row["status"] == "not_evaluable"}
    assert unevaluable == WITHHELD
    assert {key[:2] for key, row in graded.items() if row["missing"]} == WITHHELD
    assert {row["score"] for row in inspections if (row["camis"], row["inspection_date"]) in WITHHELD} == {"-1"}


def test_the_ceiling_lowers_the_letter_of_the_reopened_alone(inspections, graded):
    lowered = {key for key, row in graded.items() if row["ceiling_rule"] == "reopened_after_closure"}
    reopened = {tuple(row[name] for name in KEY) for row in inspections if row["closed_or_reopened"]}
    assert lowered == reopened
    assert len(reopened) == 148
    assert Counter(graded[key]["grade"] for key in reopened) == {"C": 148}


def test_the_readme_lists_the_inspections_that_differ():
    readme = (ROOT / "policies" / "nyc-letter-grades" / "README.md").read_text("utf-8")
    listed = re.findall(r"\b(\d{8}) of (\d{4}-\d{2}-\d{2})\b", readme)
    assert sorted(listed) == sorted({*WITHHELD, *NOT_BY_POINTS, *REOPENED_NOT_C})


@pytest.mark.parametrize("name", [name for name in IN_PROCESS if name != "reference"])
def test_the_published_file_is_graded_alike_with_its_id_made_of_three_columns(inspections, name):
    """The file holds the letters shown, the rows of the reference engine do not: they are not among what is read."""
    engine = Engine.load("nyc-letter-grades")
    mapping = {"operator_id": "+".join(KEY), "points": "score"}
    one = engine.grade(records_of(inspections), as_of=DAY, engine="reference")
    other = engine.grade(SAMPLE, as_of=DAY, engine=name, mapping=mapping)
    assert other.engine == name
    assert one.content_hash == other.content_hash
    assert one.outcome.usage == other.outcome.usage
    for table in one.outcome.table_names():
        assert list(one.outcome.rows(table)) == list(other.outcome.rows(table)), table
