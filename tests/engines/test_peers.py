"""Facts that compare operators: who takes part, ties, exact shares, what keeps one out, and who may not ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tiny import AS_OF, BOTH, TABLE, grade, only, plan_of, policy, rule, violations

from riskengine import Engine
from riskengine.engines.sql.pipeline import pipeline
from riskengine.kernel.errors import PolicyError, UsageError

COUNT = {"n": {"count": "violations"}}
RANK = {"rank": "n", "best": "lowest"}


def fleet(*sizes, **more):
    """Operators A, B, C … with their numbers of vehicles."""
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [{"operator_id": names[at], "fleet_size": size, **more} for at, size in enumerate(sizes)]


def told(engine, facts, operators, rows=(), **sections):
    outcome = grade(engine, policy(facts=facts, **sections), operators=operators, violations=rows)
    return {row["operator_id"]: row["f"] for row in outcome.rows("facts")}


def by_fleet(operation, **more):
    best = {} if operation == "peers" else {"best": "highest"}
    return {"f": {operation: "fleet_size", **best, **more}}


def test_the_rank_is_one_and_how_many_are_better_and_equal_ones_share_it(engine):
    operators = fleet(5, 9, 5, 1)
    assert told(engine, by_fleet("rank"), operators) == {"A": 2, "B": 1, "C": 2, "D": 4}
    assert told(engine, by_fleet("rank", best="lowest"), operators) == {"A": 2, "B": 4, "C": 2, "D": 1}
    assert told(engine, by_fleet("peers"), operators) == dict.fromkeys("ABCD", 4)


def test_the_percentile_is_the_exact_share_of_peers_that_are_better_rounded_once(engine):
    operators = fleet(3, 2, 1)
    values = told(engine, by_fleet("percentile", places=2), operators)
    assert values == {"A": 0, "B": Decimal("33.33"), "C": Decimal("66.67")}
    assert told(engine, by_fleet("percentile", places=0), fleet(*range(8)))["G"] == 13  # 12.5, half up


def test_operators_are_compared_within_their_group_and_an_unknown_group_is_none(engine):
    counties = ["X", "Y", "X", None]
    operators = [{**row, "county": county} for row, county in zip(fleet(1, 2, 3, 4), counties, strict=True)]
    assert told(engine, by_fleet("rank", among="county"), operators) == {"A": 2, "B": 1, "C": 1, "D": None}
    assert told(engine, by_fleet("peers", among=["county"]), operators) == {"A": 2, "B": 1, "C": 2, "D": None}


def test_a_group_may_be_a_fact_and_a_value_may_be_a_computed_one_or_a_day(engine):
    facts = {
        "size": {"table": [{"when": "fleet_size > 10", "value": "'large'"}], "hit": "first", "otherwise": "'small'"},
        "half": {"value": "fleet_size / 2", "places": 1},
        "f": {"rank": "half", "among": "size", "best": "highest"},
    }
    assert told(engine, facts, fleet(11, 12, 3)) == {"A": 2, "B": 1, "C": 1}
    operators = [
        {"operator_id": "A", "licensed_on": date(2020, 1, 1)},
        {"operator_id": "B", "licensed_on": date(2019, 1, 1)},
    ]
    assert told(engine, {"f": {"rank": "licensed_on", "best": "lowest"}}, operators) == {"A": 2, "B": 1}


def test_whoever_is_unknown_or_not_wanted_takes_no_part_and_is_told_nothing(engine):
    assert told(engine, by_fleet("rank"), fleet(5, None, 7)) == {"A": 2, "B": None, "C": 1}
    assert told(engine, by_fleet("peers"), fleet(5, None, 7)) == {"A": 2, "B": None, "C": 2}
    wanted = by_fleet("peers", where="fleet_size >= 5 and drivers > 0")
    operators = [{**row, "drivers": drivers} for row, drivers in zip(fleet(5, 4, 7, 9), [1, 1, 0, None], strict=True)]
    assert told(engine, wanted, operators) == {"A": 1, "B": None, "C": None, "D": None}


def test_only_current_operators_take_part(engine):
    operators = fleet(5, 9)
    operators[1]["closed_on"] = date(2022, 1, 1)
    assert told(engine, by_fleet("rank"), operators) == {"A": 1, "B": None}


def test_what_keeps_an_operator_out_is_named_and_the_rule_says_what_that_means(engine):
    data = policy(
        facts={"f": {"rank": "fleet_size", "best": "highest", "among": "county", "where": "drivers > 0"}},
        signals=[rule("r", "f = 1", add=1, if_unknown="stop")],
    )
    cells = [{"county": "X", "drivers": 1}, {"drivers": None}, {"county": "X", "drivers": 0}]
    operators = [row | more for row, more in zip(fleet(1, 2, 3), cells, strict=True)]
    outcome = grade(engine, data, operators=operators)
    missing = {row["operator_id"]: row["missing"] for row in outcome.rows("signals")}
    assert missing == {"A": [], "B": ["county", "drivers"], "C": ["f"]}
    statuses = {row["operator_id"]: row["status"] for row in outcome.rows("grades")}
    assert statuses == {"A": "graded", "B": "not_evaluable", "C": "not_evaluable"}


def test_a_limit_is_met_by_products_of_whole_numbers_and_later_facts_and_the_score_may_read_it(engine):
    facts = {
        **COUNT,
        "standing": {"rank": "n", "best": "highest"},
        "peers": {"peers": "n"},
        "worst_tenth": {"value": "standing * 10 <= peers"},
    }
    data = policy(facts=facts, signals=[rule("r", "worst_tenth", deduct="standing * 10")])
    operators = [{"operator_id": f"O{at:02}"} for at in range(20)]
    rows = violations(*[{"operator_id": "O03"}] * 3, *[{"operator_id": "O07"}] * 3, {"operator_id": "O11"})
    outcome = grade(engine, data, operators=operators, violations=rows)
    assert [(row["operator_id"], row["points"]) for row in outcome.rows("signals")] == [("O03", -10), ("O07", -10)]
    assert [row["record_id"] for row in outcome.rows("evidence")] == ["V1", "V2", "V3", "V4", "V5", "V6"]


def test_facts_of_risk_points_may_read_a_rank(engine):
    facts = {**COUNT, "standing": RANK, "both": {"value": "standing + risk_count", "per": "risk_point"},
             "risk_count": {"count": "violations", "per": "risk_point"}}  # fmt: skip
    outcome = grade(engine, policy(facts=facts), violations=violations({}, {}, {"risk_point": "RT-01"}))
    assert [row["both"] for row in outcome.rows("facts_by_risk_point")] == [3, 2]


REFUSED = {
    "a rank of a rank": ({"g": {"rank": "f", "best": "highest"}}, ("RE-536", "facts.g.rank")),
    "a rank of what a rank is in": (
        {"h": {"value": "f * 2"}, "g": {"rank": "h", "best": "highest"}}, ("RE-536", "facts.g.rank")),
    "a group by a rank": ({"g": {"peers": "n", "among": "f"}}, ("RE-536", "facts.g.peers")),
    "a filter by a rank": ({"g": {"peers": "n", "where": "f > 1"}}, ("RE-536", "facts.g.peers")),
    "a rank of what is not there": ({"g": {"rank": "m", "best": "highest"}}, ("RE-521", "facts.g.rank")),
    "a rank of a text": ({"g": {"rank": "county", "best": "highest"}}, ("RE-525", "facts.g.rank")),
    "a rank of a risk point's fact": (
        {"h": {"count": "violations", "per": "risk_point"}, "g": {"peers": "h"}}, ("RE-521", "facts.g.peers")),
    "a group by a decimal": (
        {"h": {"value": "n / 2", "places": 1}, "g": {"peers": "n", "among": "h"}}, ("RE-525", "facts.g.among")),
    "a filter that is none": ({"g": {"peers": "n", "where": "n"}}, ("RE-525", "facts.g.where")),
    "a rank by itself": ({"g": {"rank": "g", "best": "highest"}}, ("RE-526", "facts.g")),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_comparison_that_cannot_be_meant_is_refused(facts, expected):
    with pytest.raises(PolicyError) as caught:
        plan_of(policy(facts={**COUNT, "f": RANK, **facts}))
    assert [(problem.code, problem.column) for problem in caught.value.problems if problem.is_error] == [expected]


def test_a_percentile_that_meets_a_limit_is_a_warning():
    from riskengine.policy import Known, check_policy, read_policy

    data = policy(
        facts={**COUNT, "p": {"percentile": "n", "best": "lowest", "places": 2}}, signals=[rule("r", "p >= 90")]
    )
    assert [problem.code for problem in check_policy(read_policy(data), Known()).warnings] == ["RE-534"]


def test_the_step_that_compares_needs_all_operators_and_comes_between_facts_and_rules():
    plan = plan_of(policy(facts={**COUNT, "f": RANK, "g": {"value": "f * 2"}}, signals=[rule("r", "g > 2")]))
    assert plan.compares_peers
    assert plan.after_peers == {"f", "g"}
    names = [step.name for step in pipeline(plan, AS_OF).steps]
    assert [step.name for step in pipeline(plan, AS_OF).steps if step.needs_all] == ["compared"]
    assert names.index("own_facts") < names.index("compared") < names.index("facts") < names.index("told")
    assert not any(step.needs_all for step in pipeline(plan_of(policy(facts=COUNT)), AS_OF).steps)


def whole_policy():
    grades = {"score": {"from": 100}, "table": TABLE, "basis": "local_policy"}
    frame = {
        "policy": "ranked",
        "version": "1",
        "title": BOTH,
        "summary": BOTH,
        "effective": {"since": date(2000, 1, 1)},
    }
    return {**frame, "facts": {**COUNT, "f": RANK}, "signals": [rule("r", "f > 1", deduct=30)], "grades": grades}


def test_one_operator_alone_is_refused_before_anything_is_read_and_a_list_is_graded():
    engine = Engine.load(whole_policy())
    doors = [
        lambda: engine.assess({"operator_id": "A"}, [], as_of=AS_OF),
        lambda: engine.assess({"operator_id": "A"}, [], as_of=AS_OF, engine="reference"),
        lambda: engine.open({"operator_id": "A"}, AS_OF, []),
        lambda: next(engine.assess_many([({"operator_id": "A"}, [])], as_of=AS_OF)),
    ]
    for door in doors:
        with pytest.raises(UsageError) as caught:
            door()
        assert [problem.code for problem in caught.value.problems] == ["RE-630"]
        assert "(f)" in caught.value.text()
    operators, rows = [{"operator_id": "A"}, {"operator_id": "B"}], violations({})
    for name in ("live", "duckdb", "reference"):
        batch = engine.grade(operators, rows, as_of=AS_OF, engine=name)
        assert batch.grades.column("score").to_pylist() == [70, 100], name


def test_a_live_case_refuses_too():
    from riskengine.engines.live import LiveCase

    with pytest.raises(UsageError):
        LiveCase(plan_of(policy(facts={**COUNT, "f": RANK})), AS_OF, {"operator_id": "A"})


def test_no_operator_at_all_is_compared_with_nobody(engine):
    operators = [{"operator_id": "A", "closed_on": date(2022, 1, 1)}]
    outcome = grade(engine, policy(facts={**COUNT, "f": RANK}), operators=operators)
    assert only(outcome, "facts")["f"] is None
