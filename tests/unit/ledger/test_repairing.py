"""Credit repair in the ledger: what is refused, where each penalty stands on a day, and its history."""

from __future__ import annotations

import json
from datetime import date

import pytest
from registers_for_tests import PLATE, A, B, Putting, operator, overload, owned

from riskengine import Engine, UsageError
from riskengine.facade.keeping import keep
from riskengine.ledger import (
    Decision,
    amend,
    import_sources,
    known_at,
    repair_of,
    repairs,
    repairs_known,
    verify_ledger,
)

OPERATOR = "91411000MA40000A18"
FINED, WARNED, UNDATED = "示例罚〔2022〕1号", "示例罚〔2022〕2号", "示例罚〔2022〕3号"
BASE = {"operator_id": OPERATOR, "risk_point": "HW-01", "occurred_on": "2022-03-01", "severity": "general"}
ROWS = [
    {**BASE, "violation_id": FINED, "decided_on": "2022-03-09", "penalty": "20000", "penalty_kind": "fine"},
    {**BASE, "violation_id": WARNED, "decided_on": "2022-03-09", "penalty_kind": "warning"},
    {**BASE, "violation_id": UNDATED, "penalty": "20000", "penalty_kind": "fine"},
]
DOCUMENT = {"document": "示例修〔2022〕1号", "document_on": date(2022, 6, 1), "body": "示例机关"}


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def started(ledger, engine, clock):
    import_sources(ledger, [keep(engine, ROWS, "violations")], clock.entry())
    return ledger


@pytest.fixture
def decide(started, clock):
    def deciding(kind, day, violation=FINED, **options):
        return amend(started, Decision(violation, kind, date.fromisoformat(day), **DOCUMENT), clock.entry(), **options)

    return deciding


@pytest.fixture
def state(started):
    def asking(day, violation=FINED):
        found = repair_of(started, violation, date.fromisoformat(day))
        return found and found.state

    return asking


def test_no_repair_is_applied_for_or_granted_before_the_earliest_day(decide, state):
    for kind in ("repair_applied", "repaired"):
        with pytest.raises(UsageError, match=r"RE-821.*2022-06-09"):
            decide(kind, "2022-06-08")
    assert state("2022-06-08") == "not_yet"
    assert state("2022-06-09") == "open"
    assert decide("repair_applied", "2022-06-09") is not None
    assert (state("2022-06-08"), state("2022-06-09")) == ("not_yet", "applied")


def test_granted_it_is_repaired_from_its_day_on(decide, state, started):
    decide("repair_applied", "2022-06-09")
    decide("repaired", "2022-06-15")
    assert [state(day) for day in ("2022-06-14", "2022-06-15", "2024-01-01")] == ["applied", "repaired", "repaired"]
    assert verify_ledger(started) == []
    for kind in ("repair_applied", "repaired"):
        with pytest.raises(UsageError, match="RE-825"):
            decide(kind, "2022-07-01")
    with pytest.raises(UsageError, match="RE-827"):
        decide("repair_refused", "2022-07-01")


def test_refused_or_withdrawn_it_may_be_applied_for_again(decide, state):
    with pytest.raises(UsageError, match="RE-827"):
        decide("repair_refused", "2022-06-09")
    decide("repair_applied", "2022-06-09")
    with pytest.raises(UsageError, match=r"RE-826.*2022-06-09"):
        decide("repair_applied", "2022-06-20")
    decide("repair_refused", "2022-06-15")
    assert state("2022-06-15") == "refused"
    with pytest.raises(UsageError, match="RE-827"):
        decide("repair_withdrawn", "2022-06-16")
    decide("repair_applied", "2022-07-01")
    decide("repair_withdrawn", "2022-07-05")
    assert [state(day) for day in ("2022-07-01", "2022-07-05")] == ["applied", "open"]


def test_a_decision_recorded_again_does_not_stand_in_its_own_way(decide):
    assert decide("repair_applied", "2022-06-09") is not None
    assert decide("repair_applied", "2022-06-09") is None
    assert decide("repaired", "2022-06-15") is not None
    assert decide("repaired", "2022-06-15") is None


def test_taken_back_a_repair_was_none(decide, state):
    decide("repair_applied", "2022-06-09")
    decide("repaired", "2022-06-15")
    decide("repaired", "2022-06-15", take_back=True)
    assert state("2022-06-15") == "applied"


def test_display_ends_without_an_application(state):
    assert [state(day) for day in ("2023-03-09", "2023-03-10")] == ["open", "lapsed"]


def test_a_person_puts_a_penalty_in_another_class(decide, state):
    decide("classed_serious", "2022-04-01")
    with pytest.raises(UsageError, match=r"RE-821.*2022-09-09"):
        decide("repair_applied", "2022-06-09")
    assert [state(day) for day in ("2022-03-31", "2022-09-08", "2022-09-09")] == ["not_yet", "not_yet", "open"]


def test_what_cannot_be_told_is_said_and_nothing_is_recorded(decide, state):
    assert state("2022-12-31", UNDATED) == "untold"
    for kind in ("repair_applied", "repaired"):
        with pytest.raises(UsageError, match="RE-822"):
            decide(kind, "2022-12-31", UNDATED)


def test_a_penalty_that_does_not_hold_has_nothing_to_repair(decide, state):
    decide("stay", "2022-04-01")
    with pytest.raises(UsageError, match="RE-828"):
        decide("repair_applied", "2022-07-01")
    assert state("2022-07-01") == "stayed"
    decide("revoked_by_court", "2022-08-01")
    assert state("2022-08-01") is None
    with pytest.raises(UsageError, match="RE-828"):
        decide("repaired", "2022-09-01")


def test_the_list_has_every_penalty_that_holds_and_the_rules_of_its_day(started, decide):
    found = {each.violation_id: each for each in repairs(started, date(2026, 4, 1))}
    assert set(found) == {FINED, WARNED, UNDATED}
    assert found[WARNED].days.classed == "minor"
    assert (found[WARNED].days.earliest, found[WARNED].state) == (date(2022, 3, 9), "lapsed")
    early = {each.violation_id: each for each in repairs(started, date(2022, 4, 1), operator=OPERATOR.lower())}
    assert early[WARNED].days.classed == "general"
    assert list(repairs(started, date(2022, 2, 1))) == [], "nothing had happened yet"
    assert list(repairs(started, date(2022, 3, 8), operator="x")) == []
    decide("repair_applied", "2022-06-09")
    then = {each.violation_id: each.state for each in repairs(started, date(2022, 7, 1), known=1)}
    assert then[FINED] == "open", "as it was known before the application was recorded"


@pytest.mark.parametrize("day", ["2022-03-10", "2022-06-09", "2023-03-09", "2023-03-10", "2025-03-09", "2025-03-10"])
def test_what_a_run_keeps_is_what_the_list_says(started, decide, day):
    decide("repair_applied", "2022-06-09")
    decide("repair_applied", "2022-07-01", WARNED)
    decide("repair_refused", "2022-07-05", WARNED)
    as_of, number = date.fromisoformat(day), known_at(started, None).number
    listed = {each.violation_id: each for each in repairs(started, as_of)}
    kept = {row["violation_id"]: row for row in map(json.loads, repairs_known(started, number, as_of).splitlines())}
    ahead = {
        name: each
        for name, each in listed.items()
        if each.state in {"not_yet", "open", "applied", "refused"} and each.days.latest >= as_of
    }
    assert {name: row["state"] for name, row in kept.items()} == {name: each.state for name, each in ahead.items()}
    assert all(row["earliest"] == ahead[name].days.earliest.isoformat() for name, row in kept.items())
    assert repairs_known(started, 0, as_of) == ""


def test_a_penalty_is_that_of_who_answers_for_it(ledger, engine, clock):
    put = Putting(ledger, engine, clock)
    put(
        operators=[operator(A), operator(B)],
        ties=[owned(A, "2020-01-01", "2022-07-01"), owned(B, "2022-07-01")],
        violations=[
            overload("before", "2022-06-30", vehicle=PLATE, plate_colour="黄"),
            overload("after", "2022-07-01", vehicle=PLATE, plate_colour="黄"),
            overload("nobody", "2019-12-31", vehicle=PLATE, plate_colour="黄"),
        ],
    )
    found = {each.violation_id: each.operator_id for each in repairs(ledger, date(2022, 12, 31))}
    assert found == {"before": A, "after": B, "nobody": None}
    assert [each.violation_id for each in repairs(ledger, date(2022, 12, 31), operator=B)] == ["after"]


def test_a_repair_that_the_file_tells_stands(ledger, engine, clock):
    row = {**ROWS[0], "status": "repaired", "status_on": "2022-05-01"}
    import_sources(ledger, [keep(engine, [row], "violations")], clock.entry())
    found = repair_of(ledger, FINED, date(2022, 5, 1))
    assert (found.state, found.since) == ("repaired", date(2022, 5, 1))
    assert repair_of(ledger, FINED, date(2022, 4, 30)).state == "not_yet"
