"""Random expressions of a policy: every kind of node, each of the type and unit that is asked for, as text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from riskengine.policy.expression import DATE, TEXT, TEXTS
from riskengine.policy.parser import parse_expression
from riskengine.policy.typecheck import type_of

WORDS = ("major", "minor", "red", "豫K12345", "城关", "it's", "𠮷", "Ω", "RT-01", "HW-01")
NUMBERS = (0, 1, 1, 2, 3, 10, 365, 1000, Decimal("0.5"), Decimal("1.25"), Decimal("0.1"), Decimal("33.333"))
DAYS = (date(2020, 2, 29), date(2022, 1, 1), date(2023, 6, 30), date(2024, 3, 31), date(2030, 1, 1))
SIGNS = ("=", "<>", "!=", "<", "<=", ">", ">=")
MOST_PLACES = 8


class Writer:
    """Writes random expressions over the names of a scope, each of the type that is asked for.

    Operands are bracketed wherever they are not leaves, so that what is written is what is meant. ``division`` says
    whether ``/`` may stand in numbers: only where the policy rounds the result.
    """

    def __init__(self, rng, scope, *, division=False):
        self.rng, self.scope, self.division = rng, scope, division

    def names(self, fits):
        return [name for name, kind in self.scope.items() if fits(kind)]

    def unit(self):
        return self.rng.choice([None, *sorted({kind.unit for kind in self.scope.values() if kind.unit})])

    def condition(self, depth=2):
        leaves = [self._compare, self._compare, self._compare, self._null, self._in, self._between, self._flag]
        inner = [self._joined, self._joined, self._not, self._compare_conditions]
        inner += [lambda depth: self._case(depth, self.condition), lambda depth: self._call(depth, self.condition)]
        return self.rng.choice([*leaves, *inner] if depth else leaves)(depth)

    def number(self, depth=2, unit=None):
        """A number whose unit is ``unit`` or open; one with too many places is written again, as a leaf."""
        text = self._number(depth, unit)
        kind = type_of(parse_expression(text), self.scope, division=True)
        return text if kind is None or kind.places <= MOST_PLACES else self._number(0, unit)

    def _number(self, depth, unit):
        rng, names = self.rng, self.names(lambda kind: kind.is_number and kind.unit in {unit, None})
        if not depth or rng.random() < 0.3:
            return rng.choice(names) if names and rng.random() < 0.75 else str(rng.choice(NUMBERS))

        def same(below):
            return self._number(below, unit)

        shapes = [
            lambda: f"({same(depth - 1)} + {same(depth - 1)})",
            lambda: f"({same(depth - 1)} - {same(depth - 1)})",
            lambda: f"({same(depth - 1)} * {self._number(depth - 1, None)})",
            lambda: f"(-({same(depth - 1)}))",
            lambda: self._call(depth, same, ("least", "greatest", "coalesce")),
            lambda: self._case(depth, same),
        ]
        if self.division:
            shapes += [lambda: f"({same(depth - 1)} / {self._number(depth - 1, None)})"]
            shapes += [self._ratio] if unit is None else []
        return rng.choice(shapes)()

    def _ratio(self):
        """Two names of one unit, which the division takes away."""
        unit = self.unit()
        names = self.names(lambda kind: kind.is_number and kind.unit == unit) or [self._number(0, None)]
        return f"({self.rng.choice(names)} / {self.rng.choice(names)})"

    def text(self, depth=1):
        names = self.names(lambda kind: kind == TEXT)
        return self._leaf_or_choice(
            depth, names, lambda: self._quoted(self.rng.choice(WORDS)), self.text, ("coalesce",)
        )

    def day(self, depth=1):
        def literal():
            return f"date '{self.rng.choice(DAYS)}'"

        names = self.names(lambda kind: kind == DATE)
        return self._leaf_or_choice(depth, names, literal, self.day, ("least", "greatest", "coalesce"))

    def value(self, kind, depth=0):
        """An expression of the same kind and unit as ``kind``."""
        if kind.is_number:
            return self.number(depth, kind.unit)
        return {"text": self.text, "date": self.day, "bool": self.condition}[kind.kind](depth)

    def _leaf_or_choice(self, depth, names, literal, same, functions):
        if depth and self.rng.random() < 0.3:
            return self._case(depth, same) if self.rng.random() < 0.5 else self._call(depth, same, functions)
        return self.rng.choice(names) if names and self.rng.random() < 0.7 else literal()

    @staticmethod
    def _quoted(word):
        return "'" + word.replace("'", "''") + "'"

    def _call(self, depth, same, functions=("coalesce",)):
        return f"{self.rng.choice(functions)}({', '.join(same(depth - 1) for _ in range(self.rng.choice([2, 2, 3])))})"

    def _case(self, depth, same):
        whens = [f"when {self.condition(depth - 1)} then {same(depth - 1)}" for _ in range(self.rng.choice([1, 1, 2]))]
        last = self.rng.choice([f"else {same(depth - 1)} ", f"else {same(depth - 1)} ", "else null ", ""])
        return f"(case {' '.join(whens)} {last}end)"

    def _pair(self, depth, many):
        """``many`` operands that may be compared with each other."""
        unit = self.unit()
        below = max(depth - 1, 0)
        kinds = [lambda: self.number(below, unit), lambda: self.number(below, unit), lambda: self.day(below)]
        write = self.rng.choice([*kinds, lambda: self.text(below)])
        return [write() for _ in range(many)]

    def _compare(self, depth):
        left, right = self._pair(depth, 2)
        return f"({left} {self.rng.choice(SIGNS)} {right})"

    def _between(self, depth):
        value, low, high = self._pair(depth, 3)
        return f"({value} {self.rng.choice(['', 'not '])}between {low} and {high})"

    def _in(self, depth):
        lists = self.names(lambda kind: kind == TEXTS)
        if lists and self.rng.random() < 0.5:
            return f"({self.rng.choice(['fine', 'warning', 'none such'])!r} in {self.rng.choice(lists)})"
        value, *members = self._pair(depth, self.rng.choice([2, 3]))
        return f"({value} {self.rng.choice(['', 'not '])}in ({', '.join(members)}))"

    def _null(self, depth):
        value = self.rng.choice([*self.scope, self.number(depth, self.unit())])
        return f"({value} is {self.rng.choice(['', 'not '])}null)"

    def _flag(self, _depth):
        return self.rng.choice([*self.names(lambda kind: kind.kind == "bool") * 3, "true", "false"])

    def _joined(self, depth):
        parts = [self.condition(depth - 1) for _ in range(self.rng.choice([2, 2, 3]))]
        return f"({self.rng.choice([' and ', ' or ']).join(parts)})"

    def _not(self, depth):
        return f"(not {self.condition(depth - 1)})"

    def _compare_conditions(self, depth):
        return f"({self.condition(depth - 1)} {self.rng.choice(['=', '<>'])} {self.condition(depth - 1)})"
