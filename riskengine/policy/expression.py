"""Expressions as typed trees of our own: what the policy language can say, and nothing else.

A tree is plain, immutable and engine-free. ``to_plain`` gives the canonical form that is hashed with the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER_KINDS = ("integer", "decimal")
KINDS = ("integer", "decimal", "text", "date", "bool")


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value: kind, digits after the point (decimals), and unit where one is declared."""

    kind: str
    places: int = 0
    unit: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether it is an integer or a decimal."""
        return self.kind in NUMBER_KINDS

    def __str__(self) -> str:
        unit = f" ({self.unit})" if self.unit else ""
        return f"{self.kind}{unit}"


BOOL, TEXT, DATE, INTEGER, TEXTS = Type("bool"), Type("text"), Type("date"), Type("integer"), Type("texts")


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the expression: a number, a text, a date, true, false or null."""

    value: int | Decimal | str | date | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A column, fact or parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function with its operands.

    ``op`` is one of ``and or not``, ``= <> < <= > >=``, ``+ - * / neg``, ``is_null``, ``in`` (first operand among the
    others, or in the one list that follows), ``least greatest coalesce``, ``case`` (condition, value, condition,
    value, …, otherwise).
    """

    op: str
    operands: tuple[Expression, ...]


Expression = Literal | Name | Operation

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
ARITHMETIC = ("+", "-", "*", "/", "neg")


def names_in(expression: Expression) -> Iterator[str]:
    """Every name of the expression, in order of writing, repeated where repeated."""
    if isinstance(expression, Name):
        yield expression.name
    elif isinstance(expression, Operation):
        for operand in expression.operands:
            yield from names_in(operand)


def operations_in(expression: Expression) -> Iterator[Operation]:
    """Every operation of the expression, outermost first."""
    if isinstance(expression, Operation):
        yield expression
        for operand in expression.operands:
            yield from operations_in(operand)


def to_plain(expression: Expression) -> Any:
    """The canonical JSON-ready form: ``{"name": …}``, ``{"decimal": "0.10"}``, operations as lists."""
    if isinstance(expression, Name):
        return {"name": expression.name}
    if isinstance(expression, Operation):
        return [expression.op, *(to_plain(operand) for operand in expression.operands)]
    value = expression.value
    if value is None or isinstance(value, bool):
        return {"bool": value} if value is not None else {"null": None}
    if isinstance(value, int):
        return {"integer": str(value)}
    if isinstance(value, Decimal):
        return {"decimal": f"{value:f}"}
    return {"date": value.isoformat()} if isinstance(value, date) else {"text": value}
