"""What is said of later days is what the engine says of them."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.results import outlook, view_of

EXAMPLES = Path(__file__).parents[3] / "examples"
AS_OF = date(2022, 12, 31)
FIRM = {"operator_id": "OP", "name": "示例", "fleet_size": "50", "licensed_on": "2015-01-01"}


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


def violation(number, occurred, **cells):
    return {
        "violation_id": f"示例{number}号",
        "operator_id": "OP",
        "risk_point": "HW-01",
        "occurred_on": occurred,
        "decided_on": occurred,
        "severity": "serious",
        "penalty": "20000",
        "penalty_kind": "fine",
        "vehicle": f"豫K{number:05d}",
        "driver": f"4110{number:010d}",
        **cells,
    }


def found(engine, violations, as_of=AS_OF):
    rows = [{key: value for key, value in row.items() if key != "operator_id"} for row in violations]
    outcome = engine.assess(FIRM, rows, as_of=as_of, engine="reference").outcome
    return {item.lapse.rule: item for item in outlook(view_of(outcome, "OP"), engine.context(as_of))}


def test_one_record_counts_less_and_then_not_at_all(engine):
    told = found(engine, [violation(1, "2022-08-31")])["violation_deduction"]
    # 5 points for serious, 1.5 for red; then 70 %, 30 % and nothing. No month has a 31st of February.
    assert str(told.lapse.points) == "-7.500000"
    assert [(step.day.isoformat(), step.gone, step.left, str(step.points)) for step in told.later] == [
        ("2023-03-01", 0, 1, "-5.25"),
        ("2023-08-31", 0, 1, "-2.25"),
        ("2024-08-31", 1, 0, "0"),
    ]
    assert (told.ends, told.repaired.points, told.repaired.fires) == (date(2024, 8, 31), 0, False)
    assert [record.lapses_on for record in told.lapse.records] == [date(2024, 8, 31)]


def test_a_ceiling_ends_with_its_last_record(engine):
    told = found(engine, [violation(1, "2022-03-05", severity="major")])["major_violation_in_year"]
    assert (told.lapse.at_most, told.ends) == ("C", date(2023, 3, 5))


def test_what_the_tables_do_not_tell_is_left_open(engine):
    rows = [violation(1, "2022-02-01", severity="minor"), violation(2, "2022-11-01", severity="major")]
    told = found(engine, rows)["violation_deduction"]
    by_day = {step.day.isoformat(): step for step in told.later}
    assert by_day["2024-02-01"].points is None  # which of the two weighs what is not in the tables
    assert (by_day["2024-02-01"].gone, by_day["2024-02-01"].left) == (1, 1)
    assert by_day["2024-11-01"].points == 0


def test_repetition_lessens_record_by_record(engine):
    rows = [violation(number, f"2022-0{number}-10") for number in (2, 4, 6, 8)]
    told = found(engine, rows)["repeat_violations"]
    assert [(step.day.isoformat(), str(step.points)) for step in told.later] == [
        ("2023-02-10", "-1"),
        ("2023-04-10", "0"),
        ("2023-06-10", "0"),
        ("2023-08-10", "0"),
    ][: len(told.later)]
    assert told.ends == date(2023, 4, 10)


def _rows(name):
    return list(csv.DictReader((EXAMPLES / f"{name}.csv").read_text("utf-8").splitlines()))


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["xuchang-transport", "eu-2022-695", "jiangsu-2024"])
def test_whatever_is_told_of_a_later_day_is_what_the_engine_says_on_that_day(policy):
    """Of operators of the examples, with the records that count on the day: nothing is told that is not so."""
    engine = Engine.load(policy)
    operators = _rows("operators")
    behind: dict[str, list[dict[str, str]]] = {}
    for row in _rows("violations"):
        if (
            row["status"] == "final"
            and not row["status_on"]
            and max(row["occurred_on"], row["decided_on"]) <= "2022-12-31"
        ):
            behind.setdefault(row.pop("operator_id"), []).append({key: cell for key, cell in row.items() if cell})
    seen: Counter[str] = Counter()
    for row in operators[::6]:
        operator, rows = {key: cell for key, cell in row.items() if cell}, behind.get(row["operator_id"], [])
        inspections = [] if "inspections" in engine.plan.reads else None
        _compare(engine, operator, rows, inspections, seen)
    assert seen["told"] > 30 or policy != "xuchang-transport", seen


def _compare(engine, operator, rows, inspections, seen):
    outcome = engine.assess(operator, rows, inspections, as_of=AS_OF, engine="reference").outcome
    said = outlook(view_of(outcome, operator["operator_id"]), engine.context(AS_OF))
    days = sorted({step.day for item in said for step in item.later})
    for day in days[:: max(1, len(days) // 8)] + days[-1:]:
        later = engine.assess(operator, rows, inspections, as_of=day, engine="reference")
        points = {(row["rule"], row["risk_point"]): row for row in later.signals if row["status"] == "fired"}
        for item in said:
            steps = [step for step in item.later if step.day == day]
            for step in steps:
                own = points.get((item.lapse.rule, item.lapse.risk_point))
                seen["told" if step.fires is not None else "open"] += 1
                if step.fires is not None:
                    assert (own is not None) == step.fires, (operator, item.lapse.rule, day)
                if step.points is not None and item.to_score:
                    assert (own["points"] if own else 0) == step.points, (operator, item.lapse.rule, day)
