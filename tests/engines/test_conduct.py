"""The violations behind rules, with the days that tell which law applies: no result, the same from every engine."""

from __future__ import annotations

from datetime import date

from tiny import AS_OF, grade, policy, rule, violation

from riskengine.contract.tables import CONDUCT

DATA = policy(
    facts={"n": {"count": "violations"}, "own": {"count": "violations", "per": "risk_point"}},
    signals=[rule("some", "n > 0", deduct="n"), rule("each", "own > 0", each="risk_point", deduct="own")],
)
NEVER = policy(facts={"n": {"count": "violations"}}, signals=[rule("some", "n > 99", deduct="n")])
OPERATORS = [
    {"operator_id": "A"},
    {"operator_id": "B", "closed_on": date(2022, 1, 1), "successor": "A"},
    {"operator_id": "C", "closed_on": date(2022, 1, 1)},
]
VIOLATIONS = [
    violation(3, operator_id="A", occurred_on=date(2022, 3, 1), decided_on=date(2022, 4, 1)),
    violation(1, operator_id="A", occurred_on=date(2001, 1, 1), decided_on=None, risk_point="RT-01"),
    violation(2, operator_id="B", occurred_on=date(2021, 3, 1), decided_on=date(2021, 4, 1)),
    violation(4, operator_id="C", occurred_on=date(2021, 3, 1), decided_on=date(2021, 4, 1)),
    violation(5, operator_id="A", occurred_on=date(2022, 3, 1), decided_on=date(2023, 4, 1)),
    violation(6, operator_id="A", occurred_on=date(2023, 3, 1), decided_on=date(2023, 4, 1)),
    violation(7, operator_id="A", occurred_on=date(2022, 3, 1), decided_on=date(2022, 4, 1), status="revoked"),
]


def test_each_violation_behind_a_rule_stands_there_under_who_answers_for_it(engine):
    outcome = grade(engine, DATA, operators=OPERATORS, violations=VIOLATIONS, as_of=AS_OF)
    rows = list(outcome.rows("conduct"))
    assert all(tuple(row) == CONDUCT.names for row in rows)
    days = sorted(tuple(row.values()) for row in rows)
    assert days == [
        ("A", rule, f"V{at}", *fields)
        for rule in ("each", "some")
        for at, *fields in (
            (1, "RT-01", date(2001, 1, 1), None),
            (2, "HW-01", date(2021, 3, 1), date(2021, 4, 1)),
            (3, "HW-01", date(2022, 3, 1), date(2022, 4, 1)),
        )
    ]
    assert "conduct" not in outcome.table_names()
    assert len(rows) == 2 * outcome.usage["violations"]["used"]


def test_what_stands_behind_no_rule_is_left_out(engine):
    outcome = grade(engine, NEVER, operators=OPERATORS, violations=VIOLATIONS, as_of=AS_OF)
    assert list(outcome.rows("conduct")) == []


def test_a_policy_that_reads_no_violations_has_none(engine):
    outcome = grade(engine, policy(), operators=OPERATORS)
    assert list(outcome.rows("conduct")) == []
