"""What is known beforehand of each name of a policy: its range, whether it is a condition or may be unknown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from riskengine.contract.sources import MAX_INTEGER, MAX_YUAN, SOURCES
from riskengine.plan.steps import SIGNAL
from riskengine.policy.expression import BOOL, Expression, Literal, Name
from riskengine.policy.scope import operator_scope, row_scope
from riskengine.trials.coverage.ranges import ANY, Range, around, at_least, at_most, between, range_of, union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.plan import FactStep, Plan, RuleStep
    from riskengine.trials.subject import Subject


@dataclass(slots=True)
class Scope:
    """The names that an expression may read.

    Attributes:
        ranges: name → between which numbers it lies.
        booleans: the names that are conditions by themselves.
        certain: the names that are never unknown.
    """

    ranges: dict[str, Range] = field(default_factory=dict)
    booleans: set[str] = field(default_factory=set)
    certain: set[str] = field(default_factory=set)

    def is_certain(self, tree: Expression) -> bool:
        """Whether an expression can be proven to be known wherever the certain names are."""
        if isinstance(tree, Literal):
            return tree.value is not None
        if isinstance(tree, Name):
            return tree.name in self.certain
        told = [self.is_certain(operand) for operand in tree.operands]
        if tree.op == "is_null":
            return True
        return any(told) if tree.op == "coalesce" else tree.op != "/" and all(told)


class Scopes:
    """The scopes of one policy: of operators (facts included), of the records of each source, of the score."""

    def __init__(self, subject: Subject) -> None:
        self._plan = subject.plan
        policy = subject.file.policy
        parameters = _parameters(subject.plan)
        self.rows = {source: _row_scope(subject, source, parameters) for source in ("violations", "inspections")}
        self.operator = replace(
            parameters,
            ranges={**parameters.ranges, "fleet_size": between(0, MAX_INTEGER), "drivers": between(0, MAX_INTEGER)},
            booleans={name for name, kind in operator_scope(policy).items() if kind == BOOL},
            certain={*parameters.certain, "risk_point", *(("level", "area") if policy.catalog else ())},
        )
        self.operator.ranges |= _declared(subject.plan, "operators")
        self.groups: dict[str, Range] = {}
        for fact in subject.plan.facts:
            self._add_fact(fact)
        for tally in subject.plan.tallies:
            filled = [rule for rule in subject.plan.rules if rule.tally == tally.name]
            self.operator.ranges[tally.name] = between(tally.floor, tally.ceiling)
            if all(self._always_told(rule) for rule in filled):
                self.operator.certain.add(tally.name)
        self.raw_score = self._raw_score(subject.plan)
        low, high = self.raw_score.low, self.raw_score.high
        self.operator.ranges["score"] = Range(at_least(low, subject.plan.floor), at_most(high, subject.plan.ceiling))
        self.operator.certain.add("score")

    def _add_fact(self, fact: FactStep) -> None:
        scope = self.operator
        if fact.type == BOOL:
            scope.booleans.add(fact.name)
        if fact.source is not None:
            scope.ranges[fact.name] = self._aggregate(fact)
            if self._aggregate_is_certain(fact):
                scope.certain.add(fact.name)
        elif fact.operation == "value" and fact.value is not None:
            scope.ranges[fact.name] = range_of(fact.value, scope.ranges)
            if scope.is_certain(fact.value):
                scope.certain.add(fact.name)
        elif fact.operation == "days_since_column" and fact.value == Name("licensed_on"):
            scope.ranges[fact.name] = between(0, None)  # who is licensed later is not current
        elif fact.is_compared:
            scope.ranges[fact.name] = _OTHER_RANGES[fact.operation]

    def _aggregate(self, fact: FactStep) -> Range:
        """The range of an aggregate; that of its groups is kept for ``having``."""
        values = ANY if fact.value is None else range_of(fact.value, self.rows[str(fact.source)].ranges)
        given = [value for value in (fact.missing, fact.empty) if not isinstance(value, str | None)]
        stand_ins = [between(value, value) for value in given]
        counted = fact.operation in {"count", "count_distinct"}
        made = {"sum": _summed(values), "max": values, "min": values, **_OTHER_RANGES}
        whole = Range(Fraction(0)) if counted else made.get(fact.operation, ANY)
        group = Range(Fraction(1)) if counted and not given else whole  # a group holds a record at least
        group = group if fact.group_cap is None else replace(group, high=Fraction(fact.group_cap))
        self.groups[fact.name] = group
        if fact.then == "count":
            return Range(Fraction(0))
        if fact.then is not None:
            whole = _summed(group) if fact.then == "sum" else group
        return union([whole, *stand_ins]) if stand_ins else whole

    def _aggregate_is_certain(self, fact: FactStep) -> bool:
        scope = self.rows[str(fact.source)]
        trees = [tree for tree in (fact.where, fact.value) if tree is not None]
        names = {name for name in (fact.group, fact.once, fact.date) if name is not None}
        sure = fact.missing is not None or (names <= scope.certain and all(map(scope.is_certain, trees)))
        if fact.having is not None and not scope.is_certain(fact.having) and fact.missing != "ignore":
            sure = sure and replace(scope, certain={*scope.certain, "group"}).is_certain(fact.having)
        adding = {"count", "count_distinct", "sum"}
        adds = fact.then in {"sum", "count"} if fact.then is not None else fact.operation in adding
        return sure and (adds or fact.empty is not None)

    def _always_told(self, rule: RuleStep) -> bool:
        """Whether the tally of a rule is known whatever comes out: what is unknown and skipped gives nothing."""
        condition = not rule.stops or self.operator.is_certain(rule.when)
        return condition and (rule.points is None or self.operator.is_certain(rule.points))

    def can_be_unknown(self, rule: RuleStep) -> bool:
        """Whether a rule may come out unknown, as far as can be told beforehand."""
        trees = [tree for tree in (rule.when, rule.points) if tree is not None]
        return not all(map(self.operator.is_certain, trees))

    def points_range(self, rule: RuleStep) -> Range:
        """Between which numbers the points of a rule lie before they are capped, without their sign."""
        return between(0, 0) if rule.points is None else range_of(rule.points, self.operator.ranges)

    def _raw_score(self, plan: Plan) -> Range:
        """Between which numbers the score lies before it is limited to its floor and ceiling."""
        low: Fraction | None = Fraction(plan.start)
        high: Fraction | None = Fraction(plan.start)
        for rule in plan.rules:
            if rule.stage != SIGNAL or rule.points is None or rule.tally is not None:
                continue
            points = self.points_range(rule)
            top = at_most(points.high, rule.cap)
            ends = (points.low, top) if rule.sign > 0 else (_minus(top), _minus(points.low))
            down, up = (_many(end, rule.each_risk_point) for end in (_lower(ends[0]), _upper(ends[1])))
            low = None if low is None or down is None else low + down
            high = None if high is None or up is None else high + up
        return Range(low, high)


def _parameters(plan: Plan) -> Scope:
    scope = Scope(certain={"as_of"})
    for name, values in plan.parameters:
        scope.ranges[name] = around(value for _, value in values)
        if values[0][0] <= plan.since:
            scope.certain.add(name)
    return scope


def _row_scope(subject: Subject, source: str, parameters: Scope) -> Scope:
    kinds = row_scope(subject.file.policy, source)
    certain = {column.name for column in SOURCES[source].columns if column.required or column.default is not None}
    certain |= {"age_days", *(("level", "area") if subject.file.policy.catalog else ())}
    there = _declared(subject.plan, "inspections")
    linked = subject.file.policy.columns.of_inspection if source == "violations" else {}
    ranges = {name: there[column] for name, column in linked.items() if column in there}
    scope = Scope(
        {
            **parameters.ranges,
            **_declared(subject.plan, source),
            **ranges,
            "penalty": between(0, MAX_YUAN),
            "age_days": between(0, None),
        },
        {name for name, kind in kinds.items() if kind == BOOL},
        parameters.certain | certain,
    )
    for weight in subject.plan.weights:
        if weight.source == source:
            scope.ranges[weight.name] = around(weight.values)
            keys_known = weight.by == "age" or weight.missing is not None or weight.by in certain
            if keys_known and weight.otherwise is not None:
                scope.certain.add(weight.name)
    return scope


def _declared(plan: Plan, source: str) -> dict[str, Range]:
    """The further columns of a source that hold numbers, with the limits that the policy declares."""
    held = (column for column in plan.profile if column.source == source and column.type in {"integer", "decimal"})
    return {column.name: between(column.minimum, column.maximum) for column in held}


def _summed(values: Range) -> Range:
    low = Fraction(0) if values.low is not None and values.low >= 0 else None
    high = Fraction(0) if values.high is not None and values.high <= 0 else None
    return Range(low, high)


def _minus(end: Fraction | None) -> Fraction | None:
    return None if end is None else -end


def _lower(end: Fraction | None) -> Fraction | None:
    """What a rule can bring at the least: nought where it does not fire."""
    return None if end is None else min(end, Fraction(0))


def _upper(end: Fraction | None) -> Fraction | None:
    return None if end is None else max(end, Fraction(0))


def _many(end: Fraction | None, many: bool) -> Fraction | None:
    return end if end is None or not many or end == 0 else None


_OTHER_RANGES: Mapping[str, Range] = {
    "share": between(0, 1),
    "days_since": between(0, None),
    "rank": between(1, None),
    "peers": between(1, None),
    "percentile": between(0, 100),
}
