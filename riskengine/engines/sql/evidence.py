"""The records behind each rule that fired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.engines.sql.facts import is_known
from riskengine.engines.sql.spans import in_span
from riskengine.engines.sql.terms import name_of, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from riskengine.engines.sql.facts import Aggregate
    from riskengine.engines.sql.terms import Term
    from riskengine.plan import Plan, RuleStep

_NOTHING = (
    "SELECT CAST(NULL AS BIGINT) AS op, 0 AS rule, CAST(NULL AS VARCHAR) AS risk_point, "
    "CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS record_id, CAST(NULL AS DATE) AS day WHERE FALSE"
)


def evidence(plan: Plan, aggregates: Sequence[Aggregate], row_names: Mapping[str, Mapping[str, Term]]) -> str:
    """The records that count for the facts that a rule depends on, each once for a rule (and risk point)."""
    by_name = {fact.step.name: fact for fact in aggregates}
    parts = [_NOTHING]
    for number, rule in enumerate(plan.rules):
        read = [by_name[name] for name in rule.evidence]
        found = list(_of_rule(number, rule, read, row_names))
        if len(found) > 1:
            found = [f"SELECT DISTINCT * FROM ({' UNION ALL '.join(found)})"]
        parts += found
    return " UNION ALL ".join(parts)


def _of_rule(
    number: int, rule: RuleStep, facts: Sequence[Aggregate], row_names: Mapping[str, Mapping[str, Term]]
) -> Iterator[str]:
    """A query for each kind of fact: those without groups that are told by a mark alone share one."""
    together: dict[tuple[str, bool], list[str]] = {}
    for fact in facts:
        step = fact.step
        if step.per_risk_point and not rule.each_risk_point:
            continue
        source = str(step.source)
        if step.group is None:
            test = f"m.{fact.mark}"
            if not is_known(step):
                test += f" AND f.{name_of('f_' + step.name)} IS NOT NULL"
            if fact.picks:
                test += f" AND m.{fact.value} = f.b{fact.number}"
            together.setdefault((source, step.per_risk_point), []).append(f"({test})")
        else:
            column = row_names[source][str(step.group)].sql
            query = _query(number, source, _in_group(fact), per=False, join=_group_join(fact, column))
            # A record may be in several windows that give the value.
            yield query if step.span is None else f"SELECT DISTINCT * FROM ({query})"
    for (source, per), tests in together.items():
        yield _query(number, source, f"({' OR '.join(tests)})", per=per)


def _query(number: int, source: str, test: str, *, per: bool, join: str = "") -> str:
    table, on = ("points", " AND {0}.risk_point = t.risk_point") if per else ("facts", "")
    return (
        f"SELECT t.op, t.rule, t.risk_point, {quoted(source)} AS source, m.record_id, m.day FROM told AS t "
        f"JOIN {table} AS f ON f.op = t.op{on.format('f')} JOIN marked_{source} AS m ON m.op = t.op{on.format('m')}"
        f"{join} WHERE t.fired AND t.rule = {number} AND {test}"
    )


def _group_join(fact: Aggregate, column: str) -> str:
    if fact.step.span is not None:
        return f" JOIN groups_{fact.number} AS g ON g.op = m.op AND {in_span(fact, f'm.{column}', 'g.grp')}"
    # A record without its group may be in, by a stated value: nulls are a group of their own.
    return f" JOIN groups_{fact.number} AS g ON g.op = m.op AND g.grp IS NOT DISTINCT FROM m.{column}"


def _in_group(fact: Aggregate) -> str:
    step = fact.step
    test = f"m.{fact.mark} AND f.{name_of('f_' + step.name)} IS NOT NULL"
    test += {"count": " AND g.counts", "sum": ""}.get(str(step.then), f" AND g.t = f.t{fact.number}")
    return test + (f" AND m.{fact.value} = g.b" if fact.picks else "")
