"""Violations of a vehicle or a driver go to whoever it was that day; a question is told, never guessed."""

from __future__ import annotations

import json
from datetime import date

import pytest
from pyarrow import parquet
from registers_for_tests import DRIVER, PLATE, A, B, C, Putting, employed, operator, overload, owned

from riskengine import Engine
from riskengine.facade.affected import review
from riskengine.facade.keeping import from_ledger
from riskengine.kernel.errors import UsageError
from riskengine.ledger import (
    attribute,
    driver_history,
    extract,
    history,
    left_out_rows,
    open_questions,
    touched_since,
    vehicle_history,
    verify_ledger,
)

AS_OF = date(2022, 12, 31)


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def put(ledger, engine, clock):
    return Putting(ledger, engine, clock)


@pytest.fixture
def went(ledger, tmp_path):
    """A function: violation → to whom it goes, or the mark of a question."""

    def going(as_of=AS_OF, known=None, only=None):
        made = extract(ledger, tmp_path, as_of=as_of, known=known, only=only)
        rows = parquet.read_table(made.files["violations"]).to_pylist()
        return {row["violation_id"]: row["operator_id"] for row in rows}

    return going


def _asked(ledger, as_of=AS_OF):
    return {each.violation_id: each.why for each in open_questions(ledger, as_of=as_of)}


def test_a_violation_goes_to_who_owned_the_vehicle_on_that_day(ledger, put, went):
    put(
        operators=[operator(A), operator(B)],
        ties=[owned(A, "2020-01-01", "2022-07-01"), owned(B, "2022-07-01")],
        violations=[
            overload("first day", "2020-01-01", vehicle=PLATE, plate_colour="黄"),
            overload("last day", "2022-06-30", vehicle=PLATE, plate_colour="黄色"),
            overload("sold", "2022-07-01", vehicle=PLATE, plate_colour="黄"),
            overload("too early", "2019-12-31", vehicle=PLATE, plate_colour="黄"),
        ],
    )
    found = went()
    assert (found["first day"], found["last day"], found["sold"]) == (A, A, B)
    assert _asked(ledger) == {"too early": "nobody"}
    assert found["too early"] == "?RE-876"


def test_a_driver_tells_it_where_the_vehicle_does_not(ledger, put, went):
    put(
        operators=[operator(A), operator(B)],
        ties=[employed(A, "2020-01-01"), owned(B, "2020-01-01", plate="豫K54321")],
        violations=[
            overload("driver", "2022-01-01", driver=DRIVER.lower()),
            overload("unknown vehicle", "2022-01-01", driver=DRIVER, vehicle="豫K99999", plate_colour="黄"),
            overload("two", "2022-01-01", driver=DRIVER, vehicle="豫K54321", plate_colour="黄"),
        ],
    )
    found = went()
    assert (found["driver"], found["unknown vehicle"]) == (A, A)
    assert _asked(ledger) == {"two": "differ"}


def test_two_owners_are_a_question_and_a_plate_without_colour_only_where_it_has_one(ledger, put, went):
    put(
        operators=[operator(A), operator(B)],
        vehicles=[{"vehicle": "豫K11111", "plate_colour": "蓝"}],
        ties=[
            owned(A, "2020-01-01"),
            owned(B, "2021-01-01"),
            owned(A, "2020-01-01", plate="豫K11111"),
            owned(A, "2020-01-01", plate="豫K22222"),
        ],
        violations=[
            overload("two", "2022-01-01", vehicle=PLATE, plate_colour="黄"),
            overload("one", "2020-06-01", vehicle=PLATE),
            overload("open", "2022-01-01", vehicle="豫K11111"),
            overload("told", "2022-01-01", vehicle="豫K11111", plate_colour="黄"),
            overload("blue", "2022-01-01", vehicle="豫K11111", plate_colour="蓝"),
            overload("alone", "2022-01-01", vehicle="豫K22222"),
        ],
    )
    assert _asked(ledger) == {"two": "several", "open": "colour", "blue": "nobody"}
    found = went()
    assert (found["one"], found["told"], found["alone"]) == (A, A, A)
    (two,) = [each for each in open_questions(ledger, as_of=AS_OF) if each.violation_id == "two"]
    assert [(tie.operator_id, tie.since) for tie in two.candidates] == [
        (A, date(2020, 1, 1)),
        (B, date(2021, 1, 1)),
    ]


def test_an_operator_that_contradicts_the_ties_is_a_question_that_shows_on_its_grade(
    ledger, url, engine, put, tmp_path
):
    put(
        operators=[operator(A), operator(B)],
        ties=[owned(B, "2020-01-01", "2022-06-01"), employed(A, "2020-01-01")],
        violations=[
            overload("named", "2022-01-01", operator_id=A, vehicle=PLATE, plate_colour="黄"),
            overload("no tie", "2022-06-01", operator_id=A, vehicle=PLATE, plate_colour="黄", driver=DRIVER),
            overload("nobody", "2022-06-01", vehicle=PLATE, plate_colour="黄"),
        ],
    )
    assert _asked(ledger) == {"named": "contradicted", "nobody": "nobody"}
    made = from_ledger(url, tmp_path, as_of=AS_OF)
    for name in ("reference", "duckdb"):
        batch = engine.grade(made.sources["operators"], made.sources["violations"], as_of=AS_OF, engine=name)
        account = next(source for source in batch.records.sources if source.name == "violations")
        left_out = [problem for problem in account.problems if problem.is_error]
        assert [(problem.code, problem.column) for problem in left_out if problem.code == "RE-876"] == [
            ("RE-876", "vehicle"),
            ("RE-876", "operator_id"),
        ]
        counts = {row["operator_id"]: row["quarantined_count"] for row in batch.grades.to_pylist()}
        assert counts == {A: 1, B: 0}
        assert account.left_out_by_reason() == {"error": 2}
        evidence = {row["record_id"] for row in batch.evidence.to_pylist()}
        assert evidence == {"no tie"}


def test_a_corrected_tie_moves_it_and_an_old_state_stays(ledger, put, went):
    put(
        operators=[operator(A), operator(B)], violations=[overload("V", "2022-08-01", vehicle=PLATE, plate_colour="黄")]
    )
    put(ties=[owned(A, "2020-01-01")])
    done = put(ties=[owned(A, "2020-01-01", "2022-07-01"), owned(B, "2022-07-01")])
    (correction,) = done.corrections
    assert correction.columns == {"until": (None, "2022-07-01")}
    assert correction.record_id == f"{PLATE}|黄 {A} 2020-01-01"
    void = put(ties=[owned(B, "2022-07-01", void="是")])
    assert void.sources[0].corrected == 1
    assert [went(known=known)["V"] for known in (1, 2, 3, 4)] == ["?RE-876", A, B, "?RE-876"]
    again = put(ties=[owned(B, "2022-07-01", void="是")])
    assert again.change is None
    assert verify_ledger(ledger) == []
    with ledger.reading() as connection:
        from riskengine.ledger.schema import VERSIONS

        stored = connection.execute(VERSIONS["violations"].select()).mappings().one()
    assert (stored["operator_id"], stored["operator_key"]) == (None, None), "derived, never stored"


def test_overlaps_are_told_when_they_are_imported(put):
    done = put(
        operators=[operator(A), operator(B)], ties=[owned(A, "2020-01-01", "2022-07-01"), owned(B, "2022-07-01")]
    )
    assert done.overlaps == []
    (overlap,) = put(ties=[owned(C, "2022-06-30", "2022-07-01")]).overlaps
    assert (overlap.first.operator_id, overlap.second.operator_id) == (A, C)
    assert put(ties=[owned(A, "2022-01-01", colour="蓝"), employed(A, "2022-01-01")]).overlaps == []


def test_a_person_answers_and_takes_it_back(ledger, put, clock, went):
    put(
        operators=[operator(A), operator(B)],
        ties=[owned(A, "2020-01-01"), owned(B, "2020-01-01")],
        violations=[overload("V", "2022-01-01", vehicle=PLATE, plate_colour="黄")],
    )
    answered = attribute(ledger, "v", A.lower(), clock.entry("租赁合同"))
    assert answered.number == 2
    assert attribute(ledger, "V", A, clock.entry()) is None
    assert (went(known=1)["V"], went()["V"], _asked(ledger)) == ("?RE-876", A, {})
    attribute(ledger, "V", B, clock.entry())
    assert went()["V"] == B
    attribute(ledger, "V", None, clock.entry(), take_back=True)
    assert (_asked(ledger), went(known=3)["V"]) == ({"V": "several"}, B)
    with pytest.raises(UsageError, match="RE-878"):
        attribute(ledger, "V", None, clock.entry(), take_back=True)
    with pytest.raises(UsageError, match="RE-864"):
        attribute(ledger, "W", A, clock.entry())
    with pytest.raises(UsageError, match="RE-869"):
        attribute(ledger, "V", C, clock.entry())
    assert verify_ledger(ledger) == []


def test_of_merged_firms_the_successor_answers_once(ledger, url, engine, put, went, tmp_path):
    put(
        operators=[operator(A, closed_on="2022-06-30", successor=B), operator(B), operator(C)],
        ties=[owned(A, "2020-01-01"), owned(B, "2022-07-01"), owned(C, "2020-01-01", plate="豫K54321")],
        violations=[
            overload("before", "2022-01-01", vehicle=PLATE, plate_colour="黄"),
            overload("both", "2022-08-01", vehicle=PLATE, plate_colour="黄"),
            overload("named", "2022-01-01", operator_id=B, vehicle=PLATE, plate_colour="黄"),
            overload("other", "2022-01-01", operator_id=B, vehicle="豫K54321", plate_colour="黄"),
        ],
    )
    assert _asked(ledger) == {"other": "contradicted"}
    found = went()
    assert (found["before"], found["both"], found["named"]) == (A, B, B), "the engine follows the successor"
    made = from_ledger(url, tmp_path, as_of=AS_OF)
    batch = engine.grade(made.sources["operators"], made.sources["violations"], as_of=AS_OF)
    evidence = {(row["operator_id"], row["record_id"]) for row in batch.evidence.to_pylist()}
    assert evidence == {(B, "before"), (B, "both"), (B, "named")}
    # While both went on, the two were two.
    assert _asked(ledger, date(2022, 6, 30)) == {"named": "contradicted", "other": "contradicted"}


def test_what_is_not_theirs_is_not_taken_out_for_some_operators(put, went):
    put(
        operators=[operator(A), operator(B)],
        ties=[owned(A, "2020-01-01"), employed(B, "2020-01-01")],
        violations=[
            overload("a", "2022-01-01", vehicle=PLATE, plate_colour="黄"),
            overload("b", "2022-01-01", driver=DRIVER),
            overload("said", "2022-01-01", operator_id=B, place="示例路"),
            overload("two", "2022-01-01", vehicle=PLATE, plate_colour="黄", driver=DRIVER),
        ],
    )
    assert went(only={A}) == {"a": A}
    assert went(only={B}) == {"b": B, "said": B}


def test_rows_left_out_of_a_register_stay_until_they_are_mended(ledger, put):
    done = put(ties=[owned(A, "2022-01-01", "2021-01-01")], vehicles=[{"vehicle": PLATE, "plate_colour": ""}])
    assert [(source.new, source.left_out) for source in done.sources] == [(0, 1), (0, 1)]
    assert [row["source"] for row in left_out_rows(ledger)] == ["vehicles", "ties"]
    mended = put(ties=[owned(A, "2022-01-01", "2023-01-01")])
    assert [(source.new, source.mended) for source in mended.sources] == [(1, 1)]
    assert [row["source"] for row in left_out_rows(ledger)] == ["vehicles"]
    assert put(ties=[owned(A, "2022-01-01", "2023-01-01")]).change is None


def test_who_is_affected_by_a_tie_an_answer_and_a_decision(ledger, url, engine, put, clock, tmp_path):
    rows = [overload(f"V{at}", f"2022-0{at}-01", vehicle=PLATE, plate_colour="黄") for at in range(1, 6)]
    put(
        operators=[operator(A), operator(B), operator(C)],
        ties=[owned(A, "2020-01-01")],
        violations=[*rows, overload("D", "2022-05-01", driver=DRIVER)],
    )
    made = from_ledger(url, tmp_path, as_of=AS_OF)
    batch = engine.grade(made.sources["operators"], made.sources["violations"], as_of=AS_OF)
    run = batch.write(tmp_path / "runs", keep=made.inputs, previous=None)
    put(ties=[owned(A, "2020-01-01", "2022-02-01"), owned(B, "2022-02-01")])
    assert touched_since(ledger, 1) == {A, B}
    assert [each.operator_id for each in review(ledger, run).affected] == [A, B]
    before = touched_since(ledger, 2)
    assert before == set()
    attribute(ledger, "D", C, clock.entry())
    assert touched_since(ledger, 2) == {C}
    assert [each.operator_id for each in review(ledger, run).affected] == [A, B, C]
    from riskengine.ledger import Decision, amend

    amend(ledger, Decision("V3", "revoked_by_body", AS_OF, "示例撤〔2022〕1号", AS_OF), clock.entry())
    assert touched_since(ledger, 3) >= {B}
    attribute(ledger, "D", None, clock.entry(), take_back=True)
    assert C in touched_since(ledger, 4)


def test_what_is_known_of_a_vehicle_a_driver_and_an_operator(ledger, put):
    put(
        operators=[operator(A), operator(B)],
        vehicles=[{"vehicle": PLATE, "plate_colour": "黄", "kind": "牵引车"}],
        drivers=[{"driver": DRIVER, "name": "某某某"}],
        ties=[
            owned(A, "2020-01-01", "2022-07-01", document="示例过户1号"),
            owned(B, "2022-07-01"),
            employed(A, "2020-01-01"),
        ],
        violations=[
            overload("V1", "2022-01-01", vehicle=PLATE, plate_colour="黄", driver=DRIVER),
            overload("V2", "2022-08-01", vehicle=PLATE, driver=DRIVER),
            overload("V3", "2022-08-01", vehicle=PLATE, plate_colour="蓝"),
        ],
    )
    found = vehicle_history(ledger, "豫k·12345|黄", as_of=date.max)
    assert [row["kind"] for row in found["registered"]] == ["牵引车"]
    assert [(tie["operator_id"], tie["since"], tie["until"], tie["document"]) for tie in found["ties"]] == [
        (A, "2020-01-01", "2022-07-01", "示例过户1号"),
        (B, "2022-07-01", None, None),
    ]
    assert [(row["violation_id"], row["operator_id"], row["why"]) for row in found["violations"]] == [
        ("V1", A, "tied"),
        ("V2", None, "differ"),
    ]
    assert len(vehicle_history(ledger, PLATE, as_of=date.max)["violations"]) == 3
    driver = driver_history(ledger, DRIVER, as_of=date.max)
    assert [row["violation_id"] for row in driver["violations"]] == ["V1", "V2"]
    assert "0001" not in json.dumps(driver, ensure_ascii=False)
    assert driver["registered"] == [{"name": "某**"}]
    assert [(row["violation_id"], row["why"]) for row in history(ledger, "operators", A)["violations"]] == [
        ("V1", "tied")
    ]
    for asking in (vehicle_history, driver_history):
        with pytest.raises(UsageError, match="RE-879"):
            asking(ledger, "豫K00000", as_of=date.max)
