"""Conditions as durable-rules can hold them: alternatives, each a list of comparisons of integers.

durable-rules compares whole numbers exactly, one field with a constant or with another field, and finds a comparison
false where a field is absent. So a condition becomes the comparisons that make it *true*: ``not`` is pushed down to
them, dates are day numbers, decimals scaled integers, and what it cannot compare (texts, lists, ``is null``) is a
*prepared* field: 1 where the part is true, 0 otherwise. Whether a condition that is not true is false or unknown is
told by the same formulas in three-valued logic, not by the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

from riskengine.engines.live.arithmetic import Formula, aligned, common_places, formula, scaled
from riskengine.kernel.decimals import places_of
from riskengine.policy.expression import COMPARISONS, Expression, Literal, Name, Operation, to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LIMIT = 2**63
"""Whole numbers are exact below it: measured, though JSON readers elsewhere stop at 2^53."""

MOST_ALTERNATIVES, MOST_COMPARISONS = 8, 12
"""Of a condition; durable-rules holds 32 comparisons in a row. What would need more is prepared as one field."""
_INVERSE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_DURABLE = {"<>": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field of a fact compared with a constant or another field."""

    field: str
    op: str
    right: int | str

    def definition(self) -> dict[str, Any]:
        """As ``create_ruleset`` takes it."""
        right: Any = {"$m": self.right} if isinstance(self.right, str) else self.right
        return {self.field: right} if self.op == "=" else {_DURABLE[self.op]: {self.field: right}}


Alternatives = list[tuple[Comparison, ...]]
"""A condition is true where all comparisons of one of them hold; none: never; an empty one: always."""


class Fields:
    """The fields of a fact, each with the function that prepares it; equal parts of conditions share one.

    Attributes:
        functions: field → the names' values → a whole number, or None where it is unknown and left out.
    """

    def __init__(self, places: Mapping[str, int | None]) -> None:
        self._places = places
        self.functions: dict[str, Callable[[Mapping[str, Any]], int | None]] = {}
        self._named: dict[str, str] = {}

    def truth(self, expression: Expression) -> str:
        """A field that is 1 where ``expression`` is true and 0 where it is false or unknown."""
        of = formula(expression, self._places).of
        return self._field(f"is {to_plain(expression)}", "is", lambda names: 1 if of(names) is True else 0)

    def number(self, expression: Expression, part: Formula, places: int | None) -> str:
        """A field with a number at ``places``, or with the day number of a date."""
        of = aligned(part, places)
        stem = expression.name if isinstance(expression, Name) else "value"
        key = f"{places} {to_plain(expression)}"
        if places is None:
            return self._field(key, stem, lambda names: None if (day := of(names)) is None else day.toordinal())
        return self._field(key, f"{stem}_e{places}" if places else stem, of)

    def _field(self, key: str, stem: str, function: Callable[[Mapping[str, Any]], int | None]) -> str:
        if key not in self._named:
            self._named[key] = f"{stem}.{len(self._named)}".replace(".", "_")
            self.functions[self._named[key]] = function
        return self._named[key]


def alternatives(condition: Expression, fields: Fields, places: Mapping[str, int | None]) -> Alternatives:
    """The alternatives under which ``condition`` is true; ``fields`` receives what they compare.

    Args:
        condition: a typed tree whose type is bool.
        fields: of the fact that the condition is about.
        places: name → digits after the point, None for what is no number.
    """
    return _Reader(fields, places).true(condition)


def prepared(condition: Expression, fields: Fields, _: Mapping[str, int | None]) -> Alternatives:
    """``condition`` as one prepared field, whatever it is made of."""
    return [(Comparison(fields.truth(condition), "=", 1),)]


class _Reader:
    def __init__(self, fields: Fields, places: Mapping[str, int | None]) -> None:
        self._fields, self._places = fields, places

    def true(self, part: Expression) -> Alternatives:
        if isinstance(part, Literal):
            return [()] if part.value is True else []
        if isinstance(part, Operation):
            if part.op == "and":
                return self._all(map(self.true, part.operands), part)
            if part.op == "or":
                return self._any(map(self.true, part.operands), part)
            if part.op == "not":
                return self.false(part.operands[0])
            if part.op == "case":
                return self._case(part)
            if part.op in COMPARISONS:
                return self._comparison(part.op, part)
        return self._prepared(part)

    def false(self, part: Expression) -> Alternatives:
        """The alternatives under which ``part`` is false: never where it is unknown."""
        if isinstance(part, Literal):
            return [()] if part.value is False else []
        if isinstance(part, Operation):
            if part.op == "and":
                return self._any(map(self.false, part.operands), Operation("not", (part,)))
            if part.op == "or":
                return self._all(map(self.false, part.operands), Operation("not", (part,)))
            if part.op == "not":
                return self.true(part.operands[0])
            if part.op in COMPARISONS:
                return self._comparison(_INVERSE[part.op], part)
        return self._prepared(Operation("not", (part,)))

    def _prepared(self, part: Expression) -> Alternatives:
        return prepared(part, self._fields, self._places)

    def _all(self, parts: Iterable[Alternatives], whole: Expression) -> Alternatives:
        lists = list(parts)
        if any(not found for found in lists):
            return []
        size = 1
        for found in lists:
            size *= len(found)
        if size > MOST_ALTERNATIVES:
            return self._prepared(whole)
        choices = [tuple(dict.fromkeys(item for group in choice for item in group)) for choice in product(*lists)]
        return choices if max(map(len, choices)) <= MOST_COMPARISONS else self._prepared(whole)

    def _any(self, parts: Iterable[Alternatives], whole: Expression) -> Alternatives:
        found = [choice for part in parts for choice in part]
        return found if len(found) <= MOST_ALTERNATIVES else self._prepared(whole)

    def _case(self, case: Operation) -> Alternatives:
        """True where the first test that holds leads to what is true, and every test before it is false."""
        operands = case.operands
        tests, values = operands[:-1:2], (*operands[1:-1:2], operands[-1])
        found: Alternatives = []
        before: list[Alternatives] = []
        for at, value in enumerate(values):
            here = [*before, *([self.true(tests[at])] if at < len(tests) else []), self.true(value)]
            found += self._all(here, case)
            if at < len(tests):
                before.append(self.false(tests[at]))
        return found if len(found) <= MOST_ALTERNATIVES else self._prepared(case)

    def _comparison(self, op: str, part: Operation) -> Alternatives:
        left, right = part.operands
        parts = [formula(operand, self._places) for operand in part.operands]
        if isinstance(left, Literal):
            left, right, op = right, left, _MIRRORED[op]
            parts.reverse()
        dated = all(isinstance(item, Name | Literal) for item in (left, right)) and (
            isinstance(right, Literal) and isinstance(right.value, date)
        )
        if not dated and any(item.places is None for item in parts):
            return self._prepared(Operation(op, (left, right)))
        places = None if dated else common_places(parts)
        constant = self._constant(right, places)
        if isinstance(left, Literal) or (isinstance(constant, int) and abs(constant) >= LIMIT):
            return self._prepared(Operation(op, (left, right)))
        field = self._fields.number(left, parts[0], places)
        if constant is not None:
            return [(Comparison(field, op, constant),)]
        other = self._fields.number(right, parts[1], places)
        # Compared with a field that is absent, durable-rules reads what it did not set: first ask that it is there.
        return [(Comparison(other, ">", -LIMIT), Comparison(field, op, other))]

    def _constant(self, right: Expression, places: int | None) -> int | None:
        if not isinstance(right, Literal):
            return None
        if isinstance(right.value, date):
            return right.value.toordinal()
        digits = places_of(right.value)
        return None if digits is None else int(scaled(right.value, places))
