"""Expressions as SQL on scaled integers, three-valued as everywhere.

A number is a whole one that stands for itself divided by 10^places: a BIGINT where its limits are known and small, so
that records are reckoned with fast, and a HUGEINT otherwise. A division keeps its denominator beside it, above
zero, and is carried on as a fraction until it is rounded; nothing is ever cast to a float. SQL's ``AND``, ``OR``,
``IN`` and comparisons are Kleene's already; ``CASE``, ``LEAST`` and ``GREATEST`` pass over nulls and are written so
that they do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import places_of
from riskengine.policy.expression import Expression, Literal, Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NULL = "NULL"
MOST = 2**62
"""What a number of 64 bits is taken to hold, with room for a sign and a carry."""
_LONG = 100
"""Letters of a test from which it is written once: choices within tests of choices would double with each level."""


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of SQL.

    Attributes:
        sql: the value; of a fraction the numerator.
        places: digits after the point of its scaled value; None where it is no number.
        under: the denominator of a fraction, above zero or NULL; None where it is whole.
        limit: the number, scaled, is not beyond it, nor below its negative; None where that is not known.
    """

    sql: str
    places: int | None = None
    under: str | None = None
    limit: int | None = None


def quoted(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def name_of(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def whole(number: int) -> str:
    """A whole number as HUGEINT."""
    return f"CAST({number} AS HUGEINT)"


def scaled(value: Decimal | int, places: int) -> int:
    """A number times 10^places, exactly."""
    numerator, denominator = Decimal(value).as_integer_ratio()
    return int(numerator * 10**places // denominator)


def literal(value: Any, places: int | None = None) -> Term:
    """A plain value; numbers at ``places``, or at their own."""
    if value is None:
        return Term(NULL, places, limit=0)
    if isinstance(value, bool):
        return Term("TRUE" if value else "FALSE")
    if isinstance(value, int | Decimal):
        digits = places_of(value) or 0 if places is None else places
        number = scaled(value, digits)
        return Term(f"CAST({number} AS {'BIGINT' if abs(number) <= MOST else 'HUGEINT'})", digits, limit=abs(number))
    if isinstance(value, date):
        return Term(f"DATE {quoted(value.isoformat())}")
    return Term(quoted(str(value)))


def at_places(term: Term, places: int | None) -> str:
    """The value at ``places``; of a fraction its numerator."""
    return _scaled_up(term, places).sql


def _scaled_up(term: Term, places: int | None) -> Term:
    if term.places is None or places is None or term.places == places:
        return term
    factor = 10 ** (places - term.places)
    return replace(_reckoned("*", term, literal(factor)), places=places, under=term.under)


def _reckoned(op: str, left: Term, right: Term) -> Term:
    """Two whole numbers put together; in 128 bits where 64 might not hold the result."""
    limit = None
    if left.limit is not None and right.limit is not None:
        limit = left.limit * right.limit if op == "*" else left.limit + right.limit
    if limit is None or limit > MOST:
        return Term(f"(CAST({left.sql} AS HUGEINT) {op} {right.sql})", limit=limit)
    return Term(f"({left.sql} {op} {right.sql})", limit=limit)


def _widest(terms: Sequence[Term]) -> int | None:
    """The limit of a value that is one of several."""
    limits = [term.limit for term in terms]
    return None if None in limits else max(limit for limit in limits if limit is not None)


def common_places(terms: Sequence[Term]) -> int | None:
    """The most places of the terms that are numbers."""
    return max((term.places for term in terms if term.places is not None), default=None)


def to_sql(expression: Expression, names: Mapping[str, Term]) -> Term:
    """An expression as SQL.

    Args:
        expression: a typed tree.
        names: what each name is in the query.
    """
    if isinstance(expression, Literal):
        return literal(expression.value)
    if isinstance(expression, Name):
        return names[expression.name]
    return _MAKERS[expression.op](expression.op, [to_sql(operand, names) for operand in expression.operands])


def rounded(term: Term, digits: int) -> str:
    """A number rounded once, halves away from zero, to ``digits`` places."""
    places = term.places or 0
    if term.under is None and places <= digits:
        return at_places(Term(term.sql, places), digits)
    above, below = f"({term.sql} * {whole(10**digits)})", whole(10**places)
    if term.under is not None:
        below = f"({term.under} * {below})"
    half = f"((CAST(2 AS HUGEINT) * ABS({above}) + {below}) // (CAST(2 AS HUGEINT) * {below}))"
    return f"(CASE WHEN {above} < 0 THEN -{half} ELSE {half} END)"


def _aligned(terms: Sequence[Term]) -> list[Term]:
    """Numbers at one scale, and as fractions where one of them is."""
    places = common_places(terms)
    under = any(term.under is not None for term in terms)
    one = whole(1)
    aligned = [_scaled_up(term, places) for term in terms]
    return [
        replace(term, places=places, under=(term.under or one) if under and term.places is not None else None)
        for term in aligned
    ]


def _comparison(op: str, terms: Sequence[Term]) -> Term:
    left, right = _aligned(terms)
    if left.under is not None and right.under is not None:
        return Term(f"(({left.sql} * {right.under}) {op} ({right.sql} * {left.under}))")
    return Term(f"({left.sql} {op} {right.sql})")


def _sum(op: str, terms: Sequence[Term]) -> Term:
    left, right = _aligned(terms)
    if left.under is None or right.under is None:
        return replace(_reckoned(op, left, right), places=left.places)
    above = f"(({left.sql} * {right.under}) {op} ({right.sql} * {left.under}))"
    return Term(above, left.places, f"({left.under} * {right.under})")


def _product(_: str, terms: Sequence[Term]) -> Term:
    left, right = terms
    unders = [term.under for term in terms if term.under is not None]
    under = f"({unders[0]} * {unders[1]})" if len(unders) == 2 else unders[0] if unders else None
    return replace(_reckoned("*", left, right), places=(left.places or 0) + (right.places or 0), under=under)


def _quotient(_: str, terms: Sequence[Term]) -> Term:
    """(a / b) / (c / d) is (a d) / (b c), its sign above, unknown where c is zero."""
    left, right = _aligned(terms)
    above = f"({left.sql} * {right.under})" if right.under is not None else left.sql
    below = f"({right.sql} * {left.under})" if left.under is not None else right.sql
    sign = f"(CASE WHEN {below} < 0 THEN CAST(-1 AS HUGEINT) WHEN {below} > 0 THEN CAST(1 AS HUGEINT) END)"
    return Term(f"({above} * {sign})", 0, f"NULLIF(ABS(CAST({below} AS HUGEINT)), CAST(0 AS HUGEINT))")


def _negative(_: str, terms: Sequence[Term]) -> Term:
    return replace(terms[0], sql=f"(-{terms[0].sql})")


def _not(_: str, terms: Sequence[Term]) -> Term:
    return Term(f"(NOT {terms[0].sql})")


def _junction(op: str, terms: Sequence[Term]) -> Term:
    return Term("(" + f" {op.upper()} ".join(term.sql for term in terms) + ")")


def known(term: Term) -> str:
    """Whether the value is known."""
    return f"({term.sql} IS NOT NULL{'' if term.under is None else f' AND {term.under} IS NOT NULL'})"


def _is_null(_: str, terms: Sequence[Term]) -> Term:
    return Term(f"(NOT {known(terms[0])})")


def _membership(_: str, terms: Sequence[Term]) -> Term:
    value, *members = terms
    if len(members) == 1 and members[0].places == LIST:
        # Words of a list stand between semicolons, ``;fine;warning;``: quicker than lists of the database's own.
        return Term(f"(contains({members[0].sql}, ';' || {value.sql} || ';') AND NOT contains({value.sql}, ';'))")
    return Term("(" + " OR ".join(_comparison("=", [value, member]).sql for member in members) + ")")


LIST = -1
"""The places of a list of words: it is no number, and only ``in`` reads it."""


def _extreme(op: str, terms: Sequence[Term]) -> Term:
    terms = _aligned(terms)
    if all(term.under is None for term in terms):
        unknown = " OR ".join(f"{term.sql} IS NULL" for term in terms)
        listed = ", ".join(term.sql for term in terms)
        return Term(
            f"(CASE WHEN {unknown} THEN NULL ELSE {op.upper()}({listed}) END)", terms[0].places, limit=_widest(terms)
        )
    best = terms[0]
    for term in terms[1:]:
        better = _comparison("<=" if op == "least" else ">=", [best, term]).sql
        best = _choice([(better, best)], term)
    return best


def _coalesce(_: str, terms: Sequence[Term]) -> Term:
    terms = _aligned(terms)
    if all(term.under is None for term in terms):
        listed = ", ".join(term.sql for term in terms)
        return Term(f"COALESCE({listed})", common_places(terms), limit=_widest(terms))
    return _choice([(known(term), term) for term in terms[:-1]], terms[-1])


def _case(_: str, terms: Sequence[Term]) -> Term:
    values = _aligned([*terms[1:-1:2], terms[-1]])
    tests = [term.sql for term in terms[:-1:2]]
    return _choice(list(zip(tests, values, strict=False)), values[-1])


def _choice(branches: Sequence[tuple[str, Term]], otherwise: Term) -> Term:
    """The first branch whose test is true; unknown as soon as a test is."""

    def chosen(part: Callable[[Term], str]) -> str:
        if any(len(test) > _LONG for test, _ in branches):
            rest = part(otherwise)
            for test, value in reversed(branches):
                rest = f"(CASE {test} WHEN TRUE THEN {part(value)} WHEN FALSE THEN {rest} END)"
            return rest
        parts = [f"WHEN {test} IS NULL THEN NULL WHEN {test} THEN {part(value)}" for test, value in branches]
        return f"(CASE {' '.join(parts)} ELSE {part(otherwise)} END)"

    places = common_places([*(value for _, value in branches), otherwise])
    terms = [*(value for _, value in branches), otherwise]
    if all(term.under is None for term in terms):
        return Term(chosen(lambda term: term.sql), places, limit=_widest(terms))
    return Term(chosen(lambda term: term.sql), places, chosen(lambda term: term.under or whole(1)))


_MAKERS: dict[str, Callable[[str, Sequence[Term]], Term]] = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), _comparison),
    "+": _sum,
    "-": _sum,
    "*": _product,
    "/": _quotient,
    "neg": _negative,
    "not": _not,
    "and": _junction,
    "or": _junction,
    "is_null": _is_null,
    "in": _membership,
    "least": _extreme,
    "greatest": _extreme,
    "coalesce": _coalesce,
    "case": _case,
}
