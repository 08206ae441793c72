"""From a checked policy and a catalogue to a plan: names resolved, defaults filled in, nothing left to an engine."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.contract.sources import ProfileColumn
from riskengine.kernel.windows import Window, parse_window
from riskengine.plan.model import Plan
from riskengine.plan.steps import (
    CEILING,
    INSUFFICIENT,
    SIGNAL,
    ActionStep,
    AssignmentStep,
    FactStep,
    GradeRowStep,
    LiabilityStep,
    RiskPointStep,
    RuleStep,
    WeightStep,
)
from riskengine.policy import Known, check_policy, fact_source
from riskengine.policy.expression import Expression, Literal, Name, Operation, names_in
from riskengine.policy.scope import OPERATOR_COLUMNS, ROW_DATES, profile_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog import Catalog, RiskPoint
    from riskengine.policy import CheckedPolicy, PolicyFile
    from riskengine.policy.fact import Fact
    from riskengine.policy.model import Policy, Signal
    from riskengine.policy.sections import Based

DatedValues = tuple[tuple[date, Decimal | int | str], ...]


def compile_plan(file: PolicyFile, catalog: Catalog) -> Plan:
    """Check a policy against the catalogue and compile it.

    Args:
        file: the policy.
        catalog: the catalogue; its law register serves every policy, its risk points those with ``catalog: transport``.

    Raises:
        PolicyError: with every problem of the policy.
    """
    policy = file.policy
    used = catalog if policy.catalog else None
    laws = tuple(catalog.laws.laws)
    checked = check_policy(file, Known(laws, None if used is None else tuple(used.risk_points)))
    return Plan(
        policy=policy.policy,
        policy_version=policy.version,
        policy_sha256=hashlib.sha256(file.content).hexdigest(),
        since=policy.effective.since,
        until=policy.effective.until,
        catalog=used.id if used else None,
        catalog_version=used.version if used else None,
        catalog_sha256=used.sha256 if used else None,
        counted_statuses=policy.counted_statuses,
        parameters=_parameters(policy),
        profile=_profile(policy),
        weights=tuple(_weights(policy)),
        facts=(*_columns(checked), *(_fact(checked, name) for name in checked.fact_order)),
        rules=tuple(_rules(checked)),
        start=policy.grades.score.start,
        floor=policy.grades.score.floor,
        ceiling=policy.grades.score.ceiling,
        table=tuple(_table(checked)),
        quarantined_stops=policy.grades.on_quarantined == "stop",
        assignments=tuple(
            AssignmentStep(item.grade, item.status, item.rule, item.tier, item.actions)
            for item in policy.supervision.assign
        ),
        actions=tuple(
            ActionStep(name, action.law, action.article) for name, action in policy.supervision.actions.items()
        ),
        risk_points=tuple(_risk_point(used, point) for point in used.risk_points.values()) if used else (),
    )


def _parameters(policy: Policy) -> tuple[tuple[str, DatedValues], ...]:
    return tuple(
        (name, tuple((dated.since, dated.value) for dated in parameter.dated_values))
        for name, parameter in policy.parameters.items()
    )


def _profile(policy: Policy) -> tuple[ProfileColumn, ...]:
    return tuple(
        ProfileColumn(name, field.type, field.places, field.min, field.max, field.words)
        for name, field in policy.profile.items()
    )


def _window(text: str) -> Window:
    window = parse_window(text)
    assert window is not None, text  # noqa: S101 - the check has read every window
    return window


def _weights(policy: Policy) -> Iterator[WeightStep]:
    for name, weight in policy.weights.items():
        yield WeightStep(
            name,
            weight.of,
            weight.by,
            table=tuple(weight.table.items()),
            brackets=tuple((_window(row.within), row.value) for row in weight.brackets if row.within is not None),
            ranges=tuple((row.at_least, row.below, row.value) for row in weight.brackets if row.within is None),
            otherwise=weight.otherwise,
            missing=weight.missing,
        )


def _columns(checked: CheckedPolicy) -> Iterator[FactStep]:
    """The operator columns that facts, rules or the grade table read, as facts: so that a run explains itself."""
    policy = checked.policy
    scope = {**OPERATOR_COLUMNS, **{name: profile_type(field) for name, field in policy.profile.items()}}
    read = {str(fact.days_since) for fact in policy.facts.values()}
    for path, tree in checked.expressions.items():
        if path[0] != "facts" or path[2] in {"value", "table"}:
            read.update(names_in(tree))
    for name, kind in scope.items():
        if name in read and name not in policy.parameters:
            yield FactStep(name, kind, per_risk_point=False, operation="column", value=Name(name))


def _fact(checked: CheckedPolicy, name: str) -> FactStep:
    fact, kind = checked.policy.facts[name], checked.fact_types[name]
    expressions, path = checked.expressions, ("facts", name)
    if fact.is_computed:
        return FactStep(
            name,
            kind,
            per_risk_point=fact.each_risk_point,
            operation="value",
            value=expressions[*path, fact.operation],
            places=fact.places,
        )
    if fact.operation == "days_since" and fact.days_since not in ROW_DATES:
        return FactStep(
            name, kind, per_risk_point=False, operation="days_since_column", value=Name(str(fact.days_since))
        )
    source = fact_source(fact)
    return FactStep(
        name,
        kind,
        per_risk_point=fact.each_risk_point,
        operation=fact.operation,
        source=source,
        where=expressions.get((*path, "where")),
        window=_window(fact.within) if fact.within else None,
        date=fact.by or ROW_DATES[source][0],
        value=_aggregated(checked, name, fact),
        group=None if fact.each_risk_point else fact.per,
        then=fact.then,
        having=expressions.get((*path, "having")),
        group_cap=fact.group_cap,
        missing=fact.missing,
        empty=fact.empty,
        places=fact.places,
    )


def _aggregated(checked: CheckedPolicy, name: str, fact: Fact) -> Expression | None:
    if fact.count_distinct is not None:
        return Name(fact.count_distinct)
    return checked.expressions.get(("facts", name, fact.operation))


def _basis(section: Based) -> tuple[str | None, str | None, bool]:
    if section.law == "from_catalog":
        return None, None, True
    return section.law, section.article, False


def _rules(checked: CheckedPolicy) -> Iterator[RuleStep]:
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
        if facts[name].is_computed:
            pending += names_in(checked.expressions["facts", name, facts[name].operation])
        elif facts[name].operation != "days_since" or facts[name].days_since in ROW_DATES:
            found.add(name)
    return tuple(sorted(found))


def _table(checked: CheckedPolicy) -> Iterator[GradeRowStep]:
    for at, row in enumerate(checked.policy.grades.table):
        if row.at_least is not None:
            yield GradeRowStep(row.grade, Operation(">=", (Name("score"), Literal(row.at_least))))
        else:
            yield GradeRowStep(row.grade, checked.expressions.get(("grades", "table", at, "when"), Literal(value=True)))


def _risk_point(catalog: Catalog, point: RiskPoint) -> RiskPointStep:
    liabilities = tuple(
        LiabilityStep(citation.law, citation.article, version.effective_from, version.effective_to)
        for citation in point.citations
        if citation.role == "liability"
        for version in catalog.laws.versions(citation.law)
        if version.version == citation.version and version.effective_from is not None
    )
    return RiskPointStep(point.code, point.area, point.level, point.measures, liabilities)
