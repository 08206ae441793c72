"""The days of credit repair: those of the worked examples, by class and by the document in force; what is not told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.catalog import load_shipped
from riskengine.catalog.repair import (
    CLASSES,
    Penalised,
    repair_answer_by,
    repair_conditions,
    repair_days,
    repair_document,
    repair_rules,
)

LAWS = Path(__file__).parents[4] / "shared" / "laws"
TODAY = date(2026, 6, 1)


def _days(decided_on, classed, day=TODAY):
    found = repair_days(Penalised(decided_on, classed=classed), day)
    return found.earliest, found.latest


@pytest.mark.parametrize(
    ("decided_on", "classed", "earliest", "latest"),
    [
        (date(2026, 5, 10), "general", date(2026, 8, 10), date(2027, 5, 10)),
        (date(2026, 5, 10), "serious", date(2027, 5, 10), date(2029, 5, 10)),
        (date(2026, 5, 10), "minor", date(2026, 5, 10), date(2026, 8, 10)),
        (date(2026, 11, 30), "general", date(2027, 2, 28), date(2027, 11, 30)),
    ],
)
def test_the_days_are_those_of_the_worked_examples(decided_on, classed, earliest, latest):
    assert _days(decided_on, classed, decided_on) == (earliest, latest)


@pytest.mark.parametrize(
    ("day", "document", "months"),
    [
        (date(2019, 6, 30), None, None),
        (date(2019, 7, 1), "ndrc_2019", ("2019-09-10", "2020-06-10")),
        (date(2023, 4, 30), "ndrc_2019", ("2019-09-10", "2020-06-10")),
        (date(2023, 5, 1), "ndrc_2023", ("2019-09-10", "2022-06-10")),
        (date(2026, 3, 31), "ndrc_2023", ("2019-09-10", "2022-06-10")),
        (date(2026, 4, 1), "ndrc_2026", ("2019-09-10", "2020-06-10")),
    ],
)
def test_the_rules_are_those_in_force_on_the_day_that_is_asked_about(day, document, months):
    found = repair_days(Penalised(date(2019, 6, 10), ("fine",), Decimal(20000)), day)
    assert found.document == document
    told = None if months is None else (found.earliest.isoformat(), found.latest.isoformat())
    assert told == months
    assert found.untold == ("no_document" if document is None else None)


@pytest.mark.parametrize(
    ("kinds", "classed"),
    [
        (("warning",), "minor"),
        (("fine",), "general"),
        (("warning", "fine"), "general"),
        (("fine", "revocation"), "serious"),
        (("suspension",), "general"),
        ((), None),
    ],
)
def test_the_worst_kind_of_a_penalty_tells_its_class(kinds, classed):
    found = repair_days(Penalised(date(2026, 5, 10), kinds), TODAY)
    assert found.classed == classed
    assert found.untold == (None if classed else "no_class")
    assert (found.sureness == "local_policy") == (kinds == ("suspension",)), "what no document names is our choice"


def test_a_person_says_what_the_record_does_not():
    small, large = (Penalised(date(2026, 5, 10), ("fine",), Decimal(fine)) for fine in (3000, 3001))
    assert repair_days(small, TODAY).asks == ("is_simplified",)
    assert repair_days(large, TODAY).asks == ("is_huge",)
    person = Penalised(date(2026, 5, 10), ("fine",), Decimal(201), is_person=True)
    assert repair_days(person, TODAY).asks == ("is_huge",)
    said = Penalised(date(2026, 5, 10), ("fine",), Decimal(3000), classed="minor")
    assert (repair_days(said, TODAY).classed, repair_days(said, TODAY).asks) == ("minor", ())


def test_without_the_day_of_the_decision_nothing_is_told():
    found = repair_days(Penalised(None, ("fine",)), TODAY)
    assert (found.untold, found.earliest, found.latest) == ("no_day", None, None)


def test_a_class_that_a_document_does_not_know_is_treated_as_the_next_one():
    found = repair_days(Penalised(date(2022, 5, 10), classed="minor"), date(2022, 6, 1))
    assert found.classed == "general"


def test_training_is_asked_for_where_the_document_asks_for_it():
    early, late = (
        repair_days(Penalised(date(2022, 5, 10), classed="serious"), day) for day in (date(2022, 6, 1), TODAY)
    )
    assert "trained" in repair_conditions(early, date(2022, 6, 1))
    assert "trained" not in repair_conditions(late, TODAY)
    assert "corrected" in repair_conditions(late, TODAY)
    assert "corrected" not in repair_conditions(early, date(2020, 4, 30)), "the regulation was not in force"


@given(
    st.dates(date(2019, 7, 1), date(2030, 1, 1)), st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.sampled_from(CLASSES)
)
def test_the_earliest_day_lies_between_the_decision_and_the_end_of_display(day, decided_on, classed):
    earliest, latest = _days(decided_on, classed, day)
    assert decided_on <= earliest < latest
    worse = _days(decided_on, "serious", day)
    assert worse[0] >= earliest
    assert worse[1] >= latest


@given(st.dates(date(2026, 4, 1), date(2040, 1, 1)))
def test_periods_start_with_the_decision(decided_on):
    earliest, _ = _days(decided_on, "general")
    assert timedelta(days=89) <= earliest - decided_on <= timedelta(days=92)


def test_an_application_is_carried_out_within_one_working_day():
    assert repair_answer_by(date(2026, 5, 8)) == date(2026, 5, 11)
    assert repair_answer_by(date(2020, 4, 30)) is None


def test_documents_follow_one_another_and_say_how_surely_they_are_known():
    documents = repair_rules()["documents"]
    assert [document["from"] for document in documents] == sorted({document["from"] for document in documents})
    for document in documents:
        assert document["sureness"] in repair_rules()["sureness"]
        assert set(document["months"]) <= set(CLASSES)
        assert {*document["kinds"].values(), document["others"]} <= set(document["months"])
        assert all(set(asks) <= set(repair_rules()["questions"]) for asks in document["asks"].values())
        assert repair_document(document["name"]) == document


PLACES = {
    ("henan_social_credit_regulation", 43): (
        "河南省社会信用条例_2019-11-29.md",
        "四十三",
        "主动纠正失信行为、消除不良影响",
    ),
    ("administrative_penalty_law", 51): ("行政处罚法_2021-01-22.md", "五十一", "三千元以下罚款"),
}


@pytest.mark.skipif(not (LAWS / "index.csv").is_file(), reason="the law texts are not beside the project")
def test_what_is_called_verified_stands_in_the_law():
    rules = repair_rules()
    cited = [rules["small_fine"], rules["answer"], *rules["conditions"].values()]
    verified = [entry for entry in cited if entry["sureness"] == "verified"]
    assert len(verified) == 3
    for entry in verified:
        assert load_shipped().laws.in_force(entry["law"], entry["from"]) is not None
        file, numeral, words = PLACES[entry["law"], entry["article"]]
        text = (LAWS / file).read_text("utf-8")
        said = re.search(rf"^第{numeral}条.*?(?=^第[一-龥]+条|\Z)", text, re.MULTILINE | re.DOTALL)
        assert words in said[0], entry
    assert all("law" not in entry for entry in cited if entry["sureness"] != "verified"), "no article is guessed"
