"""What a policy means: every expression parsed and typed, every name resolved, every problem of the file at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.errors import PolicyError
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.kernel.windows import parse_window
from riskengine.policy.aggregates import fact_source, stored_type, unheeded_keys
from riskengine.policy.checked import CheckedPolicy
from riskengine.policy.expression import DATE, INTEGER, TEXT, TEXTS, Type, names_in, operations_in
from riskengine.policy.parser import ExpressionError, parse_expression
from riskengine.policy.references import check_references
from riskengine.policy.scope import (
    OPERATOR_COLUMNS,
    RESERVED,
    RISK_POINT_NAMES,
    ROW_COLUMNS,
    ROW_DATES,
    operator_scope,
    parameters_scope,
    row_scope,
)
from riskengine.policy.typecheck import type_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.kernel.yaml_document import Path_
    from riskengine.policy.checked import Known
    from riskengine.policy.inputs import Fact
    from riskengine.policy.load import PolicyFile


def check_policy(file: PolicyFile, known: Known) -> CheckedPolicy:
    """Parse, type and cross-check everything in a policy.

    Raises:
        PolicyError: with every problem of the file, in order.
    """
    checker = _Checker(file, known)
    checker.check()
    checker.problems += check_references(checker.checked, known)
    problems = in_order(checker.problems)
    if any(problem.is_error for problem in problems):
        raise PolicyError(problems)
    checker.checked.warnings = problems
    return checker.checked


class _Checker:
    """One pass over the expressions of a policy."""

    def __init__(self, file: PolicyFile, known: Known) -> None:
        self.policy, self.document, self.known = file.policy, file.document, known
        self.checked = CheckedPolicy(file)
        self.problems: list[Problem] = []

    def check(self) -> None:
        self._names()
        self._weights()
        self._facts()
        self._rules()
        self._grades()

    def _say(self, code: str, path: Path_, found: object = None, **params: object) -> None:
        self.problems.append(self.document.problem(code, path, found, **params))

    def _names(self) -> None:
        taken = dict.fromkeys(
            [*OPERATOR_COLUMNS, *(name for columns in ROW_COLUMNS.values() for name in columns)],
            "a column of the records",
        )
        taken |= dict.fromkeys(self.policy.profile, "a profile field")
        taken |= dict.fromkeys(RESERVED, "a name of the language")
        for section in ("parameters", "weights", "facts"):
            for name in getattr(self.policy, section):
                if name in taken:
                    self._say("RE-528", (section, name), name, taken_by=taken[name])
                taken[name] = section

    def _weights(self) -> None:
        for name, weight in self.policy.weights.items():
            texts = [column for column, kind in ROW_COLUMNS[weight.of].items() if kind == TEXT]
            if weight.by != "age" and weight.by not in texts:
                self._say(
                    "RE-530", ("weights", name, "by"), weight.by, what="text column", near=nearest(weight.by, texts)
                )
            for at, bracket in enumerate(weight.brackets):
                self._window(bracket.within, ("weights", name, "brackets", at, "within"))

    def _window(self, text: str, path: Path_) -> None:
        if parse_window(text) is None:
            self._say("RE-527", path, text)

    def expression(
        self, text: str | None, path: Path_, scope: Mapping[str, Type], *, division: bool = False
    ) -> Type | None:
        """Parse and type one expression and keep it under its path; problems are noted, never raised."""
        if text is None:
            return None
        try:
            tree = parse_expression(text)
            kind = type_of(tree, scope, division=division)
        except ExpressionError as error:
            near = nearest(error.found, scope) if error.code == "RE-521" else ()
            self._say(error.code, path, error.found, near=near, **error.params)
            return None
        self.checked.expressions[path] = tree
        return kind

    def condition(self, text: str | None, path: Path_, scope: Mapping[str, Type]) -> None:
        """An expression that must be true, false or unknown."""
        kind = self.expression(text, path, scope)
        if kind is not None and kind.kind != "bool":
            self._say("RE-525", path, text, expected="a condition", got=str(kind))
        self._rounded_meets_limit(path)

    def _rounded_meets_limit(self, path: Path_) -> None:
        tree = self.checked.expressions.get(path)
        if tree is None:
            return
        for operation in operations_in(tree):
            if operation.op not in {"<", "<=", ">", ">=", "=", "<>"}:
                continue
            for name in names_in(operation):
                fact = self.policy.facts.get(name)
                if fact is not None and fact.places is not None and "/" in str(fact.value):
                    self._say("RE-534", path, name, name=name, places=fact.places)

    def _facts(self) -> None:
        pending = dict(self.policy.facts)
        while pending:
            ready = [name for name, fact in pending.items() if not self._needs(fact) & pending.keys()]
            if not ready:
                self._say("RE-526", ("facts", next(iter(pending))), ", ".join(pending))
                return
            for name in ready:
                self._fact(name, pending.pop(name))

    def _needs(self, fact: Fact) -> set[str]:
        if fact.value is None:
            return set()
        try:
            return set(names_in(parse_expression(fact.value)))
        except ExpressionError:
            return set()

    def _fact(self, name: str, fact: Fact) -> None:
        path: Path_ = ("facts", name)
        self.checked.fact_order.append(name)
        if fact.value is not None:
            scope = self.operator_facts_scope(per_risk_point=fact.per == "risk_point")
            kind = self.expression(fact.value, (*path, "value"), scope, division=fact.places is not None)
            if kind is not None and kind.is_number:
                places = kind.places if fact.places is None else fact.places
                kind = Type(kind.kind, places, fact.unit or kind.unit)
            elif kind is not None and fact.places is not None:
                self._say("RE-536", (*path, "places"), f"places: {fact.places}", what=f"a value of type {kind}")
        else:
            kind = self._aggregate(name, fact)
        self.checked.fact_types[name] = kind or INTEGER

    def _aggregate(self, name: str, fact: Fact) -> Type | None:
        path: Path_ = ("facts", name)
        source = fact_source(fact)
        rows = row_scope(self.policy, source)
        self.condition(fact.where, (*path, "where"), rows)
        if fact.within is not None:
            self._window(fact.within, (*path, "within"))
        if fact.by is not None and fact.by not in ROW_DATES[source]:
            self._say("RE-530", (*path, "by"), fact.by, what=f"date of {source}", near=ROW_DATES[source])
        columns = [column for column, kind in ROW_COLUMNS[source].items() if kind != TEXTS]
        for key in ("per", "count_distinct"):
            column = getattr(fact, key)
            if column is not None and column not in columns:
                self._say("RE-530", (*path, key), column, what="column", near=nearest(column, columns))
        if fact.per == "risk_point" and source != "violations":
            self._say("RE-536", (*path, "per"), "per: risk_point", what=source)
        kind = self._aggregate_type(name, fact, rows)
        for key, what in unheeded_keys(fact, kind):
            self._say("RE-536", (*path, key), f"{key}: {getattr(fact, key)}", what=what)
        if fact.having is not None:
            group = {"group": kind or INTEGER, **parameters_scope(self.policy)}
            self.condition(fact.having, (*path, "having"), group)
        return stored_type(kind, fact)

    def _aggregate_type(self, name: str, fact: Fact, rows: Mapping[str, Type]) -> Type | None:
        path: Path_ = ("facts", name)
        operation = fact.operation
        if operation in {"sum", "max", "min"}:
            kind = self.expression(getattr(fact, operation), (*path, operation), rows)
            if kind is not None and not (kind.is_number or (kind.kind == "date" and operation != "sum")):
                self._say("RE-525", (*path, operation), getattr(fact, operation), expected="a number", got=str(kind))
            return kind
        if operation == "latest":
            return DATE
        if operation == "days_since":
            target = str(fact.days_since)
            dates = [column for column, kind in operator_scope(self.policy).items() if kind.kind == "date"]
            if target not in ROW_DATES and target not in dates:
                self._say(
                    "RE-530",
                    (*path, operation),
                    target,
                    what="source or date column",
                    near=nearest(target, [*ROW_DATES, *dates]),
                )
            return Type("integer", unit="days")
        return Type("integer", unit=fact.unit)

    def operator_facts_scope(self, *, per_risk_point: bool) -> dict[str, Type]:
        """The operator's names and the facts so far; with ``per_risk_point`` also those of each risk point."""
        facts = {
            name: kind
            for name, kind in self.checked.fact_types.items()
            if per_risk_point or self.policy.facts[name].per != "risk_point"
        }
        return {**operator_scope(self.policy), **facts, **(RISK_POINT_NAMES if per_risk_point else {})}

    def _rules(self) -> None:
        for at, signal in enumerate(self.policy.signals):
            scope = self.operator_facts_scope(per_risk_point=signal.each is not None)
            self.condition(signal.when, ("signals", at, "when"), scope)
            for key in ("deduct", "add"):
                path: Path_ = ("signals", at, key)
                kind = self.expression(getattr(signal, key), path, scope, division=True)
                if kind is not None and not kind.is_number:
                    self._say("RE-525", path, getattr(signal, key), expected="a number", got=str(kind))
        scope = self.operator_facts_scope(per_risk_point=False)
        for at, ceiling in enumerate(self.policy.grades.ceilings):
            self.condition(ceiling.when, ("grades", "ceilings", at, "when"), scope)
        if self.policy.grades.insufficient is not None:
            self.condition(self.policy.grades.insufficient.when, ("grades", "insufficient", "when"), scope)

    def _grades(self) -> None:
        places = max((signal.places for signal in self.policy.signals), default=0)
        score = Type("decimal", places, self.policy.grades.score.unit)
        scope = {**self.operator_facts_scope(per_risk_point=False), "score": score}
        for at, row in enumerate(self.policy.grades.table):
            self.condition(row.when, ("grades", "table", at, "when"), scope)
