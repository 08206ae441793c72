"""What a policy names beside expressions: laws, risk points, grades, tiers, actions, rules; and what it never uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.problems import Problem, nearest
from riskengine.policy.expression import names_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from riskengine.kernel.yaml_document import Path_
    from riskengine.policy.checked import CheckedPolicy, Known
    from riskengine.policy.sections import Based


def check_references(checked: CheckedPolicy, known: Known) -> list[Problem]:
    """Every name that leads nowhere, every grade without a tier, every row out of reach, every thing never used."""
    return [
        *_laws(checked, known),
        *_rules(checked, known),
        *_table(checked),
        *_supervision(checked),
        *_unused(checked),
    ]


def _unknown(checked: CheckedPolicy, path: Path_, found: str, what: str, among: Collection[str]) -> Problem:
    return checked.file.document.problem("RE-530", path, found, what=what, near=nearest(found, among))


def based_sections(checked: CheckedPolicy) -> Iterator[tuple[Path_, Based]]:
    """Every section that rests on a law or a stated basis, with its path."""
    policy = checked.policy
    for name, parameter in policy.parameters.items():
        yield ("parameters", name), parameter
    for name, weight in policy.weights.items():
        yield ("weights", name), weight
    for name, tally in policy.tallies.items():
        yield ("tallies", name), tally
    for at, signal in enumerate(policy.signals):
        yield ("signals", at), signal
    yield ("grades",), policy.grades
    for at, ceiling in enumerate(policy.grades.ceilings):
        yield ("grades", "ceilings", at), ceiling
    if policy.grades.insufficient is not None:
        yield ("grades", "insufficient"), policy.grades.insufficient
    for name, tier in policy.supervision.tiers.items():
        yield ("supervision", "tiers", name), tier
    for name, action in policy.supervision.actions.items():
        yield ("supervision", "actions", name), action
    if policy.objection is not None:
        yield ("objection",), policy.objection


def _laws(checked: CheckedPolicy, known: Known) -> Iterator[Problem]:
    for path, section in based_sections(checked):
        if section.law not in {None, "from_catalog"} and section.law not in known.laws:
            yield checked.file.document.problem(
                "RE-529", (*path, "law"), section.law, near=nearest(str(section.law), known.laws)
            )


def _rules(checked: CheckedPolicy, known: Known) -> Iterator[Problem]:
    document, policy = checked.file.document, checked.policy
    places = [
        *(("signals", at) for at in range(len(policy.signals))),
        *(("grades", "ceilings", at) for at in range(len(policy.grades.ceilings))),
        ("grades", "insufficient"),
    ]
    seen: set[str] = set()
    grades = [row.grade for row in policy.grades.table]
    for path, rule in zip(places, policy.rules, strict=False):
        if rule.rule in seen:
            yield document.problem("RE-528", (*path, "rule"), rule.rule, taken_by="another rule")
        seen.add(rule.rule)
        code = getattr(rule, "risk_point", None)
        if code is not None and known.risk_points is not None and code not in known.risk_points:
            yield _unknown(checked, (*path, "risk_point"), code, "risk point", known.risk_points)
        at_most = getattr(rule, "at_most", None)
        if at_most is not None and at_most not in grades:
            yield _unknown(checked, (*path, "at_most"), at_most, "grade", grades)
    insufficient = policy.grades.insufficient
    if insufficient is not None and insufficient.grade in grades:
        yield document.problem(
            "RE-528", ("grades", "insufficient", "grade"), insufficient.grade, taken_by="a grade of the table"
        )


def _table(checked: CheckedPolicy) -> Iterator[Problem]:
    document = checked.file.document
    lowest = None
    closed = False
    seen: set[str] = set()
    for at, row in enumerate(checked.policy.grades.table):
        path: Path_ = ("grades", "table", at)
        if closed or (row.at_least is not None and lowest is not None and row.at_least >= lowest):
            yield document.problem("RE-531", path, row.grade)
        if row.grade in seen and row.when is None:
            yield document.problem(
                "RE-528", (*path, "grade"), row.grade, taken_by="another row without a condition of its own"
            )
        seen.add(row.grade)
        lowest = row.at_least if row.at_least is not None else lowest
        closed = closed or (row.at_least is None and row.when is None)


def _supervision(checked: CheckedPolicy) -> Iterator[Problem]:
    policy, document = checked.policy, checked.file.document
    supervision = policy.supervision
    insufficient = policy.grades.insufficient
    grades = list(dict.fromkeys(row.grade for row in policy.grades.table)) + (
        [insufficient.grade] if insufficient else []
    )
    rules = [rule.rule for rule in policy.rules]
    assigned: set[str] = set()
    for at, assignment in enumerate(supervision.assign):
        path: Path_ = ("supervision", "assign", at)
        if assignment.tier is not None and assignment.tier not in supervision.tiers:
            yield _unknown(checked, (*path, "tier"), assignment.tier, "tier", supervision.tiers)
        for action in assignment.actions:
            if action not in supervision.actions:
                yield _unknown(checked, (*path, "actions"), action, "action", supervision.actions)
        for grade in assignment.grade:
            if grade not in grades:
                yield _unknown(checked, (*path, "grade"), grade, "grade", grades)
        if assignment.rule is not None and assignment.rule not in rules:
            yield _unknown(checked, (*path, "rule"), assignment.rule, "rule", rules)
        assigned.update(assignment.grade)
    if supervision.assign:
        for grade in grades:
            if grade not in assigned:
                yield document.problem("RE-532", ("supervision", "assign"), grade)


def _unused(checked: CheckedPolicy) -> Iterator[Problem]:
    policy, document = checked.policy, checked.file.document
    used = {name for tree in checked.expressions.values() for name in names_in(tree)}
    for fact in policy.facts.values():
        used.update((str(fact.days_since), fact.compared, *fact.among))
    for name in policy.parameters:
        if name not in used:
            yield document.problem("RE-533", ("parameters", name), name)
    for section in ("weights", "facts"):
        for name, item in getattr(policy, section).items():
            to_be_shown = section == "facts" and not item.is_made_of_records
            if name not in used and not to_be_shown:
                yield document.problem("RE-533", (section, name), name)
    filled = {signal.to for signal in policy.signals}
    for name in policy.tallies:
        if name not in filled:
            yield document.problem("RE-533", ("tallies", name), name)
    named = {action for assignment in policy.supervision.assign for action in assignment.actions}
    for action in policy.supervision.actions:
        if action not in named:
            yield document.problem("RE-533", ("supervision", "actions", action), action)
