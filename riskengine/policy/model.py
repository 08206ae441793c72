"""A policy as it is written: the sections of ``policy.yaml`` as typed, immutable objects."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from riskengine.kernel.languages import Text

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"


def _as_text(value: Any) -> Any:
    """Numbers and booleans of the YAML as the text an author would have quoted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if isinstance(value, int) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


NameText = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Expr = Annotated[str, BeforeValidator(_as_text)]
Label = Annotated[str, BeforeValidator(_as_text), StringConstraints(min_length=1, max_length=40)]
NumberValue = int | Decimal
IfUnknown = Literal["stop", "skip"]


class Section(BaseModel):
    """Base of all sections: no unknown keys, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Bilingual(Section):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def text(self) -> Text:
        """The pair."""
        return Text(self.zh, self.en)


class Based(Section):
    """Something that rests on a law, or says that it does not.

    Attributes:
        law, article, paragraph, item: the citation; ``law`` is an id of the law register.
        basis: ``local_policy`` (set by the bureau), ``unverified`` (from memory, to be checked) or ``published`` (a
        scheme
            that somebody else published; ``source`` says where).
        source: where it was read.
        note: what a reader should know.
    """

    law: str | None = None
    article: Annotated[str, BeforeValidator(_as_text)] | None = None
    paragraph: int | None = None
    item: int | None = None
    basis: Literal["local_policy", "unverified", "published"] | None = None
    source: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _stands_on_something(self) -> Self:
        if self.law is not None and self.law != "from_catalog" and self.article is None:
            raise ValueError("a law is cited without its article")
        if self.law is None and self.basis is None:
            raise ValueError(
                "neither a law with its article nor a basis (local_policy, unverified, published) is given"
            )
        return self


class Dated(Section):
    """A value of a parameter from a day on."""

    since: date
    value: NumberValue | str


class Parameter(Based):
    """A number or text that rules use by name; ``values`` where it changed over time."""

    title: Bilingual | None = None
    unit: str | None = None
    value: NumberValue | str | None = None
    values: tuple[Dated, ...] = ()

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        if (self.value is None) == (not self.values):
            raise ValueError("give either value or values")
        if list(self.values) != sorted(self.values, key=lambda dated: dated.since):
            raise ValueError("values must be in order of since")
        return self

    @property
    def dated_values(self) -> tuple[Dated, ...]:
        """Its values in order of time; one without dates holds always."""
        return self.values if self.value is None else (Dated(since=date.min, value=self.value),)


class ProfileField(Section):
    """An operator column that the policy reads: its type, limits and unit."""

    type: Literal["integer", "decimal", "text", "date", "bool"]
    title: Bilingual | None = None
    unit: str | None = None
    places: int = Field(default=0, ge=0, le=6)
    min: int | None = None
    max: int | None = None
    words: tuple[str, ...] = ()


class Bracket(Section):
    """A row of an age table: the value for records within a window (the first row that holds counts)."""

    within: str
    value: NumberValue


class Weight(Based):
    """A number for each record, looked up in a table by a column (``table``) or by age (``brackets``).

    Attributes:
        of: the source whose records get it.
        by: the column looked up, or ``age``.
        otherwise: the value where no row holds; without it the weight is unknown there.
        missing: the value where the column is empty; without it the weight is unknown there.
    """

    of: Literal["violations", "inspections"] = "violations"
    by: str
    title: Bilingual | None = None
    table: dict[str, NumberValue] = Field(default_factory=dict)
    brackets: tuple[Bracket, ...] = ()
    otherwise: NumberValue | None = None
    missing: NumberValue | None = None

    @model_validator(mode="after")
    def _one_table(self) -> Self:
        if bool(self.table) == bool(self.brackets):
            raise ValueError("give either table or brackets")
        if (self.by == "age") != bool(self.brackets):
            raise ValueError("brackets go with 'by: age', and a table with a column")
        return self


AGGREGATES = ("count", "count_distinct", "sum", "max", "min", "latest", "days_since")
SourceName = Literal["violations", "inspections"]


class Fact(Section):
    """A value computed for an operator, or for an operator and risk point.

    Exactly one of the first eight keys says what is computed: ``count: violations``, ``count_distinct: vehicle``,
    ``sum: <expression>``, ``max``/``min: <expression>``, ``latest: violations`` (a date), ``days_since: violations`` or
    ``days_since: <operator's date column>`` (days up to as-of), ``value: <expression of other facts>``.

    Attributes:
        of: the source, where the first key does not name it.
        where: which records; all where left out.
        within: the window, ending on as-of; the whole history where left out.
        by: the date that places a record in the window.
        per: ``risk_point`` (one value for each), or a column whose groups are counted apart and then put together by
        ``then``. then: ``max``, ``min``, ``sum`` or ``count`` over the groups.
        having: with ``then: count``: which groups count, an expression of ``group`` (the group's value).
        missing: ``ignore``, or a number for a record whose value is unknown; without it the fact is unknown.
        empty: the value over no records, where that is not 0 by nature.
        places: digits kept of ``value``, rounded once, half-up.
    """

    title: Bilingual | None = None
    count: SourceName | None = None
    count_distinct: str | None = None
    sum: Expr | None = None
    max: Expr | None = None
    min: Expr | None = None
    latest: SourceName | None = None
    days_since: str | None = None
    value: Expr | None = None
    of: SourceName = "violations"
    where: Expr | None = None
    within: str | None = None
    by: str | None = None
    per: str | None = None
    then: Literal["max", "min", "sum", "count"] | None = None
    having: Expr | None = None
    missing: Literal["ignore"] | NumberValue | None = None
    empty: NumberValue | None = None
    places: int | None = Field(default=None, ge=0, le=6)
    unit: str | None = None

    @property
    def operation(self) -> str:
        """Which of the eight it is."""
        return next(key for key in (*AGGREGATES, "value") if getattr(self, key) is not None)

    @model_validator(mode="after")
    def _one_operation(self) -> Self:
        given = [key for key in (*AGGREGATES, "value") if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join((*AGGREGATES, 'value'))} is needed, not {len(given)}")
        if (self.then is not None) != (self.per not in {None, "risk_point"}):
            raise ValueError("'then' goes with 'per' a column other than risk_point")
        if (self.having is not None) and self.then != "count":
            raise ValueError("'having' goes with 'then: count'")
        if self.operation == "value":
            wrong = [
                key for key in ("where", "within", "by", "then", "missing", "empty") if getattr(self, key) is not None
            ]
            if wrong:
                raise ValueError(f"a 'value' has no {', '.join(wrong)}")
        elif self.places is not None:
            raise ValueError("'places' goes with 'value'")
        return self


class Rule(Based):
    """What signals, ceilings and the test of too little record share: a name, a condition, and what unknown does."""

    rule: NameText
    title: Bilingual
    when: Expr
    if_unknown: IfUnknown
    lacks: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()


class Signal(Rule):
    """A rule that may deduct or add points, for the operator or for each risk point."""

    each: Literal["risk_point"] | None = None
    risk_point: str | None = None
    deduct: Expr | None = None
    add: Expr | None = None
    places: int = Field(default=2, ge=0, le=6)
    cap: NumberValue | None = None

    @model_validator(mode="after")
    def _points(self) -> Self:
        if self.deduct is not None and self.add is not None:
            raise ValueError("a signal deducts or adds, not both")
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

    start: NumberValue = Field(alias="from")
    floor: NumberValue | None = None
    ceiling: NumberValue | None = None
    unit: str | None = None


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
    sampling: Annotated[str, BeforeValidator(_as_text)] | None = None
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
        return self


class Supervision(Section):
    """Tiers of supervision, actions, and what they follow from."""

    tiers: dict[NameText, Tier] = Field(default_factory=dict)
    actions: dict[NameText, Action] = Field(default_factory=dict)
    assign: tuple[Assignment, ...] = ()


class Effective(Section):
    """The days on which the policy is in force, both included; open where ``until`` is left out."""

    since: date
    until: date | None = None


class Policy(Section):
    """A whole policy file."""

    policy: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    version: Annotated[str, BeforeValidator(_as_text)]
    title: Bilingual
    summary: Bilingual
    effective: Effective
    catalog: Literal["transport"] | None = None
    counted_statuses: tuple[Literal["final", "pending", "revoked", "repaired"], ...] = ("final",)
    parameters: dict[NameText, Parameter] = Field(default_factory=dict)
    profile: dict[NameText, ProfileField] = Field(default_factory=dict)
    weights: dict[NameText, Weight] = Field(default_factory=dict)
    facts: dict[NameText, Fact] = Field(default_factory=dict)
    signals: tuple[Signal, ...] = ()
    grades: Grades
    supervision: Supervision = Supervision()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Signals, ceilings and the test of too little record, in file order."""
        last = () if self.grades.insufficient is None else (self.grades.insufficient,)
        return (*self.signals, *self.grades.ceilings, *last)
