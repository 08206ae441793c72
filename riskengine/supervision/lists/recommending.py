"""Who is recommended for a list, why, who was near, and of whom it cannot be told: from a run's tables alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, NOT_CURRENT
from riskengine.plan import evaluate
from riskengine.policy.expression import names_in
from riskengine.results.why import value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from riskengine.kernel.languages import Text
    from riskengine.results import Context, OperatorView
    from riskengine.supervision.lists.rules import Article, Condition, ListRules

RECOMMENDED, NEAR, UNKNOWN = "recommended", "near", "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a condition says of an operator.

    Attributes:
        operator_id, name, grade: who.
        list, condition, title: of which list, by which condition.
        outcome: ``recommended``, ``near``, or ``unknown`` where something that is missing decides.
        values: what the condition read, in words: title and value.
        missing: what is not known, where the outcome is ``unknown``.
        bases: the articles in force.
        local: whether their use, or a number, is local policy.
    """

    operator_id: str
    name: str
    grade: str | None
    list: str
    condition: str
    title: Text
    outcome: str
    values: tuple[tuple[Text, Text], ...]
    missing: tuple[Text, ...]
    bases: tuple[Article, ...]
    local: bool


def findings(views: Iterable[OperatorView], rules: ListRules, context: Context) -> Iterator[Finding]:
    """Every operator for which a condition holds, nearly holds, or cannot be told; in the order of the run.

    Args:
        views: the operators of a run.
        rules: the conditions.
        context: the run's setting; conditions in force at its as-of date alone are asked.
    """
    conditions = rules.in_force(context.as_of)
    for view in views:
        if view.grade["status"] == NOT_CURRENT:
            continue
        names = _names(view, rules, context)
        for condition in conditions:
            found = _finding(view, condition, rules, names, context)
            if found is not None:
                yield found


def _finding(
    view: OperatorView, condition: Condition, rules: ListRules, names: Mapping[str, Any], context: Context
) -> Finding | None:
    holds = evaluate(rules.when[condition.condition], names)
    outcome = {True: RECOMMENDED, None: UNKNOWN, False: None}[holds]
    near = rules.near.get(condition.condition)
    if outcome is None and near is not None and evaluate(near, names):
        outcome = NEAR
    if outcome is None:
        return None
    tree = near if outcome == NEAR and near is not None else rules.when[condition.condition]
    read = list(dict.fromkeys(names_in(tree)))
    row = view.grade
    return Finding(
        operator_id=row["operator_id"],
        name=row["name"],
        grade=row["grade"],
        list=condition.list,
        condition=condition.condition,
        title=condition.title.text,
        outcome=outcome,
        values=tuple((_title(name, rules, context), _value(names[name])) for name in read if names[name] is not None),
        missing=tuple(_title(name, rules, context) for name in read if names[name] is None),
        bases=condition.bases,
        local=condition.basis is not None,
    )


def _names(view: OperatorView, rules: ListRules, context: Context) -> dict[str, Any]:
    """What conditions may name, with its value; None is unknown."""
    fired: dict[str, bool | None] = {step.rule: False for step in context.plan.rules}
    for row in view.signals:
        if row["status"] == FIRED:
            fired[row["rule"]] = True
        elif not fired[row["rule"]]:
            fired[row["rule"]] = None
    row = view.grade
    return {
        **{name: limit.value for name, limit in rules.file.limits.items()},
        **fired,
        **context.parameters,
        **{name: value for name, value in view.facts.items() if name != "operator_id"},
        **{name: row[name] for name in ("grade", "previous_grade", "score")},
        "left_out": row["quarantined_count"],
        "as_of": context.as_of,
    }


def _title(name: str, rules: ListRules, context: Context) -> Text:
    if name in rules.file.limits:
        return rules.file.limits[name].title.text
    if name in context.rules:
        return context.rules[name].title.text
    return context.name_title(name)


def _value(value: Any) -> Text:
    return value_text(value)
