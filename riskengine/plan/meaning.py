"""What an expression means: three-valued logic and exact arithmetic, in the plainest Python there is.

None is unknown. Logic is Kleene's: false and unknown is false, true or unknown is true. Arithmetic, comparison,
``least``
and ``greatest`` with an unknown are unknown; so is division by zero. ``in`` is true where one member equals, unknown
where
none does and something is unknown. A ``case`` whose condition is unknown is unknown: it does not go on to the next
branch.
"""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import round_half_up
from riskengine.policy.expression import Expression, Literal, Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from riskengine.plan.steps import RuleStep

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPUTE: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def exact(value: Any) -> Any:
    """Decimals as fractions, so that no operation rounds; everything else as it is."""
    return Fraction(value) if isinstance(value, Decimal) else value


def evaluate(expression: Expression, names: Mapping[str, Any]) -> Any:
    """The value of ``expression``, or None where it is unknown.

    Args:
        expression: a typed tree.
        names: the value of each name; None is unknown.

    Returns:
        int or Fraction for numbers, str, date or bool; None for unknown.

    >>> from riskengine.policy.parser import parse_expression
    >>> evaluate(parse_expression("a > 1 and b > 1"), {"a": 0, "b": None})
    False
    """
    if isinstance(expression, Literal):
        return exact(expression.value)
    if isinstance(expression, Name):
        return exact(names[expression.name])
    handler = _HANDLERS.get(expression.op)
    if handler is not None:
        return handler(expression.operands, names)
    values = [evaluate(operand, names) for operand in expression.operands]
    if any(value is None for value in values):
        return None
    return _strict(expression.op, values)


def settled_points(step: RuleStep, value: int | Fraction) -> Decimal:
    """The points of a rule that fired, from the value of their expression: rounded once, then capped, with their sign.

    >>> from types import SimpleNamespace
    >>> settled_points(SimpleNamespace(places=1, cap=2, sign=-1), Fraction(1, 8))
    Decimal('-0.1')
    """
    rounded = round_half_up(value, step.places)
    capped = rounded if step.cap is None else min(rounded, Decimal(step.cap))
    return step.sign * capped


def _strict(op: str, values: Sequence[Any]) -> Any:
    """Operations that are unknown as soon as one operand is."""
    if op in _COMPARE:
        return _COMPARE[op](values[0], values[1])
    if op in _COMPUTE:
        return _COMPUTE[op](values[0], values[1])
    if op == "/":
        return None if values[1] == 0 else Fraction(values[0]) / Fraction(values[1])
    if op == "neg":
        return -values[0]
    if op == "not":
        return not values[0]
    return min(values) if op == "least" else max(values)


def _and(operands: Sequence[Expression], names: Mapping[str, Any]) -> bool | None:
    values = [evaluate(operand, names) for operand in operands]
    return False if False in values else None if None in values else True


def _or(operands: Sequence[Expression], names: Mapping[str, Any]) -> bool | None:
    values = [evaluate(operand, names) for operand in operands]
    return True if True in values else None if None in values else False


def _is_null(operands: Sequence[Expression], names: Mapping[str, Any]) -> bool:
    return evaluate(operands[0], names) is None


def _in(operands: Sequence[Expression], names: Mapping[str, Any]) -> bool | None:
    value, *members = [evaluate(operand, names) for operand in operands]
    if len(members) == 1 and isinstance(members[0], tuple):
        members = list(members[0])
    if value is None:
        return None
    return True if value in members else None if None in members else False


def _coalesce(operands: Sequence[Expression], names: Mapping[str, Any]) -> Any:
    return next((value for value in (evaluate(operand, names) for operand in operands) if value is not None), None)


def _case(operands: Sequence[Expression], names: Mapping[str, Any]) -> Any:
    for condition, value in zip(operands[:-1:2], operands[1:-1:2], strict=True):
        holds = evaluate(condition, names)
        if holds is None:
            return None
        if holds:
            return evaluate(value, names)
    return evaluate(operands[-1], names)


_HANDLERS: dict[str, Callable[[Sequence[Expression], Mapping[str, Any]], Any]] = {
    "and": _and,
    "or": _or,
    "is_null": _is_null,
    "in": _in,
    "coalesce": _coalesce,
    "case": _case,
}
