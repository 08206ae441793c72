"""The tests that a policy carries, as they are written in ``tests.yaml``."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from riskengine.policy.sections import Bilingual, Day, Label, NumberValue, Section, Whole, as_list, number_as_text

Words = Annotated[tuple[str, ...], BeforeValidator(as_list)]
Cells = dict[str, Any]
SignalWord = Literal["fired", "not_fired", "unknown"]


class Expect(Section):
    """What the policy must answer; only what is written is compared.

    Attributes:
        status: ``graded``, ``not_evaluable`` or ``not_current``.
        grade: the grade; null for none.
        score: the score, exactly; null for none.
        ceiling_rule: the ceiling that lowered the grade; null for none.
        risk_level: the worst colour among the fired risk points; null for none.
        tier: the tier of supervision; null for none.
        missing: the fields whose absence leaves something unknown, all of them.
        fired: the rules that fired, all of them, as ``rule`` or ``rule/RISK-POINT``.
        unknown: the rules that cannot be told, all of them, likewise.
        actions: the actions recommended, all of them, each once.
        measures: the measures advised, all of them.
        signals: some rules by name: ``fired``, ``not_fired``, ``unknown``, or the points of the table ``signals``.
        facts: some facts by name, or ``name/RISK-POINT``; null for unknown.
        tallies: some tallies by name; null for unknown.
        left_out: how many records are left out because they are not valid; 0 where not written.
    """

    status: Literal["graded", "not_evaluable", "not_current"] | None = None
    grade: Label | None = None
    score: NumberValue | None = None
    ceiling_rule: str | None = None
    risk_level: Literal["red", "orange", "yellow", "blue"] | None = None
    tier: str | None = None
    missing: Words = ()
    fired: Words = ()
    unknown: Words = ()
    actions: Words = ()
    measures: Words = ()
    signals: dict[str, SignalWord | NumberValue] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    tallies: dict[str, NumberValue | None] = Field(default_factory=dict)
    left_out: Whole = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set - {"left_out"} and not self.left_out:
            raise ValueError("a test expects something")
        return self


class Case(Section):
    """An operator with its records, as cells by column. Ids are filled in where they are left out."""

    operator: Cells = Field(default_factory=dict)
    violations: tuple[Cells, ...] = ()
    inspections: tuple[Cells, ...] = ()


class Trial(Case):
    """One test: an operator with its records on a day, and what the policy must answer.

    Attributes:
        peers: further operators of the list, for policies that compare operators and for successors.
    """

    name: Annotated[str, BeforeValidator(number_as_text)] = Field(min_length=1)
    as_of: Day
    peers: tuple[Case, ...] = ()
    expect: Expect


class OutOfReach(Section):
    """Something that no record can bring about, so that no test is asked to cover it."""

    what: str
    why: Bilingual


class Trials(Section):
    """A whole ``tests.yaml``."""

    tests: tuple[Trial, ...] = Field(min_length=1)
    out_of_reach: tuple[OutOfReach, ...] = ()
