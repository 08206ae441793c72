"""The checklist of a case file, from ``checklist.yaml`` or a bureau's own: steps, conditions, requirements, roles."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, Strict, StringConstraints, model_validator

from riskengine.catalog.part import Name, Part, Words
from riskengine.supervision.files import given_or_shipped
from riskengine.supervision.grounds import Ground

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from riskengine.catalog import LawRegister
    from riskengine.kernel.languages import Text

FILE = "checklist.yaml"
Procedure = Literal["ordinary", "summary"]
Word = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Cited(Ground):
    """An article, with a few characters of it by which a test finds the place."""

    quote: str | None = Field(default=None, min_length=2)


class Named(Part):
    """A step or a circumstance: its title, and further words by which files may name it."""

    title: Words
    words: tuple[Word, ...] = ()


class Condition(Part):
    """Something that holds of a case where any of these is there: a circumstance, a kind of penalty, a step."""

    title: Words
    circumstances: tuple[Name, ...] = ()
    penalty_kinds: tuple[Name, ...] = ()
    steps: tuple[Name, ...] = ()


class Extension(Part):
    """By how many units a term grows where a step was taken in time."""

    step: Name
    count: int = Field(ge=1, le=366)


class Term(Part):
    """A term: ``count`` of ``unit``, beginning on the day after a step was first taken."""

    count: int = Field(ge=0, le=3660)
    unit: Literal["days", "working_days"]
    begin: Name = Field(alias="from")
    extended: Extension | None = None


class Apart(Part):
    """That the people of a role are others than those of another role, or than those who took a step."""

    role: Name
    other: Name | None = None
    step: Name | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.other is None) == (self.step is None):
            raise ValueError("either other (a role) or step is given")
        return self


class Role(Part):
    """A role, and the steps whose people have it beside those that the case names."""

    title: Words
    steps: tuple[Name, ...] = ()


class FineLimit(Part):
    """The largest fine, in yuan, of a natural person and of an organisation."""

    person: int = Field(ge=0)
    organisation: int = Field(ge=0)


class Requirement(Part):
    """Something that a case file must show.

    Attributes:
        requirement: its id.
        title: what it asks for.
        procedure: of which procedures.
        steps: the step; of several, any one will do. None where it is about people alone.
        demands: whether it asks that the step is taken; False where another requirement does.
        when, unless: conditions, any of which is enough.
        after: steps that come first.
        within, not_before: the term in which the step must be taken, and the one that must have run.
        documented: whether the step needs its document.
        people: how many must take the step together, at least.
        apart: whose people must be others.
        fine_at_most: the limit of the fine.
        bases: the articles behind it.
        basis: ``local_policy`` where no article asks for it so.
        note: what of it is local policy.
    """

    requirement: Name
    title: Words
    procedure: tuple[Procedure, ...] = Field(min_length=1)
    steps: tuple[Name, ...] = ()
    demands: bool = True
    when: tuple[Name, ...] = ()
    unless: tuple[Name, ...] = ()
    after: tuple[Name, ...] = ()
    within: Term | None = None
    not_before: Term | None = None
    documented: bool = True
    people: int | None = Field(default=None, ge=1, le=20)
    apart: tuple[Apart, ...] = ()
    fine_at_most: FineLimit | None = None
    bases: tuple[Cited, ...] = ()
    basis: Literal["local_policy"] | None = None
    note: Words | None = None

    @model_validator(mode="after")
    def _stands_on_something(self) -> Self:
        if not self.bases and self.basis is None:
            raise ValueError("neither an article nor basis: local_policy is given")
        if not self.steps and not self.apart:
            raise ValueError("it asks for nothing: give steps or apart")
        return self

    def labels_on(self, register: LawRegister, day: date) -> list[Text]:
        """The articles in force on a day, as people write them."""
        labels = (ground.label_on(register, day) for ground in self.bases)
        return [label for label in labels if label is not None]


class Checklist(Part):
    """A checklist.

    Attributes:
        checklist: its id.
        since: cases that began before are not held against it.
        title: what it is called.
        decides: the step by which a penalty is decided; its day is that of the violation.
        bases: the articles behind the review of case files, and behind the reckoning of terms.
        steps, circumstances, conditions, roles: by name.
        requirements: in the order in which they are told.
    """

    checklist: Name
    since: Annotated[date, Strict()]
    title: Words
    decides: Name
    bases: tuple[Cited, ...] = Field(min_length=1)
    steps: dict[Name, Named] = Field(min_length=1)
    circumstances: dict[Name, Named] = Field(default_factory=dict)
    conditions: dict[Name, Condition] = Field(default_factory=dict)
    requirements: tuple[Requirement, ...] = Field(min_length=1)
    roles: dict[Name, Role] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        names = [each.requirement for each in self.requirements]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"assigned twice: {', '.join(twice)}")
        known = {
            "step": set(self.steps),
            "circumstance": set(self.circumstances),
            "condition": set(self.conditions),
            "role": set(self.roles),
        }
        unknown = sorted({f"{kind} {name}" for kind, name in self._named() if name not in known[kind]})
        if unknown:
            raise ValueError(f"not defined: {', '.join(unknown)}")
        circle = self._circle()
        if circle is not None:
            raise ValueError(f"the order of steps has no beginning: {circle} comes before itself")
        return self

    def _named(self) -> Iterator[tuple[str, str]]:
        """Every name that stands for something else, with its kind."""
        yield "step", self.decides
        for held in self.conditions.values():
            yield from (("circumstance", name) for name in held.circumstances)
            yield from (("step", name) for name in held.steps)
        for role in self.roles.values():
            yield from (("step", name) for name in role.steps)
        for each in self.requirements:
            yield from (("condition", name) for name in (*each.when, *each.unless))
            yield from (("step", name) for name in (*each.steps, *each.after))
            for term in filter(None, (each.within, each.not_before)):
                yield "step", term.begin
                if term.extended is not None:
                    yield "step", term.extended.step
            for apart in each.apart:
                yield "role", apart.role
                yield ("role", apart.other) if apart.other is not None else ("step", apart.step or "")

    def _circle(self) -> str | None:
        """A step that would have to come before itself, of any procedure."""
        before = predecessors(self.requirements)
        return next((name for name in self.steps if name in ancestors(before, [name])), None)


def predecessors(requirements: Iterable[Requirement]) -> dict[str, set[str]]:
    """Step → the steps that come directly before it by these requirements."""
    found: dict[str, set[str]] = {}
    for each in requirements:
        for step in each.steps:
            found.setdefault(step, set()).update(each.after)
    return found


def ancestors(before: dict[str, set[str]], steps: Iterable[str]) -> set[str]:
    """All steps that come before any of these, themselves among them only where they go in a circle."""
    found: set[str] = set()
    waiting = [name for step in steps for name in before.get(step, ())]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += before.get(name, ())
    return found


def read_checklist(path: Path | None) -> Checklist:
    """The checklist of a file; the shipped one where none is given.

    Raises:
        InputError: the file cannot be read or does not hold together (RE-3xx, RE-900 to RE-902).
    """
    return given_or_shipped(path, "cases", FILE, Checklist)
