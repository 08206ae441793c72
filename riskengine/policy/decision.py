"""Decision tables as expressions: which rows of a table give the value, in operations that the language has.

A condition that is unknown makes the value unknown wherever it could matter: under ``first`` in every row up to the one
that holds, under every other policy in every row. Two rows that hold under ``unique`` make it unknown too.
"""

from __future__ import annotations

import json
import operator
from typing import TYPE_CHECKING, Any

from riskengine.policy.expression import COMPARISONS, Expression, Literal, Operation, to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def table_expression(hit: str, rows: Sequence[tuple[Expression, Expression]], otherwise: Expression) -> Expression:
    """The value of a table.

    Args:
        hit: which of the rows that hold give the value: ``first unique highest lowest sum``.
        rows: condition and value of each.
        otherwise: the value where no row holds; a null is unknown.
    """
    return _HITS[hit](rows, otherwise)


def _first(rows: Sequence[tuple[Expression, Expression]], otherwise: Expression) -> Expression:
    return Operation("case", (*(part for row in rows for part in row), otherwise))


def _unique(rows: Sequence[tuple[Expression, Expression]], otherwise: Expression) -> Expression:
    one, none = Literal(1), Literal(0)
    held = _added([Operation("case", (when, one, none)) for when, _ in rows])
    twice = Operation(">", (held, one))
    return Operation("case", (twice, Literal(None), *(part for row in rows for part in row), otherwise))


def _summed(rows: Sequence[tuple[Expression, Expression]], otherwise: Expression) -> Expression:
    total = _added([Operation("case", (when, value, Literal(0))) for when, value in rows])
    return Operation("case", (_any(rows), total, otherwise))


def _best(op: str) -> Callable[[Sequence[tuple[Expression, Expression]], Expression], Expression]:
    """The best value of the rows that hold: a row that does not stands in with a value that cannot beat them."""

    def best(rows: Sequence[tuple[Expression, Expression]], otherwise: Expression) -> Expression:
        instead = _harmless(op, rows)
        values = tuple(Operation("case", (when, value, instead)) for when, value in rows)
        return Operation("case", (_any(rows), Operation(op, values) if len(values) > 1 else values[0], otherwise))

    return best


def _harmless(op: str, rows: Sequence[tuple[Expression, Expression]]) -> Expression:
    """The worst of the values where all are written out, else the value of the first row that holds."""
    worst: Literal | None = None
    for _, value in rows:
        if not isinstance(value, Literal) or value.value is None:
            return _first(rows, Literal(None))
        if worst is None or (value.value < worst.value) == (op == "greatest"):  # type: ignore[operator]
            worst = value
    return worst or Literal(None)


def _added(parts: Sequence[Expression]) -> Expression:
    total = parts[0]
    for part in parts[1:]:
        total = Operation("+", (total, part))
    return total


def _any(rows: Sequence[tuple[Expression, Expression]]) -> Expression:
    conditions = tuple(when for when, _ in rows)
    return Operation("or", conditions) if len(conditions) > 1 else conditions[0]


_HITS: dict[str, Callable[[Sequence[tuple[Expression, Expression]], Expression], Expression]] = {
    "first": _first,
    "unique": _unique,
    "highest": _best("greatest"),
    "lowest": _best("least"),
    "sum": _summed,
}


def idle_rows(hit: str, conditions: Sequence[Expression | None]) -> Iterator[tuple[int, int, str]]:
    """Rows that can be proven to be in vain: row, the other row that makes it so, why.

    Why is ``twice`` (both have one condition, whatever the hit policy), or, where only one row may give the value,
    ``always`` (the other always holds) or ``whenever`` (the other holds whenever this one does). A condition that could
    not be read is None. Each row is named once.
    """
    read = [(at, condition) for at, condition in enumerate(conditions) if condition is not None]
    exclusive = hit in {"first", "unique"}
    for at, condition in read:
        others = [(other, what) for other, what in read if other < at or (hit == "unique" and other != at)]
        above = [(other, what) for other, what in others if other < at]
        found = next(((other, "twice") for other, what in above if _key(what) == _key(condition)), None)
        if exclusive:
            always = next(((other, "always") for other, what in others if what == Literal(value=True)), None)
            whenever = next(((other, "whenever") for other, what in others if _implies(condition, what)), None)
            found = always or found or whenever
        if found is not None:
            yield at, *found


def _implies(condition: Expression, other: Expression) -> bool:
    """Whether it can be proven that ``other`` is true wherever ``condition`` is."""
    if _key(condition) == _key(other):
        return True
    parts, others = _parts(condition), _parts(other)
    if _op(condition) == "or":
        return all(_implies(part, other) for part in parts)
    if _op(other) == "and":
        return all(_implies(condition, part) for part in others)
    if _op(other) == "or" and any(_implies(condition, part) for part in others):
        return True
    if _op(condition) == "and":
        return any(_implies(part, other) for part in parts)
    return _bound_implies(_bound(condition), _bound(other))


def _op(expression: Expression) -> str:
    return expression.op if isinstance(expression, Operation) else ""


def _parts(expression: Expression) -> tuple[Expression, ...]:
    return expression.operands if isinstance(expression, Operation) else ()


Bound = tuple[str, str, Any]
"""What is compared, the sign, and the number or date that it is compared with."""


def _bound(expression: Expression) -> Bound | None:
    if not isinstance(expression, Operation) or expression.op not in COMPARISONS:
        return None
    left, right = expression.operands
    op = expression.op
    if isinstance(left, Literal):
        left, right = right, left
        op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
    if not isinstance(right, Literal) or isinstance(left, Literal) or isinstance(right.value, bool | str | None):
        return None
    return _key(left), op, right.value


def _bound_implies(given: Bound | None, wanted: Bound | None) -> bool:
    """Whether one bound lies within the other, both of the same thing."""
    if given is None or wanted is None or given[0] != wanted[0]:
        return False
    (_, op, value), (_, sign, limit) = given, wanted
    within = _WITHIN.get((sign, op))
    return within is not None and bool(within(value, limit))


_WITHIN: dict[tuple[str, str], Callable[[Any, Any], bool]] = {
    (">", ">"): operator.ge,
    (">", ">="): operator.gt,
    (">", "="): operator.gt,
    (">=", ">"): operator.ge,
    (">=", ">="): operator.ge,
    (">=", "="): operator.ge,
    ("<", "<"): operator.le,
    ("<", "<="): operator.lt,
    ("<", "="): operator.lt,
    ("<=", "<"): operator.le,
    ("<=", "<="): operator.le,
    ("<=", "="): operator.le,
    ("<>", ">"): operator.ge,
    ("<>", ">="): operator.gt,
    ("<>", "<"): operator.le,
    ("<>", "<="): operator.lt,
    ("<>", "="): operator.ne,
    ("=", "="): operator.eq,
}
"""Wanted sign and given sign → how the given value must stand to the wanted limit."""


_MIRRORED = {">": "<", ">=": "<="}


def _key(expression: Expression) -> str:
    """One text for conditions that are the same but for the order of what may be swapped."""
    return json.dumps(_ordered(expression), ensure_ascii=False, sort_keys=True)


def _ordered(expression: Expression) -> object:
    if not isinstance(expression, Operation):
        return to_plain(expression)
    op, operands = expression.op, [_ordered(operand) for operand in expression.operands]
    if op in _MIRRORED:
        op, operands = _MIRRORED[op], operands[::-1]
    if op in {"and", "or", "=", "<>", "+", "*"}:
        operands = sorted(operands, key=lambda item: json.dumps(item, ensure_ascii=False, sort_keys=True))
    return [op, *operands]
