"""What the facts of a policy mean: their order, their types, and the keys that an operation cannot heed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.problems import nearest
from riskengine.policy.aggregates import fact_source, stored_type, unheeded_keys
from riskengine.policy.decision import idle_rows, table_expression
from riskengine.policy.expression import (
    DATE,
    INTEGER,
    TEXTS,
    Expression,
    Literal,
    Operation,
    Type,
    names_in,
)
from riskengine.policy.parser import ExpressionError, parse_expression
from riskengine.policy.scope import (
    ROW_DATES,
    operator_scope,
    parameters_scope,
    row_columns,
    row_dates,
    row_scope,
)
from riskengine.policy.typecheck import type_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.kernel.yaml_document import Path_
    from riskengine.policy.checker import Checker
    from riskengine.policy.fact import Fact


def check_facts(checker: Checker) -> None:
    """Check every fact after those that it needs; a circle ends it (RE-526)."""
    pending = dict(checker.policy.facts)
    while pending:
        ready = [name for name, fact in pending.items() if not _needs(fact) & pending.keys()]
        if not ready:
            checker.say("RE-526", ("facts", next(iter(pending))), ", ".join(pending))
            return
        for name in ready:
            fact = pending.pop(name)
            kind = _fact(checker, name, fact)
            if fact.unit is not None and kind is not None and not kind.is_number:
                checker.say("RE-536", ("facts", name, "unit"), f"unit: {fact.unit}", what=f"a value of type {kind}")
            if fact.is_compared or _needs(fact) & checker.checked.after_peers:
                checker.checked.after_peers.add(name)
            checker.checked.fact_order.append(name)
            checker.checked.fact_types[name] = kind or INTEGER


def _needs(fact: Fact) -> set[str]:
    """The names that a fact of other facts reads."""
    needed = {fact.compared, *fact.among} if fact.is_compared else set[str]()
    for text in _texts(fact):
        try:
            needed.update(names_in(parse_expression(text)))
        except ExpressionError:
            continue
    return needed


def _texts(fact: Fact) -> Iterator[str]:
    for row in fact.table or ():
        yield from (row.when, row.value)
    where = fact.where if fact.is_compared else None
    yield from (text for text in (fact.value, fact.otherwise, where) if text is not None)


def _fact(checker: Checker, name: str, fact: Fact) -> Type | None:
    path: Path_ = ("facts", name)
    if fact.is_compared:
        return _compared(checker, path, fact)
    if not fact.is_computed:
        return _aggregate(checker, path, fact)
    scope = checker.scope(per_risk_point=fact.each_risk_point)
    if fact.value is not None:
        kind = checker.expression(fact.value, (*path, "value"), scope, division=fact.places is not None)
    else:
        kind = _table(checker, path, fact, scope)
    if kind is not None and kind.is_number:
        places = kind.places if fact.places is None else fact.places
        return Type(kind.kind, places, fact.unit or kind.unit)
    if kind is not None and fact.places is not None:
        checker.say("RE-536", (*path, "places"), f"places: {fact.places}", what=f"a value of type {kind}")
    return kind


def _table(checker: Checker, path: Path_, fact: Fact, scope: Mapping[str, Type]) -> Type | None:
    """Check a decision table row by row, and keep the one expression that it amounts to."""
    rows: list[tuple[Expression, Expression]] = []
    conditions: list[Expression | None] = []
    expressions, found = checker.checked.expressions, len(checker.problems)
    for at, row in enumerate(fact.table or ()):
        here = (*path, "table", at)
        checker.condition(row.when, (*here, "when"), scope)
        _row_value(checker, row.value, (*here, "value"), fact, scope, [value for _, value in rows])
        when, value = expressions.get((*here, "when")), expressions.get((*here, "value"))
        conditions.append(when)
        if when is not None and value is not None:
            rows.append((when, value))
    if fact.otherwise is not None:
        _row_value(checker, fact.otherwise, (*path, "otherwise"), fact, scope, [value for _, value in rows])
    for at, other, why in idle_rows(str(fact.hit), conditions):
        code = {"twice": "RE-539", "always": "RE-540", "whenever": "RE-543"}[why]
        checker.say(code, (*path, "table", at), (fact.table or ())[at].when, other=other + 1)
    if any(problem.is_error for problem in checker.problems[found:]) or not rows:
        return None
    tree = table_expression(str(fact.hit), rows, expressions.get((*path, "otherwise"), Literal(None)))
    expressions[*path, "table"] = tree
    return type_of(tree, scope, division=True)


def _row_value(
    checker: Checker, text: str, path: Path_, fact: Fact, scope: Mapping[str, Type], above: list[Expression]
) -> None:
    """A value of a table: of the type and unit of those above it, and a number where the hit policy computes."""
    kind = checker.expression(text, path, scope, division=fact.places is not None)
    tree = checker.checked.expressions.get(path)
    if tree is None or kind is None:
        return
    ordered = kind.is_number or kind == DATE
    if (fact.hit == "sum" and not kind.is_number) or (fact.hit in {"highest", "lowest"} and not ordered):
        checker.say("RE-525", path, text, expected="a number", got=str(kind))
        return
    try:
        type_of(Operation("coalesce", (*above, tree)), scope, division=True)
    except ExpressionError as error:
        checker.say(error.code, path, text, **error.params)


def _compared(checker: Checker, path: Path_, fact: Fact) -> Type:
    """A fact that compares operators: by a number or a date, among groups of which equality can be told exactly."""
    scope = checker.scope()
    ordered, exact = "a number or a date", "a text, a whole number, a date or a condition"
    kinds = {ordered: {"integer", "decimal", "date"}, exact: {"text", "integer", "date", "bool"}}
    given = [(fact.operation, fact.compared, ordered), *(("among", name, exact) for name in fact.among)]
    for key, name, expected in given:
        if name not in scope:
            checker.say("RE-521", (*path, key), name, near=nearest(name, scope))
        elif scope[name].kind not in kinds[expected]:
            checker.say("RE-525", (*path, key), name, expected=expected, got=str(scope[name]))
    checker.condition(fact.where, (*path, "where"), scope)
    for name in sorted(_needs(fact) & checker.checked.after_peers):
        what = "a fact that compares with peers itself"
        checker.say("RE-536", (*path, fact.operation), f"{fact.operation}: {name}", what=what)
    if fact.operation == "percentile":
        return Type("decimal", fact.places or 0, fact.unit or "percent")
    return Type("integer", unit=fact.unit)


def _aggregate(checker: Checker, path: Path_, fact: Fact) -> Type | None:
    source = fact_source(fact)
    rows = row_scope(checker.policy, source)
    checker.condition(fact.where, (*path, "where"), rows)
    checker.window(fact.within, (*path, "within"))
    checker.window(fact.in_any, (*path, "in_any"))
    dates = row_dates(checker.policy, source)
    if fact.by is not None and fact.by not in dates:
        checker.say("RE-530", (*path, "by"), fact.by, what=f"date of {source}", near=nearest(fact.by, dates) or dates)
    columns = [column for column, kind in row_columns(checker.policy, source).items() if kind != TEXTS]
    for key in ("per", "count_distinct", "once"):
        column = getattr(fact, key)
        if column is not None and column not in columns:
            checker.say("RE-530", (*path, key), column, what="column", near=nearest(column, columns))
    if fact.per == "risk_point" and source != "violations":
        checker.say("RE-536", (*path, "per"), "per: risk_point", what=source)
    kind = _aggregate_type(checker, path, fact, rows)
    for key, what in unheeded_keys(fact, kind):
        checker.say("RE-536", (*path, key), f"{key}: {getattr(fact, key)}", what=what)
    if fact.having is not None:
        group = {"group": kind or INTEGER, **parameters_scope(checker.policy)}
        checker.condition(fact.having, (*path, "having"), group)
    return stored_type(kind, fact)


def _aggregate_type(checker: Checker, path: Path_, fact: Fact, rows: Mapping[str, Type]) -> Type | None:
    operation = fact.operation
    if operation in {"sum", "max", "min"}:
        kind = checker.expression(getattr(fact, operation), (*path, operation), rows)
        if kind is not None and not (kind.is_number or (kind.kind == "date" and operation != "sum")):
            checker.say("RE-525", (*path, operation), getattr(fact, operation), expected="a number", got=str(kind))
        return kind
    if operation == "share":
        checker.condition(fact.share, (*path, operation), rows)
        return Type("decimal", fact.places or 0, fact.unit)
    if operation == "latest":
        return DATE
    if operation == "days_since":
        _days_since(checker, path, str(fact.days_since))
        return Type("integer", unit="days")
    return Type("integer", unit=fact.unit)


def _days_since(checker: Checker, path: Path_, target: str) -> None:
    dates = [column for column, kind in operator_scope(checker.policy).items() if kind.kind == "date"]
    if target not in ROW_DATES and target not in dates:
        near = nearest(target, [*ROW_DATES, *dates])
        checker.say("RE-530", (*path, "days_since"), target, what="source or date column", near=near)
