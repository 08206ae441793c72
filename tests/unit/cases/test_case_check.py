"""Case files against the checklist: what is found by hand, by an oracle on random cases, and on the example record."""

from __future__ import annotations

import csv
import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from case_oracle import EXAMPLE, Oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.kernel.errors import InputError, UsageError
from riskengine.supervision.cases.checking import check_cases
from riskengine.supervision.cases.checklist import read_checklist
from riskengine.supervision.cases.files import CaseFile, StepTaken, people_of, read_cases
from riskengine.supervision.cases.judging import NOT_TOLD, STATES, judge
from riskengine.supervision.review.working_days import Calendar, shipped_calendar

AS_OF = date(2022, 12, 31)
CASE = "C1,V1,示例一大队,普通程序,示例甲;示例乙,示例丙,示例丁,单位,"
STEPS = (
    "立案,2022-03-01,示例负责人,1", "调查,2022-03-01,示例甲;示例乙,2", "证据,2022-03-02,示例甲;示例乙,3",
    "全过程记录,2022-03-02,示例甲,4", "调查报告,2022-03-04,示例甲,5", "审批,2022-03-05,示例负责人,6",
    "告知,2022-03-07,示例丙,7", "处罚决定,2022-03-21,示例负责人,8", "责令改正,2022-03-21,示例丙,",
    "送达,2022-03-23,示例丙,9", "公示,2022-03-25,示例丙,", "缴纳罚款,2022-03-30,,10",
    "结案,2022-04-08,示例负责人,11", "归档,2022-04-11,示例丙,",
)  # fmt: skip
VIOLATION = "V1,OP-1,HW-01,2022-02-28,2022-03-21,2000,罚款"


def _found(folder, case=CASE, steps=STEPS, without=(), more=(), violation=VIOLATION, as_of=AS_OF):
    """What is found of one case: requirement and kind; what cannot be judged left out."""
    lines = [f"C1,{line}" for line in (*(s for s in steps if not s.startswith(tuple(without) or "–")), *more)]
    path = folder([case], lines, None if violation is None else [violation])
    checked = check_cases(path, read_checklist(None), shipped_calendar(), as_of)
    (judged,) = checked.cases
    return judged, sorted((one.requirement, one.kind) for one in judged.findings if one.kind not in NOT_TOLD)


def test_a_case_that_has_everything_is_in_order(folder):
    judged, found = _found(folder)
    assert (judged.state, found, judged.findings) == ("in_order", [], ())


@pytest.mark.parametrize(
    ("step", "requirement"),
    [
        ("立案", "filing"), ("证据", "evidence"), ("全过程记录", "recording"), ("调查报告", "report"),
        ("告知", "notice"), ("责令改正", "correction_order"), ("送达", "service"), ("公示", "publication"),
        ("缴纳罚款", "execution"), ("结案", "closing"), ("处罚决定", "decision"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_missing_and_nothing_else_is_wrong(folder, step, requirement):
    judged, found = _found(folder, without=[step])
    assert found == [(requirement, "missing")]
    assert judged.state == "defects"


@pytest.mark.parametrize(
    ("without", "more", "expected"),
    [
        # Served on the eighth working day after the decision of 21 March (30 March is the seventh).
        (["送达"], ["送达,2022-03-31,示例丙,9"], [("service", "late")]),
        (["送达"], ["送达,2022-03-30,示例丙,9"], []),
        # Ninety days from 18 December end on a Friday, 18 March; from the 19th on a Saturday, which moves to the 21st.
        (["立案"], ["立案,2021-12-18,示例负责人,1"], [("decision", "late")]),
        (["立案"], ["立案,2021-12-18,示例负责人,1", "延期,2022-03-18,示例负责人,1"], []),
        (["立案"], ["立案,2021-12-18,示例负责人,1", "延期,2022-03-19,示例负责人,1"], [("decision", "late")]),
        (["立案"], ["立案,2021-12-19,示例负责人,1"], []),
        (["告知"], ["告知,2022-03-22,示例丙,7"], [("decision", "out_of_order")]),
        (["证据"], ["证据,2022-03-02,示例甲,无"], [("evidence", "undocumented")]),
        (["调查,"], ["调查,2022-03-01,示例甲,2"], [("investigation", "too_few")]),
        (["调查,"], ["调查,2022-03-01,示例甲,2", "调查,2022-03-02,示例乙,"], []),
        (["处罚决定"], ["处罚决定,2022-03-20,示例负责人,8"], [("decision", "differs")]),
        (["处罚决定"], ["处罚决定,2022-03-21,示例甲,8"], [("decider_apart", "same_person")]),
        ([], ["陈述申辩,2022-03-08,,"], [("statement_review", "missing")]),
        ([], ["先行登记保存,2022-03-01,示例甲;示例乙,"], [("preservation_decision", "missing")]),
        (
            [], ["先行登记保存,2022-03-01,示例甲;示例乙,", "登记保存处理,2022-03-11,示例负责人,1"],
            [("preservation_decision", "late")],
        ),
        (
            ["缴纳罚款"], ["申请强制执行,2022-04-07,示例丙,12", "催告,2022-03-30,示例丙,13"],
            [("reminder_term", "early")],
        ),
        (["缴纳罚款"], ["申请强制执行,2022-04-07,示例丙,12"], [("reminder", "missing")]),
    ],
)  # fmt: skip
def test_terms_order_documents_and_people(folder, without, more, expected):
    assert _found(folder, without=without, more=more)[1] == expected


def test_a_large_fine_asks_for_the_term_of_a_hearing_and_a_discussion(folder):
    large = f"{CASE}较大数额罚款"
    assert _found(folder, large)[1] == [("discussion", "missing")]
    discussed = "集体讨论,2022-03-20,示例负责人;示例副职,1"
    assert _found(folder, large, more=[discussed])[1] == []
    soon = ["告知,2022-03-16,示例丙,7"]
    assert _found(folder, large, without=["告知"], more=[discussed, *soon])[1] == [("hearing_term", "early")]
    waived = [*soon, "放弃听证,2022-03-17,,"]
    assert _found(folder, large, without=["告知"], more=[discussed, *waived])[1] == []


def test_a_hearing_that_was_asked_for_is_called_held_reviewed_and_chaired_by_another(folder):
    asked = ["要求听证,2022-03-08,,"]
    assert _found(folder, more=asked)[1] == [(name, "missing") for name in ("hearing", "hearing_call", "legal_review")]
    called = [*asked, "听证通知,2022-03-08,示例丙,1", "法制审核,2022-03-21,示例丁,3"]
    assert _found(folder, more=[*called, "听证,2022-03-18,示例主持人,2"])[1] == []
    assert _found(folder, more=[*called, "听证,2022-03-17,示例主持人,2"])[1] == [("hearing", "early")]
    assert _found(folder, more=[*called, "听证,2022-03-18, 示例乙 ,2"])[1] == [("hearing", "same_person")]


def test_investigating_handling_and_reviewing_are_apart_whatever_the_width_and_case_of_names(folder):
    case = "C1,V1,示例一大队,普通程序,ＬＩ Ming;示例乙,li  ming ,示例丁,单位,"
    assert _found(folder, case)[1] == [("roles_apart", "same_person")]
    assert _found(folder, CASE.replace("示例丁", ""))[1] == [("roles_apart", "not_named")]


def test_a_case_that_ends_without_a_penalty_is_asked_for_other_things(folder):
    dropped = [*STEPS[:4], "审批,2022-03-10,示例负责人,1", "结案,2022-03-11,示例负责人,2", "归档,2022-03-12,示例丙,"]
    case = CASE.replace("V1", "")
    assert _found(folder, f"{case}终止调查", dropped, violation=None)[1] == []
    assert _found(folder, f"{case}移送", dropped[:4] + dropped[5:], violation=None)[1] == [("dropping", "missing")]
    spared = [line for line in STEPS if not line.startswith(("告知", "公示", "缴纳"))]
    assert _found(folder, f"{CASE}不予处罚", spared)[1] == []


def test_service_by_announcement_takes_the_time_that_it_takes(folder):
    late = ["送达,2022-06-10,示例丙,9", "结案,2022-06-11,示例负责人,11", "归档,2022-06-12,示例丙,"]
    without = ["送达", "结案", "归档"]
    assert _found(folder, without=without, more=late)[1] == [("service", "late")]
    assert _found(folder, f"{CASE}公告送达", without=without, more=late)[1] == []


SPOT = (
    "表明身份,2022-03-21,示例甲;示例乙,", "证据,2022-03-21,示例甲,1", "全过程记录,2022-03-21,示例甲,2",
    "告知,2022-03-21,示例甲,", "处罚决定,2022-03-21,示例甲,3", "责令改正,2022-03-21,示例甲,",
    "送达,2022-03-21,示例甲,", "备案,2022-03-25,示例甲,", "公示,2022-03-25,示例甲,", "缴纳罚款,2022-03-30,,4",
    "归档,2022-04-01,示例甲,",
)  # fmt: skip


def test_on_the_spot_other_things_are_asked_for(folder):
    spot = CASE.replace("普通程序", "简易程序")
    assert _found(folder, spot, SPOT)[1] == []
    assert _found(folder, spot, SPOT, violation=VIOLATION.replace("2000", "3000.01"))[1] == [
        ("spot_limit", "over_limit")
    ]
    person = spot.replace("单位", "公民")
    assert _found(folder, person, SPOT)[1] == [("spot_limit", "over_limit")]
    assert _found(folder, person, SPOT, violation=VIOLATION.replace("2000", "200"))[1] == []
    late = ["送达,2022-03-22,示例甲,", "备案,2022-03-29,示例甲,"]
    assert _found(folder, spot, SPOT, without=["送达", "备案"], more=late)[1] == [
        ("copy_filed", "late"),
        ("spot_service", "late"),
    ]


def test_an_open_case_has_deadlines_ahead_until_they_are_past(folder):
    judged, _ = _found(folder, CASE.replace("V1", ""), STEPS[:6], violation=None, as_of=date(2022, 5, 30))
    assert judged.state == "open"
    ahead = {one.requirement: one.due for one in judged.ahead}
    assert ahead["decision"] == date(2022, 5, 30)
    assert ahead["notice"] == date(2022, 5, 30)  # it comes before the decision
    assert ahead["archiving"] is None
    found = _found(folder, CASE.replace("V1", ""), STEPS[:6], violation=None, as_of=date(2022, 5, 31))[1]
    assert found == [("decision", "missing"), ("notice", "missing")]


def test_steps_after_the_day_are_not_yet(folder):
    judged, found = _found(folder, as_of=date(2022, 3, 21))
    assert (judged.state, found, judged.case.later) == ("open", [], 5)
    assert [one.requirement for one in judged.ahead] == ["service", "publication", "execution", "closing", "archiving"]


def test_a_decision_that_the_record_of_penalties_has_is_missed_in_the_file(folder):
    _, found = _found(folder, steps=STEPS[:7])
    assert ("decision", "missing") in found
    assert (
        _found(folder, violation=VIOLATION.replace("V1", "V2"))[1]
        == [("", "no_violation"), ("execution", "missing")][:1]
    )


def test_what_the_checklist_does_not_cover_is_told_apart(folder):
    judged, _ = _found(folder, more=["立案,2021-07-14,示例负责人,1"])
    assert judged.state == "not_covered"


def test_without_the_working_days_of_the_year_nobody_is_called_late(folder, checklist):
    lines = [f"C1,{line}" for line in STEPS]
    checked = check_cases(folder([CASE], lines, [VIOLATION]), checklist, Calendar(), AS_OF)
    (judged,) = checked.cases
    assert judged.state == "unjudged"
    assert {one.kind for one in judged.findings} == {"no_calendar"}
    assert checked.has_defects


@pytest.mark.parametrize(
    ("case", "step", "code"),
    [
        (CASE, "C1,全程记录,2022-03-01,,", r"case_steps.csv, row 2, .*RE-958.*Did you mean: 全过程记录"),
        (f"{CASE}疑难杂", "C1,立案,2022-03-01,,", r"cases.csv, row 2, .*RE-959.*疑难复杂"),
        (CASE, "C01,立案,2022-03-01,,", r"case_steps.csv, row 2, .*RE-960.*Did you mean: C1"),
    ],
)
def test_what_names_nothing_is_told_with_its_place(folder, checklist, case, step, code):
    with pytest.raises(InputError, match=code):
        read_cases(folder([case], [step]), checklist, AS_OF)


def test_a_record_without_cases_says_so(tmp_path, checklist):
    with pytest.raises(UsageError, match="RE-957"):
        read_cases(tmp_path, checklist, AS_OF)


# --- on random cases ---

DAY_0 = date(2021, 11, 1)
NAMES = ["示例甲", "示例乙", "示例丙", "示例丁", "示例甲 "]
CHECKLIST = read_checklist(None)
CALENDAR = shipped_calendar()


def _any_case(dice):
    """A case with any steps on any days, in an order that is often the right one."""
    names = list(CHECKLIST.steps)
    regular, share = dice.random() < 0.6, dice.choice([0.2, 0.6, 0.9])
    chosen = [(at, name) for at, name in enumerate(names) if dice.random() < share]

    def people(most):
        return people_of(";".join(dice.choices(NAMES, k=dice.randint(0, most))))

    def some(values):
        return frozenset(value for value in values if dice.random() < 0.15)

    steps = {
        name: StepTaken(
            DAY_0 + timedelta(days=at * 4 + dice.randint(0, 6) if regular else dice.randint(0, 500)),
            people(3),
            dice.random() < 0.7,
        )
        for at, name in chosen
    }
    decided = DAY_0 + timedelta(days=dice.randint(0, 400))
    if "decision" in steps and dice.random() < 0.5:
        decided = steps["decision"].first
    return CaseFile(
        "C1", "U", dice.choice(["ordinary", "ordinary", "summary"]),
        party=dice.choice([None, "person", "organisation"]), circumstances=some(CHECKLIST.circumstances),
        penalty_kinds=some(["fine", "warning", "suspension"]),
        fine=dice.choice([None, *map(Decimal, (200, 201, 3000, 3001))]),
        decided_on=dice.choice([None, decided]), has_violation=dice.choice([None, True, False]),
        roles={role: people(2) for role in CHECKLIST.roles}, steps=steps,
    )  # fmt: skip


ANY_CASE = st.integers(0, 2**40).map(lambda seed: _any_case(random.Random(seed)))  # noqa: S311 - no secret
DAYS = st.integers(0, 700).map(lambda days: DAY_0 + timedelta(days=days))


def _by(case, as_of):
    """The case as it is recorded by a day."""
    steps = {name: step for name, step in case.steps.items() if step.first <= as_of}
    decided = case.decided_on if case.decided_on is not None and case.decided_on <= as_of else None
    return CaseFile(**{**{name: getattr(case, name) for name in case.__slots__}, "steps": steps, "decided_on": decided})


@settings(max_examples=200, deadline=None)
@given(ANY_CASE, DAYS)
def test_the_oracle_finds_the_same(case, as_of):
    case = _by(case, as_of)
    judged = judge(case, CHECKLIST, CALENDAR, as_of)
    assert {(one.requirement, one.kind) for one in judged.findings} == Oracle(case, CHECKLIST, CALENDAR, as_of).found()
    assert judged.state in STATES


def _not_met(judged):
    """Requirement → how bad: 1 something is wrong, 2 its step is missing or cannot be judged."""
    worst = {}
    for one in judged.findings:
        bad = 2 if one.kind in {"missing", "unjudged"} else 1
        worst[one.requirement] = max(bad, worst.get(one.requirement, 0))
    return worst


@settings(max_examples=200, deadline=None)
@given(ANY_CASE, DAYS, st.data())
def test_adding_a_missing_step_never_makes_a_case_worse(case, as_of, data):
    case = _by(case, as_of)
    before = judge(case, CHECKLIST, CALENDAR, as_of)
    gone = sorted({one.step for one in before.findings if one.kind == "missing"})
    if not gone or case.begun_on is None:
        return
    step = data.draw(st.sampled_from(gone))
    day = data.draw(st.dates(CHECKLIST.since, as_of))
    by = people_of(";".join(data.draw(st.lists(st.sampled_from(NAMES), max_size=2))))
    added = StepTaken(day, by, data.draw(st.booleans()))
    fields = {name: getattr(case, name) for name in case.__slots__}
    after = judge(CaseFile(**{**fields, "steps": {**case.steps, step: added}}), CHECKLIST, CALENDAR, as_of)
    worst_before, worst_after = _not_met(before), _not_met(after)
    assert all(bad <= worst_before.get(name, 0) for name, bad in worst_after.items())


def test_the_steps_that_bring_requirements_are_demanded_by_none():
    """So that a missing step never brings a further requirement; enforcement stands in for payment, and brings one."""
    brought = {step for condition in CHECKLIST.conditions.values() for step in condition.steps}
    first = {each.steps[0] for each in CHECKLIST.requirements if each.demands and each.steps}
    assert brought & first == set()


# --- the example record ---


@pytest.fixture(scope="module")
def example():
    return check_cases(EXAMPLE, CHECKLIST, CALENDAR, AS_OF)


def _rows(name):
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_case_of_the_example_is_accounted_for_and_the_oracle_agrees(example):
    cases = _rows("cases.csv")
    assert sum(example.states.values()) == len(example.cases) == len(cases)
    assert sum(unit.cases for unit in example.units) == len(cases)
    assert Counter(row["unit"] for row in cases) == {unit.unit: unit.cases for unit in example.units}
    for judged in example.cases:
        found = {(one.requirement, one.kind) for one in judged.findings}
        assert found == Oracle(judged.case, CHECKLIST, CALENDAR, AS_OF).found(), judged.case.case_id


def test_the_faults_that_were_planted_are_found(example):
    kinds = {(one.requirement, one.kind) for judged in example.cases for one in judged.findings}
    assert kinds >= {
        ("notice", "missing"), ("recording", "missing"), ("legal_review", "missing"), ("closing", "missing"),
        ("service", "late"), ("publication", "late"), ("investigation", "too_few"), ("roles_apart", "same_person"),
        ("evidence", "undocumented"), ("decision", "late"), ("decision", "differs"), ("hearing", "same_person"),
        ("spot_limit", "over_limit"), ("decision", "missing"),
    }  # fmt: skip
    assert example.states["in_order"] > example.states["defects"] > 0


def test_the_order_of_rows_says_nothing(example, tmp_path):
    mixed = random.Random(7)  # noqa: S311 - a shuffle
    for name in ("cases.csv", "case_steps.csv", "violations.csv"):
        rows = _rows(name)
        mixed.shuffle(rows)
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    assert check_cases(tmp_path, CHECKLIST, CALENDAR, AS_OF) == example
