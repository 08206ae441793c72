"""Types and units of expressions, by our own rules: sqlglot knows neither.

Numbers mix (integer with decimal), everything else must match exactly. A sum, a comparison, ``least``, ``greatest`` and
``coalesce`` need one unit; a number written in the policy takes the unit of its neighbour. A division is allowed
only where
its result is rounded to stated places, as the outermost rounding of a fact or of points: never inside a condition.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.policy.expression import (
    ARITHMETIC,
    BOOL,
    COMPARISONS,
    DATE,
    INTEGER,
    TEXT,
    TEXTS,
    Expression,
    Literal,
    Name,
    Operation,
    Type,
    to_plain,
)
from riskengine.policy.parser import ExpressionError
from riskengine.policy.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def type_of(expression: Expression, scope: Mapping[str, Type], *, division: bool = False) -> Type | None:
    """The type of an expression; None for a bare ``null``.

    Args:
        expression: the tree.
        scope: every name that may be used, with its type.
        division: whether ``/`` may be used (the result is rounded to stated places).

    Raises:
        ExpressionError: RE-521 unknown name, RE-522 types do not match, RE-523 units do not match, RE-524 division.
    """
    if isinstance(expression, Name):
        if expression.name not in scope:
            raise ExpressionError("RE-521", expression.name)
        return scope[expression.name]
    if isinstance(expression, Literal):
        return _literal_type(expression.value)
    operand_types = [type_of(operand, scope, division=division) for operand in expression.operands]
    return _operation_type(expression, operand_types, division=division)


def _literal_type(value: object) -> Type | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return INTEGER
    if isinstance(value, Decimal):
        return Type("decimal", max(0, -int(value.as_tuple().exponent)))
    return DATE if isinstance(value, date) else TEXT


def _operation_type(operation: Operation, types: Sequence[Type | None], *, division: bool) -> Type | None:
    op = operation.op
    if op in {"and", "or", "not"}:
        for operand, kind in zip(operation.operands, types, strict=True):
            _expect(kind is None or kind.kind == "bool", operation, operand, kind, "true or false")
        return BOOL
    if op == "is_null":
        return BOOL
    if op in COMPARISONS or op == "in":
        return _comparison_type(operation, types)
    if op in ARITHMETIC:
        return _arithmetic_type(operation, types, division=division)
    if op == "case":
        for condition, kind in zip(operation.operands[:-1:2], types[:-1:2], strict=True):
            _expect(kind is not None and kind.kind == "bool", operation, condition, kind, "a condition")
        return _common(operation, [*types[1:-1:2], types[-1]])
    if op in {"least", "greatest"}:
        for operand, kind in zip(operation.operands, types, strict=True):
            _expect(
                kind is not None and kind.kind in {"integer", "decimal", "date"},
                operation,
                operand,
                kind,
                "a number or a date",
            )
    return _common(operation, types)


def _comparison_type(operation: Operation, types: Sequence[Type | None]) -> Type:
    for operand, kind in zip(operation.operands, types, strict=True):
        _expect(kind is not None, operation, operand, kind, "a value (write IS NULL for a missing one)")
        if operation.op not in {"=", "<>", "in"}:
            _expect(kind is not None and kind.kind != "bool", operation, operand, kind, "something with an order")
    if operation.op == "in" and len(types) == 2 and types[1] == TEXTS:
        _expect(types[0] == TEXT, operation, operation.operands[0], types[0], "a text")
        return BOOL
    _expect(TEXTS not in types, operation, operation, TEXTS, "a list only on the right of IN")
    _common(operation, types)
    return BOOL


def _arithmetic_type(operation: Operation, types: Sequence[Type | None], *, division: bool) -> Type:
    numbers: list[Type] = []
    for operand, kind in zip(operation.operands, types, strict=True):
        _expect(kind is not None and kind.is_number, operation, operand, kind, "a number")
        assert kind is not None  # noqa: S101 - what the line above has just held
        numbers.append(kind)
    if operation.op == "neg":
        return numbers[0]
    left, right = numbers
    if operation.op == "/":
        if not division:
            raise ExpressionError("RE-524", expression_text(operation))
        return Type("decimal", left.places, unit_of(left.unit, right.unit, divided=True))
    if operation.op == "*":
        whole = left.kind == right.kind == "integer"
        unit = unit_of(left.unit, right.unit)
        return Type("integer" if whole else "decimal", left.places + right.places, unit)
    common = _common(operation, numbers)
    assert common is not None  # noqa: S101 - numbers have a common type
    return common


def _common(operation: Operation, types: Sequence[Type | None]) -> Type | None:
    """The one type of all operands: same kind (integer widens to decimal), same unit, the most places."""
    known = [kind for kind in types if kind is not None]
    if not known:
        return None
    first = known[0]
    for kind in known[1:]:
        if not (kind.kind == first.kind or (kind.is_number and first.is_number)):
            raise ExpressionError("RE-522", expression_text(operation), expected=str(first), got=str(kind))
    units = {unit_of(kind.unit): kind.unit for kind in reversed(known) if kind.unit}
    if len(units) > 1:
        raise ExpressionError("RE-523", expression_text(operation), units=", ".join(sorted(map(str, units.values()))))
    widest = "decimal" if any(kind.kind == "decimal" for kind in known) else first.kind
    return Type(widest, max(kind.places for kind in known), next(iter(units.values()), None))


def _expect(holds: bool, operation: Operation, operand: Expression, kind: Type | None, expected: str) -> None:
    if not holds:
        raise ExpressionError(
            "RE-522", expression_text(operation), expected=expected, got=f"{expression_text(operand)}: {kind or 'null'}"
        )


_SIGNS = {"and": " and ", "or": " or "}


def expression_text(expression: Expression) -> str:
    """The expression as a policy's author would write it, with the brackets it needs.

    >>> from riskengine.policy.parser import parse_expression
    >>> expression_text(parse_expression("a>1 AND (b or c)"))
    'a > 1 and (b or c)'
    """
    if isinstance(expression, Name):
        return expression.name
    if isinstance(expression, Literal):
        return _literal_text(expression)
    op, operands = expression.op, expression.operands
    if op in _SIGNS:
        return _SIGNS[op].join(_bracketed(operand, {"and", "or"}) for operand in operands)
    if op in COMPARISONS or op in {"+", "-", "*", "/"}:
        wrapped = {"and", "or", "not", "+", "-", "case", *(COMPARISONS), *({"*", "/"} if op in {"*", "/"} else ())}
        if op in {"+", *COMPARISONS}:
            wrapped -= {"+", "-", "*", "/"}
        return f"{_bracketed(operands[0], wrapped)} {op} {_bracketed(operands[1], wrapped)}"
    if op == "not":
        return f"not {_bracketed(operands[0], {'and', 'or', *COMPARISONS, 'in', 'is_null'})}"
    if op == "neg":
        return f"-{_bracketed(operands[0], {'+', '-', '*', '/', 'neg'})}"  # two signs in a row open a comment
    if op == "is_null":
        return f"{_bracketed(operands[0], {'and', 'or', 'not', *COMPARISONS})} is null"
    if op == "in":
        members = ", ".join(map(expression_text, operands[1:]))
        return f"{_bracketed(operands[0], {'and', 'or', 'not', *COMPARISONS})} in ({members})"
    if op == "case":
        whens = " ".join(
            f"when {expression_text(condition)} then {expression_text(value)}"
            for condition, value in zip(operands[:-1:2], operands[1:-1:2], strict=True)
        )
        return f"case {whens} else {expression_text(operands[-1])} end"
    return f"{op}({', '.join(map(expression_text, operands))})"


def _bracketed(expression: Expression, within: set[str]) -> str:
    text = expression_text(expression)
    return f"({text})" if isinstance(expression, Operation) and expression.op in within else text


def _literal_text(literal: Literal) -> str:
    value = literal.value
    if value is None or isinstance(value, bool):
        return str(value).lower() if value is not None else "null"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(next(iter(to_plain(literal).values())))
