"""The last steps: the rows of the contract's tables, but for scales and names, which who reads them settles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.engines.sql.terms import literal

if TYPE_CHECKING:
    from datetime import date

    from riskengine.plan import Plan


def counted() -> str:
    """How many records stand behind each rule that fired, and the day of the newest violation among them."""
    return (
        "SELECT op, rule, risk_point, COUNT(*) AS n, MAX(day) FILTER (WHERE source = 'violations') AS newest "
        "FROM evidence GROUP BY op, rule, risk_point"
    )


def based(plan: Plan, as_of: date) -> str:
    """Every rule that fired or cannot be told, with its evidence and the law it rests on.

    A rule that takes its article from the catalogue has the first liability article in force on the day of the newest
    evidence; where none is registered for that day, the one in force at as-of.
    """
    day = literal(as_of).sql
    own = {at: rule for at, rule in enumerate(plan.rules) if not rule.from_catalog and rule.law is not None}
    laws = " ".join(f"WHEN {at} THEN {literal(rule.law).sql}" for at, rule in own.items())
    articles = " ".join(f"WHEN {at} THEN {literal(rule.article).sql}" for at, rule in own.items())
    from_catalog = [str(at) for at, rule in enumerate(plan.rules) if rule.from_catalog]
    law, article = (f"CASE t.rule {laws} END", f"CASE t.rule {articles} END") if own else ("NULL", "NULL")
    shown = [str(at) for at, rule in enumerate(plan.rules) if rule.evidence]
    count = f"CASE WHEN t.fired AND t.rule IN ({', '.join(shown)}) THEN COALESCE(c.n, 0) END" if shown else "NULL"
    join = ""
    if from_catalog:

        def first(on: str) -> str:
            inside = f"l.since <= {on} AND (l.until IS NULL OR {on} < l.until)"
            return f"MIN(l.position) FILTER (WHERE {inside})"

        at, some = f"COALESCE(c.newest, {day})", f"t.rule IN ({', '.join(from_catalog)})"
        # The article hangs on the risk point and the day alone: it is looked up once for each pair of them.
        days = f"SELECT DISTINCT t.risk_point, {at} AS on_day FROM told AS t {_COUNTED} WHERE {some}"
        join = (
            f" LEFT JOIN (SELECT d.risk_point, d.on_day, COALESCE({first('d.on_day')}, {first(day)}) AS position "
            f"FROM ({days}) AS d JOIN liabilities AS l ON l.code = d.risk_point GROUP BY d.risk_point, d.on_day) AS b "
            f"ON b.risk_point = t.risk_point AND b.on_day = {at} AND {some} "
            "LEFT JOIN liabilities AS l ON l.code = b.risk_point AND l.position = b.position"
        )
        law, article = f"COALESCE(l.law, {law})", f"COALESCE(l.article, {article})"
    return (
        f"SELECT t.*, CAST({count} AS BIGINT) AS n, CAST({law} AS VARCHAR) AS law, "
        f"CAST({article} AS VARCHAR) AS article "
        f"FROM told AS t {_COUNTED}{join}"
    )


_COUNTED = (
    "LEFT JOIN counted AS c ON c.op = t.op AND c.rule = t.rule AND c.risk_point IS NOT DISTINCT FROM t.risk_point"
)


def tiers() -> str:
    """Every assignment that a grade or a status brings."""
    return (
        "SELECT v.op, a.ordinal, a.tier, "
        "CASE WHEN list_contains(a.grades, v.grade) THEN 'grade:' || v.grade ELSE 'status:' || v.status END AS reason "
        "FROM verdicts AS v JOIN assignments AS a ON a.rule IS NULL "
        "AND (COALESCE(list_contains(a.grades, v.grade), FALSE) OR COALESCE(a.status = v.status, FALSE))"
    )


def actions() -> str:
    """The actions of the tier, and those of the rules that fired, under the same tier."""
    last = (
        "SELECT op, rule, law, article FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY op, rule "
        "ORDER BY risk_point DESC NULLS LAST) AS nth FROM based WHERE fired) WHERE nth = 1"
    )
    tier = "SELECT op, MAX_BY(tier, ordinal) AS tier FROM tiers GROUP BY op"
    return (
        "SELECT t.op, d.action, t.tier, t.reason, d.law, d.article FROM tiers AS t "
        "JOIN assigned AS d ON d.ordinal = t.ordinal UNION ALL "
        "SELECT f.op, d.action, COALESCE(g.tier, '') AS tier, 'rule:' || a.rule_name AS reason, "
        "CASE WHEN f.law IS NOT NULL THEN f.law ELSE d.law END AS law, "
        "CASE WHEN f.law IS NOT NULL THEN f.article ELSE d.article END AS article "
        f"FROM ({last}) AS f JOIN assignments AS a ON a.rule = f.rule JOIN assigned AS d ON d.ordinal = a.ordinal "
        f"LEFT JOIN ({tier}) AS g ON g.op = f.op"
    )


MEASURES_ORDER = "t.op, t.risk_point, t.measure"
"""What sorts measures, as ``t``, by the key of their table."""


def measures(*, in_order: bool = False) -> str:
    """The measures of every fired risk point within the operator's areas (none named: all).

    Args:
        in_order: whether they come in the order of their key, where the rows of a query follow those it reads: risk
            points are sorted, and the list of each, which is, is spread out.
    """
    points = (
        "SELECT o.op, o.operator_id, t.risk_point, m.measures FROM (SELECT DISTINCT op, risk_point FROM told "
        "WHERE fired AND risk_point IS NOT NULL) AS t JOIN operators AS o ON o.op = t.op "
        "JOIN risk_points AS k ON k.code = t.risk_point JOIN point_measures AS m ON m.code = t.risk_point "
        f"WHERE len(o.areas) = 0 OR list_contains(o.areas, k.area){' ORDER BY o.op, t.risk_point' if in_order else ''}"
    )
    return f"SELECT op, operator_id, risk_point, unnest(measures) AS measure FROM ({points})"
