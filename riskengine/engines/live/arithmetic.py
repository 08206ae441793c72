"""Expressions as functions on scaled integers: compiled once, called for every record, operator and risk point.

A number is an integer that stands for itself divided by 10^places; the places of every name and result are known when
the policy is compiled, so that no call rounds, and none allocates more than its answer. None is unknown; the logic is
that of ``plan.meaning``, written apart from it: the two are held equal by tests.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import places_of
from riskengine.policy.expression import Expression, Literal, Name, operations_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Names = Mapping[str, Any]
    Function = Callable[[Names], Any]
    Places = Mapping[str, int | None]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled expression.

    Attributes:
        places: digits after the point of its scaled result; None where it is no number.
        of: the names' values → the result; None is unknown.
    """

    places: int | None
    of: Function


def scaled(value: Any, places: int | None) -> Any:
    """A plain value as it is computed with: numbers times 10^places, everything else as it is.

    >>> scaled(Decimal("0.10"), 3), scaled("HW-01", None)
    (100, 'HW-01')
    """
    if places is None or value is None:
        return value
    if isinstance(value, Decimal):
        numerator, denominator = value.as_integer_ratio()
        return numerator * 10**places // denominator
    return value * 10**places


def divides(expression: Expression) -> bool:
    """Whether a division stands in the expression."""
    return any(operation.op == "/" for operation in operations_in(expression))


def formula(expression: Expression, places: Places) -> Formula:
    """Compile an expression that holds no division.

    Args:
        expression: a typed tree.
        places: name → digits after the point of its scaled value, None for what is no number.
    """
    if isinstance(expression, Literal):
        digits = places_of(expression.value)
        value = scaled(expression.value, digits)
        return Formula(digits, lambda _: value)
    if isinstance(expression, Name):
        return Formula(places[expression.name], operator.itemgetter(expression.name))
    parts = [formula(operand, places) for operand in expression.operands]
    return MAKERS[expression.op](expression.op, parts)


def aligned(part: Formula, places: int | None) -> Function:
    """The function of ``part``, its result scaled to ``places``; what is no number stays as it is."""
    if part.places is None or places is None or part.places == places:
        return part.of
    of, factor = part.of, 10 ** (places - part.places)

    def rescaled(names: Names) -> Any:
        value = of(names)
        return None if value is None else value * factor

    return rescaled


def common_places(parts: Sequence[Formula]) -> int | None:
    """The most places of the parts that are numbers."""
    return max((part.places for part in parts if part.places is not None), default=None)


def _comparison(op: str, parts: Sequence[Formula]) -> Formula:
    places = common_places(parts)
    return Formula(None, strict(_COMPARE[op], *(aligned(part, places) for part in parts)))


def strict(compute: Callable[[Any, Any], Any], left: Function, right: Function) -> Function:
    """A function of two values that is unknown as soon as one of them is."""

    def of(names: Names) -> Any:
        first = left(names)
        if first is None:
            return None
        second = right(names)
        return None if second is None else compute(first, second)

    return of


def _sum(op: str, parts: Sequence[Formula]) -> Formula:
    places = common_places(parts)
    compute = operator.add if op == "+" else operator.sub
    return Formula(places, strict(compute, *(aligned(part, places) for part in parts)))


def _product(_: str, parts: Sequence[Formula]) -> Formula:
    places = [part.places for part in parts if part.places is not None]
    return Formula(sum(places), strict(operator.mul, *(part.of for part in parts)))


def _single(compute: Callable[[Any], Any]) -> Callable[[str, Sequence[Formula]], Formula]:
    def make(_: str, parts: Sequence[Formula]) -> Formula:
        of = parts[0].of

        def single(names: Names) -> Any:
            value = of(names)
            return None if value is None else compute(value)

        return Formula(parts[0].places, single)

    return make


def _junction(op: str, parts: Sequence[Formula]) -> Formula:
    decisive = op == "or"
    functions = [part.of for part in parts]

    def of(names: Names) -> bool | None:
        result: bool | None = not decisive
        for function in functions:
            value: bool | None = function(names)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return Formula(None, of)


def _is_null(_: str, parts: Sequence[Formula]) -> Formula:
    of = parts[0].of
    return Formula(None, lambda names: of(names) is None)


def _membership(_: str, parts: Sequence[Formula]) -> Formula:
    places = common_places(parts)
    value_of, *members_of = [aligned(part, places) for part in parts]

    def of(names: Names) -> bool | None:
        value = value_of(names)
        members = [member(names) for member in members_of]
        if len(members) == 1 and isinstance(members[0], tuple):
            members = list(members[0])
        if value is None:
            return None
        return True if value in members else None if None in members else False

    return Formula(None, of)


def _extreme(op: str, parts: Sequence[Formula]) -> Formula:
    places = common_places(parts)
    functions = [aligned(part, places) for part in parts]
    choose: Callable[[list[Any]], Any] = min if op == "least" else max

    def of(names: Names) -> Any:
        values = [function(names) for function in functions]
        return None if None in values else choose(values)

    return Formula(places, of)


def _coalesce(_: str, parts: Sequence[Formula]) -> Formula:
    places = common_places(parts)
    functions = [aligned(part, places) for part in parts]

    def of(names: Names) -> Any:
        for function in functions:
            value = function(names)
            if value is not None:
                return value
        return None

    return Formula(places, of)


def _case(_: str, parts: Sequence[Formula]) -> Formula:
    values = [*parts[1:-1:2], parts[-1]]
    places = common_places(values)
    branches = [(test.of, aligned(value, places)) for test, value in zip(parts[:-1:2], parts[1:-1:2], strict=True)]
    otherwise = aligned(parts[-1], places)

    def of(names: Names) -> Any:
        for test, value in branches:
            holds = test(names)
            if holds is None:
                return None
            if holds:
                return value(names)
        return otherwise(names)

    return Formula(places, of)


MAKERS: dict[str, Callable[[str, Sequence[Formula]], Formula]] = {
    **dict.fromkeys(_COMPARE, _comparison),
    "+": _sum,
    "-": _sum,
    "*": _product,
    "neg": _single(operator.neg),
    "not": _single(operator.not_),
    "and": _junction,
    "or": _junction,
    "is_null": _is_null,
    "in": _membership,
    "least": _extreme,
    "greatest": _extreme,
    "coalesce": _coalesce,
    "case": _case,
}
"""Operation → what makes its formula of those of its operands."""
