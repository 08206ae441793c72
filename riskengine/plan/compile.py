"""From a checked policy and a catalogue to a plan: names resolved, defaults filled in, nothing left to an engine."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.contract.sources import ProfileColumn
from riskengine.kernel.windows import Window, parse_window
from riskengine.plan.compile_rules import rule_steps, table_steps, tally_steps
from riskengine.plan.model import Plan
from riskengine.plan.steps import (
    ActionStep,
    AssignmentStep,
    FactStep,
    LiabilityStep,
    RiskPointStep,
    WeightStep,
)
from riskengine.policy import Known, check_policy, fact_source
from riskengine.policy.expression import Expression, Name, names_in
from riskengine.policy.scope import OPERATOR_COLUMNS, ROW_DATES, profile_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog import Catalog, RiskPoint
    from riskengine.policy import CheckedPolicy, PolicyFile
    from riskengine.policy.fact import Fact
    from riskengine.policy.model import Policy

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
        profile=tuple(_profile(policy)),
        links=_links(policy),
        weights=tuple(_weights(policy)),
        facts=(*_columns(checked), *(_fact(checked, name) for name in checked.fact_order)),
        rules=tuple(rule_steps(checked)),
        start=policy.grades.score.start,
        floor=policy.grades.score.floor,
        ceiling=policy.grades.score.ceiling,
        tallies=tuple(tally_steps(checked)),
        table=tuple(table_steps(checked)),
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


def _profile(policy: Policy) -> Iterator[ProfileColumn]:
    """The columns that the policy declares: of operators, of violations, of inspections."""
    sources = {"operators": policy.profile, **{name: policy.columns.of(name) for name in ROW_DATES}}
    for source, held in sources.items():
        for name, field in held.items():
            yield ProfileColumn(name, field.type, field.places, field.min, field.max, field.words, source)


def _links(policy: Policy) -> tuple[tuple[str, str], ...]:
    return tuple(policy.columns.of_inspection.items())


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
            divide=weight.divide,
            places=weight.places,
        )


def _columns(checked: CheckedPolicy) -> Iterator[FactStep]:
    """The operator columns that facts, rules or the grade table read, as facts: so that a run explains itself."""
    policy = checked.policy
    scope = {**OPERATOR_COLUMNS, **{name: profile_type(field) for name, field in policy.profile.items()}}
    read = {name for fact in policy.facts.values() for name in (str(fact.days_since), fact.compared, *fact.among)}
    for path, tree in checked.expressions.items():
        of_operator = path[0] != "facts" or path[2] in {"value", "table"}
        if of_operator or (path[2] == "where" and policy.facts[str(path[1])].is_compared):
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
    if fact.is_compared:
        return FactStep(
            name,
            kind,
            per_risk_point=False,
            operation=fact.operation,
            where=expressions.get((*path, "where")),
            value=Name(fact.compared),
            among=tuple(Name(column) for column in fact.among),
            best=fact.best,
            places=fact.places,
        )
    if fact.operation == "days_since" and fact.days_since not in ROW_DATES:
        return FactStep(
            name, kind, per_risk_point=False, operation="days_since_column", value=Name(str(fact.days_since))
        )
    source = fact_source(fact)
    day = fact.by or ROW_DATES[source][0]
    slides = fact.in_any is not None
    return FactStep(
        name,
        kind,
        per_risk_point=fact.each_risk_point,
        operation=fact.operation,
        source=source,
        where=expressions.get((*path, "where")),
        window=_window(fact.within) if fact.within else None,
        date=day,
        value=_aggregated(checked, name, fact),
        group=day if slides else None if fact.each_risk_point else fact.per,
        then="max" if slides else fact.then,
        having=expressions.get((*path, "having")),
        group_cap=fact.group_cap,
        once=fact.once,
        span=_window(fact.in_any) if fact.in_any is not None else None,
        missing=fact.missing,
        empty=0 if slides and fact.empty is None else fact.empty,
        places=fact.places,
    )


def _aggregated(checked: CheckedPolicy, name: str, fact: Fact) -> Expression | None:
    if fact.count_distinct is not None:
        return Name(fact.count_distinct)
    return checked.expressions.get(("facts", name, fact.operation))


def _risk_point(catalog: Catalog, point: RiskPoint) -> RiskPointStep:
    liabilities = tuple(
        LiabilityStep(citation.law, citation.article, version.effective_from, version.effective_to)
        for citation in point.citations
        if citation.role == "liability"
        for version in catalog.laws.versions(citation.law)
        if version.version == citation.version and version.effective_from is not None
    )
    return RiskPointStep(point.code, point.area, point.level, point.measures, liabilities)
