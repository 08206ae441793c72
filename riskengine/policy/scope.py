"""The names that an expression may use, by where it stands, with their types."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.contract.sources import VIOLATIONS
from riskengine.contract.tables import LEVELS
from riskengine.policy.expression import BOOL, DATE, INTEGER, TEXT, TEXTS, Type

if TYPE_CHECKING:
    from riskengine.policy.inputs import Parameter, ProfileField
    from riskengine.policy.model import Policy

OPERATOR_COLUMNS = {
    "name": TEXT,
    "county": TEXT,
    "fleet_size": Type("integer", unit="vehicles"),
    "drivers": Type("integer", unit="persons"),
    "licensed_on": DATE,
}
"""Operator columns that every policy may read without declaring them."""

ROW_COLUMNS = {
    "violations": {
        "violation_id": TEXT,
        "risk_point": TEXT,
        "occurred_on": DATE,
        "decided_on": DATE,
        "penalty": Type("decimal", 2, "yuan"),
        "severity": TEXT,
        "status": TEXT,
        "penalty_kind": TEXTS,
        "vehicle": TEXT,
        "plate_colour": TEXT,
        "driver": TEXT,
        "decision_body": TEXT,
        "place": TEXT,
        "inspection_id": TEXT,
        "level": TEXT,
        "area": TEXT,
        "age_days": Type("integer", unit="days"),
    },
    "inspections": {
        "inspection_id": TEXT,
        "inspected_on": DATE,
        "kind": TEXT,
        "place": TEXT,
        "result": TEXT,
        "vehicle": TEXT,
        "age_days": Type("integer", unit="days"),
    },
}
"""Columns of a record: those of the contract, and ``level`` and ``area`` of its risk point, and its age at as-of."""

WORDS = {
    **{column.name: column.values for column in VIOLATIONS.columns if column.words},
    "level": LEVELS,
}
"""Columns that hold none but these texts."""

ROW_DATES = {"violations": ("occurred_on", "decided_on"), "inspections": ("inspected_on",)}
"""The dates that may place a record in a window; the first is the default."""

RISK_POINT_NAMES = {"risk_point": TEXT, "level": TEXT, "area": TEXT}
RESERVED = ("score", "group", "as_of")


def number_type(value: object, unit: str | None = None) -> Type:
    """The type of a plain value of the YAML."""
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return Type("integer", unit=unit)
    if isinstance(value, Decimal):
        return Type("decimal", max(0, -int(value.as_tuple().exponent)), unit)
    return TEXT


def parameter_type(parameter: Parameter) -> Type:
    """The type of a parameter: the widest of its values."""
    types = [number_type(dated.value, parameter.unit) for dated in parameter.dated_values]
    if all(kind == types[0] for kind in types):
        return types[0]
    if all(kind.is_number for kind in types):
        return Type("decimal", max(kind.places for kind in types), parameter.unit)
    return TEXT


def profile_type(field: ProfileField) -> Type:
    """The type of a declared operator column."""
    return {"text": TEXT, "date": DATE, "bool": BOOL, "integer": Type("integer", unit=field.unit)}.get(
        field.type, Type("decimal", field.places, field.unit)
    )


def linkable_columns(policy: Policy) -> dict[str, Type]:
    """The columns of an inspection that violations may read."""
    columns = {name: kind for name, kind in ROW_COLUMNS["inspections"].items() if name != "age_days"}
    return {**columns, **{name: profile_type(field) for name, field in policy.columns.inspections.items()}}


def row_columns(policy: Policy, source: str) -> dict[str, Type]:
    """The columns of a record: those of every policy, those that this one declares, and those of its inspection."""
    declared = {name: profile_type(field) for name, field in policy.columns.of(source).items()}
    linked: dict[str, Type] = {}
    if source == "violations":
        there = linkable_columns(policy)
        linked = {name: there[column] for name, column in policy.columns.of_inspection.items() if column in there}
    return {**ROW_COLUMNS[source], **declared, **linked}


def row_dates(policy: Policy, source: str) -> tuple[str, ...]:
    """The dates that may place a record in a window; the first is the default."""
    further = [name for name, kind in row_columns(policy, source).items() if kind == DATE]
    return tuple(dict.fromkeys([*ROW_DATES[source], *further]))


def parameters_scope(policy: Policy) -> dict[str, Type]:
    """The parameters."""
    return {name: parameter_type(parameter) for name, parameter in policy.parameters.items()}


def tally_type(policy: Policy, name: str) -> Type:
    """The type of a tally: as many digits as its limits, and the points that go to it, can have."""
    tally = policy.tallies[name]
    numbers = [tally.start, tally.floor, tally.ceiling]
    places = [0]
    for signal in policy.signals:
        if signal.to == name:
            places.append(signal.places)
            numbers.append(signal.cap)
    digits = max(*places, *(number_type(value).places for value in numbers if value is not None))
    return Type("decimal" if digits else "integer", digits, tally.unit)


def operator_scope(policy: Policy) -> dict[str, Type]:
    """What is known of an operator before any fact: columns, declared fields, parameters, the as-of date."""
    return {
        **OPERATOR_COLUMNS,
        **{name: profile_type(field) for name, field in policy.profile.items()},
        **parameters_scope(policy),
        "as_of": DATE,
    }


def row_scope(policy: Policy, source: str) -> dict[str, Type]:
    """What is known of a record of ``source``: its columns, the weights of that source, parameters, the as-of date."""
    weights: dict[str, Type] = {}
    for name, weight in policy.weights.items():
        if weight.of == source:
            numbers = [*weight.table.values(), *(bracket.value for bracket in weight.brackets)]
            numbers += [value for value in (weight.otherwise, weight.missing) if value is not None]
            places = max((number_type(value).places for value in numbers), default=0)
            places = max(places, weight.places)
            whole = not weight.places and all(isinstance(value, int) for value in numbers)
            weights[name] = INTEGER if whole else Type("decimal", places)
    return {**row_columns(policy, source), **parameters_scope(policy), **weights, "as_of": DATE}
