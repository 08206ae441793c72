"""Expressions that are rounded, and may divide: once, halves away from zero, to a stated number of places.

A division of two sums and products is rounded at once, on integers. Where a division stands deeper inside, the whole of
the expression is computed on fractions.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from riskengine.engines.live.arithmetic import MAKERS, Formula, aligned, divides, formula, strict
from riskengine.policy.expression import Expression, Literal, Name

if TYPE_CHECKING:
    from riskengine.engines.live.arithmetic import Function, Names, Places


def rounded_formula(expression: Expression, places: Places, digits: int) -> Formula:
    """Compile an expression that is rounded once, halves away from zero, to ``digits`` places; it may divide."""
    if not divides(expression):
        part = formula(expression, places)
        return Formula(digits, _rounded(part, digits))
    if not isinstance(expression, Name | Literal) and expression.op == "/":
        over, under = expression.operands
        if not divides(over) and not divides(under):
            return Formula(digits, _quotient(formula(over, places), formula(under, places), digits))
    exact = _fractional(expression, places)

    def of(names: Names) -> int | None:
        value = exact(names)
        return None if value is None else half_up(value.numerator * 10**digits, value.denominator)

    return Formula(digits, of)


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two integers to the nearest integer, halves away from zero; ``denominator`` is not 0.

    >>> half_up(5, 2), half_up(-5, 2), half_up(4, 3)
    (3, -3, 1)
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    nearest = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -nearest if numerator < 0 else nearest


def _rounded(part: Formula, digits: int) -> Function:
    if part.places is None or part.places <= digits:
        return aligned(part, digits)
    of, divisor = part.of, 10 ** (part.places - digits)

    def rounded(names: Names) -> int | None:
        value = of(names)
        return None if value is None else half_up(value, divisor)

    return rounded


def _quotient(over: Formula, under: Formula, digits: int) -> Function:
    """A division of two scaled numbers, rounded at once: no fraction is made."""
    above, below = 10 ** ((under.places or 0) + digits), 10 ** (over.places or 0)
    over_of, under_of = over.of, under.of

    def of(names: Names) -> int | None:
        numerator, denominator = over_of(names), under_of(names)
        if numerator is None or denominator is None or denominator == 0:
            return None
        return half_up(numerator * above, denominator * below)

    return of


def _fractional(expression: Expression, places: Places) -> Function:
    """An expression with divisions inside: its numbers are fractions, at no scale."""
    if isinstance(expression, Name | Literal) or not divides(expression):
        part = formula(expression, places)
        if part.places is None:
            return part.of
        of, divisor = part.of, 10**part.places
        return lambda names: None if (value := of(names)) is None else Fraction(value, divisor)
    parts = [Formula(None, _fractional(operand, places)) for operand in expression.operands]
    if expression.op == "/":
        return strict(lambda left, right: None if right == 0 else left / right, *(part.of for part in parts))
    return MAKERS[expression.op](expression.op, parts).of
