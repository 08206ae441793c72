"""Further columns of the records, what violations read of their inspections, and records that count once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import tiny

from riskengine import Engine, Inspection, Violation
from riskengine.kernel.errors import PolicyError

COLUMNS = {
    "violations": {"points": {"type": "integer", "min": 0, "max": 300}, "mass": {"type": "decimal", "places": 2}},
    "inspections": {
        "vehicles": {"type": "integer", "min": 1, "max": 50},
        "sort": {"type": "text", "words": ["a", "b"]},
    },
    "of_inspection": {"vehicles": "vehicles", "checked_on": "inspected_on"},
}


def visit(number, operator="A", **cells):
    return {
        "inspection_id": f"I{number}", "operator_id": operator, "inspected_on": date(2022, 6, 1), "vehicles": 2, **cells
    }  # fmt: skip


def value(engine, definition, rows, visits=(), **sections):
    outcome = tiny.grade(
        engine,
        tiny.policy(facts={"f": definition}, columns=COLUMNS, **sections),
        operators=[{"operator_id": "A"}, {"operator_id": "B"}],
        violations=tiny.violations(*rows),
        inspections=visits,
    )
    return outcome.rows("facts")[0]["f"]


def test_a_declared_column_is_read_like_one_of_the_contract(engine):
    rows = [{"points": 3, "mass": "1.25"}, {"points": "4", "mass": Decimal("0.5")}]
    assert value(engine, {"sum": "points"}, rows) == 7
    assert value(engine, {"sum": "points * mass"}, rows) == Decimal("5.75")
    assert value(engine, {"count": "violations", "where": "mass > 1"}, rows) == 1
    assert value(engine, {"max": "points", "of": "violations", "where": "mass < 1"}, rows) == 4


def test_an_empty_cell_of_a_declared_column_makes_the_fact_unknown(engine):
    rows = [{"points": 3}, {"points": None}]
    assert value(engine, {"sum": "points"}, rows) is None
    assert value(engine, {"sum": "points", "missing": 5}, rows) == 8
    assert value(engine, {"sum": "points"}, [{}]) is None


def test_a_number_beyond_the_limits_of_a_declared_column_leaves_the_row_out(engine):
    data = tiny.policy(facts={"f": {"sum": "points"}}, columns=COLUMNS)
    outcome = tiny.grade(engine, data, violations=tiny.violations({"points": 301}, {"points": 300}))
    assert (outcome.rows("facts")[0]["f"], outcome.rows("grades")[0]["quarantined_count"]) == (300, 1)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({}, 2),
        ({"inspected_on": tiny.AS_OF}, 2),
        ({"inspected_on": date(2023, 1, 1)}, None),
        ({"vehicles": None}, None),
        ({"operator_id": "B"}, None),
        ({"inspection_id": "I2"}, None),
    ],
    ids=["as it is", "on the day", "later than as-of", "empty", "of another operator", "of another number"],
)
def test_a_violation_reads_of_the_inspection_that_it_names(engine, cells, found):
    rows = [{"points": 1, "inspection_id": "I1"}]
    assert value(engine, {"max": "vehicles", "of": "violations"}, rows, [visit(1, **cells)]) == found


def test_what_is_missing_is_named_as_the_violation_has_it(engine):
    data = tiny.policy(
        facts={"f": {"sum": "points * vehicles"}},
        columns=COLUMNS,
        signals=[tiny.rule("some", "f > 1", if_unknown="stop")],
    )
    outcome = tiny.grade(engine, data, violations=tiny.violations({"points": 1, "inspection_id": "I1"}))
    assert outcome.rows("grades")[0]["missing"] == ["vehicles"]


def test_the_day_of_the_inspection_may_place_a_violation(engine):
    rows = [{"points": 1, "occurred_on": date(2021, 12, 1), "inspection_id": f"I{at}"} for at in (1, 2)]
    visits = [visit(1, inspected_on=date(2021, 12, 31)), visit(2, inspected_on=date(2022, 1, 1))]
    assert value(engine, {"count": "violations", "within": "12 months"}, rows, visits) == 0
    assert value(engine, {"count": "violations", "within": "12 months", "by": "checked_on"}, rows, visits) == 1


def test_weights_are_looked_up_by_declared_and_linked_columns(engine):
    brackets = [{"at_least": 1, "below": 3, "value": 10}, {"at_least": 3, "value": 1}]
    weights = {"w": {"by": "vehicles", "brackets": brackets, "basis": "local_policy"}}
    rows = [{"points": 1, "inspection_id": "I1"}, {"points": 1, "inspection_id": "I2"}]
    visits = [visit(1, vehicles=2), visit(2, vehicles=3)]
    assert value(engine, {"sum": "points * w"}, rows, visits, weights=weights) == 11
    weights["w"]["by"] = "mass"
    rows = [{"points": 1, "mass": "2.99"}, {"points": 1, "mass": "3.00"}, {"points": 1, "mass": "1"}]
    assert value(engine, {"sum": "points * w"}, rows, weights=weights) == 21


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({}, 5 + 5 + 2 + 4),
        ({"once": "driver"}, 5 + 2 + 4),
        ({"once": "driver", "group_cap": 6}, 6 + 4),
        ({"once": "driver", "then": "max"}, 7),
        ({"once": "vehicle"}, None),
        ({"once": "vehicle", "missing": "ignore"}, 0),
        ({"once": "vehicle", "missing": 1}, 2),
        ({"once": "inspection_id"}, 5 + 4),
    ],
    ids=str,
)
def test_records_of_a_group_that_agree_count_once_with_the_highest_value(engine, keys, found):
    rows = [
        {"inspection_id": "I1", "driver": "D1", "points": 5},
        {"inspection_id": "I1", "driver": "D1", "points": 5},
        {"inspection_id": "I1", "driver": "D2", "points": 2},
        {"inspection_id": "I2", "driver": "D1", "points": 4},
    ]
    fact = {"sum": "points", "per": "inspection_id", "then": "sum", **keys}
    assert value(engine, fact, rows) == found


def test_all_records_that_count_once_are_evidence(engine):
    rows = [{"inspection_id": "I1", "driver": "D1", "points": points} for points in (1, 5, 3)]
    data = tiny.policy(
        facts={"f": {"sum": "points", "per": "inspection_id", "then": "sum", "once": "driver"}},
        columns=COLUMNS,
        signals=[tiny.rule("some", "f = 5")],
    )
    outcome = tiny.grade(engine, data, violations=tiny.violations(*rows))
    assert [row["record_id"] for row in outcome.rows("evidence")] == ["V1", "V2", "V3"]


def refusals(**sections):
    with pytest.raises(PolicyError) as caught:
        tiny.plan_of(tiny.policy(**sections))
    return [(problem.code, problem.found) for problem in caught.value.problems if problem.is_error]


@pytest.mark.parametrize(
    ("columns", "code", "found"),
    [
        ({"violations": {"penalty": {"type": "integer"}}}, "RE-528", "penalty"),
        ({"violations": {"level": {"type": "text"}}}, "RE-528", "level"),
        ({"inspections": {"inspected_on": {"type": "date"}}}, "RE-528", "inspected_on"),
        ({"violations": {"x": {"type": "text"}}, "of_inspection": {"x": "result"}}, "RE-528", "x"),
        ({"of_inspection": {"x": "resuld"}}, "RE-530", "resuld"),
        ({"of_inspection": {"place": "place"}}, "RE-528", "place"),
    ],
)
def test_a_column_that_is_there_already_or_leads_nowhere_is_refused(columns, code, found):
    assert refusals(columns=columns) == [(code, found)]


def test_once_names_a_column_and_goes_with_groups():
    fact = {"sum": "penalty", "per": "vehicle", "then": "sum", "once": "drivr"}
    assert refusals(facts={"f": fact}) == [("RE-530", "drivr")]
    for wrong in (
        {"sum": "penalty", "once": "driver"},
        {"max": "penalty", "per": "vehicle", "then": "sum", "once": "driver"},
    ):
        with pytest.raises(PolicyError, match="once"):
            tiny.plan_of(tiny.policy(facts={"f": wrong}))


def test_a_case_finds_the_inspection_whatever_comes_first():
    data = tiny.policy(
        catalog=None,
        facts={"f": {"sum": "points * vehicles", "missing": "ignore"}},
        columns=COLUMNS,
        signals=[tiny.rule("some", "f > 0", add="f")],
        grades={"score": {"from": 0}},
    )
    engine = Engine.load({key: item for key, item in data.items() if item is not None})
    rows = tiny.violations({"points": 3, "mass": 1, "inspection_id": " i1"})
    case = engine.open({"operator_id": "A"}, as_of=tiny.AS_OF, violations=rows, inspections=[])
    assert case.result().score == 0
    case.add_inspection(visit(1, sort="a"))
    assert case.result().score == 6
    case.amend("V1", points=4)
    assert case.result().score == 8
    assert case.result().engine == "live"


@pytest.mark.parametrize(
    ("weight", "cells", "found"),
    [
        ({"divide": 100}, {"vehicles": 1}, 100),
        ({"divide": 100}, {"vehicles": 3}, 33),
        ({"divide": 100}, {"vehicles": 8}, 13),
        ({"divide": 100, "places": 2}, {"vehicles": 8}, Decimal("12.50")),
        ({"divide": 100, "places": 6}, {"vehicles": 7}, Decimal("14.285714")),
        ({"divide": 1}, {"vehicles": 2}, 1),
        ({"divide": 10**18, "places": 6}, {"vehicles": 3}, Decimal("333333333333333333.333333")),
        ({"divide": 100}, {"vehicles": None}, None),
        ({"divide": 100, "missing": 7}, {"vehicles": None}, 7),
        ({"divide": 100, "by": "mass"}, {"mass": "0.03"}, 3333),
        ({"divide": 100, "by": "mass"}, {"mass": 0}, None),
        ({"divide": 100, "by": "mass", "otherwise": Decimal("0.5")}, {"mass": "-1"}, Decimal("0.5")),
        ({"divide": 100, "by": "mass", "otherwise": Decimal("0.5")}, {"mass": "40"}, Decimal("3.0")),
    ],
    ids=str,
)
def test_a_number_divided_by_a_column_is_rounded_once(engine, weight, cells, found):
    seen = {key: cell for key, cell in cells.items() if key == "vehicles"}
    own = {key: cell for key, cell in cells.items() if key == "mass"}
    weights = {"w": {"by": "vehicles", "basis": "local_policy", **weight}}
    rows = [{"inspection_id": "I1", **own}]
    assert value(engine, {"sum": "w"}, rows, [visit(1, **seen)], weights=weights) == found


def test_models_carry_declared_columns():
    data = tiny.policy(facts={"f": {"sum": "points * vehicles"}}, columns=COLUMNS, signals=[tiny.rule("some", "f > 0")])
    own = {"operator_id": "A", "inspection_id": "I1"}
    row = Violation(violation_id="V1", risk_point="HW-01", occurred_on=date(2022, 6, 1), points=3, mass=1, **own)
    seen = Inspection(inspected_on=date(2022, 6, 1), vehicles=2, sort="a", **own)
    result = Engine.load(data).assess({"operator_id": "A"}, [row], [seen], as_of=tiny.AS_OF)
    assert result.outcome.rows("facts")[0]["f"] == 6


def test_what_is_named_by_a_word_of_sql_computes_like_anything_else(engine):
    sections = {
        "columns": {"violations": {"set": {"type": "integer"}, "select": {"type": "integer"}}},
        "profile": {"desc": {"type": "integer"}},
        "parameters": {"load": {"value": 2, "basis": "local_policy"}},
        "weights": {"merge": {"by": "set", "basis": "local_policy", "brackets": [{"at_least": 0, "value": 3}]}},
        "facts": {
            "show": {"sum": "set * merge + select", "where": "set > load"},
            "f": {"value": "show + desc + load"},
        },
        "signals": [tiny.rule("kill", "show > load", deduct="show")],
    }
    outcome = tiny.grade(
        engine,
        tiny.policy(**sections),
        operators=[{"operator_id": "A", "desc": 100}],
        violations=tiny.violations({"set": 2, "select": 0}, {"set": 4, "select": 1}),
    )
    assert outcome.rows("facts")[0]["f"] == 4 * 3 + 1 + 100 + 2
    assert outcome.rows("grades")[0]["score"] == 100 - 13
