"""Where a policy decides: its expressions, rules, rows, windows and limits, and what each of them can come to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from riskengine.plan.steps import CEILING, INSUFFICIENT, SIGNAL
from riskengine.trials.coverage.items import Item
from riskengine.trials.coverage.ranges import between
from riskengine.trials.coverage.scopes import Scope, Scopes
from riskengine.trials.coverage.tracing import outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.kernel.yaml_document import Path_
    from riskengine.plan import FactStep, RuleStep
    from riskengine.policy.expression import Expression
    from riskengine.trials.subject import Subject

FIRED, NOT_FIRED, UNKNOWN, LOWERED, GIVEN = "fired", "not_fired", "unknown", "lowered", "given"
FIRST_DAY, DAY_BEFORE, USED = "first_day", "day_before", "used"
REACHED, NOT_REACHED = "reached", "not_reached"


def value_in_force(name: str, since: date) -> tuple[str, str]:
    """Where and what of a value of a parameter."""
    return f"parameter {name}", f"since {since}"


@dataclass(frozen=True, slots=True)
class Site:
    """An expression with the place where it stands, and the scope in which it is read."""

    where: str
    path: Path_
    tree: Expression
    scope: Scope


class Sites:
    """Every place of one policy where it decides something.

    Attributes:
        rules: rule → its condition and, where it has some, its points.
        rows: the conditions of the grade table, in order; None for a row that always holds.
        facts: fact → key (``where``, ``value``, ``table.1.when``, say) → the expression.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._document = subject.file.document
        self.scopes = Scopes(subject)
        self.booleans = self.scopes.operator.booleans
        self.rules = {rule.rule: self._rule(rule) for rule in subject.plan.rules}
        self.row_names = list(self._row_names())
        self.facts = {fact.name: list(self._fact(fact)) for fact in subject.plan.facts}

    def rule_path(self, rule: RuleStep) -> Path_:
        """Where a rule stands in the file."""
        policy = self._subject.file.policy
        if rule.stage == INSUFFICIENT:
            return ("grades", "insufficient")
        listed = policy.signals if rule.stage == SIGNAL else policy.grades.ceilings
        at = next(at for at, each in enumerate(listed) if each.rule == rule.rule)
        return ("signals", at) if rule.stage == SIGNAL else ("grades", "ceilings", at)

    def _rule(self, rule: RuleStep) -> list[Site]:
        path, scope = self.rule_path(rule), self.scopes.operator
        sites = [Site(f"rule {rule.rule}.when", (*path, "when"), rule.when, scope)]
        if rule.points is not None:
            key = "add" if rule.sign > 0 else "deduct"
            sites.append(Site(f"rule {rule.rule}.{key}", (*path, key), rule.points, scope))
        return sites

    def _row_names(self) -> Iterator[str]:
        grades = [row.grade for row in self._subject.plan.table]
        for at, grade in enumerate(grades):
            yield f"grade {grade}" if grades.count(grade) == 1 else f"grade {grade} (row {at + 1})"

    def _fact(self, fact: FactStep) -> Iterator[Site]:
        """The expressions of a fact as they stand in the file: of a table, its rows."""
        for path, tree in self._subject.checked.expressions.items():
            if path[:2] == ("facts", fact.name) and path[2:] != ("table",):
                label = ".".join(str(part + 1) if isinstance(part, int) else part for part in path[2:])
                yield Site(f"fact {fact.name}.{label}", path, tree, self._fact_scope(fact, str(path[2])))

    def _fact_scope(self, fact: FactStep, key: str) -> Scope:
        if fact.source is None:
            return self.scopes.operator
        if key == "having":
            rows = self.scopes.rows[fact.source]
            return replace(rows, ranges={**rows.ranges, "group": self.scopes.groups[fact.name]})
        return self.scopes.rows[fact.source]

    def items(self) -> dict[str, Item]:
        """Everything that is to be covered, by name."""
        listed = [*self._rule_items(), *self._grade_items(), *self._expression_items()]
        listed += [*self._table_items(), *self._weight_items(), *self._window_items(), *self._limit_items()]
        listed += self._parameter_items()
        return {item.name: item for item in listed}

    def _item(self, kind: str, where: str, what: str, state: str, path: Path_) -> Item:
        return Item(kind, where, what, state, self._document.line(path))

    def _rule_items(self) -> Iterator[Item]:
        best = self._subject.plan.grades[0]
        for rule in self._subject.plan.rules:
            states = [FIRED, NOT_FIRED, *([UNKNOWN] if self.scopes.can_be_unknown(rule) else [])]
            states += [LOWERED] if rule.stage == CEILING and rule.grade != best else []
            for state in states:
                yield self._item("rules", f"rule {rule.rule}", "", state, self.rule_path(rule))

    def _grade_items(self) -> Iterator[Item]:
        for at, name in enumerate(self.row_names):
            yield self._item("grades", name, "", GIVEN, ("grades", "table", at))

    def _expression_items(self) -> Iterator[Item]:
        sites = [site for listed in (*self.rules.values(), *self.facts.values()) for site in listed]
        for at, (name, row) in enumerate(zip(self.row_names, self._subject.plan.table, strict=True)):
            sites.append(Site(f"{name}.when", ("grades", "table", at), row.when, self.scopes.operator))
        for site in sites:
            for kind, what, state in outcomes(site.tree, site.scope.ranges, site.scope.booleans):
                yield self._item(kind, site.where, what, state, site.path)

    def _table_items(self) -> Iterator[Item]:
        for name, fact in self._subject.file.policy.facts.items():
            for at in range(len(fact.table or ())):
                yield self._item("tables", f"fact {name}", f"row {at + 1}", USED, ("facts", name, "table", at))
            if fact.table is not None and fact.otherwise is not None:
                yield self._item("tables", f"fact {name}", "otherwise", USED, ("facts", name, "otherwise"))

    def _weight_items(self) -> Iterator[Item]:
        for name, weight in self._subject.file.policy.weights.items():
            path = ("weights", name)
            for key in weight.table:
                yield self._item("weights", f"weight {name}", key, USED, (*path, "table", key))
            for at, bracket in enumerate(weight.brackets):
                here = (*path, "brackets", at)
                yield self._item("weights", f"weight {name}", f"bracket {at + 1}", USED, here)
                if bracket.at_least is not None:
                    yield self._item("thresholds", f"weight {name}", f"at_least {bracket.at_least}", "equal", here)
                for state in (FIRST_DAY, DAY_BEFORE) if bracket.within is not None else ():
                    yield self._item("windows", f"weight {name}", bracket.within or "", state, here)
            for key in ("otherwise", "missing"):
                if getattr(weight, key) is not None:
                    yield self._item("weights", f"weight {name}", key, USED, (*path, key))

    def _parameter_items(self) -> Iterator[Item]:
        """Each value of a parameter that has several while the policy is in force."""
        plan = self._subject.plan
        for name, values in plan.parameters:
            starts = [since for since, _ in values]
            ends = [*starts[1:], date.max]
            held = [
                at
                for at, (since, end) in enumerate(zip(starts, ends, strict=True))
                if end > plan.since and (plan.until is None or since <= plan.until)
            ]
            for at in held if len(held) > 1 else ():
                where, what = value_in_force(name, starts[at])
                yield self._item("parameters", where, what, USED, ("parameters", name, "values", at))

    def _window_items(self) -> Iterator[Item]:
        for name, fact in self._subject.file.policy.facts.items():
            for state in (FIRST_DAY, DAY_BEFORE) if fact.within is not None else ():
                yield self._item("windows", f"fact {name}", fact.within or "", state, ("facts", name, "within"))
            for state in (FIRST_DAY, DAY_BEFORE) if fact.in_any is not None else ():
                yield self._item("windows", f"fact {name}", f"in any {fact.in_any}", state, ("facts", name, "in_any"))

    def _limit_items(self) -> Iterator[Item]:
        plan, scopes = self._subject.plan, self.scopes
        for rule in plan.rules:
            if rule.cap is not None:
                cap = between(rule.cap, rule.cap)
                points = scopes.points_range(rule)
                path = (*self.rule_path(rule), "cap")
                if points.can_be_below(cap):
                    yield self._item("limits", f"rule {rule.rule}", "cap", NOT_REACHED, path)
                if cap.can_be_below(points):
                    yield self._item("limits", f"rule {rule.rule}", "cap", REACHED, path)
        path = ("grades", "score")
        if plan.floor is not None and (scopes.raw_score.low is None or scopes.raw_score.low < Fraction(plan.floor)):
            yield self._item("limits", "score", "floor", REACHED, (*path, "floor"))
        top = scopes.raw_score.high
        if plan.ceiling is not None and (top is None or top > Fraction(plan.ceiling)):
            yield self._item("limits", "score", "ceiling", REACHED, (*path, "ceiling"))
