"""What facts are without some of the records behind a rule, on a later day: exact, or unknown where it is not told.

Evidence names the records behind a rule, not what they weigh. So a count without some of them is known, a sum only
where all of them lose the same share of their weight, and of a greatest value only that it still stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import round_half_up
from riskengine.plan import evaluate
from riskengine.plan.meaning import exact
from riskengine.policy.expression import Name, Operation, names_in

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from riskengine.plan import RuleStep
    from riskengine.plan.steps import FactStep, WeightStep
    from riskengine.policy.expression import Expression
    from riskengine.results.context import Context
    from riskengine.results.view import OperatorView

_WHOLE = frozenset({"count", "sum", "count_distinct", "share"})
"""Aggregates behind which all of their records stand, not only the greatest."""
_FALLS = frozenset({">", ">="})
_AGE = "age_days"


@dataclass(frozen=True, slots=True)
class Dated:
    """A violation behind a rule, and the day on which it lapses; None: never, or not told."""

    record_id: str
    risk_point: str
    occurred_on: date
    decided_on: date | None
    leaves: date | None


class Ahead:
    """The names that a rule's expressions read, on a later day or without some records.

    Args:
        view: the rows about the operator.
        context: plan, policy and as-of date.
        step: the rule.
        facts: those made of records that it depends on.
        records: those behind it.
        code: its risk point, where it is evaluated for each.
        complete: whether ``records`` are all that stand behind it.
    """

    def __init__(
        self,
        view: OperatorView,
        context: Context,
        step: RuleStep,
        facts: Sequence[FactStep],
        records: Sequence[Dated],
        code: str | None,
        *,
        complete: bool,
    ) -> None:
        self._context, self._records, self._code = context, records, code
        self.complete = complete
        self._now: dict[str, Any] = {**view.facts}
        for row in view.risk_point_facts:
            if row["risk_point"] == code:
                self._now.update(row)
        point = context.plan.risk_point_by_code.get(code or "")
        self._constant = {"level": point.level if point else None, "area": point.area if point else None}
        self._read = {*names_in(step.when), *(names_in(step.points) if step.points is not None else ())}
        self._needed = _needed(context, self._read)
        self._held: dict[str, list[Dated]] = {}
        self._told = {fact.name for fact in facts}
        self._by_age = {
            weight.name: weight for weight in context.plan.weights if weight.brackets and weight.source == "violations"
        }

    def names(self, day: date, left: Collection[str]) -> dict[str, Any]:
        """The value of each name on ``day`` with only the records ``left``; None where it is not known."""
        parameters = self._context.plan.parameters_on(day)
        found: dict[str, Any] = {**self._now, **self._constant, **parameters, "as_of": day}
        moved = day != self._context.as_of
        for fact in self._needed:
            if fact.name in self._told:
                found[fact.name] = self._aggregate(fact, day, left, parameters == self._context.parameters)
            elif fact.operation == "value" and fact.value is not None:
                value = evaluate(fact.value, found) if set(names_in(fact.value)) <= found.keys() else None
                found[fact.name] = value if value is None else _settled(fact, value)
            elif moved and (fact.is_compared or fact.operation in {"days_since_column", "days_since"}):
                found[fact.name] = None
        return {name: found.get(name) for name in self._read}

    def _aggregate(self, fact: FactStep, day: date, left: Collection[str], same_parameters: bool) -> Any:
        value = exact(self._now.get(fact.name))
        if value is None or not self.complete or not same_parameters or self._hangs_on_age(fact):
            return None
        held = self._candidates(fact)
        stay = [record for record in held if record.record_id in left and _holds(fact, record, day)]
        if not stay and is_gone_with_its_records(fact):
            return _of_none(fact)
        if fact.group is not None or fact.operation not in _WHOLE:
            return value if len(stay) == len(held) and fact.operation != "days_since" else None
        if not self._are_known(fact, held, value):
            return value if len(stay) == len(held) and not self._weights(fact) else None
        if fact.operation == "count":
            return len(stay)
        if fact.operation == "sum":
            return self._scaled(fact, held, stay, value, day)
        return value if len(stay) == len(held) else None

    def _candidates(self, fact: FactStep) -> list[Dated]:
        """The records behind the rule that can be behind the fact."""
        if fact.name not in self._held:
            self._held[fact.name] = [
                record
                for record in self._records
                if (not fact.per_risk_point or record.risk_point == self._code)
                and _holds(fact, record, self._context.as_of)
            ]
        return self._held[fact.name]

    def _are_known(self, fact: FactStep, held: Sequence[Dated], value: Any) -> bool:
        """Whether the candidates are the fact's records for certain."""
        return fact.where is None or (fact.operation == "count" and value == len(held))

    def _hangs_on_age(self, fact: FactStep) -> bool:
        """Whether time changes what it is made of by another way than its window and its weights."""
        read = set(names_in(fact.where)) if fact.where is not None else set()
        in_value = set(names_in(fact.value)) if fact.value is not None else set()
        return bool(read & {_AGE, "as_of", *self._by_age} or in_value & {_AGE, "as_of"})

    def _weights(self, fact: FactStep) -> list[WeightStep]:
        read = names_in(fact.value) if fact.value is not None else ()
        return [self._by_age[name] for name in dict.fromkeys(read) if name in self._by_age]

    def _scaled(self, fact: FactStep, held: Sequence[Dated], stay: Sequence[Dated], value: Any, day: date) -> Any:
        """A sum of products with weights by age, where every record keeps the same share of what it counts for."""
        if stay and len(stay) < len(held):
            return None  # what went weighed something, what is left weighs something
        weights = self._weights(fact)
        if any(not _is_factor(fact.value, weight.name) for weight in weights):
            return None
        kept = {record.record_id for record in stay}
        shares: set[Fraction] = set()
        for record in held:
            now, then = (_weight(weights, record, at) for at in (self._context.as_of, day))
            if now is None or then is None or (now == 0 and then != 0):
                return None
            if now != 0:
                shares.add(then / now if record.record_id in kept else Fraction(0))
        if len(shares) > 1:
            return None
        return value * shares.pop() if shares else value


def _needed(context: Context, read: Collection[str]) -> list[FactStep]:
    """The facts that some names come from, in the order of the plan."""
    found, needed = set(read), []
    for fact in reversed(context.plan.facts):
        if fact.name in found:
            found |= set(fact.reads)
            needed.append(fact)
    return needed[::-1]


def _holds(fact: FactStep, record: Dated, day: date) -> bool:
    happened = record.decided_on if fact.date == "decided_on" else record.occurred_on
    return happened is not None and (fact.window is None or fact.window.holds(happened, day))


def is_gone_with_its_records(fact: FactStep) -> bool:
    """Whether a fact is made of no records once those behind it are gone.

    Behind a greatest value stand the greatest records alone: others may take their place.
    """
    return (fact.group is None and fact.operation in _WHOLE) or _counts_groups(fact)


def _counts_groups(fact: FactStep) -> bool:
    """Whether it counts groups that can only stop counting as records go: those with more than so many records."""
    having = fact.having
    return (
        fact.then == "count"
        and fact.operation == "count"
        and fact.span is None
        and isinstance(having, Operation)
        and having.op in _FALLS
        and having.operands[0] == Name("group")
    )


def _of_none(fact: FactStep) -> Any:
    return exact(fact.empty) if fact.empty is not None else None if fact.operation == "share" else 0


def _is_factor(value: Expression | None, name: str) -> bool:
    """Whether a value is a product in which ``name`` is a factor once."""
    if value == Name(name):
        return True
    if not isinstance(value, Operation) or value.op != "*":
        return False
    inside = [name in names_in(operand) for operand in value.operands]
    return inside.count(True) == 1 and _is_factor(value.operands[inside.index(True)], name)


def _weight(weights: Sequence[WeightStep], record: Dated, day: date) -> Fraction | None:
    """The product of a record's weights by age; None where one of them is unknown."""
    product = Fraction(1)
    for weight in weights:
        inside = (value for window, value in weight.brackets if window.holds(record.occurred_on, day))
        value = next(inside, weight.otherwise)
        if value is None:
            return None
        product *= Fraction(value)
    return product


def _settled(fact: FactStep, value: Any) -> Any:
    """A computed value with its places."""
    if fact.places is None or isinstance(value, bool | str):
        return value
    return Fraction(round_half_up(Fraction(value), fact.places))
