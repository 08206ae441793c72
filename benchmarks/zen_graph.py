"""The rules of xuchang-transport as one JDM graph for ZEN, written by hand from policy.yaml.

Two forms share the nodes that decide. `prepared` is given the facts; `whole` is given the records, and computes the
facts in expression nodes before it. No node runs JavaScript.
"""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cases import AS_OF, Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cases import Case

    Node = dict[str, Any]

GRADES = ("AA", "A", "B", "C", "D")
_FIRED, _UNKNOWN = '"fired"', '"not_evaluable"'
_TIERS = {"AA": "relaxed", "A": "standard", "B": "enhanced", "C": "strict", "D": "key", "new": "guidance"}
_LEVEL_FACTOR = {"red": 1.5, "orange": 1.2, "yellow": 1.0, "blue": 0.8}
_SEVERITY_POINTS = {"minor": 1, "general": 2, "serious": 5, "major": 10}
_PLACE = Decimal("0.000001")


def prepared(case: Case) -> dict[str, Any]:
    """What the prepared form is given: the facts that the policy's rules read."""
    return case.facts


def whole(case: Case) -> dict[str, Any]:
    """What the whole form is given: the records as texts, dates as ISO."""
    return {"operator": case.operator, "violations": case.violations, "as_of": AS_OF.isoformat()}


def prepared_graph() -> str:
    """The graph from facts to grade and tier."""
    return _graph(_deciding())


def whole_graph(levels: Mapping[str, str]) -> str:
    """The graph from records to grade and tier.

    Args:
        levels: risk point → its colour.
    """
    return _graph([*_computing(levels), *_deciding()])


def answer_of(result: Mapping[str, Any]) -> Answer:
    """What ZEN said, in the terms of riskengine."""
    findings = [*[row for rows in result["point_signals"] for row in rows], *result["signals"], *result["limits"]]
    fired = [row for row in findings if row["status"] == "fired"]
    score = result.get("score")  # an expression that gives null leaves no key behind
    return Answer(
        result["status"],
        result.get("grade"),
        None if score is None else _exact(score),
        result.get("ceiling_rule"),
        result["tier"],
        frozenset((row["rule"], row.get("risk_point")) for row in fired),
        frozenset((row["rule"], row.get("risk_point"), _exact(row.get("points", 0))) for row in fired),
        frozenset((row["rule"], row.get("risk_point")) for row in findings if row["status"] != "fired"),
    )


def _exact(number: float) -> Decimal:
    """ZEN computes in decimals and hands over floats; six places bring the decimal back."""
    return Decimal(str(number)).quantize(_PLACE)


# Nodes that decide


def _deciding() -> list[Node]:
    return [_point_signals(), _signals(), _limits(), _raw_score(), _base(), _verdict(), _tiers()]


def _point_signals() -> Node:
    """Both deductions of each risk point."""
    return _table(
        "point_signals",
        [None],
        ["rule", "risk_point", "status", "points"],
        [
            (["counted > 0 and weighted != null"], ['"violation_deduction"', "code", _FIRED, "min([20, weighted])"]),
            (["counted > 0 and weighted == null"], ['"violation_deduction"', "code", _UNKNOWN, "0"]),
            (["repeats >= 3"], ['"repeat_violations"', "code", _FIRED, "min([5, repeats - 2])"]),
        ],
        hit="collect",
        executionMode="loop",
        inputField="points",
        outputPath="point_signals",
    )


def _signals() -> Node:
    fines = '"fines_in_year"'
    return _table(
        "signals",
        [None],
        ["rule", "risk_point", "status", "points"],
        [
            (
                ["penalties_in_year != null and penalties_in_year >= 10000"],
                [fines, "null", _FIRED, "min([10, round(penalties_in_year / 10000, 1)])"],
            ),
            (["penalties_in_year == null"], [fines, "null", _UNKNOWN, "0"]),
            (["most_overloads_of_a_vehicle >= 2"], ['"overload_early_warning"', '"HW-01"', _FIRED, "0"]),
        ],
        hit="collect",
        outputPath="signals",
    )


def _limits() -> Node:
    """The ceilings, and the rule about too little record; `at` is the place among the grades, best 0."""
    rows: list[tuple[list[str], list[str]]] = []
    for who in ("vehicle", "driver"):
        rule, over, without = f'"{who}_over_three_overloads"', f"{who}s_over_count", f"overloads_without_{who}"
        may_be = f"{without} > 0 and most_overloads_of_a_{who} + {without} > 3"
        rows += [
            ([f"{over} > 0"], [rule, '"HW-01"', _FIRED, "3"]),
            ([f"{over} == 0 and {may_be}"], [rule, '"HW-01"', _UNKNOWN, "0"]),
        ]
    sure, most = "overloaded_vehicles", "overloaded_vehicles + unplated_overloads_as_vehicles"
    for name, share, at in (("tenth", "0.1", "3"), ("three_tenths", "0.3", "4")):
        rule, limit = f'"overload_share_over_{name}"', f"{share} * fleet_size"
        unsure = f"fleet_size == null or {sure} <= {limit} and {most} > {limit}"
        rows += [
            ([f"{most} > 0 and fleet_size != null and {sure} > {limit}"], [rule, '"HW-01"', _FIRED, at]),
            ([f"{most} > 0 and ({unsure})"], [rule, '"HW-01"', _UNKNOWN, "0"]),
        ]
    rows += [
        (["major_in_year != null and major_in_year > 0"], ['"major_violation_in_year"', "null", _FIRED, "3"]),
        (["major_in_year == null"], ['"major_violation_in_year"', "null", _UNKNOWN, "0"]),
        (
            ["records_in_two_years == 0 and days_licensed != null and days_licensed < 365"],
            ['"new_operator"', "null", _FIRED, "0"],
        ),
        (["records_in_two_years == 0 and days_licensed == null"], ['"new_operator"', "null", _UNKNOWN, "0"]),
    ]
    return _table("limits", [None], ["rule", "risk_point", "status", "at"], rows, hit="collect", outputPath="limits")


def _raw_score() -> Node:
    deducted = "sum(map(flatMap(point_signals, #), #.points)) + sum(map(signals, #.points))"
    return _expressions("raw_score", {"raw_score": f"max([0, 100 - ({deducted})])"})


def _base() -> Node:
    """The grade by the score alone, as its place among the grades."""
    rows = [([f">= {least}"], [str(at)]) for at, least in enumerate((90, 80, 60, 40))]
    return _table("base", ["raw_score"], ["base"], [*rows, ([""], ["4"])])


def _verdict() -> Node:
    grades = json.dumps(GRADES)
    findings = "flatMap([flatMap(point_signals, #), signals, limits], #)"
    return _expressions(
        "verdict",
        {
            "is_new": 'some(limits, #.rule == "new_operator" and #.status == "fired")',
            "stopped": f'not $.is_new and some({findings}, #.status == "not_evaluable")',
            "status": f'$.stopped ? {_UNKNOWN} : "graded"',
            "worst": "max(flatMap([[base], map(limits, #.at)], #))",
            "score": "$.is_new or $.stopped ? null : raw_score",
            "grade": f'$.is_new ? "new" : $.stopped ? null : {grades}[$.worst]',
            "ceiling_rule": (
                "$.is_new or $.stopped or $.worst == base ? null : filter(limits as item, item.at == $.worst)[0].rule"
            ),
        },
    )


def _tiers() -> Node:
    rows = [([f'"{grade}"'], [f'"{tier}"']) for grade, tier in _TIERS.items()]
    return _table("tiers", ["grade"], ["tier"], [*rows, ([""], ['"clarification"'])])


# Nodes that compute the facts


def _computing(levels: Mapping[str, str]) -> list[Node]:
    return [_counting(), _weighing(levels), _facts()]


def _counting() -> Node:
    """The violations that count on the day, with their day as a number, and the windows of the policy."""
    status_holds = "(v.status_on == null or date(v.status_on) <= $.day)"
    final = f'({status_holds} ? (v.status ?? "final") == "final" : v.status != "final")'
    counts = f"date(v.occurred_on) <= $.day and (v.decided_on == null or date(v.decided_on) <= $.day) and {final}"
    windows = {f"after_{months}": f"d(as_of).sub({months}, 'M').timestamp() / 1000" for months in (6, 12, 24)}
    return _expressions("counting", {"day": "date(as_of)", **windows, "counting": f"filter(violations as v, {counts})"})


def _weighing(levels: Mapping[str, str]) -> Node:
    """What each counting violation weighs, and which of them lie in a window."""
    factors = json.dumps({code: _LEVEL_FACTOR[level] for code, level in sorted(levels.items())})
    share = "(date(v.occurred_on) > after_6 ? 1 : date(v.occurred_on) > after_12 ? 0.7 : 0.3)"
    fine = "(v.penalty_kind == null or contains(split(v.penalty_kind, ';'), 'fine'))"
    row = (
        "{risk_point: v.risk_point, severity: v.severity, vehicle: v.vehicle, driver: v.driver,"
        " day: date(v.occurred_on),"
        f" weight: v.severity == null ? null : $.severity_points[v.severity] * $.factors[v.risk_point] * {share},"
        f" fine: {fine} ? (v.penalty == null ? null : number(v.penalty)) : 0}}"
    )
    return _expressions(
        "weighing",
        {
            "factors": factors,
            "severity_points": json.dumps(_SEVERITY_POINTS),
            "two_years": f"map(filter(counting as v, date(v.occurred_on) > after_24) as v, {row})",
            "year": "filter($.two_years as r, r.day > after_12)",
            "overloads": 'filter($.year as r, r.risk_point == "HW-01")',
        },
    )


def _facts() -> Node:
    distinct = "keys(merge(map({rows}, {{[#.{column}]: 1}})))"
    known = "filter(overloads as r, r.{0} != null)"
    codes = distinct.format(rows="two_years", column="risk_point")
    by = {
        f"by_{column}": f"map({distinct.format(rows=known.format(column), column=column)} as key,"
        f" count(overloads as r, r.{column} == key))"
        for column in ("vehicle", "driver")
    }
    own = "filter(two_years as r, r.risk_point == c)"
    point = (
        "{code: c, counted: count(two_years as r, r.risk_point == c), repeats: count(year as r, r.risk_point == c),"
        f" weighted: some({own} as r, r.weight == null) ? null : sum(map({own} as r, r.weight))}}"
    )
    return _expressions(
        "facts",
        {
            "points": f"map({codes} as c, {point})",
            **by,
            "records_in_two_years": "len(two_years)",
            "major_in_year": 'some(year, #.severity == null) ? null : count(year, #.severity == "major")',
            "penalties_in_year": "some(year, #.fine == null) ? null : sum(map(year, #.fine))",
            "days_licensed": "operator.licensed_on == null ? null : (day - date(operator.licensed_on)) / 86400",
            "fleet_size": "operator.fleet_size == null ? null : number(operator.fleet_size)",
            "most_overloads_of_a_vehicle": "len($.by_vehicle) == 0 ? 0 : max($.by_vehicle)",
            "vehicles_over_count": "count($.by_vehicle, # > 3)",
            "overloads_without_vehicle": "count(overloads as r, r.vehicle == null)",
            "most_overloads_of_a_driver": "len($.by_driver) == 0 ? 0 : max($.by_driver)",
            "drivers_over_count": "count($.by_driver, # > 3)",
            "overloads_without_driver": "count(overloads as r, r.driver == null)",
            "overloaded_vehicles": "len($.by_vehicle)",
            "unplated_overloads_as_vehicles": "$.overloads_without_vehicle",
        },
    )


# The form of a JDM graph


def _graph(inner: Sequence[Node]) -> str:
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        *inner,
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": f"edge_{at}", "type": "edge", "sourceId": source["id"], "targetId": target["id"]}
        for at, (source, target) in enumerate(pairwise(nodes))
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def _table(
    name: str,
    reads: Sequence[str | None],
    gives: Sequence[str],
    rows: Sequence[tuple[Sequence[str], Sequence[str]]],
    hit: str = "first",
    **further: Any,
) -> Node:
    """A decision table; a column that reads None holds whole conditions."""
    inputs = [
        {"id": f"in_{at}", "name": field or "condition", **({"field": field} if field else {})}
        for at, field in enumerate(reads)
    ]
    outputs = [{"id": f"out_{at}", "name": field, "field": field} for at, field in enumerate(gives)]
    rules = [
        {
            "_id": f"{name}_{at}",
            **{f"in_{place}": cell for place, cell in enumerate(conditions)},
            **{f"out_{place}": cell for place, cell in enumerate(values)},
        }
        for at, (conditions, values) in enumerate(rows)
    ]
    content = {"hitPolicy": hit, "inputs": inputs, "outputs": outputs, "rules": rules, "passThrough": True, **further}
    return {"id": name, "name": name, "type": "decisionTableNode", "content": content}


def _expressions(name: str, values: Mapping[str, str]) -> Node:
    """Named expressions, one after another; `$` holds those before."""
    rows = [{"id": f"{name}_{key}", "key": key, "value": value} for key, value in values.items()]
    content = {"expressions": rows, "passThrough": True}
    return {"id": name, "name": name, "type": "expressionNode", "content": content}
