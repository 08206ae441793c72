"""What every part of the check of a policy shares: parse and type an expression, keep it, note what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.problems import Problem, nearest
from riskengine.kernel.windows import parse_window
from riskengine.policy.checked import CheckedPolicy
from riskengine.policy.expression import COMPARISONS, Expression, Literal, Name, Type, names_in, operations_in
from riskengine.policy.parser import ExpressionError, parse_expression
from riskengine.policy.scope import RISK_POINT_NAMES, WORDS, operator_scope
from riskengine.policy.typecheck import type_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.kernel.yaml_document import Path_
    from riskengine.policy.load import PolicyFile


class Checker:
    """One pass over the expressions of a policy; problems are noted, never raised.

    Attributes:
        checked: what has been read so far. problems: what was wrong with it.
    """

    def __init__(self, file: PolicyFile) -> None:
        self.policy, self.document = file.policy, file.document
        self.checked = CheckedPolicy(file)
        self.problems: list[Problem] = []
        columns = self.policy.columns
        fields = {**columns.inspections, **columns.violations, **self.policy.profile}
        fields |= {
            name: columns.inspections[column]
            for name, column in columns.of_inspection.items()
            if column in columns.inspections
        }
        self.words = {**WORDS, **{name: field.words for name, field in fields.items() if field.words}}

    def say(self, code: str, path: Path_, found: object = None, **params: object) -> None:
        """Note a problem at a path; the parameters are those of ``YamlDocument.problem``."""
        self.problems.append(self.document.problem(code, path, found, **params))

    def window(self, text: str | None, path: Path_) -> None:
        """Hold that a text, where there is one, is a window (RE-527)."""
        if text is not None and parse_window(text) is None:
            self.say("RE-527", path, text)

    def expression(
        self, text: str | None, path: Path_, scope: Mapping[str, Type], *, division: bool = False
    ) -> Type | None:
        """Parse and type one expression and keep it under its path; None where it has no type."""
        if text is None:
            return None
        try:
            tree = parse_expression(text)
            kind = type_of(tree, scope, division=division)
        except ExpressionError as error:
            near = nearest(error.found, scope) if error.code == "RE-521" else ()
            self.say(error.code, path, error.found, near=near, **error.params)
            return None
        self.checked.expressions[path] = tree
        self._impossible_words(path, tree)
        return kind

    def word(self, name: str, text: str, path: Path_) -> None:
        """A text that a column with words of its own never holds (RE-542): misspelt, most likely."""
        known = self.words.get(name)
        if known is not None and text not in known:
            self.say("RE-542", path, text, name=name, known=", ".join(known), near=nearest(text, known))

    def _impossible_words(self, path: Path_, tree: Expression) -> None:
        for operation in operations_in(tree):
            if operation.op in {"=", "<>", "in"}:
                names = [part.name for part in operation.operands if isinstance(part, Name)]
                texts = [part.value for part in operation.operands if isinstance(part, Literal)]
                for name in names:
                    for text in texts:
                        if isinstance(text, str):
                            self.word(name, text, path)

    def condition(self, text: str | None, path: Path_, scope: Mapping[str, Type]) -> None:
        """An expression that must be true, false or unknown (RE-525), and should compare no rounded value (RE-534)."""
        kind = self.expression(text, path, scope)
        if kind is not None and kind.kind != "bool":
            self.say("RE-525", path, text, expected="a condition", got=str(kind))
        self._rounded_meets_limit(path)

    def _rounded_meets_limit(self, path: Path_) -> None:
        tree = self.checked.expressions.get(path)
        if tree is None:
            return
        for operation in operations_in(tree):
            if operation.op not in COMPARISONS:
                continue
            for name in names_in(operation):
                fact = self.policy.facts.get(name)
                if fact is not None and fact.places is not None and fact.divides:
                    self.say("RE-534", path, name, name=name, places=fact.places)

    def scope(self, *, per_risk_point: bool = False) -> dict[str, Type]:
        """The operator's names and the facts so far; with ``per_risk_point`` also those of each risk point."""
        facts = {
            name: kind
            for name, kind in self.checked.fact_types.items()
            if per_risk_point or not self.policy.facts[name].each_risk_point
        }
        return {**operator_scope(self.policy), **facts, **(RISK_POINT_NAMES if per_risk_point else {})}
