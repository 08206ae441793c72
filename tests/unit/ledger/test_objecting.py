"""Objections to grades: filed against the grade of one run, answered once and by another person, within a term."""

from __future__ import annotations

from datetime import date

import pytest

from riskengine import UsageError
from riskengine.kernel.terms import parse_term
from riskengine.ledger import (
    Answer,
    Filing,
    GradeOfRun,
    answer_objection,
    file_objection,
    known_at,
    objection_terms,
    objections,
    verify_ledger,
)

OPERATOR, OTHER = "91411000MA40000A18", "91411000MA40000B2C"
RUN = GradeOfRun(OPERATOR, "p_2022-12-31_0001", "a" * 64, "p", date(2022, 12, 31), 0, "D")
AGAIN = GradeOfRun(OPERATOR, "p_2022-12-31_0002", "b" * 64, "p", date(2022, 12, 31), 1, "B")
FILING = Filing(
    date(2023, 1, 10), "示例异〔2023〕1号", date(2023, 1, 9), "车辆已转让", "7 working days", date(2023, 1, 19)
)
DISMISSED = Answer("dismissed", date(2023, 1, 16), "示例复〔2023〕1号", date(2023, 1, 16), "记录无误")
UPHELD = Answer("upheld", date(2023, 1, 16), "示例复〔2023〕1号", date(2023, 1, 16), "记录有误", (1,))


@pytest.fixture
def file(ledger, clock):
    def filing(about=RUN, what=FILING, who="甲"):
        return file_objection(ledger, about, what, clock.entry(who=who))

    return filing


@pytest.fixture
def answer(ledger, clock):
    def answering(what=DISMISSED, who="乙", operator=OPERATOR, run=RUN.run_id):
        return answer_objection(ledger, operator, run, what, clock.entry(who=who))

    return answering


def test_an_objection_is_recorded_with_its_run_and_hash_and_is_open(ledger, file):
    assert file().number == 1
    (held,) = objections(ledger)
    assert (held.run_id, held.run_sha256, held.grade) == (RUN.run_id, RUN.run_sha256, "D")
    assert (held.filed_by, held.outcome) == ("甲", None)
    assert [held.is_open(date(2023, 1, day)) for day in (9, 10, 31)] == [False, True, True]
    assert [held.is_late(date(2023, 1, day)) for day in (19, 20)] == [False, True]
    assert verify_ledger(ledger) == []


def test_recorded_again_it_is_no_change_and_another_one_is_refused(file):
    assert file() is not None
    assert file() is None
    with pytest.raises(UsageError, match=r"RE-895.*2023-01-10"):
        file(who="丙")
    later = Filing(date(2023, 2, 1), "示例异〔2023〕2号", date(2023, 2, 1), "再次提出", None, None)
    with pytest.raises(UsageError, match="RE-895"):
        file(what=later)


def test_it_is_answered_once_and_by_another_person(ledger, file, answer):
    file()
    for same in ("甲", " 甲 "):
        with pytest.raises(UsageError, match="RE-897"):
            answer(who=same)
    assert answer() is not None
    assert answer() is None, "the same answer again"
    with pytest.raises(UsageError, match="RE-896"):
        answer(UPHELD)
    (held,) = objections(ledger)
    assert (held.outcome, held.answered_by, held.grounds) == ("dismissed", "乙", "车辆已转让")
    assert [held.is_open(date(2023, 1, day)) for day in (15, 16)] == [True, False]
    (before,) = objections(ledger, known=1)
    assert before.outcome is None, "as it was known before the answer"


def test_nothing_is_answered_that_was_not_filed(file, answer):
    with pytest.raises(UsageError, match="RE-896"):
        answer()
    file()
    for wrong in ({"operator": OTHER}, {"run": AGAIN.run_id}):
        with pytest.raises(UsageError, match="RE-896"):
            answer(**wrong)
    assert answer(run=RUN.run_sha256, operator=f" {OPERATOR.lower()} ") is not None


def test_one_that_is_upheld_names_what_changed(ledger, file, answer):
    file()
    said = (UPHELD.outcome, UPHELD.answered_on, UPHELD.document, UPHELD.document_on, UPHELD.reasons)
    with pytest.raises(UsageError, match="RE-898"):
        answer(Answer(*said))
    with pytest.raises(UsageError, match="RE-898"):
        answer(Answer("dismissed", *said[1:], changes=(1,)))
    with pytest.raises(UsageError, match="RE-858"):
        answer(Answer(*said, changes=(7,)))
    assert objections(ledger)[0].outcome is None
    assert answer(Answer(*said, changes=(1,), new=AGAIN)) is not None
    (held,) = objections(ledger)
    assert (held.answer_changes, held.new_run_id, held.new_grade) == ("[1]", AGAIN.run_id, "B")


@pytest.mark.parametrize(
    "new",
    [
        RUN,
        GradeOfRun(OPERATOR, "p_2022-12-31_0002", "b" * 64, "p", date(2022, 12, 31), 0, "B"),
        GradeOfRun(OPERATOR, "p_2022-11-30_0002", "b" * 64, "p", date(2022, 11, 30), 1, "B"),
        GradeOfRun(OPERATOR, "q_2022-12-31_0002", "b" * 64, "q", date(2022, 12, 31), 1, "B"),
    ],
    ids=["the same run", "one that knew no more", "one of another day", "one of another policy"],
)
def test_the_new_run_is_another_of_the_same_policy_and_day_that_knew_more(file, answer, new):
    file()
    said = (UPHELD.outcome, UPHELD.answered_on, UPHELD.document, UPHELD.document_on, UPHELD.reasons)
    with pytest.raises(UsageError, match="RE-829"):
        answer(Answer(*said, new=new))


def test_a_change_that_the_run_knew_meets_no_objection(file, answer):
    file(GradeOfRun(OPERATOR, RUN.run_id, RUN.run_sha256, "p", RUN.as_of, 1, "D"))
    with pytest.raises(UsageError, match="RE-829"):
        answer(UPHELD)


def test_days_are_in_order(file, answer):
    early = Filing(date(2022, 12, 30), "示例异〔2022〕9号", date(2022, 12, 30), "x", None, None)
    with pytest.raises(UsageError, match=r"RE-899.*2022-12-30.*2022-12-31"):
        file(what=early)
    file()
    with pytest.raises(UsageError, match="RE-899"):
        answer(Answer("dismissed", date(2023, 1, 9), "示例复〔2023〕1号", date(2023, 1, 9), "记录无误"))


def test_withdrawn_it_may_be_filed_again_on_another_day(ledger, file, answer):
    file()
    answer(Answer("withdrawn", date(2023, 1, 12), "示例撤〔2023〕1号", date(2023, 1, 12), "自愿撤回"))
    later = Filing(date(2023, 2, 1), "示例异〔2023〕2号", date(2023, 2, 1), "再次提出", None, None)
    assert file(what=later) is not None
    assert [each.outcome for each in objections(ledger)] == ["withdrawn", None]
    late = Answer("dismissed", date(2023, 2, 8), "示例复〔2023〕2号", date(2023, 2, 8), "记录无误")
    assert answer(late) is not None
    assert [each.outcome for each in objections(ledger)] == ["withdrawn", "dismissed"]
    assert verify_ledger(ledger) == []


@pytest.mark.parametrize("answered", [DISMISSED, UPHELD], ids=["dismissed", "upheld"])
def test_what_was_decided_is_not_filed_again(file, answer, answered):
    file()
    answer(answered)
    later = Filing(date(2023, 2, 1), "示例异〔2023〕2号", date(2023, 2, 1), "再次提出", None, None)
    with pytest.raises(UsageError, match="RE-895"):
        file(what=later)


def test_operators_do_not_stand_in_each_others_way(ledger, file):
    file()
    file(GradeOfRun(OTHER, RUN.run_id, RUN.run_sha256, "p", RUN.as_of, 0, "C"))
    assert {each.operator_id for each in objections(ledger)} == {OPERATOR, OTHER}
    assert known_at(ledger, None).number == 2


def test_terms_are_read_and_say_how_surely_they_are_known():
    terms = objection_terms()
    assert [term["from"] for term in terms] == sorted(term["from"] for term in terms)
    for term in terms:
        assert parse_term(term["within"]) is not None
        assert term["sureness"] == "local_policy"
