"""What each name of an expression is in the queries: columns, parameters, facts, and what makes them unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from riskengine.contract.sources import MAX_YUAN, PENALTY_PLACES, SOURCES
from riskengine.engines.sql.terms import LIST, NULL, Term, literal, name_of, quoted, scaled
from riskengine.kernel.decimals import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from riskengine.contract.sources import ProfileColumn
    from riskengine.plan import Plan, WeightStep

_ROW_EXTRAS: dict[str, dict[str, int | None]] = {
    "violations": {"level": None, "area": None, "age_days": 0},
    "inspections": {"age_days": 0},
}
_LISTS = ("penalty_kind",)
_MOST_DAYS = 4_000_000  # from the first date there is to the last
OPERATOR_COLUMNS: dict[str, int | None] = {
    "name": None,
    "county": None,
    "fleet_size": 0,
    "drivers": 0,
    "licensed_on": None,
}


@dataclass
class Scope:
    """Names in force in a query.

    Attributes:
        terms: name → its SQL.
        missing: name → the SQL of the list of fields that made it unknown, for facts.
    """

    terms: dict[str, Term] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Scope:
        """A scope that may grow on its own."""
        return Scope(dict(self.terms), dict(self.missing))

    def reasons(self, read: Iterable[str]) -> str:
        """The list of the fields behind those of the names read that are unknown, sorted, each once."""
        parts = []
        for name in dict.fromkeys(read):
            fields = self.missing.get(name, f"[{quoted(name)}]")
            parts.append(f"CASE WHEN {self.terms[name].sql} IS NULL THEN {fields} ELSE {NO_FIELDS} END")
        return f"list_distinct(flatten([{', '.join(parts)}]))" if parts else NO_FIELDS


NO_FIELDS = "CAST([] AS VARCHAR[])"


def fields(names: Iterable[str]) -> str:
    """A list of fields, written out."""
    listed = ", ".join(quoted(name) for name in sorted(set(names)))
    return f"[{listed}]" if listed else NO_FIELDS


def first_of(*lists: str) -> str:
    """The first list that is not empty."""
    *others, last = lists
    whens = " ".join(f"WHEN len({item}) > 0 THEN {item}" for item in others)
    return f"(CASE {whens} ELSE {last} END)"


def parameter_terms(plan: Plan, as_of: date) -> dict[str, Term]:
    """The parameters in force on the day, and the day, as constants."""
    held = plan.parameters_on(as_of)
    terms = {}
    for name, dated in plan.parameters:
        digits = [places_of(value) for _, value in dated]
        places = None if None in digits else max(digit or 0 for digit in digits)
        value = held[name]
        terms[name] = Term(NULL, places) if value is None else literal(value, places)
    return {**terms, "as_of": literal(as_of)}


def operator_terms(plan: Plan) -> dict[str, Term]:
    """The operator's columns that expressions may read: ``c_…``."""
    kinds = {"integer": 0, "text": None, "date": None, "bool": None}
    declared = plan.columns_of("operators")
    places = OPERATOR_COLUMNS | {column.name: kinds.get(column.type, column.places) for column in declared}
    return {name: Term(name_of(f"c_{name}"), digits) for name, digits in places.items()}


def declared_columns(plan: Plan, source: str) -> dict[str, ProfileColumn]:
    """The further columns of a record: those that the policy declares, and those of the inspection that it names."""
    own = {column.name: column for column in plan.columns_of(source)}
    return own | (dict(plan.linked) if source == "violations" else {})


def row_columns(plan: Plan, source: str) -> dict[str, int | None]:
    """The columns of a record that counts, with its weights: name → places."""
    columns: dict[str, int | None] = dict.fromkeys(SOURCES[source].names)
    columns |= _ROW_EXTRAS[source]
    if "penalty" in columns:
        columns["penalty"] = PENALTY_PLACES
    columns |= {name: LIST for name in _LISTS if name in columns}
    columns |= {name: column.digits for name, column in declared_columns(plan, source).items()}
    return columns | {weight.name: weight.digits for weight in plan.weights if weight.source == source}


def row_terms(plan: Plan, source: str) -> dict[str, Term]:
    """What the names of a record are in the queries: its columns as they are, weights apart from them: ``w_…``."""
    weights = {weight.name: weight for weight in plan.weights if weight.source == source}
    limits = {"penalty": MAX_YUAN * 10**PENALTY_PLACES, "age_days": _MOST_DAYS}
    limits |= {name: weight_limit(plan, weight) for name, weight in weights.items()}
    declared = declared_columns(plan, source)
    limits |= {name: column.limit for name, column in declared.items() if column.digits is not None}
    columns = {name: weight_column(name) for name in weights} | {name: declared_column(name) for name in declared}
    return {
        name: Term(columns.get(name) or name_of(name), places, limit=limits.get(name))
        for name, places in row_columns(plan, source).items()
    }


def weight_limit(plan: Plan, weight: WeightStep) -> int:
    """The largest of a weight's numbers, scaled, whatever their signs: what is divided is so by the least there is."""
    most = [abs(scaled(value, weight.digits)) for value in weight.values]
    if weight.divide is not None:
        most.append(weight.divide * 10 ** (weight.digits + (row_columns(plan, weight.source)[weight.by] or 0)))
    return max(most)


def declared_column(name: str) -> str:
    """The column of a further column of records: its name is the policy's, like a weight's."""
    return name_of(f"c_{name}")


def weight_column(name: str) -> str:
    """The column of a weight: its name is the policy's, and must not meet one of the queries' own."""
    return name_of(f"w_{name}")
