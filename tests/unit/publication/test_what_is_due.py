"""What is late, incomplete or must come down is listed with its last day; every row stands in exactly one place."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from small_record import PERSON, write_record

from riskengine.catalog import load_shipped
from riskengine.catalog.lawtext import parse_articles, squeezed
from riskengine.supervision.publication.due import due_list
from riskengine.supervision.publication.rows import TABLES
from riskengine.supervision.publication.shown import shown_in
from riskengine.supervision.publication.terms import REASONS, publish_term, reason_title, take_down_term, term_rules
from riskengine.supervision.publication.year import read_year

EXAMPLE = Path(__file__).parents[3] / "examples" / "record-2022"
LAWS = Path(__file__).parents[4] / "shared" / "laws"
SHOWN = {"class": "penalty", "record_id": "罚1号", "published_on": "2022-10-01"}


def due(folder, day):
    year = read_year(folder)
    return due_list(year.rows(), shown_in(year), date.fromisoformat(day), year.calendar)


def told(found, kind="penalty"):
    return [
        (item.what, item.by and item.by.isoformat(), item.overdue, item.reason)
        for item in found.items
        if item.kind == kind
    ]


@pytest.mark.parametrize(
    ("day", "expected", "stands"),
    [
        ("2022-09-26", [], "waiting"),
        ("2022-10-11", [], "in_time"),
        ("2022-10-12", [("late", "2022-10-11", True, None)], "late"),
    ],
)
def test_a_penalty_is_late_after_the_seventh_working_day_of_the_holidays_of_its_year(record, day, expected, stands):
    found = due(record(), day)
    assert told(found) == expected
    assert found.standing["penalty"] == Counter([stands])


@pytest.mark.parametrize(
    ("status", "day", "expected"),
    [
        # three working days after Friday 14 October 2022
        (("revoked", "2022-10-14"), "2022-10-13", []),
        (("revoked", "2022-10-14"), "2022-10-14", [("take_down", "2022-10-19", False, "revoked")]),
        (("revoked", "2022-10-14"), "2022-10-20", [("take_down", "2022-10-19", True, "revoked")]),
        (("revoked", ""), "2022-12-01", [("take_down", "2022-09-30", True, "revoked")]),
        (("repaired", "2022-12-30"), "2022-12-31", [("take_down", "2023-01-03", False, "repaired")]),
        (("pending", "2022-10-14"), "2022-10-14", [("take_down", "2022-10-19", False, "pending")]),
        (("final", ""), "2023-09-27", []),
        (("final", ""), "2023-09-28", [("take_down", "2023-09-28", False, "lapsed")]),
        (("repaired", "2023-10-20"), "2023-11-01", [("take_down", "2023-09-28", True, "lapsed")]),
    ],
)
def test_what_is_displayed_comes_down_within_its_term(record, status, day, expected):
    change = dict(zip(("status", "status_on"), status, strict=True))
    assert told(due(record(violations=[change], publications=[SHOWN]), day)) == expected


def test_what_was_taken_down_or_ended_before_it_was_published_asks_for_nothing(record):
    revoked = {"status": "revoked", "status_on": "2022-10-14"}
    down = {**SHOWN, "taken_down_on": "2022-10-17", "reason": "revoked"}
    found = due(record(violations=[revoked], publications=[down]), "2022-12-31")
    assert (told(found), found.standing["penalty"]) == ([], Counter(["taken_down"]))
    found = due(record(violations=[revoked]), "2022-12-31")
    assert (told(found), found.standing["penalty"]) == ([], Counter(["over"]))


def test_a_person_whom_the_bureau_withholds_is_never_late_and_comes_down(record):
    rows = {"operators": [{"operator_id": PERSON, "name": "示例甲"}], "violations": [{"operator_id": PERSON}]}
    for publications, what in (([], []), ([SHOWN], ["take_down"])):
        folder = record(**rows, publications=publications)
        settings = folder / "publication.yaml"
        settings.write_text(settings.read_text("utf-8") + "names_of_persons: withheld\n", "utf-8")
        assert [item.what for item in due(folder, "2022-12-31").items if item.kind == "penalty"] == what


def test_what_is_incomplete_names_what_is_missing_and_what_is_displayed_unknown_is_told(record):
    found = due(record(penalties=[{"facts": "无"}], publications=[{**SHOWN, "record_id": "罚9号"}]), "2022-10-01")
    assert [item.what for item in found.items if item.kind == "penalty"] == ["unknown", "incomplete"]
    assert [problem.column for item in found.items for problem in item.problems] == ["facts"]


def test_a_term_across_a_year_that_is_not_known_is_not_guessed(record):
    row = {"decided_on": "2026-12-30", "occurred_on": "2026-12-01"}
    found = due(record(violations=[row]), "2027-03-01")
    assert found.standing["penalty"] == Counter(["in_time"]), "nobody is called late by a calendar that is not known"
    codes = [problem.code for each in read_year(record(violations=[row])).rows() for problem in each.problems]
    assert codes == ["RE-948"]


@pytest.mark.skipif(not (LAWS / "index.csv").is_file(), reason="the law texts are not beside the project")
def test_the_articles_of_the_terms_say_what_they_are_cited_for():
    with (LAWS / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    laws, found = load_shipped().laws, 0
    sections = term_rules()
    for entry in [*sections["publish"].values(), *(each["terms"] for each in sections["take_down"].values())]:
        for term in entry:
            if "law" not in term:
                continue
            found += 1
            version, title = laws.in_force(term["law"], term["from"]), laws.title(term["law"]).zh
            assert version is not None, term
            name = next(r["file"] for r in rows if r["title"] == title and r["version_date"] == str(version.version))
            paragraphs = parse_articles((LAWS / name).read_text("utf-8"))[str(term["article"])]
            chosen = [paragraphs[term["paragraph"] - 1]] if "paragraph" in term else paragraphs
            assert any(squeezed(term["quote"]) in squeezed(lead) for lead, _ in chosen), term
    assert found >= 4


def test_every_term_is_dated_named_and_says_on_what_it_rests():
    for name in ("permit", "penalty", "inspection", "coercion"):
        assert publish_term(name, date(2018, 7, 24)) is None
        assert publish_term(name, date(2022, 1, 1)).title.zh
    assert publish_term("penalty", date(2022, 1, 1)).working_days == 7
    for reason in REASONS:
        assert reason_title(reason).en
        term = take_down_term(reason, date(2022, 1, 1))
        assert term.citation is not None or term.sureness == "local_policy"
    assert take_down_term("revoked", date(2021, 7, 14)).local
    assert not take_down_term("revoked", date(2021, 7, 15)).local


def test_the_commands_tell_it_and_end_with_one_where_something_is_to_be_done(publish, tmp_path):
    revoked = {"status": "revoked", "status_on": "2022-10-14"}
    folder = write_record(tmp_path / "r", violations=[revoked], publications=[SHOWN])
    run = publish("due", folder, "--as-of", "2022-10-20", "--json")
    assert run.code == 1
    (item,) = [each for each in json.loads(run.out)["due"] if each["class"] == "penalty"]
    assert item["what"] == "take_down"
    assert "第四十八条第二款" in item["term"]["basis"]
    text = publish("due", folder, "--as-of", "2022-10-20", "--lang", "en").out
    assert "to be taken down" in text
    assert "article 48" in text
    clean = write_record(tmp_path / "c")
    assert publish("due", clean, "--as-of", "2022-03-11").code == 1, "the permit is late"
    assert publish("due", clean, "--as-of", "2022-03-10").code == 0
    assert publish("due", tmp_path / "none").code == 2


def test_the_example_is_accounted_for_row_by_row(publish):
    run = publish("check", EXAMPLE, "--json")
    assert run.code == 1
    accounts = json.loads(run.out)["classes"]
    for name, table in TABLES.items():
        lines = (EXAMPLE / f"{table}.csv").read_text("utf-8").count("\n") - 1
        account = accounts[name]
        assert account["rows"] == lines == sum(count for key, count in account.items() if key != "rows")
    found = due(EXAMPLE, "2022-12-31")
    assert {name: sum(counts.values()) for name, counts in found.standing.items()} == {
        name: account["rows"] for name, account in accounts.items()
    }
    assert {item.what for item in found.items} == {"late", "incomplete", "take_down"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_columns_are_listed_with_their_sureness(publish, lang):
    assert {"zh": "未核实", "en": "unverified"}[lang] in publish("columns", "--lang", lang).out
    listed = json.loads(publish("columns", "--json").out)["classes"]["penalty"]
    fine = next(each for each in listed if each["name"] == "fine")
    assert (fine["required_if"], fine["sureness"]) == (["fine"], "secondary")
