"""When the records behind a rule stop counting, and when the points of a rule come back if nothing new happens.

A record counts for a rule as long as the window of any fact that is the rule's evidence holds its day. Facts may also
look at parts of the records alone (``where``), so the day told here is the latest: a record may stop counting earlier,
never later. Points come back in full on the day on which the last record has gone, where the rule cannot fire without
records; what a rule would deduct in between is not told, for it needs the records themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED
from riskengine.plan import evaluate, exact
from riskengine.policy.expression import names_in
from riskengine.results.ahead import is_gone_with_its_records
from riskengine.results.explanation import rule_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from riskengine.kernel.languages import Text
    from riskengine.plan import FactStep, RuleStep
    from riskengine.results.context import Context
    from riskengine.results.view import OperatorView, Row

_ZERO = frozenset({"count", "count_distinct", "sum"})
_DATED = frozenset({"occurred_on", "decided_on"})


@dataclass(frozen=True, slots=True)
class RecordLapse:
    """A record behind a rule, and when it stops counting for it.

    Attributes:
        source, record_id: the record.
        occurred_on: the day of the conduct; None where the run does not hold it.
        lapses_on: the first as-of date on which it no longer counts, at the latest; None where it always counts, or
            where its day is not known.
    """

    source: str
    record_id: str
    occurred_on: date | None
    lapses_on: date | None


@dataclass(frozen=True, slots=True)
class RuleLapse:
    """A rule that fired, with when its records lapse.

    Attributes:
        rule, title, risk_point, risk_point_title: which.
        points: what it gave to the score; negative is a deduction.
        at_most: a ceiling's grade.
        records: those behind it, the first to lapse first, those that never do last.
        returns_on: the as-of date from which none of its records counts and it cannot fire, if nothing new happens;
            None where that cannot be told.
    """

    rule: str
    title: Text
    risk_point: str | None
    risk_point_title: Text | None
    points: Decimal
    at_most: str | None
    records: tuple[RecordLapse, ...]
    returns_on: date | None


def lapses(view: OperatorView, context: Context) -> tuple[RuleLapse, ...]:
    """When the records of an operator lapse, for each rule that fired on records.

    Args:
        view: the rows about the operator.
        context: plan, policy and as-of date of the result.
    """
    days = {row["violation_id"]: row for row in view.conduct}
    facts = {fact.name: fact for fact in context.plan.facts}
    found = []
    for signal in view.signals:
        if signal["status"] != FIRED:
            continue
        step = context.steps[signal["rule"]]
        behind = [
            item
            for item in view.evidence
            if (item["rule"], item["risk_point"]) == (signal["rule"], signal["risk_point"])
        ]
        if not behind:
            continue
        counted = [facts[name] for name in step.evidence if name in facts]
        records = [_record(item, days, counted) for item in behind]
        records.sort(key=lambda one: (one.lapses_on is None, one.lapses_on, one.record_id))
        found.append(_lapse(signal, step, records, view, context))
    return tuple(found)


def _record(item: Row, days: Mapping[str, Row], facts: list[FactStep]) -> RecordLapse:
    row = days.get(item["record_id"]) if item["source"] == "violations" else None
    if row is None:
        return RecordLapse(item["source"], item["record_id"], None, None)
    ends = [
        fact.window.left_on(row[fact.date])
        if fact.window is not None and fact.date in _DATED and row[fact.date] is not None
        else None
        for fact in facts
        if fact.source == "violations"
    ]
    told = [end for end in ends if end is not None]
    lapses_on = max(told) if told and len(told) == len(ends) else None
    return RecordLapse(item["source"], item["record_id"], row["occurred_on"], lapses_on)


def _lapse(signal: Row, step: RuleStep, records: list[RecordLapse], view: OperatorView, context: Context) -> RuleLapse:
    code = signal["risk_point"]
    days = [record.lapses_on for record in records if record.lapses_on is not None]
    returns = max(days) if len(days) == len(records) and _quiet_without_records(step, view, context, code) else None
    return RuleLapse(
        signal["rule"],
        context.rules[signal["rule"]].title.text,
        code,
        context.risk_point_title(code),
        signal["points"],
        step.grade,
        tuple(records),
        returns,
    )


def _quiet_without_records(step: RuleStep, view: OperatorView, context: Context, code: str | None) -> bool:
    """Whether the rule's condition is certainly false where no record counts."""
    if step.each_risk_point:
        return True  # without a record the risk point is not asked about
    facts = {fact.name: fact for fact in context.plan.facts}
    names = {name: exact(value) for name, value in rule_names(view, context, code).items()}
    done: set[str] = set()

    def settle(name: str) -> None:
        fact = facts.get(name)
        if fact is None or name in done:
            return
        done.add(name)
        for read in fact.reads:
            settle(read)
        if fact.source is not None:
            names[name] = _over_none(fact) if is_gone_with_its_records(fact) else None
        elif fact.operation == "value" and fact.value is not None:
            names[name] = evaluate(fact.value, names)

    for name in names_in(step.when):
        settle(name)
    return evaluate(step.when, names) is False


def _over_none(fact: FactStep) -> Any:
    """A fact's value over no records."""
    if fact.empty is not None:
        return exact(fact.empty)
    of_groups = fact.then in {"sum", "count"} if fact.group else fact.operation in _ZERO
    return 0 if of_groups else None
