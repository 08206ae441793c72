"""The plan: immutable steps in the order in which they are carried out, with a canonical form and a hash.

Order: profile fields are typed by the readers; records are placed (which count at as-of, and for whom); weights, facts,
signals, score, grade, ceilings, too little record, supervision.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import DATE, INSPECTIONS, ProfileColumn
from riskengine.contract.tables import Field
from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.errors import UsageError
from riskengine.kernel.lazy import lazy
from riskengine.kernel.problems import Problem
from riskengine.kernel.windows import Window
from riskengine.policy.expression import Literal, Name, Operation, Type, to_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.plan.steps import (
        ActionStep,
        AssignmentStep,
        FactStep,
        GradeRowStep,
        RiskPointStep,
        RuleStep,
        TallyStep,
        WeightStep,
    )

PLAN_FORMAT = "1"


@dataclass(frozen=True)
class Plan:
    """A policy and a catalogue, ready to be carried out by any engine for any as-of date."""

    policy: str
    policy_version: str
    policy_sha256: str
    since: date
    until: date | None
    catalog: str | None
    catalog_version: str | None
    catalog_sha256: str | None
    counted_statuses: tuple[str, ...]
    parameters: tuple[tuple[str, tuple[tuple[date, Decimal | int | str], ...]], ...]
    profile: tuple[ProfileColumn, ...]
    links: tuple[tuple[str, str], ...]
    weights: tuple[WeightStep, ...]
    facts: tuple[FactStep, ...]
    rules: tuple[RuleStep, ...]
    start: Decimal | int
    floor: Decimal | int | None
    ceiling: Decimal | int | None
    tallies: tuple[TallyStep, ...]
    table: tuple[GradeRowStep, ...]
    quarantined_stops: bool
    assignments: tuple[AssignmentStep, ...]
    actions: tuple[ActionStep, ...]
    risk_points: tuple[RiskPointStep, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The sources that must be given beside the operators."""
        used = {fact.source for fact in self.facts if fact.source} | ({"inspections"} if self.links else set())
        return tuple(source for source in ("violations", "inspections") if source in used)

    def columns_of(self, source: str) -> tuple[ProfileColumn, ...]:
        """The further columns of a source that the policy declares; ``profile`` has those of all."""
        return tuple(column for column in self.profile if column.source == source)

    @lazy
    def linked(self) -> Mapping[str, ProfileColumn]:
        """The names that violations have for columns of their inspection, with the type of each.

        A column of the contract counts as a text or a date; ``name`` is the column's.
        """
        own = {column.name: column for column in self.columns_of("inspections")}
        dates = [column.name for column in INSPECTIONS.columns if column.type == DATE]
        return {
            name: own.get(column) or ProfileColumn(column, "date" if column in dates else "text", source="inspections")
            for name, column in self.links
        }

    @property
    def compares_peers(self) -> bool:
        """Whether a fact compares operators, so that one alone cannot be graded."""
        return any(fact.is_compared for fact in self.facts)

    def require_no_peers(self) -> None:
        """Hold that an operator can be graded by itself.

        Raises:
            UsageError: a fact compares operators with each other (RE-630).
        """
        if self.compares_peers:
            named = ", ".join(fact.name for fact in self.facts if fact.is_compared)
            raise UsageError([Problem("RE-630", found=self.policy, params=(("facts", named),))])

    @lazy
    def after_peers(self) -> frozenset[str]:
        """The facts that compare operators, and those that need one of them: known once all operators are."""
        found: set[str] = set()
        for fact in self.facts:
            if fact.is_compared or found.intersection(fact.reads):
                found.add(fact.name)
        return frozenset(found)

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades of the table, best first."""
        return tuple(dict.fromkeys(row.grade for row in self.table))

    @property
    def high_is_bad(self) -> bool:
        """Whether points are only added, so that a higher score is a worse one."""
        signs = {rule.sign for rule in self.rules if rule.points is not None and rule.tally is None}
        return signs == {1}

    @lazy
    def risk_point_by_code(self) -> Mapping[str, RiskPointStep]:
        """The risk points by code; empty where the policy has no catalogue."""
        return {step.code: step for step in self.risk_points}

    def fact_fields(self, *, per_risk_point: bool) -> tuple[Field, ...]:
        """The columns of ``facts``, tallies last, or of ``facts_by_risk_point``."""
        facts = [(fact.name, fact.type) for fact in self.facts if fact.per_risk_point == per_risk_point]
        tallies = [] if per_risk_point else [(tally.name, tally.type) for tally in self.tallies]
        return tuple(Field(name, _column_type(kind), nullable=True) for name, kind in (*facts, *tallies))

    def parameters_on(self, day: date) -> dict[str, Decimal | int | str | None]:
        """Each parameter's value in force on ``day``; None before its first."""
        return {
            name: next((value for since, value in reversed(values) if since <= day), None)
            for name, values in self.parameters
        }

    def to_plain(self) -> dict[str, Any]:
        """The canonical JSON-ready form: what decides a result, so not the bytes of the file it was written in."""
        held = {name: value for name, value in _plain(self).items() if name != "policy_sha256"}
        return {"plan_format": PLAN_FORMAT, **held}

    @lazy
    def sha256(self) -> str:
        """SHA-256 of the canonical form."""
        return sha256_of(self.to_plain())


def _column_type(kind: Type) -> str:
    return f"decimal(38,{kind.places})" if kind.kind == "decimal" else kind.kind


def _plain(value: Any) -> Any:
    if isinstance(value, Name | Literal | Operation):
        return to_plain(value)
    if isinstance(value, Window):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    return value
