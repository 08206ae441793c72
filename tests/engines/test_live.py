"""The live engine itself: what durable-rules is given, the traps around it, and who answers where it is not there."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
import tiny
from random_expressions import Writer

from riskengine import Engine, EngineLimitError, MissingExtraError
from riskengine.engines.live import network, program_for
from riskengine.engines.live.arithmetic import formula, scaled
from riskengine.engines.live.rounding import half_up
from riskengine.engines.live.stages import MOST_FIELDS, MOST_RULES, Stage
from riskengine.engines.registry import engine_named
from riskengine.kernel.errors import InternalError
from riskengine.plan import evaluate
from riskengine.policy.expression import BOOL, DATE, INTEGER, TEXT, TEXTS, Type
from riskengine.policy.parser import parse_expression

AS_OF = date(2022, 12, 31)
OPERATOR = {"operator_id": "X1", "fleet_size": 20, "licensed_on": "2018-05-01"}


def violation(number, **more):
    return {
        "violation_id": f"V{number}",
        "risk_point": "HW-01",
        "occurred_on": "2022-11-02",
        "decided_on": "2022-11-09",
        "severity": "minor",
        "penalty": "100",
        "penalty_kind": "fine",
        "vehicle": "豫K12345",
        "driver": "D1",
        **more,
    }


def fired(conditions, names, places):
    stage = Stage([parse_expression(text) for text in conditions], places)
    return [conditions[key] for key in sorted(stage.fired(names))]


# What is asked natively


def test_whole_numbers_are_compared_by_the_rules_themselves():
    stage = Stage([parse_expression("count >= 3 and limit < count")], {"count": 0, "limit": 0})
    [definition] = stage.definitions
    assert definition == {
        "rule_0_0": {
            "$and": [{"$gte": {"count_0": 3}}, {"$gt": {"count_0": -(2**63)}}, {"$lt": {"limit_1": {"$m": "count_0"}}}]
        }
    }
    assert stage.fired({"count": 3, "limit": 2}) == {0}
    assert stage.fired({"count": 3, "limit": 3}) == set()


def test_decimals_are_compared_at_one_scale_and_dates_by_their_day():
    stage = Stage(
        [parse_expression("share > 0.105"), parse_expression("since <= date '2022-01-05'")], {"share": 2, "since": None}
    )
    [definition] = stage.definitions
    assert definition["rule_0_0"] == {"$gt": {"share_e3_0": 105}}
    assert definition["rule_1_0"] == {"$lte": {"since_1": date(2022, 1, 5).toordinal()}}
    assert stage.fired({"share": 11, "since": date(2022, 1, 5)}) == {0, 1}
    assert stage.fired({"share": 10, "since": date(2022, 1, 6)}) == set()


def test_the_default_policy_is_mostly_asked_natively():
    definitions = program_for(Engine.load().plan).definitions()
    tests = json.dumps(definitions)
    assert list(definitions) == ["points", "signals", "ceilings", "grades", "tiers"]
    assert [len(rules) for [rules] in definitions.values()] == [2, 2, 6, 5, 12]
    assert '"is_' not in tests  # no condition had to be prepared as a whole


def test_a_comparison_with_a_field_that_is_absent_is_never_true():
    texts = [f"a {op} b" for op in ("=", "<>", "<", "<=", ">", ">=")]
    places = {"a": 0, "b": 0}
    assert fired(texts, {"a": 2, "b": 2}, places) == ["a = b", "a <= b", "a >= b"]
    for _ in range(3):  # what an earlier fact left behind must not be read
        assert fired(texts, {"a": 2, "b": None}, places) == []
        assert fired(texts, {"a": None, "b": 2}, places) == []
        assert fired(texts, {"a": None, "b": None}, places) == []


@pytest.mark.parametrize("number", [0, 1, 2**31, 2**53, 2**53 + 1, 2**62 + 1, 2**63 - 2])
@pytest.mark.parametrize("sign", [1, -1])
def test_numbers_are_exact_to_the_limit_of_the_engine(number, sign):
    value = sign * number
    texts = ["a > b", "a = b", "a < b"]
    places = {"a": 0, "b": 0}
    assert fired(texts, {"a": value, "b": value}, places) == ["a = b"]
    assert fired(texts, {"a": value + 1, "b": value}, places) == ["a > b"]
    assert fired(texts, {"a": value - 1, "b": value}, places) == ["a < b"]


def test_a_number_beyond_the_limit_is_refused_and_not_cut_off():
    for value in (2**63, -(2**63), 10**30):
        with pytest.raises(EngineLimitError) as raised:
            fired(["a > 1"], {"a": value}, {"a": 0})
        assert [problem.code for problem in raised.value.problems] == ["RE-614"]
    # A constant beyond it is no matter: the comparison is prepared.
    texts = [f"a < {10**17}", f"a > {10**17}"]
    assert fired(texts, {"a": 5}, {"a": 3}) == texts[:1]


def test_many_rules_and_fields_are_asked_in_parts():
    names = {f"n{at}": at for at in range(3 * MOST_FIELDS)}
    conditions = [parse_expression(f"n{at} >= {at} and n{at} < {at + 1}") for at in range(3 * MOST_FIELDS)]
    stage = Stage(conditions, dict.fromkeys(names, 0))
    assert len(stage.definitions) >= len(conditions) // MOST_RULES
    assert all(len(rules) <= MOST_RULES for rules in stage.definitions)
    assert stage.fired(names) == set(range(len(conditions)))
    assert stage.fired({name: value + 1 for name, value in names.items()}) == set()


def test_a_condition_of_very_many_comparisons_is_prepared_as_one_field():
    both = " and ".join(f"(a = {at} or b = {at} or c = {at})" for at in range(8))
    stage = Stage([parse_expression(both), parse_expression("a > 1")], {"a": 0, "b": 0, "c": 0})
    [definition] = stage.definitions
    [(field, expected)] = definition["rule_0_0"].items()
    assert field.startswith("is_")
    assert expected == 1
    assert stage.fired({"a": 2, "b": 0, "c": 0}) == {1}


def test_a_deep_case_fires_where_its_value_is_true():
    text = "case when a > 1 then b > 1 when a > 0 then null when a is null then c > 0 else not (b > 1) end"
    places = {"a": 0, "b": 0, "c": 0}
    for a in (None, 0, 1, 2):
        for b in (None, 1, 2):
            expected = b is not None and ((a == 2 and b > 1) or (a == 0 and b <= 1))
            assert bool(fired([text], {"a": a, "b": b, "c": 1}, places)) == expected, (a, b)


# The network


def test_equal_rules_share_one_ruleset_and_loading_a_policy_again_adds_none():
    engine = Engine.load()
    engine.assess(OPERATOR, [violation(1)], as_of=AS_OF)
    before = network.ruleset_count()
    for _ in range(50):
        again = Engine.load()
        assert again.assess(OPERATOR, [violation(1)], as_of=AS_OF).engine == "live"
    assert network.ruleset_count() == before


def test_a_fact_that_no_rule_matches_leaves_nothing_behind():
    rules = network.ruleset({"r": {"$gt": {"a": 1}}})
    for _ in range(3000):
        assert rules.fired(',"a":0') == []
        assert rules.fired(',"a":2') == ["r"]


def test_after_an_error_the_next_question_is_answered():
    rules = network.ruleset({"r": {"$gt": {"a": 3}}})
    assert rules.fired(',"a":4') == ["r"]
    with pytest.raises(InternalError, match="durable-rules"):
        rules.fired(',"a":')
    assert rules.fired(',"a":4') == ["r"]
    assert rules.fired(',"a":3') == []


def test_an_interrupt_while_rules_are_told_leaves_the_ruleset_usable(monkeypatch):
    rules = network.ruleset({"r": {"$gt": {"a": 5}}})
    real = network.extension()

    class Interrupting:
        def __getattr__(self, name):
            return getattr(real, name)

        def complete_and_start_action(self, *_):
            raise KeyboardInterrupt

    monkeypatch.setattr(network, "extension", Interrupting)
    with pytest.raises(KeyboardInterrupt):
        rules.fired(',"a":6')
    monkeypatch.setattr(network, "extension", lambda: real)
    assert rules.fired(',"a":5') == []
    assert rules.fired(',"a":6') == ["r"]


# Arithmetic


def test_scaled_numbers_are_exact():
    assert scaled(Decimal("0.10"), 3) == 100
    assert scaled(Decimal("-12.5"), 1) == -125
    assert scaled(Decimal("1E+3"), 2) == 100000
    assert scaled(Decimal("123456789012345678901234567890.12"), 2) == 12345678901234567890123456789012
    assert [half_up(n, d) for n, d in [(5, 2), (-5, 2), (5, -2), (4, 3), (-4, 3), (0, 7)]] == [3, -3, -3, 1, -1, 0]


# Who answers


@pytest.fixture
def without_durable(monkeypatch):
    """As where the extra is not installed."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    network.extension.cache_clear()
    monkeypatch.setattr("riskengine.engines.live.program._programs", {})
    yield
    monkeypatch.undo()
    network.extension.cache_clear()


def test_assess_says_who_answered():
    engine = Engine.load()
    live = engine.assess(OPERATOR, [violation(1)], as_of=AS_OF)
    reference = engine.assess(OPERATOR, [violation(1)], as_of=AS_OF, engine="reference")
    assert (live.engine, live.notices) == ("live", ())
    assert (reference.engine, reference.notices) == ("reference", ())
    assert live.to_dict() | {"engine": "reference"} == reference.to_dict()


def test_without_durable_rules_the_reference_answers_and_says_so(without_durable):
    engine = Engine.load()
    result = engine.assess(OPERATOR, [violation(1)], as_of=AS_OF)
    assert result.engine == "reference"
    [notice] = result.notices
    assert notice.code == "RE-615"
    assert "pip install 'riskengine[live]'" in notice.text("en")
    assert "pip install 'riskengine[live]'" in notice.text("zh")
    case = engine.open(OPERATOR, AS_OF, [violation(1)])
    case.add(violation(2))
    assert (case.result().engine, case.result().notices) == ("reference", (notice,))


def test_without_durable_rules_live_by_name_is_refused_with_the_line_that_installs_it(without_durable):
    engine = Engine.load()
    for call in (
        lambda: engine.assess(OPERATOR, [], as_of=AS_OF, engine="live"),
        lambda: engine.grade([OPERATOR], [], as_of=AS_OF, engine="live"),
        lambda: engine_named("live"),
    ):
        with pytest.raises(MissingExtraError, match=r"RE-613 .*pip install 'riskengine\[live\]'"):
            call()


def test_where_a_number_is_too_large_the_reference_answers_and_says_so():
    data = tiny.policy(
        facts={"total": {"sum": "penalty * penalty * penalty", "title": tiny.BOTH}},
        signals=[tiny.rule("much", "total > 5", deduct="1")],
    )
    engine = Engine.load(data)
    small = engine.assess(OPERATOR, [violation(1)], as_of=AS_OF)
    large = engine.assess(OPERATOR, [violation(1, penalty="9000000.01")], as_of=AS_OF)
    assert (small.engine, large.engine) == ("live", "reference")
    assert [notice.code for notice in large.notices] == ["RE-616"]
    assert large.grade == "AA"
    with pytest.raises(EngineLimitError, match="RE-614"):
        engine.assess(OPERATOR, [violation(1, penalty="9000000.01")], as_of=AS_OF, engine="live")
    case = engine.open(OPERATOR, AS_OF, [violation(1)])
    case.add(violation(2, penalty="9000000.01"))
    assert case.result().engine == "reference"


# Why not


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_words_are_the_same_whichever_engine_computed(lang):
    engine = Engine.load()
    for rows in ([], [violation(1)], [violation(at, vehicle=None, severity=None) for at in range(4)]):
        by = {
            name: engine.assess(OPERATOR, rows, as_of=AS_OF, engine=name).explain(lang)
            for name in ("live", "reference")
        }
        assert by["live"] == by["reference"]


def test_every_rule_that_did_not_fire_says_the_comparison_that_failed_and_an_unknown_one_what_is_missing():
    result = Engine.load().assess(OPERATOR | {"fleet_size": None}, [violation(1)], as_of=AS_OF)
    quiet = {rule.rule: rule.reasons for rule in result.explanation.quiet}
    [reason] = quiet["overload_early_warning"]
    assert "1" in reason.en
    assert "2" in reason.en
    assert reason.zh.endswith("不成立")
    unknown = {rule.rule: rule.missing for rule in result.explanation.unknown}
    assert [text.en for text in unknown["overload_share_over_tenth"]] == ["licensed vehicles"]


SCOPE = {
    "count": INTEGER,
    "limit": INTEGER,
    "share": Type("decimal", 2),
    "weight": Type("decimal", 3),
    "since": DATE,
    "until": DATE,
    "word": TEXT,
    "kinds": TEXTS,
    "flag": BOOL,
}
POOLS = {
    "integer": [0, 1, 2, 3, 365, -1],
    "decimal": [Decimal(0), Decimal("0.5"), Decimal("1.25"), Decimal("-0.1"), Decimal("33.33")],
    "date": [date(2022, 1, 1), date(2020, 2, 29), date(2024, 3, 31)],
    "text": ["major", "城关", "HW-01"],
    "texts": [("fine",), ("warning", "fine")],
    "bool": [True, False],
}


def test_random_conditions_fire_exactly_where_they_are_true():
    chance = random.Random(7)  # noqa: S311 - cases, no secret
    places = {name: (kind.places if kind.is_number else None) for name, kind in SCOPE.items()}
    asked = Counter()
    for _ in range(40):
        conditions = [parse_expression(Writer(chance, SCOPE).condition(3)) for _ in range(12)]
        stage = Stage(conditions, places)
        asked.update("prepared" if '"is_' in json.dumps(test) else "native" for test in stage.definitions[0].values())
        for _ in range(15):
            plain = {
                name: None if chance.random() < 0.2 else chance.choice(POOLS[kind.kind]) for name, kind in SCOPE.items()
            }
            names = {name: scaled(value, places[name]) for name, value in plain.items()}
            expected = {key for key, condition in enumerate(conditions) if evaluate(condition, plain) is True}
            assert stage.fired(names) == expected
            told = [formula(condition, places).of(names) for condition in conditions]
            assert told == [evaluate(condition, plain) for condition in conditions]
    assert asked["native"] > 50
    assert asked["prepared"] > 50
