"""From a checked policy to the steps of its rules, its tallies and its grade table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.plan.steps import CEILING, INSUFFICIENT, SIGNAL, GradeRowStep, RuleStep, TallyStep
from riskengine.policy import tally_type
from riskengine.policy.expression import Expression, Literal, Name, Operation, names_in
from riskengine.policy.scope import ROW_DATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.policy import CheckedPolicy
    from riskengine.policy.model import Signal
    from riskengine.policy.sections import Based


def _basis(section: Based) -> tuple[str | None, str | None, bool]:
    if section.law == "from_catalog":
        return None, None, True
    return section.law, section.article, False


def rule_steps(checked: CheckedPolicy) -> Iterator[RuleStep]:
    """Signals, ceilings and the test of too little record, in this order."""
    policy, expressions = checked.policy, checked.expressions
    for at, signal in enumerate(policy.signals):
        path = ("signals", at)
        law, article, from_catalog = _basis(signal)
        when, points = expressions[*path, "when"], _points(checked, at, signal)
        yield RuleStep(
            signal.rule,
            SIGNAL,
            when,
            stops=signal.if_unknown == "stop",
            each_risk_point=signal.each is not None,
            risk_point=signal.risk_point,
            points=points,
            sign=1 if signal.add is not None else -1,
            places=signal.places,
            cap=signal.cap,
            tally=signal.to,
            law=law,
            article=article,
            from_catalog=from_catalog,
            lacks=signal.lacks,
            evidence=_evidence(checked, when, points),
        )
    for at, ceiling in enumerate(policy.grades.ceilings):
        when = expressions["grades", "ceilings", at, "when"]
        law, article, from_catalog = _basis(ceiling)
        yield RuleStep(
            ceiling.rule,
            CEILING,
            when,
            stops=ceiling.if_unknown == "stop",
            risk_point=ceiling.risk_point,
            law=law,
            article=article,
            from_catalog=from_catalog,
            lacks=ceiling.lacks,
            evidence=_evidence(checked, when, None),
            grade=ceiling.at_most,
        )
    insufficient = policy.grades.insufficient
    if insufficient is not None:
        when = expressions["grades", "insufficient", "when"]
        law, article, _ = _basis(insufficient)
        yield RuleStep(
            insufficient.rule,
            INSUFFICIENT,
            when,
            stops=insufficient.if_unknown == "stop",
            law=law,
            article=article,
            lacks=insufficient.lacks,
            evidence=_evidence(checked, when, None),
            grade=insufficient.grade,
        )


def _points(checked: CheckedPolicy, at: int, signal: Signal) -> Expression | None:
    key = "add" if signal.add is not None else "deduct"
    return checked.expressions.get(("signals", at, key))


def _evidence(checked: CheckedPolicy, when: Expression, points: Expression | None) -> tuple[str, ...]:
    """The facts made of records that a rule depends on, directly or through other facts, sorted."""
    facts = checked.policy.facts
    found: set[str] = set()
    pending = [*names_in(when), *(names_in(points) if points is not None else ())]
    while pending:
        name = pending.pop()
        if name not in facts or name in found:
            continue
        if facts[name].is_compared:
            pending.append(facts[name].compared)
        elif facts[name].is_computed:
            pending += names_in(checked.expressions["facts", name, facts[name].operation])
        elif facts[name].operation != "days_since" or facts[name].days_since in ROW_DATES:
            found.add(name)
    return tuple(sorted(found))


def table_steps(checked: CheckedPolicy) -> Iterator[GradeRowStep]:
    """The rows of the grade table."""
    for at, row in enumerate(checked.policy.grades.table):
        if row.at_least is not None:
            yield GradeRowStep(row.grade, Operation(">=", (Name("score"), Literal(row.at_least))))
        else:
            yield GradeRowStep(row.grade, checked.expressions.get(("grades", "table", at, "when"), Literal(value=True)))


def tally_steps(checked: CheckedPolicy) -> Iterator[TallyStep]:
    """The accounts beside the score."""
    for name, tally in checked.policy.tallies.items():
        yield TallyStep(name, tally_type(checked.policy, name), tally.start, tally.floor, tally.ceiling)
