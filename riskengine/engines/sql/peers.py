"""Facts that compare operators: one step over the facts of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.engines.sql.scope import NO_FIELDS, fields, first_of
from riskengine.engines.sql.terms import name_of, to_sql, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.engines.sql.scope import Scope
    from riskengine.plan import FactStep


def compared(facts: Sequence[FactStep], scope: Scope, table: str) -> str:
    """Each operator with its facts that compare it: value, and the fields for want of which one is unknown.

    Args:
        facts: those that compare.
        scope: what the names of an operator are.
        table: the facts of every operator, as far as they compare nothing.
    """
    flags, columns = [], []
    for at, fact in enumerate(facts):
        tests = [f"{scope.terms[name].sql} IS NOT NULL" for name in _known(fact)]
        if fact.where is not None:
            tests.append(f"COALESCE({to_sql(fact.where, scope.terms).sql}, FALSE)")
        flags.append(f"({' AND '.join(tests)}) AS p{at}")
        value = f"CASE WHEN p{at} THEN {_told(fact, at, scope)} END"
        lacking = first_of(scope.reasons(fact.reads), fields([fact.name]))
        columns.append(f"{value} AS {name_of('f_' + fact.name)}")
        columns.append(f"CASE WHEN p{at} THEN {NO_FIELDS} ELSE {lacking} END AS {name_of('x_' + fact.name)}")
    return f"SELECT op, {', '.join(columns)} FROM (SELECT *, {', '.join(flags)} FROM {table})"


def places(fact: FactStep) -> int:
    """Digits of the scaled value."""
    return (fact.places or 0) if fact.operation == "percentile" else 0


def _known(fact: FactStep) -> tuple[str, ...]:
    """The names that must be known of an operator that takes part."""
    return (fact.reads[0], *(name.name for name in fact.among))


def _told(fact: FactStep, at: int, scope: Scope) -> str:
    peers = ", ".join([f"p{at}", *(scope.terms[name.name].sql for name in fact.among)])
    many = f"CAST(COUNT(*) OVER (PARTITION BY {peers}) AS HUGEINT)"
    if fact.operation == "peers":
        return many
    down = "DESC" if fact.best == "highest" else "ASC"
    order = f"ORDER BY {scope.terms[fact.reads[0]].sql} {down}"
    rank = f"CAST(RANK() OVER (PARTITION BY {peers} {order}) AS HUGEINT)"
    if fact.operation == "rank":
        return rank
    better = f"({rank} - {whole(1)}) * {whole(100 * 10 ** places(fact))}"
    return f"(({whole(2)} * {better} + {many}) // ({whole(2)} * {many}))"
