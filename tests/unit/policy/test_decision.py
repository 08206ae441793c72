"""A decision table as an expression means what its hit policy says: every mix of rows, told apart in plain words."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product

import pytest

from riskengine.plan import evaluate
from riskengine.policy.decision import idle_rows, table_expression
from riskengine.policy.expression import Literal, Name
from riskengine.policy.parser import parse_expression

HITS = ("first", "unique", "highest", "lowest", "sum")


def meant(hit, rows, otherwise):
    """The value of a table from the values of its conditions and values."""
    if hit == "first":
        for holds, value in rows:
            if holds is not False:
                return value if holds else None
        return otherwise
    if any(holds is None for holds, _ in rows):
        return None
    held = [value for holds, value in rows if holds]
    if not held:
        return otherwise
    if None in held or (hit == "unique" and len(held) > 1):
        return None
    return {"unique": held[0], "highest": max(held), "lowest": min(held), "sum": sum(held)}[hit]


@pytest.mark.parametrize("hit", HITS)
@pytest.mark.parametrize("many", [1, 2, 3])
def test_values_written_out(hit, many):
    for numbers in permutations((3, -1, 2), many):
        rows = [(Name(f"c{at}"), Literal(number)) for at, number in enumerate(numbers)]
        tree = table_expression(hit, rows, Name("other"))
        for held in product([True, False, None], repeat=many):
            names = {f"c{at}": holds for at, holds in enumerate(held)} | {"other": 9}
            assert evaluate(tree, names) == meant(hit, list(zip(held, numbers, strict=True)), 9), (numbers, held)


@pytest.mark.parametrize("hit", HITS)
def test_values_that_are_computed_and_may_be_unknown(hit):
    rows = [(Name(f"c{at}"), Name(f"v{at}")) for at in range(3)]
    tree = table_expression(hit, rows, Literal(None))
    for held in product([True, False, None], repeat=3):
        for values in product([5, 7, None], repeat=3):
            names = {f"c{at}": holds for at, holds in enumerate(held)}
            names |= {f"v{at}": value for at, value in enumerate(values)}
            assert evaluate(tree, names) == meant(hit, list(zip(held, values, strict=True)), None), (held, values)


@pytest.mark.parametrize(
    ("hit", "rows", "found"),
    [
        ("first", ["a > 1", "b > 1", "1 < a"], [(2, 0, "twice")]),
        ("sum", ["a = b and c", "c and b = a"], [(1, 0, "twice")]),
        ("highest", ["a > b", "b > a", "a - b > 1", "b - a > 1"], []),
        ("first", ["a > 1", "true", "b > 1", "a > 1"], [(2, 1, "always"), (3, 1, "always")]),
        ("unique", ["a > 1", "true"], [(0, 1, "always")]),
        ("lowest", ["true", "a > 1", "true"], [(2, 0, "twice")]),
        ("first", ["n > 3", "n > 6"], [(1, 0, "whenever")]),
        ("first", ["n > 6", "n > 3"], []),
        ("unique", ["n > 6", "n > 3"], [(0, 1, "whenever")]),
        ("highest", ["n > 3", "n > 6"], []),
        ("first", ["n >= 3 or c", "c and d", "4 < n and d"], [(1, 0, "whenever"), (2, 0, "whenever")]),
        ("first", ["n between 1 and 5", "n = 3", "n between 2 and 6"], [(1, 0, "whenever")]),
        ("first", ["n <> 3", "n > 3", "n >= 3", "n < 2.5"], [(1, 0, "whenever"), (3, 0, "whenever")]),
        ("first", ["n > m", "n > m + 1", "n > 3 and c", "m > 3 and c"], []),
        ("first", ["d <= date '2022-01-01'", "d < date '2022-01-01'"], [(1, 0, "whenever")]),
    ],
)
def test_rows_in_vain_are_those_that_can_be_proven(hit, rows, found):
    assert list(idle_rows(hit, [parse_expression(text) for text in rows])) == found


def test_one_bound_within_another_is_proven_exactly_where_every_number_agrees():
    """Halves around the limits stand for all that ``n`` may be; the proof says neither more nor less."""
    signs = ("=", "<>", "<", "<=", ">", ">=")
    numbers = [Fraction(at, 2) for at in range(-2, 10)]
    for sign, limit, other, bound in product(signs, (1, 2), signs, (1, 2)):
        given, wanted = (parse_expression(f"n {op} {value}") for op, value in ((sign, limit), (other, bound)))
        holds = all(evaluate(wanted, {"n": n}) for n in numbers if evaluate(given, {"n": n}))
        proven = [at for at, _, why in idle_rows("first", [wanted, given])] == [1]
        assert proven == holds, (given, wanted)
