"""The tables that a pipeline reads: columns with their SQL types, and the rows of those that the plan itself gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import DATE, SOURCES
from riskengine.engines.sql.scope import operator_terms
from riskengine.engines.sql.terms import MOST

if TYPE_CHECKING:
    from riskengine.contract.sources import ProfileColumn
    from riskengine.plan import Plan

Columns = dict[str, str]
NUMBER, TEXT, TEXTS, DAY, BOOL, KEY = "HUGEINT", "VARCHAR", "VARCHAR[]", "DATE", "BOOLEAN", "BIGINT"

_SCALED = {"penalty": KEY}


def source_columns(plan: Plan, source: str) -> Columns:
    """The columns of violations or inspections, and ``op``, who answers for them.

    A penalty is in hundredths of a yuan; kinds of penalty stand between semicolons: ``;fine;warning;``. Further columns
    that the policy declares are called ``c_…``, their numbers whole, times 10^places.
    """
    held = {
        column.name: _SCALED.get(column.name) or (DAY if column.type == DATE else TEXT)
        for column in SOURCES[source].columns
    }
    declared = {f"c_{column.name}": _type_of(column) for column in plan.columns_of(source)}
    return {"op": KEY, **held, **declared}


def _type_of(column: ProfileColumn) -> str:
    if column.digits is not None:
        return KEY if column.limit <= MOST else NUMBER
    return {"date": DAY, "bool": BOOL}.get(column.type, TEXT)


def operator_columns(plan: Plan) -> Columns:
    """The columns of operators.

    Number in the order of ids, id, name, whether it is graded, records left out, areas, and what expressions read.
    """
    profile = plan.columns_of("operators")
    days = {"licensed_on", *(column.name for column in profile if column.type == "date")}
    bools = {column.name for column in profile if column.type == "bool"}
    read = {
        f"c_{name}": NUMBER if term.places is not None else DAY if name in days else BOOL if name in bools else TEXT
        for name, term in operator_terms(plan).items()
    }
    return {"op": KEY, "operator_id": TEXT, "name": TEXT, "current": BOOL, "left_out": KEY, "areas": TEXTS, **read}


PLAN_TABLES: dict[str, Columns] = {
    "rules": {"rule": KEY, "name": TEXT, "ordinal": KEY},
    "risk_points": {"code": TEXT, "level": TEXT, "area": TEXT},
    "liabilities": {"code": TEXT, "position": KEY, "law": TEXT, "article": TEXT, "since": DAY, "until": DAY},
    "point_measures": {"code": TEXT, "measures": TEXTS},
    "assignments": {
        "ordinal": KEY,
        "grades": TEXTS,
        "status": TEXT,
        "rule": KEY,
        "rule_name": TEXT,
        "tier": TEXT,
    },
    "assigned": {"ordinal": KEY, "action": TEXT, "law": TEXT, "article": TEXT},
}


def plan_rows(plan: Plan) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the tables that the plan gives: its risk points, what follows from grades and rules."""
    rules = {rule.rule: at for at, rule in enumerate(plan.rules)}
    in_order = sorted(rules)
    bases = {action.action: (action.law, action.article) for action in plan.actions}
    return {
        "rules": [(at, name, in_order.index(name)) for name, at in rules.items()],
        "risk_points": [(point.code, point.level, point.area) for point in plan.risk_points],
        "liabilities": [
            (point.code, at, item.law, item.article, item.since, item.until)
            for point in plan.risk_points
            for at, item in enumerate(point.liabilities)
        ],
        "point_measures": [(point.code, sorted(point.measures)) for point in plan.risk_points],
        "assignments": [
            (at, list(item.grades), item.status, rules.get(item.rule or ""), item.rule, item.tier)
            for at, item in enumerate(plan.assignments)
        ],
        "assigned": [
            (at, action, *bases[action]) for at, item in enumerate(plan.assignments) for action in item.actions
        ],
    }
