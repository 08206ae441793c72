"""Every table as a whole: columns of the contract, order, keys, hash."""

from __future__ import annotations

import random
from decimal import Decimal

from tiny import grade, policy, rule, violation

from riskengine.contract.content_hash import content_hash
from riskengine.contract.tables import RESULT_TABLES

DATA = policy(
    profile={"share": {"type": "decimal", "places": 2}},
    facts={
        "n": {"count": "violations", "per": "risk_point"},
        "total": {"count": "violations"},
        "most": {"max": "penalty"},
        "last": {"latest": "violations"},
    },
    signals=[rule("each", "n > 0", each="risk_point", deduct="n"), rule("unknown", "share > 0")],
    grades={"ceilings": [rule("many", "total > 2", at_most="B")]},
)
OPERATORS = [{"operator_id": name} for name in ("B", "A", "甲", "A-2", "C")]
VIOLATIONS = [
    violation(
        number,
        operator_id=OPERATORS[number % 5]["operator_id"],
        penalty=number,
        risk_point=["HW-01", "RT-01", "UP-01"][number % 3],
    )
    for number in range(20)
]


def test_every_table_has_the_columns_of_the_contract_and_is_sorted_by_a_key_that_is_unique(engine):
    outcome = grade(engine, DATA, operators=OPERATORS, violations=VIOLATIONS)
    assert set(outcome.table_names()) == {*(table.name for table in RESULT_TABLES), "facts", "facts_by_risk_point"}
    for name in outcome.table_names():
        table, rows = outcome.table(name), list(outcome.rows(name))
        assert all(tuple(row) == table.names for row in rows), name
        assert all(row[field.name] is not None for row in rows for field in table.fields if not field.nullable), name
        keys = [tuple((row[column] is not None, row[column] or "") for column in table.key) for row in rows]
        assert keys == sorted(keys), name
        assert len(set(keys)) == len(keys), name
        assert rows or name == "actions", name


def test_the_order_of_rows_changes_nothing(engine):
    def hashes(operators, violations):
        outcome = grade(engine, DATA, operators=operators, violations=violations)
        return {name: content_hash(outcome.table(name), outcome.rows(name)) for name in outcome.table_names()}

    shuffled = random.Random(5)  # noqa: S311 - an order, not a secret
    expected = hashes(OPERATORS, VIOLATIONS)
    for _ in range(5):
        assert hashes(shuffled.sample(OPERATORS, 5), shuffled.sample(VIOLATIONS, 20)) == expected


def test_the_score_is_the_start_plus_the_points_within_its_limits(engine):
    outcome = grade(engine, DATA, operators=OPERATORS, violations=VIOLATIONS)
    for row in outcome.rows("grades"):
        points = sum(
            signal["points"] for signal in outcome.rows("signals") if signal["operator_id"] == row["operator_id"]
        )
        assert row["score"] == max(Decimal(0), 100 + points)


def test_points_and_scores_are_decimals_of_six_places(engine):
    outcome = grade(engine, DATA, operators=OPERATORS, violations=VIOLATIONS)
    numbers = [row["score"] for row in outcome.rows("grades")] + [row["points"] for row in outcome.rows("signals")]
    assert all(isinstance(number, Decimal) and number.as_tuple().exponent == -6 for number in numbers)


def test_every_operator_has_one_row_of_grades(engine):
    outcome = grade(engine, DATA, operators=OPERATORS, violations=VIOLATIONS)
    assert [row["operator_id"] for row in outcome.rows("grades")] == ["A", "A-2", "B", "C", "甲"]
