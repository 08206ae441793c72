"""The plan: immutable steps in the order in which they are carried out, with a canonical form and a hash.

Order: profile fields are typed by the readers; records are placed (which count at as-of, and for whom); weights, facts,
signals, score, grade, ceilings, too little record, supervision.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import Field
from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.lazy import lazy
from riskengine.kernel.windows import Window
from riskengine.policy.expression import Expression, Literal, Name, Operation, Type, to_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.contract.sources import ProfileColumn

PLAN_FORMAT = "1"

SIGNAL, CEILING, INSUFFICIENT = "signal", "ceiling", "insufficient"


@dataclass(frozen=True, slots=True)
class WeightStep:
    """A number for each record of ``source``: by a column's value, or by age (the first window that holds the date).

    ``otherwise`` where no row holds, ``missing`` where the column is null; None is unknown.
    """

    name: str
    source: str
    by: str
    table: tuple[tuple[str, Decimal | int], ...]
    brackets: tuple[tuple[Window, Decimal | int], ...]
    otherwise: Decimal | int | None
    missing: Decimal | int | None


@dataclass(frozen=True, slots=True)
class FactStep:
    """One fact.

    Attributes:
        name, type: the column of ``facts`` (or of ``facts_by_risk_point``).
        per_risk_point: one value for each risk point that has a record, rather than one for the operator.
        operation: ``count count_distinct sum max min latest days_since days_since_column column value``;
            ``column`` repeats an operator column that rules read, so that the table of facts explains every rule.
        source: the records it is made of; None for ``value``, ``column`` and ``days_since_column``.
        where: which records; None is all.
        window: None is the whole history up to as-of.
        date: the column that places a record in the window.
        value: the aggregated expression, or the expression of a ``value``; for ``count_distinct`` the column.
        group: a column whose groups are aggregated apart, and ``then`` put together; ``having`` says which of them
        count. missing: None: a record with an unknown value makes the fact unknown; ``ignore``: it is passed over; a
        number: its value. empty: the value over no records; None is unknown for ``max min latest days_since``.
        places: digits of a ``value``, rounded once, half-up; None keeps it as it is.
    """

    name: str
    type: Type
    per_risk_point: bool
    operation: str
    source: str | None = None
    where: Expression | None = None
    window: Window | None = None
    date: str | None = None
    value: Expression | None = None
    group: str | None = None
    then: str | None = None
    having: Expression | None = None
    missing: Decimal | int | str | None = None
    empty: Decimal | int | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One rule: a signal (with or without points), a ceiling, or the test of too little record.

    Attributes:
        stage: ``signal``, ``ceiling`` or ``insufficient``.
        each_risk_point: evaluated for every risk point that has a record.
        risk_point: the risk point it is about, where it is about one.
        when: the condition.
        points: the expression of its points; None is none. ``sign`` is -1 for a deduction, +1 for a bonus.
        places: the points are rounded once, half-up, to so many digits, then capped at ``cap``.
        stops: an unknown condition makes the operator not evaluable; otherwise the rule is shown as not evaluable.
        law, article: the basis; ``from_catalog`` takes the risk point's liability article in force on the newest
        evidence's day. lacks: the fields named as missing when the condition is unknown though none of its names is.
        evidence: the facts whose records are its evidence.
        grade: a ceiling's ``at_most``, or the grade of too little record.
    """

    rule: str
    stage: str
    when: Expression
    stops: bool
    each_risk_point: bool = False
    risk_point: str | None = None
    points: Expression | None = None
    sign: int = -1
    places: int = 0
    cap: Decimal | int | None = None
    law: str | None = None
    article: str | None = None
    from_catalog: bool = False
    lacks: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class GradeRowStep:
    """A row of the grade table: the first whose condition is true gives the grade; an unknown one stops."""

    grade: str
    when: Expression


@dataclass(frozen=True, slots=True)
class AssignmentStep:
    """What follows from grades, from ``not_evaluable``, or from a rule that fired (``tier`` None: the grade's)."""

    grades: tuple[str, ...]
    status: str | None
    rule: str | None
    tier: str | None
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionStep:
    """A recommended action with its basis; None where it is local policy."""

    action: str
    law: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class LiabilityStep:
    """A liability article and the days on which its version is in force (``until`` excluded, None: open)."""

    law: str
    article: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class RiskPointStep:
    """What the plan needs of a risk point; its liability articles, the most characteristic first."""

    code: str
    area: str
    level: str
    measures: tuple[str, ...]
    liabilities: tuple[LiabilityStep, ...]

    def liability_on(self, day: date) -> LiabilityStep | None:
        """The first liability article in force on ``day``."""
        for liability in self.liabilities:
            if liability.since <= day and (liability.until is None or day < liability.until):
                return liability
        return None


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
    weights: tuple[WeightStep, ...]
    facts: tuple[FactStep, ...]
    rules: tuple[RuleStep, ...]
    start: Decimal | int
    floor: Decimal | int | None
    ceiling: Decimal | int | None
    table: tuple[GradeRowStep, ...]
    quarantined_stops: bool
    assignments: tuple[AssignmentStep, ...]
    actions: tuple[ActionStep, ...]
    risk_points: tuple[RiskPointStep, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The sources that must be given beside the operators."""
        used = {fact.source for fact in self.facts if fact.source}
        return tuple(source for source in ("violations", "inspections") if source in used)

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades of the table, best first."""
        return tuple(dict.fromkeys(row.grade for row in self.table))

    @property
    def high_is_bad(self) -> bool:
        """Whether points are only added, so that a higher score is a worse one."""
        signs = {rule.sign for rule in self.rules if rule.points is not None}
        return signs == {1}

    @lazy
    def risk_point_by_code(self) -> Mapping[str, RiskPointStep]:
        """The risk points by code; empty where the policy has no catalogue."""
        return {step.code: step for step in self.risk_points}

    def fact_fields(self, *, per_risk_point: bool) -> tuple[Field, ...]:
        """The columns of ``facts`` or of ``facts_by_risk_point``."""
        return tuple(
            Field(fact.name, _column_type(fact.type), nullable=True)
            for fact in self.facts
            if fact.per_risk_point == per_risk_point
        )

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
