"""The records behind each rule that fired."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from riskengine.engines.sql.facts import is_known
from riskengine.engines.sql.spans import in_span
from riskengine.engines.sql.terms import name_of, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from riskengine.engines.sql.facts import Aggregate
    from riskengine.engines.sql.terms import Term
    from riskengine.plan import Plan, RuleStep

_NOT_OWN = "CAST(NULL AS VARCHAR) AS own_point, CAST(NULL AS DATE) AS decided_on"
_NOTHING = (
    "SELECT CAST(NULL AS BIGINT) AS op, 0 AS rule, CAST(NULL AS VARCHAR) AS risk_point, "
    "CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS record_id, CAST(NULL AS DATE) AS day, "
    f"{_NOT_OWN}{{0}} WHERE FALSE"
)
EVIDENCE_ORDER = "t.op, t.ordinal, t.risk_point NULLS FIRST, t.source, t.record_id"
"""What sorts evidence, as ``t``, by the key of its table; qualified, for ``conduct`` has another risk point."""


def evidence(
    plan: Plan,
    aggregates: Sequence[Aggregate],
    row_names: Mapping[str, Mapping[str, Term]],
    *,
    together: bool = False,
    numbered: bool = False,
) -> str:
    """The records that count for the facts that a rule depends on, each once for a rule (and risk point).

    They are the longest table by far, read as two of a run: so they are named here, once.

    Args:
        plan: what is carried out.
        aggregates: its facts that are made of records.
        row_names: source → what expressions read of a record.
        together: whether rules that read the same tables share a query: few joins of much, instead of many of little.
        numbered: whether records bear ``number``, and rows keep it.
    """
    query = partial(_query, numbered=numbered)
    by_name = {fact.step.name: fact for fact in aggregates}
    once, several = list[_Found](), list[_Found]()
    parts = [_NOTHING.format(", CAST(NULL AS BIGINT) AS number" if numbered else "")]
    for number, rule in enumerate(plan.rules):
        read = [by_name[name] for name in rule.evidence]
        found = list(_of_rule(number, rule, read, row_names))
        if together:
            (several if len(found) > 1 else once).extend(found)
        elif len(found) > 1:
            parts.append(f"SELECT DISTINCT * FROM ({' UNION ALL '.join(map(query, found))})")
        else:
            parts += map(query, found)
    parts += map(query, _together(once))
    if several:
        parts.append(f"SELECT DISTINCT * FROM ({' UNION ALL '.join(map(query, _together(several)))})")
    return (
        f"SELECT o.operator_id, r.name AS rule_name, r.ordinal, t.* FROM ({' UNION ALL '.join(parts)}) AS t "
        "JOIN rules AS r ON r.rule = t.rule JOIN operators AS o ON o.op = t.op"
    )


def in_number_order(sql: str, sources: Sequence[str]) -> str:
    """The rows of :func:`evidence` with ``number`` in the order of their key, which numbers tell sooner than ids do."""
    source = "t.source, " if len(sources) > 1 else ""
    order = f"t.op, t.ordinal, t.risk_point NULLS FIRST, {source}t.number"
    return f"SELECT * EXCLUDE (number, ordinal) FROM ({sql}) AS t ORDER BY {order}"


@dataclass(frozen=True, slots=True)
class _Found:
    """How the records behind a rule, or behind several, are found.

    Attributes:
        tests: rule → what holds of a record behind it.
        source: of the records.
        per: whether the facts are those of each risk point.
        join: what else is joined.
        is_repeated: whether a record may be found more than once.
    """

    tests: dict[int, str]
    source: str
    per: bool
    join: str = ""
    is_repeated: bool = False


def _together(found: Sequence[_Found]) -> Iterator[_Found]:
    """Those that join the same tables as one."""
    shared: dict[tuple[str, bool], dict[int, str]] = {}
    for each in found:
        if each.join:
            yield each
        else:
            shared.setdefault((each.source, each.per), {}).update(each.tests)
    for (source, per), tests in shared.items():
        yield _Found(tests, source, per)


def _of_rule(
    number: int, rule: RuleStep, facts: Sequence[Aggregate], row_names: Mapping[str, Mapping[str, Term]]
) -> Iterator[_Found]:
    """One for each kind of fact: those without groups that are told by a mark alone share one."""
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
            tests = {number: _in_group(fact)}
            # A record may be in several windows that give the value.
            join = _group_join(fact, column)
            yield _Found(tests, source, per=False, join=join, is_repeated=step.span is not None)
    for (source, per), marks in together.items():
        yield _Found({number: f"({' OR '.join(marks)})"}, source, per)


def _query(found: _Found, *, numbered: bool) -> str:
    table, on = ("points", " AND {0}.risk_point = t.risk_point") if found.per else ("facts", "")
    own = "m.risk_point AS own_point, m.decided_on" if found.source == "violations" else _NOT_OWN
    own += ", m.number" if numbered else ""
    rules = ", ".join(map(str, found.tests))
    if len(found.tests) == 1:
        some = f"t.rule = {rules} AND {found.tests[int(rules)]}"
    else:
        each = " ".join(f"WHEN {number} THEN {test}" for number, test in found.tests.items())
        some = f"t.rule IN ({rules}) AND CASE t.rule {each} END"
    query = (
        f"SELECT t.op, t.rule, t.risk_point, {quoted(found.source)} AS source, m.record_id, m.day, {own} "
        f"FROM told AS t JOIN {table} AS f ON f.op = t.op{on.format('f')} JOIN marked_{found.source} AS m "
        f"ON m.op = t.op{on.format('m')}{found.join} WHERE t.fired AND {some}"
    )
    return f"SELECT DISTINCT * FROM ({query})" if found.is_repeated else query


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
