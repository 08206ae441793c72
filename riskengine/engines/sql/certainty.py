"""Which expressions over a record can never be unknown: nothing has to be kept to say for want of what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.sources import SOURCES
from riskengine.engines.sql.terms import NULL
from riskengine.policy.expression import Literal, Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.engines.sql.terms import Term
    from riskengine.plan import FactStep, Plan
    from riskengine.policy.expression import Expression


def certain_names(plan: Plan, source: str, parameters: Mapping[str, Term]) -> frozenset[str]:
    """The names that are known of every record of a source that counts."""
    columns = {column.name for column in SOURCES[source].columns if column.required}
    columns |= {"age_days", *(["status"] if source == "violations" else [])}
    known = {name for name, term in parameters.items() if term.sql != NULL}
    weights = set()
    for weight in plan.weights:
        is_read = weight.by in columns or weight.by == "age" or weight.missing is not None
        if weight.source == source and is_read and weight.otherwise is not None:
            weights.add(weight.name)
    return frozenset((columns - {weight.name for weight in plan.weights}) | known | weights)


def is_certain(expression: Expression, certain: frozenset[str]) -> bool:
    """Whether the value is known wherever these names are."""
    if isinstance(expression, Literal):
        return expression.value is not None
    if isinstance(expression, Name):
        return expression.name in certain
    told = [is_certain(operand, certain) for operand in expression.operands]
    if expression.op == "is_null":
        return True
    if expression.op == "coalesce":
        return any(told)
    return expression.op != "/" and all(told)


def never_in_doubt(step: FactStep, certain: frozenset[str]) -> bool:
    """Whether no record can leave a fact in doubt."""
    trees = [tree for tree in (step.where, step.value) if tree is not None]
    return set(step.columns) <= certain and all(is_certain(tree, certain) for tree in trees)
