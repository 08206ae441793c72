"""A policy as it is written: its rules, grades and supervision, and the whole file."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from riskengine.kernel.terms import TERM_PATTERN
from riskengine.policy.fact import Fact
from riskengine.policy.inputs import Columns, Parameter, ProfileField, Weight
from riskengine.policy.sections import (
    Based,
    Bilingual,
    Day,
    Expr,
    IfUnknown,
    Label,
    NameText,
    NumberValue,
    ScoreValue,
    Section,
    Whole,
    as_list,
    number_as_text,
)


class Rule(Based):
    """What signals, ceilings and the test of too little record share: a name, a condition, and what unknown does."""

    rule: NameText
    title: Bilingual
    when: Expr
    if_unknown: IfUnknown
    lacks: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()


class Signal(Rule):
    """A rule that may deduct or add points, for the operator or for each risk point."""

    each: Literal["risk_point"] | None = None
    risk_point: str | None = None
    deduct: Expr | None = None
    add: Expr | None = None
    places: Whole = Field(default=2, ge=0, le=6)
    cap: ScoreValue | None = None
    to: NameText | None = None

    @model_validator(mode="after")
    def _points(self) -> Self:
        if self.deduct is not None and self.add is not None:
            raise ValueError("a signal deducts or adds, not both")
        if self.to is not None and self.deduct is None and self.add is None:
            raise ValueError("'to' says where points go: give deduct or add")
        if self.deduct is None and self.add is None and {"cap", "places"} & self.model_fields_set:
            raise ValueError("'cap' and 'places' go with deduct or add")
        if self.cap is not None and self.cap < 0:
            raise ValueError("a cap is not below 0")
        if self.each and self.risk_point:
            raise ValueError("'each: risk_point' and 'risk_point' exclude each other")
        if self.law == "from_catalog" and not (self.each or self.risk_point):
            raise ValueError("'law: from_catalog' needs a risk point")
        return self


class Ceiling(Rule):
    """A rule that keeps the grade at ``at_most`` or worse. A veto is a ceiling at the worst grade."""

    at_most: Label
    risk_point: str | None = None


class Insufficient(Rule):
    """Too little record to rank: the operator gets ``grade``, outside the ranking and without a score."""

    grade: Label
    grade_title: Bilingual


class GradeRow(Section):
    """A row of the grade table, best first; the first row that holds gives the grade.

    ``at_least: n`` means ``score >= n``; ``when`` is any condition; a row with neither holds always.
    """

    grade: Label
    title: Bilingual | None = None
    at_least: NumberValue | None = None
    when: Expr | None = None

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if self.at_least is not None and self.when is not None:
            raise ValueError("give at_least or when, not both")
        return self


class Score(Section):
    """Where the score starts and how far it can go."""

    start: ScoreValue = Field(alias="from")
    floor: ScoreValue | None = None
    ceiling: ScoreValue | None = None
    unit: str | None = None

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.floor is not None and self.ceiling is not None and self.floor > self.ceiling:
            raise ValueError("the floor is above the ceiling")
        return self


class Tally(Based):
    """An account beside the score: demerit points, say. Signals say ``to`` which account their points go.

    Attributes:
        floor: the least that it can be.
        ceiling: the most that it can be.
    """

    title: Bilingual
    start: ScoreValue = Field(default=0, alias="from")
    floor: ScoreValue | None = None
    ceiling: ScoreValue | None = None
    unit: str | None = None

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.floor is not None and self.ceiling is not None and self.floor > self.ceiling:
            raise ValueError("the floor is above the ceiling")
        return self


class Grades(Based):
    """The score, the table from score to grade, ceilings, and too little record."""

    score: Score
    table: tuple[GradeRow, ...] = Field(min_length=1)
    ceilings: tuple[Ceiling, ...] = ()
    insufficient: Insufficient | None = None
    on_quarantined: Literal["show", "stop"] = "show"


class Tier(Based):
    """A tier of supervision: what the bureau does with operators in it."""

    title: Bilingual
    sampling: Annotated[str, BeforeValidator(number_as_text)] | None = None
    visits: Bilingual | None = None


class Action(Based):
    """Something that the engine may recommend; a person decides."""

    title: Bilingual


class Assignment(Section):
    """Which tier and actions follow from a grade, a status, or a rule that fired."""

    grade: Annotated[
        tuple[Label, ...], BeforeValidator(lambda value: value if isinstance(value, list) else [value])
    ] = ()
    status: Literal["not_evaluable"] | None = None
    rule: NameText | None = None
    tier: NameText | None = None
    actions: tuple[NameText, ...] = ()

    @model_validator(mode="after")
    def _one_cause(self) -> Self:
        if [bool(self.grade), self.status is not None, self.rule is not None].count(True) != 1:
            raise ValueError("an assignment follows from exactly one of grade, status, rule")
        if self.rule is None and (self.tier is None or not self.actions):
            raise ValueError("a tier and at least one action are needed for a grade or a status")
        if self.rule is not None and self.tier is not None:
            raise ValueError("a rule adds actions to the tier of the grade, it has no tier of its own")
        if len(set(self.actions)) < len(self.actions):
            raise ValueError("an action is named twice")
        return self

    @property
    def causes(self) -> tuple[str, ...]:
        """What it follows from, in words."""
        named = {"grade": self.grade, "status": (self.status,), "rule": (self.rule,)}
        return tuple(f"{kind} {name}" for kind, names in named.items() for name in names if name is not None)


class Supervision(Section):
    """Tiers of supervision, actions, and what they follow from."""

    tiers: dict[NameText, Tier] = Field(default_factory=dict)
    actions: dict[NameText, Action] = Field(default_factory=dict)
    assign: tuple[Assignment, ...] = ()

    @model_validator(mode="after")
    def _one_assignment_each(self) -> Self:
        causes = [cause for assignment in self.assign for cause in assignment.causes]
        twice = sorted({cause for cause in causes if causes.count(cause) > 1})
        if twice:
            raise ValueError(f"assigned twice: {', '.join(twice)}")
        return self


class Effective(Section):
    """The days on which the policy is in force, both included; open where ``until`` is left out."""

    since: Day
    until: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("until is before since")
        return self


class Objection(Based):
    """What becomes of a grade while its operator's objection to it is not answered, and within which time it is.

    Attributes:
        display: what is published until it is answered says so beside the grade (``shown``) or instead (``stopped``).
        answer_within: the term: ``7 working days``, ``15 days``; that of the ledger where it is left out.
    """

    display: Literal["shown", "stopped"] = "shown"
    answer_within: Annotated[str, StringConstraints(pattern=TERM_PATTERN)] | None = None


class Policy(Section):
    """A whole policy file."""

    policy: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    version: Annotated[str, BeforeValidator(number_as_text)]
    title: Bilingual
    summary: Bilingual
    effective: Effective
    catalog: Literal["transport"] | None = None
    counted_statuses: tuple[Literal["final", "pending", "revoked", "repaired"], ...] = Field(
        default=("final",), min_length=1
    )
    parameters: dict[NameText, Parameter] = Field(default_factory=dict)
    profile: dict[NameText, ProfileField] = Field(default_factory=dict)
    columns: Columns = Columns()
    weights: dict[NameText, Weight] = Field(default_factory=dict)
    facts: dict[NameText, Fact] = Field(default_factory=dict)
    tallies: dict[NameText, Tally] = Field(default_factory=dict)
    signals: tuple[Signal, ...] = ()
    grades: Grades
    supervision: Supervision = Supervision()
    objection: Objection | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Signals, ceilings and the test of too little record, in file order."""
        last = () if self.grades.insufficient is None else (self.grades.insufficient,)
        return (*self.signals, *self.grades.ceilings, *last)
