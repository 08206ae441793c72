"""The stages of a plan as rulesets: which conditions are asked together, and the facts they are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.engines.live.conditions import LIMIT, MOST_ALTERNATIVES, Comparison, Fields, alternatives, prepared
from riskengine.engines.live.network import Ruleset, ruleset
from riskengine.kernel.errors import EngineLimitError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from riskengine.policy.expression import Expression

MOST_FIELDS, MOST_RULES = 200, 40
"""Of a fact and a ruleset; durable-rules takes 252 fields, and 64 rules that a fact may fire at once."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A ruleset and the fields of the fact that it is asked about; ``rules``: name in the ruleset → key."""

    fields: tuple[tuple[str, Callable[[Mapping[str, Any]], int | None]], ...]
    rules: Mapping[str, int]
    ruleset: Ruleset


class Stage:
    """Conditions that are asked together, of an operator or of a risk point.

    Args:
        conditions: what is asked; answers are positions in it.
        places: name → digits after the point of its scaled value, None for what is no number.
    """

    def __init__(self, conditions: Sequence[Expression], places: Mapping[str, int | None]) -> None:
        self._places = places
        self.definitions: list[dict[str, dict[str, Any]]] = []
        self._parts: list[_Part] = []
        open_ = Fields(places)
        rules: dict[str, tuple[int, tuple[Comparison, ...]]] = {}
        for key, condition in enumerate(conditions):
            size = self._size(condition)
            read = alternatives if size <= MOST_FIELDS else prepared
            full = len(open_.functions) + min(size, MOST_FIELDS) > MOST_FIELDS
            if full or len(rules) + MOST_ALTERNATIVES > MOST_RULES:
                self._close(open_, rules)
                open_, rules = Fields(places), {}
            for at, choice in enumerate(read(condition, open_, places)):
                rules[f"rule_{key}_{at}"] = key, choice
        if rules:
            self._close(open_, rules)

    def _size(self, condition: Expression) -> int:
        scratch = Fields(self._places)
        alternatives(condition, scratch, self._places)
        return len(scratch.functions)

    def _close(self, fields: Fields, rules: Mapping[str, tuple[int, tuple[Comparison, ...]]]) -> None:
        """Make a part of these rules; fields that no comparison reads after all are left out."""
        definition = {name: _definition(choice) for name, (_, choice) in rules.items()}
        self.definitions.append(definition)
        keys = {name: key for name, (key, _) in rules.items()}
        used = {field for _, choice in rules.values() for item in choice for field in (item.field, item.right)}
        prepared_by = tuple((name, function) for name, function in fields.functions.items() if name in used)
        self._parts.append(_Part(prepared_by, keys, ruleset(definition)))

    def fired(self, names: Mapping[str, Any], answered: dict[str, list[str]] | None = None) -> set[int]:
        """The positions of the conditions that are true.

        Args:
            names: the scaled value of every name; None is unknown.
            answered: what was asked already; equal facts of several risk points are asked once.

        Raises:
            EngineLimitError: a number is too large for the engine (RE-614).
        """
        found: set[int] = set()
        for at, part in enumerate(self._parts):
            fact = _fact(part.fields, names)
            if answered is None:
                answers = part.ruleset.fired(fact)
            else:
                answers = answered.get(f"{at}{fact}") or answered.setdefault(f"{at}{fact}", part.ruleset.fired(fact))
            if answers:
                rules = part.rules
                found.update([rules[name] for name in answers])
        return found


def _fact(fields: Iterable[tuple[str, Callable[[Mapping[str, Any]], int | None]]], names: Mapping[str, Any]) -> str:
    """The fields that are known, as the inside of a JSON object."""
    text = ""
    for field, function in fields:
        value = function(names)
        if value is not None:
            if not -LIMIT < value < LIMIT:
                raise EngineLimitError([Problem("RE-614", column=field, found=str(value))])
            text += f',"{field}":{value}'
    return text


def _definition(choice: tuple[Comparison, ...]) -> dict[str, Any]:
    tests = [comparison.definition() for comparison in choice]
    return {} if not tests else tests[0] if len(tests) == 1 else {"$and": tests}
