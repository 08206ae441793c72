"""Decision tables as expressions: which rows of a table give the value, in operations that the language has.

A condition that is unknown makes the value unknown wherever it could matter: under ``first`` in every row up to the one
that holds, under every other policy in every row. Two rows that hold under ``unique`` make it unknown too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from riskengine.policy.expression import Expression, Literal, Operation, to_plain

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
    """Rows that can be proven to be in vain, or to clash with another: row, the other row, why.

    Why is ``twice`` (both have one condition) or ``always`` (the other always holds, so that this one never gives the
    value). A condition that could not be read is None.
    """
    seen: dict[str, int] = {}
    always: int | None = None
    exclusive = hit in {"first", "unique"}
    for at, condition in enumerate(conditions):
        if condition is None:
            continue
        if always is not None and exclusive:
            yield at, always, "always"
            continue
        key = _key(condition)
        if key in seen:
            yield at, seen[key], "twice"
        seen.setdefault(key, at)
        if condition == Literal(value=True) and always is None:
            always = at
            if hit == "unique" and at:
                yield 0, at, "always"


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
