"""A ceiling that reads a tally came out otherwise: the causes are those of the signals that fill it."""

from __future__ import annotations

from datetime import date

from riskengine import Engine
from riskengine.results import NO_FILE, Context, Side, compare

DAY = date(2022, 6, 30)
BOTH = {"zh": "某", "en": "something"}
RULE = {"title": BOTH, "if_unknown": "stop", "basis": "local_policy"}


def policy(each=4, most=12):
    filling = {**RULE, "rule": "points", "when": "n > 0", "add": f"n * {each}", "places": 0, "to": "demerits"}
    return {
        "policy": "small",
        "version": "1",
        "title": BOTH,
        "summary": BOTH,
        "effective": {"since": date(2020, 1, 1)},
        "facts": {"n": {"count": "violations"}},
        "tallies": {"demerits": {"title": BOTH, "ceiling": most, "basis": "local_policy"}},
        "signals": [filling],
        "grades": {
            "score": {"from": 100},
            "basis": "local_policy",
            "table": [{"grade": "A", "at_least": 60}, {"grade": "B"}],
            "ceilings": [{**RULE, "rule": "too_many", "when": "demerits >= 8", "at_most": "B"}],
        },
    }


def side(name, many, data):
    engine = Engine.load(data)
    rows = [{"violation_id": f"V{at}", "operator_id": "A", "risk_point": "X", "occurred_on": date(2022, 1, 1)}
            for at in range(many)]  # fmt: skip
    outcome = engine.grade([{"operator_id": "A"}], rows, as_of=DAY, engine="reference").outcome

    def scan(table, columns, operators=None):
        for row in outcome.rows(table):
            if operators is None or row["operator_id"] in operators:
                yield tuple(row[column] for column in columns)

    context = Context(engine.plan, engine.policy.policy, engine.catalog, DAY)
    return Side(name, context, dict.fromkeys(("operators", "violations", "inspections"), NO_FILE), scan)


def ceiling(old, new):
    comparison = compare(old, new)
    (mover,) = comparison.movers.first(1)
    return comparison, next(change for change in mover.rules if change.rule == "too_many")


def test_a_record_that_came_shows_among_the_facts_of_the_ceiling():
    _, change = ceiling(side("old", 1, policy()), side("new", 2, policy()))
    assert (change.change, [(fact.fact, fact.old, fact.new) for fact in change.facts]) == ("fires", [("n", 1, 2)])
    assert "policy" not in (*change.causes, *change.possible)


def test_a_signal_that_is_written_otherwise_makes_the_policy_a_cause_and_so_does_the_tally():
    comparison, change = ceiling(side("old", 1, policy()), side("new", 1, policy(each=8)))
    assert comparison.policy_parts == (("rules", "points"),)
    assert change.causes == ("policy",)
    comparison, change = ceiling(side("old", 3, policy(most=7)), side("new", 3, policy()))
    assert comparison.policy_parts == (("tallies", "demerits"),)
    assert change.causes == ("policy",)
