"""Why this grade: the rules that fired, those that cannot be told, those that did not fire, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, NOT_CURRENT
from riskengine.kernel.decimals import plain
from riskengine.kernel.languages import Text
from riskengine.plan import evaluate, settled_points
from riskengine.plan.steps import CEILING
from riskengine.policy.expression import names_in
from riskengine.results.objections import display_is_stopped
from riskengine.results.parts import (
    Account,
    Advice,
    Evidence,
    FiredRule,
    LeftOutRecord,
    QuietRule,
    UnknownRule,
    WhichLaw,
)
from riskengine.results.which_law import which_law
from riskengine.results.why import value_text, why_not
from riskengine.results.words import told as in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.plan import RuleStep
    from riskengine.results.context import Context
    from riskengine.results.objections import OpenObjection
    from riskengine.results.view import OperatorView

SCHEMA = "riskengine.explanation/1"
_OF_OBJECTION = frozenset({"objection", "display_stopped"})
_KEPT = 20_000  # reasons in words


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one operator's grade, in both languages."""

    operator_id: str
    name: str
    as_of: str
    policy: str
    policy_version: str
    status: str
    grade: str | None
    grade_title: Text | None
    score: Decimal | None
    start: str
    tallies: tuple[Account, ...]
    missing: tuple[Text, ...]
    quarantined: int
    left_out: tuple[LeftOutRecord, ...]
    risk_level: str | None
    previous_grade: str | None
    fired: tuple[FiredRule, ...]
    unknown: tuple[UnknownRule, ...]
    quiet: tuple[QuietRule, ...]
    which_law: tuple[WhichLaw, ...]
    tier: Text | None
    advice: tuple[Advice, ...]
    measures: tuple[tuple[str, Text], ...]
    objection: OpenObjection | None = None
    display_stopped: bool = False

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form with a versioned schema; texts are ``{"zh": …, "en": …}``, numbers are decimal texts.

        ``objection`` and ``display_stopped`` (whether the policy has the grade not published meanwhile) are there
        where an objection to the grade is not answered.
        """
        found = {"schema": SCHEMA, **_plain(self)}
        return (
            found if self.objection is not None else {name: found[name] for name in found if name not in _OF_OBJECTION}
        )


def explain(view: OperatorView, context: Context) -> Explanation:
    """Explain one operator's result.

    Args:
        view: the rows about the operator.
        context: plan, policy, catalogue and as-of date of the result.
    """
    grade, plan = view.grade, context.plan
    tiers = [row["tier"] for row in view.actions if row["tier"]]
    tier = context.policy.supervision.tiers.get(tiers[0]) if tiers else None
    return Explanation(
        operator_id=grade["operator_id"],
        name=grade["name"],
        as_of=context.as_of.isoformat(),
        policy=plan.policy,
        policy_version=plan.policy_version,
        status=grade["status"],
        grade=grade["grade"],
        grade_title=context.grade_title(grade["grade"]),
        score=grade["score"],
        start=plain(plan.start),
        tallies=tuple(_accounts(view, context)),
        missing=tuple(context.missing_title(name) for name in grade["missing"]),
        quarantined=grade["quarantined_count"],
        left_out=tuple(
            LeftOutRecord(*(row[name] for name in ("source", "row", "column", "code", "message")))
            for row in view.left_out
        ),
        risk_level=grade["risk_level"],
        previous_grade=grade["previous_grade"],
        fired=tuple(_fired(view, context)),
        unknown=tuple(_unknown(view, context)),
        quiet=tuple(_quiet(view, context)),
        which_law=which_law(view, context),
        tier=tier.title.text if tier else None,
        advice=tuple(_advice(view, context)),
        measures=tuple((row["measure"], context.catalog.measures[row["measure"]].text) for row in view.measures),
        objection=view.objection,
        display_stopped=view.objection is not None and display_is_stopped(context.policy),
    )


def _accounts(view: OperatorView, context: Context) -> Iterator[Account]:
    for tally in context.plan.tallies:
        value = view.facts.get(tally.name) if view.grade["status"] != NOT_CURRENT else None
        yield Account(context.name_title(tally.name), plain(tally.start), None if value is None else plain(value))


def _fired(view: OperatorView, context: Context) -> Iterator[FiredRule]:
    for row in view.signals:
        if row["status"] != FIRED:
            continue
        step, rule = context.steps[row["rule"]], context.rules[row["rule"]]
        evidence = tuple(
            Evidence(item["source"], item["record_id"])
            for item in view.evidence
            if (item["rule"], item["risk_point"]) == (row["rule"], row["risk_point"])
        )
        yield FiredRule(
            rule=row["rule"],
            title=rule.title.text,
            stage=step.stage,
            risk_point=row["risk_point"],
            risk_point_title=context.risk_point_title(row["risk_point"]),
            points=row["points"],
            tally=None if step.tally is None else context.name_title(step.tally),
            tally_points=_tally_points(step, rule_names(view, context, row["risk_point"])),
            count=row["count"],
            law=context.law_label(row["rule"], row["law"], row["article"], row["risk_point"]),
            basis=rule.basis,
            note=rule.note.text if rule.note else None,
            at_most=step.grade if step.stage == CEILING else None,
            decisive=view.grade["ceiling_rule"] == row["rule"],
            values=tuple(_values(step, rule_names(view, context, row["risk_point"]), context)),
            evidence=evidence,
        )


def _tally_points(step: RuleStep, names: Mapping[str, Any]) -> Decimal | None:
    """What a rule gave to its tally, which the table of signals does not hold: computed again from the facts."""
    if step.tally is None or step.points is None:
        return None
    value = evaluate(step.points, names)
    return None if value is None else settled_points(step, value)


def _values(step: RuleStep, names: Mapping[str, Any], context: Context) -> Iterator[tuple[Text, Text]]:
    read = [*names_in(step.when), *(names_in(step.points) if step.points is not None else ())]
    for name in dict.fromkeys(read):
        yield context.name_title(name), value_text(names.get(name))


def _unknown(view: OperatorView, context: Context) -> Iterator[UnknownRule]:
    for row in view.signals:
        if row["status"] != FIRED:
            yield UnknownRule(
                row["rule"],
                context.rules[row["rule"]].title.text,
                row["risk_point"],
                context.risk_point_title(row["risk_point"]),
                tuple(context.missing_title(name) for name in row["missing"]),
                context.steps[row["rule"]].stops,
            )


def _quiet(view: OperatorView, context: Context) -> Iterator[QuietRule]:
    """Rules that were evaluated and found false, rebuilt from the facts."""
    if view.grade["status"] == NOT_CURRENT:
        return
    told = {(row["rule"], row["risk_point"]) for row in view.signals}
    codes = (None, *(row["risk_point"] for row in view.risk_point_facts))
    names = {code: rule_names(view, context, code) for code in codes}
    for step in context.plan.rules:
        title = context.rules[step.rule].title.text
        if not step.each_risk_point:
            if (step.rule, step.risk_point) not in told:
                yield QuietRule(step.rule, title, step.risk_point, _reasons(step, names[None], context))
            continue
        if not view.risk_point_facts:
            yield QuietRule(step.rule, title, None, (in_words("no_violation_counts"),))
        for row in view.risk_point_facts:
            code = row["risk_point"]
            if (step.rule, code) not in told:
                yield QuietRule(step.rule, title, code, _reasons(step, names[code], context))


def _reasons(step: RuleStep, names: Mapping[str, Any], context: Context) -> tuple[Text, ...]:
    """Why a rule is false; among many operators few values occur, and the words for them are kept."""
    key = (step.rule, *(names.get(name) for name in names_in(step.when)))
    kept = context.told_reasons
    if key not in kept:
        if len(kept) >= _KEPT:
            kept.clear()
        kept[key] = tuple(why_not(step.when, names, context.name_title))
    return kept[key]


def rule_names(view: OperatorView, context: Context, code: str | None) -> dict[str, Any]:
    """The names that a rule's expressions read, from the facts of the result."""
    names: dict[str, Any] = {**context.parameters, **view.facts, "as_of": context.as_of}
    for row in view.risk_point_facts:
        if row["risk_point"] == code:
            point = context.plan.risk_point_by_code.get(code or "")
            names.update(row, level=point.level if point else None, area=point.area if point else None)
    return names


def _advice(view: OperatorView, context: Context) -> Iterator[Advice]:
    for row in view.actions:
        action = context.policy.supervision.actions[row["action"]]
        kind, _, cause = row["reason"].partition(":")
        yield Advice(
            row["action"],
            action.title.text,
            _reason(kind, cause, context),
            context.action_law(row["action"], row["law"], row["article"]),
        )


def _reason(kind: str, cause: str, context: Context) -> Text:
    if kind == "grade":
        return in_words("by_grade", grade=cause)
    if kind == "rule":
        return context.rules[cause].title.text
    return in_words("not_evaluable")


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.to_dict()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
