"""The first steps: which records count on the day, for whom, and with what expressions may read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.engines.sql.scope import (
    declared_column,
    declared_columns,
    row_columns,
    row_terms,
    weight_column,
    weight_limit,
)
from riskengine.engines.sql.terms import MOST, Term, at_places, literal, name_of, quoted
from riskengine.kernel.decimals import places_of

if TYPE_CHECKING:
    from datetime import date

    from riskengine.plan import Plan, WeightStep

LATER, UNDECIDED, GONE = "later_than_as_of", "not_decided_by_as_of", "operator_not_current"
KEYS = {"violations": "violation_id", "inspections": "inspection_id"}
_TOLD = {"level": "k.level", "area": "k.area", "status": "p.status_then"}
HAPPENED = {"violations": "occurred_on", "inspections": "inspected_on"}


def placed(plan: Plan, source: str, as_of: date) -> str:
    """Every record with its status on the day, and why it does not count (null: it does, if somebody answers)."""
    why = _too_early_or_undone(plan, source, as_of)
    return f"SELECT r.*{_status(source, as_of)}, CASE {why} END AS unused FROM {source} AS r"


def usage(plan: Plan, source: str, as_of: date) -> str:
    """Reason → how many records do not count whoever answers for them; null: those that count if somebody does."""
    why = f"CASE {_too_early_or_undone(plan, source, as_of)} END"
    return (
        f"SELECT unused, COUNT(*) FROM (SELECT {why} AS unused FROM "
        f"(SELECT r.*{_status(source, as_of)} FROM {source} AS r)) GROUP BY unused"
    )


def _status(source: str, as_of: date) -> str:
    if source != "violations":
        return ""
    day = literal(as_of).sql
    return (
        f", CASE WHEN r.status_on IS NULL OR {day} >= r.status_on THEN r.status "
        "WHEN r.status = 'final' THEN 'pending' ELSE 'final' END AS status_then"
    )


def _too_early_or_undone(plan: Plan, source: str, as_of: date) -> str:
    """Why a record does not count, but for who answers for it."""
    day = literal(as_of).sql
    reasons = [f"WHEN {HAPPENED[source]} > {day} THEN {quoted(LATER)}"]
    if source == "violations":
        counted = ", ".join(map(quoted, plan.counted_statuses))
        reasons.append(f"WHEN decided_on > {day} THEN {quoted(UNDECIDED)}")
        reasons.append(f"WHEN status_then NOT IN ({counted}) THEN 'status_' || status_then")
    return " ".join(reasons)


def counting(plan: Plan, source: str, as_of: date) -> str:
    """The records that count, with age, level, area and weights.

    That somebody answers is a condition of its own, so that a database can pass over what does not count in any case
    before it looks up who answers.
    """
    day = literal(as_of).sql
    happened = HAPPENED[source]
    left = ["unused"]
    columns = [f"CAST(date_diff('day', p.{happened}, {day}) AS BIGINT) AS age_days"]
    join = ""
    if source == "violations":
        left += ["status", "status_then"]
        columns = ["p.status_then AS status", "k.level", "k.area", *columns]
        join = " LEFT JOIN risk_points AS k ON k.code = p.risk_point"
    if source == "violations" and plan.links:
        columns += [
            f"i.{_raw_column(plan, 'inspections', column)} AS {declared_column(name)}" for name, column in plan.links
        ]
        join += " LEFT JOIN counting_inspections AS i ON i.op = p.op AND i.inspection_id = p.inspection_id"
    columns += [
        f"{_weight(plan, weight, happened, as_of)} AS {weight_column(weight.name)}"
        for weight in plan.weights
        if weight.source == source
    ]
    return (
        f"SELECT p.* EXCLUDE ({', '.join(left)}), {', '.join(columns)} "
        f"FROM placed_{source} AS p{join} WHERE p.unused IS NULL AND p.op IS NOT NULL"
    )


def _raw_column(plan: Plan, source: str, name: str) -> str:
    """A column of a record as it was read: of the contract or declared."""
    return declared_column(name) if name in declared_columns(plan, source) else name_of(name)


def _read_by(plan: Plan, weight: WeightStep) -> str:
    """The column that a weight is looked up by."""
    if weight.source == "violations":
        links = dict(plan.links)
        if weight.by in links:
            return f"i.{_raw_column(plan, 'inspections', links[weight.by])}"
        if weight.by in _TOLD:
            return _TOLD[weight.by]
    return f"p.{_raw_column(plan, weight.source, weight.by)}"


def _weight(plan: Plan, weight: WeightStep, happened: str, as_of: date) -> str:
    places = weight.digits
    otherwise = literal(weight.otherwise, places).sql
    if weight.brackets:
        whens = " ".join(
            f"WHEN p.{happened} > {literal(window.after(as_of)).sql} THEN {literal(value, places).sql}"
            for window, value in weight.brackets
        )
        return f"(CASE {whens} ELSE {otherwise} END)"
    column = _read_by(plan, weight)
    if weight.ranges:
        return _by_number(weight, _number(plan, weight, column), places)
    if weight.divide is not None:
        return _divided(plan, weight, _number(plan, weight, column))
    whens = " ".join(f"WHEN {quoted(key)} THEN {literal(value, places).sql}" for key, value in weight.table)
    missing = literal(weight.missing, places).sql
    return f"(CASE WHEN {column} IS NULL THEN {missing} ELSE CASE {column} {whens} ELSE {otherwise} END END)"


def _number(plan: Plan, weight: WeightStep, column: str) -> Term:
    """The number of a record that a weight is looked up by."""
    limit = row_terms(plan, weight.source)[weight.by].limit
    return Term(column, row_columns(plan, weight.source)[weight.by], limit=limit)


def _by_number(weight: WeightStep, number: Term, places: int) -> str:
    """The value of the first range that holds a number of a record: its lower end is in, its upper one is not."""
    whens = []
    for low, high, value in weight.ranges:
        digits = max(number.places or 0, places_of(low) or 0, places_of(high) or 0)
        ends = [(low, ">="), (high, "<")]
        tests = [
            f"{at_places(number, digits)} {sign} {literal(end, digits).sql}" for end, sign in ends if end is not None
        ]
        whens.append(f"WHEN {' AND '.join(tests)} THEN {literal(value, places).sql}")
    missing, otherwise = literal(weight.missing, places).sql, literal(weight.otherwise, places).sql
    return f"(CASE WHEN {number.sql} IS NULL THEN {missing} {' '.join(whens)} ELSE {otherwise} END)"


def _divided(plan: Plan, weight: WeightStep, number: Term) -> str:
    """A number divided by one of a record, rounded once, half-up; nothing is divided by what is not above 0."""
    over = weight.divide or 0
    over *= 10 ** (weight.places + (number.places or 0))
    kind = "BIGINT" if 4 * weight_limit(plan, weight) <= MOST and 2 * (number.limit or MOST) <= MOST else "HUGEINT"
    under = f"CAST({number.sql} AS {kind})"
    up = 10 ** (weight.digits - weight.places)
    value = f"(CAST({2 * over} AS {kind}) + {under}) // (CAST(2 AS {kind}) * {under}) * CAST({up} AS {kind})"
    missing, otherwise = (literal(item, weight.digits).sql for item in (weight.missing, weight.otherwise))
    return f"(CASE WHEN {number.sql} IS NULL THEN {missing} WHEN {number.sql} > 0 THEN {value} ELSE {otherwise} END)"
