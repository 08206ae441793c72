"""The same rules on durable-rules without riskengine: facts prepared as scaled integers, one for each question.

Each stage is a ruleset of plain definitions with native comparisons. What the rules need beside facts (the score, the
grade) is prepared as well, so only the asking is measured. Two ways of asking: the `Host` of its Python layer, and its
C extension as riskengine uses it.
"""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from zen_graph import GRADES

from riskengine.engines.live.network import ruleset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cases import Case

    Test = dict[str, Any]
    Fact = dict[str, int]
    Fired = tuple[str, str | None, str]
    Ask = Callable[[list[tuple[str, str | None, Fact]]], set[Fired]]

CATCH_ALL = "asked"
_ORDER = (*GRADES, "new", None)
_LEAST = (9000, 8000, 6000, 4000, 0)
_SHARES = {"over_tenth": 1, "over_three_tenths": 3}


def _at_least(field: str, value: int) -> Test:
    return {"$gte": {field: value}}


def _between(least: int, under: int) -> Test:
    return {"$and": [{"$gte": {"score": least}}, {"$lt": {"score": under}}]}


RULES: dict[str, dict[str, Test]] = {
    "points": {"violation_deduction": _at_least("counted", 1), "repeat_violations": _at_least("repeats", 3)},
    "signals": {
        "fines_in_year": _at_least("penalties", 1_000_000),
        "overload_early_warning": _at_least("most_overloads", 2),
    },
    "ceilings": {
        "vehicle_over_three_overloads": _at_least("vehicles_over", 1),
        "driver_over_three_overloads": _at_least("drivers_over", 1),
        "overload_share_over_tenth": {"$and": [_at_least("overloaded", 1), _at_least("over_tenth", 1)]},
        "overload_share_over_three_tenths": {"$and": [_at_least("overloaded", 1), _at_least("over_three_tenths", 1)]},
        "major_violation_in_year": _at_least("major", 1),
        "new_operator": {"$and": [{"$lt": {"records": 1}}, {"$lt": {"days_licensed": 365}}]},
    },
    "grades": {
        grade: _between(least, under) for grade, least, under in zip(GRADES, _LEAST, (10001, *_LEAST), strict=False)
    },
    "tiers": {f"tier_{grade}": {"$eq": {"grade": at}} for at, grade in enumerate(_ORDER)},
}


def facts(case: Case) -> list[tuple[str, str | None, Fact]]:
    """Stage, risk point and fact of every question about a case; what is unknown is left out of a fact."""
    given, answer = case.facts, case.answer
    fleet, overloaded = given["fleet_size"], given["overloaded_vehicles"]
    share = {name: None if fleet is None else overloaded * 10 - fleet * of for name, of in _SHARES.items()}
    penalties = given["penalties_in_year"]
    asked = [
        ("points", point["code"], {"counted": point["counted"], "repeats": point["repeats"]})
        for point in given["points"]
    ]
    asked += [
        (
            "signals",
            None,
            {
                "penalties": None if penalties is None else int(Decimal(str(penalties)) * 100),
                "most_overloads": given["most_overloads_of_a_vehicle"],
            },
        ),
        (
            "ceilings",
            None,
            {
                "vehicles_over": given["vehicles_over_count"],
                "drivers_over": given["drivers_over_count"],
                "overloaded": overloaded,
                "major": given["major_in_year"],
                "records": given["records_in_two_years"],
                "days_licensed": given["days_licensed"],
                **share,
            },
        ),
    ]
    if answer.score is not None:
        asked.append(("grades", None, {"score": int(answer.score * 100)}))
    asked.append(("tiers", None, {"grade": _ORDER.index(answer.grade)}))
    return [
        (stage, code, {name: value for name, value in fact.items() if value is not None}) for stage, code, fact in asked
    ]


def expected(case: Case) -> set[Fired]:
    """Stage, risk point and name of every rule that must fire."""
    answer = case.answer
    # A deduction without a weight is unknown to riskengine; its condition, which is all that is asked here, holds.
    unweighed = {(rule, code) for rule, code in answer.unknown if rule == "violation_deduction"}
    found: set[Fired] = {("tiers", None, f"tier_{answer.grade}")}
    for rule, code in answer.fired | unweighed:
        stage = _stage_of(rule)
        found.add((stage, code if stage == "points" else None, rule))
    if answer.score is not None:
        reached = (grade for grade, least in zip(GRADES, _LEAST, strict=True) if answer.score * 100 >= least)
        found.add(("grades", None, next(reached)))
    return found


def _stage_of(rule: str) -> str:
    return next(stage for stage, rules in RULES.items() if rule in rules)


def through_host() -> Ask:
    """Asks through `durable.engine.Host`: each fact in a session of its own, deleted when it has answered."""
    from durable.engine import Host

    heard: list[str] = []
    catch_all = {"all": [{"m": {"$gt": {CATCH_ALL: 0}}}]}
    definitions = {
        stage: {
            **{name: {"all": [{"m": test}], "run": _telling(name, heard)} for name, test in rules.items()},
            # Deleting a session whose fact no rule matched corrupts memory; so one rule matches every fact.
            CATCH_ALL: {**catch_all, "run": _telling(CATCH_ALL, heard)},
        }
        for stage, rules in RULES.items()
    }
    host = Host()
    host.register_rulesets({f"bare_{stage}": definition for stage, definition in definitions.items()})

    def ask(questions: list[tuple[str, str | None, Fact]]) -> set[Fired]:
        found: set[Fired] = set()
        for stage, code, fact in questions:
            heard.clear()
            host.assert_fact(f"bare_{stage}", {"id": 1, "sid": "1", CATCH_ALL: 1, **fact})
            host.delete_state(f"bare_{stage}", "1")
            found.update((stage, code, name) for name in heard if name != CATCH_ALL)
        return found

    return ask


def _telling(name: str, heard: list[str]) -> Callable[[Any], None]:
    def act(_context: Any) -> None:
        heard.append(name)

    return act


def through_extension() -> Ask:
    """Asks the C extension through riskengine's own narrow layer: no host, no actions, facts retracted."""
    rulesets = {stage: ruleset(deepcopy(rules)) for stage, rules in RULES.items()}

    def ask(questions: list[tuple[str, str | None, Fact]]) -> set[Fired]:
        found: set[Fired] = set()
        for stage, code, fact in questions:
            found.update((stage, code, name) for name in rulesets[stage].fired(_text(fact)))
        return found

    return ask


def _text(fact: Mapping[str, int]) -> str:
    text = ""
    for name, value in fact.items():
        text += f',"{name}":{value:d}'
    return text
