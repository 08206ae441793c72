"""What a rule that fired gives on later days and once its records are repaired, with everything else as it is.

All of it follows from a result alone: which records stand behind a rule, their days, the windows and weights of the
policy. Where the tables do not tell what a fact is without some of its records, it is left open rather than guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.plan import evaluate, settled_points
from riskengine.policy.expression import names_in
from riskengine.results.ahead import Ahead, Dated
from riskengine.results.lapses import lapses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from riskengine.plan import FactStep, RuleStep
    from riskengine.results.context import Context
    from riskengine.results.lapses import RuleLapse
    from riskengine.results.view import OperatorView

REPAIRED = "repaired"
"""The status of a record whose subject has repaired its credit."""


@dataclass(frozen=True, slots=True)
class Later:
    """What a rule gives from a day on.

    Attributes:
        day: the first day.
        gone: how many of the records that count now no longer do.
        left: how many still do.
        fires: whether it fires still; None where the tables do not tell.
        points: what it gives; None where the tables do not tell.
    """

    day: date
    gone: int
    left: int
    fires: bool | None
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A rule that fired, and what it gives later.

    Attributes:
        lapse: its records and when they lapse.
        to_score: whether its points go to the score, not to a tally.
        later: the days on which something is known to change, in order.
        repaired: what it gives once all of its records are repaired; None where repaired records count, or where the
            tables do not tell.
        ends: the first day from which it certainly fires no more; None where the tables do not tell.
        repair_from: the first day on which repair can be applied for of all of its records, as the ledger knew it; None
            where the result is not from a ledger, or one of them cannot be repaired.
    """

    lapse: RuleLapse
    to_score: bool
    later: tuple[Later, ...]
    repaired: Later | None
    ends: date | None
    repair_from: date | None = None


def outlook(view: OperatorView, context: Context) -> tuple[Outlook, ...]:
    """What the rules that fired for an operator on records give on later days, in the order of its signals.

    Args:
        view: the rows about the operator, with those of ``conduct``.
        context: plan, policy, catalogue and as-of date of the result.
    """
    days = {row["violation_id"]: row for row in view.conduct}
    return tuple(_of_rule(lapse, days, view, context) for lapse in lapses(view, context))


def _of_rule(lapse: RuleLapse, days: Mapping[str, Mapping[str, Any]], view: OperatorView, context: Context) -> Outlook:
    step = context.steps[lapse.rule]
    facts = [fact for fact in context.plan.facts if fact.name in step.evidence]
    records = [
        Dated(
            record.record_id,
            days[record.record_id]["risk_point"],
            record.occurred_on,
            days[record.record_id]["decided_on"],
            record.lapses_on,
        )
        for record in lapse.records
        if record.occurred_on is not None
    ]
    complete = len(records) == len(lapse.records)
    ahead = Ahead(view, context, step, facts, records, lapse.risk_point, complete=complete)
    later = tuple(_later(lapse, step, records, ahead, _turning(records, facts, context)))
    never = Later(context.as_of, len(records), 0, *_outcome(step, ahead.names(context.as_of, frozenset())))
    repairable = REPAIRED not in context.plan.counted_statuses and never.fires is not None
    return Outlook(
        lapse=lapse,
        to_score=step.tally is None,
        later=later,
        repaired=never if repairable else None,
        ends=_ends(later),
        repair_from=_repair_from(lapse, view),
    )


def _repair_from(lapse: RuleLapse, view: OperatorView) -> date | None:
    days = [view.repairs.get(record.record_id) for record in lapse.records]
    told = [day for day in days if day is not None]
    return max(told) if told and len(told) == len(days) else None


def _ends(later: Sequence[Later]) -> date | None:
    """The day from which it fires no more on any of the days that follow."""
    found = None
    for one in reversed(later):
        if one.fires is not False:
            break
        found = one.day
    return found


def _turning(records: Sequence[Dated], facts: Sequence[FactStep], context: Context) -> list[date]:
    """The days after as-of on which a record lapses, or counts by another weight."""
    used = {name for fact in facts if fact.value is not None for name in names_in(fact.value)}
    lapse = [record.leaves for record in records if record.leaves is not None]
    found = set(lapse)
    for weight in context.plan.weights:
        if weight.name in used and weight.brackets:
            found |= {window.left_on(record.occurred_on) for record in records for window, _ in weight.brackets}
    return sorted(day for day in found if day > context.as_of and (not lapse or day <= max(lapse)))


def _later(
    lapse: RuleLapse, step: RuleStep, records: Sequence[Dated], ahead: Ahead, days: Sequence[date]
) -> Iterator[Later]:
    """Only days on which something is known to change: records go, or the points are others."""
    gone, points = 0, lapse.points
    for day in days:
        left = frozenset(record.record_id for record in records if record.leaves is None or record.leaves > day)
        now = Later(day, len(records) - len(left), len(left), *_outcome(step, ahead.names(day, left)))
        if now.gone != gone or (now.points is not None and now.points != points):
            yield now
        gone, points = now.gone, now.points if now.points is not None else points


def _outcome(step: RuleStep, names: Mapping[str, Any]) -> tuple[bool | None, Decimal | None]:
    """Whether a rule fires, and its points."""
    fires = evaluate(step.when, names)
    if fires is not True:
        return fires, Decimal(0) if fires is False else None
    if step.points is None:
        return True, Decimal(0)
    value = evaluate(step.points, names)
    return True, None if value is None else settled_points(step, Fraction(value))
