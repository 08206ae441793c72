"""Kinds of proceedings, their steps, states and terms with the articles behind them, from ``proceedings.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.kernel.languages import Text
from riskengine.kernel.wording import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_ROOM, _FILE = "riskengine.supervision.review", "proceedings.yaml"

PROPOSE, NOTICE, STATEMENT, ANSWER, WAIVE = "propose", "notice", "statement", "answer", "waive"
HEARING_REQUEST, HEARING_CALL, HEARING_HELD = "hearing_request", "hearing_call", "hearing_held"
CHECK, DECIDE, SERVE, REVOKE = "check", "decide", "serve", "revoke"
PUBLISH, TAKE_DOWN = "publish", "take_down"
DISCLOSURE = "disclosure"
IN_FORCE = "in_force"
PROPOSER, CHECKER, DECIDER = "proposer", "checker", "decider"
ANNOUNCEMENT = "announcement"
SERIOUS, RED = "serious", "red"
WORKING_DAYS, DAYS = "working_days", "days"


@dataclass(frozen=True, slots=True)
class Basis:
    """The article that something rests on, from a day on: ``since`` included, ``until`` not.

    Attributes:
        basis: ``local_policy`` where a bureau set it, or applies the article to what it was not made for.
        quote: characters that stand at the place, by which a test finds it.
    """

    since: date
    until: date | None
    law: str | None
    article: str | None
    paragraph: int | None
    item: int | None
    quote: str | None
    basis: str | None
    note: Text | None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Length:
    """How long a term is: ``count`` of ``unit`` (``working_days``, ``days``, ``months``), and on what that rests."""

    count: int
    unit: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Term:
    """A term, with its length from day to day."""

    name: str
    title: Text
    values: tuple[Length, ...]

    def on(self, day: date) -> Length | None:
        """Its length on a day; None before it was set."""
        return next((length for length in self.values if length.basis.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of proceeding.

    Attributes:
        lists: the list that a decision puts the operator on, or None.
        ends: the kind whose decision this one ends, or None.
        notice: the term that runs from the notice; None where none is owed.
        lasts: the term for which a decision stands; None where it does not lapse.
        after: the term for which what it ends must have stood.
        must, must_decide: further fields of the proposal, and of the decision.
        bases: the articles behind it.
        without: the steps that it does not have.
    """

    name: str
    title: Text
    lists: str | None
    ends: str | None
    notice: str | None
    lasts: str | None
    after: str | None
    must: tuple[str, ...]
    must_decide: tuple[str, ...]
    bases: tuple[Basis, ...]
    without: frozenset[str] = frozenset()

    def has(self, action: Action) -> bool:
        """Whether a step is one of its own; a notice only where one is owed."""
        if action.name in self.without or (action.only and self.name not in action.only):
            return False
        return self.notice is not None or action.name != NOTICE


@dataclass(frozen=True, slots=True)
class Action:
    """A step: the states in which it may be taken, the state after it, whose it is, and what it must say.

    ``to`` is None where the state stays; ``only`` names the kinds that have it, all where it is empty.
    """

    name: str
    title: Text
    states: tuple[str, ...]
    to: str | None
    role: str | None
    needs: tuple[str, ...]
    may: tuple[str, ...]
    only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Procedure:
    """All that a proceeding goes by.

    Attributes:
        on_nobody: the titles of states where a decision is served on nobody, if they are others.
        ended: the states after which nothing may be decided.
        days: the fields that are days.
    """

    terms: Mapping[str, Term]
    kinds: Mapping[str, Kind]
    actions: Mapping[str, Action]
    states: Mapping[str, Text]
    on_nobody: Mapping[str, Text]
    ended: frozenset[str]
    roles: Mapping[str, Text]
    services: Mapping[str, Text]
    fields: Mapping[str, Text]
    days: frozenset[str]

    def state_title(self, kind: Kind, state: str) -> Text:
        """What a state is called in a proceeding of a kind."""
        served = kind.has(self.actions[SERVE])
        return self.states[state] if served else self.on_nobody.get(state, self.states[state])

    def is_open(self, state: str) -> bool:
        """Whether a decision may still follow."""
        return state not in self.ended and state != IN_FORCE


@lru_cache(maxsize=1)
def procedure() -> Procedure:
    """The shipped procedure."""
    data = catalogue(_ROOM, _FILE)
    titles = {
        section: {name: _text(entry["title"]) for name, entry in data[section].items()}
        for section in ("states", "roles", "services", "fields")
    }
    return Procedure(
        terms={name: _term(name, entry) for name, entry in data["terms"].items()},
        kinds={name: _kind(name, entry) for name, entry in data["kinds"].items()},
        actions={name: _action(name, entry) for name, entry in data["actions"].items()},
        states=titles["states"],
        on_nobody={
            name: _text(entry["served_on_nobody"])
            for name, entry in data["states"].items()
            if "served_on_nobody" in entry
        },
        ended=frozenset(name for name, entry in data["states"].items() if entry.get("ended")),
        roles=titles["roles"],
        services=titles["services"],
        fields=titles["fields"],
        days=frozenset(name for name, entry in data["fields"].items() if entry.get("day")),
    )


def basis_from(entry: Mapping[str, Any]) -> Basis:
    """A basis as YAML has it."""
    return Basis(
        since=entry["since"],
        until=entry.get("until"),
        law=entry.get("law"),
        article=str(entry["article"]) if "article" in entry else None,
        paragraph=entry.get("paragraph"),
        item=entry.get("item"),
        quote=entry.get("quote"),
        basis=entry.get("basis"),
        note=_text(entry["note"]) if "note" in entry else None,
    )


def _text(entry: Mapping[str, str]) -> Text:
    return Text(entry["zh"], entry["en"])


def _term(name: str, entry: Mapping[str, Any]) -> Term:
    lengths = tuple(Length(value["count"], value["unit"], basis_from(value)) for value in entry["values"])
    return Term(name, _text(entry["title"]), lengths)


def _kind(name: str, entry: Mapping[str, Any]) -> Kind:
    return Kind(
        name,
        _text(entry["title"]),
        entry.get("lists"),
        entry.get("ends"),
        entry.get("notice"),
        entry.get("lasts"),
        entry.get("after"),
        tuple(entry.get("must", ())),
        tuple(entry.get("must_decide", ())),
        tuple(map(basis_from, entry["bases"])),
        frozenset(entry.get("without", ())),
    )


def _action(name: str, entry: Mapping[str, Any]) -> Action:
    return Action(
        name,
        _text(entry["title"]),
        tuple(entry["from"]),
        entry.get("to"),
        entry.get("role"),
        tuple(entry["needs"]),
        tuple(entry.get("may", ())),
        frozenset(entry.get("only", ())),
    )
