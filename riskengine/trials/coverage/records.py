"""What the records of a test bring about: which conditions, groups, weights and windows they meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from riskengine.engines.reference.facts import FactMaker
from riskengine.kernel.windows import Window, parse_window
from riskengine.plan import evaluate
from riskengine.trials.coverage import sites as words
from riskengine.trials.coverage.tracing import came_out

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Record
    from riskengine.plan import FactStep
    from riskengine.policy.fact import Fact
    from riskengine.policy.inputs import Weight
    from riskengine.trials.coverage.items import Seen
    from riskengine.trials.coverage.sites import Site, Sites
    from riskengine.trials.subject import Subject

_DATES = {"violations": "occurred_on", "inspections": "inspected_on"}


class RecordWatch:
    """What comes out of the records of one operator on one day."""

    def __init__(self, subject: Subject, sites: Sites, as_of: date) -> None:
        self._subject, self._plan, self._sites, self._as_of = subject, subject.plan, sites, as_of
        self._names = {**subject.plan.parameters_on(as_of), "as_of": as_of}
        self._maker = FactMaker(subject.plan, as_of)

    def seen(self, rows: Mapping[str, Sequence[Record]]) -> Iterator[Seen]:
        """Where, what and state of everything that the records bring about.

        Args:
            rows: source → the records that count for the operator, as the engine places them.
        """
        for fact in self._plan.facts:
            if fact.source is not None:
                yield from self._fact(fact, rows.get(fact.source, ()))
        for name, weight in self._subject.file.policy.weights.items():
            for row in rows.get(weight.of, ()):
                yield from self._weight(name, weight, row)

    def _fact(self, fact: FactStep, rows: Sequence[Record]) -> Iterator[Seen]:
        by_key = {str(site.path[2]): site for site in self._sites.facts[fact.name]}
        inside = []
        for row in rows:
            names = {**self._names, **row}
            wanted = True if fact.where is None else evaluate(fact.where, names)
            day = row[fact.date] if fact.date else None
            if wanted:
                yield from _edges(f"fact {fact.name}", self._written(fact).within, fact.window, day, self._as_of)
            if day is None or (fact.window is not None and not fact.window.holds(day, self._as_of)):
                continue
            if "where" in by_key:
                yield from self._trace(by_key["where"], names)
            if wanted:
                inside.append(row)
                if fact.operation in by_key:
                    yield from self._trace(by_key[fact.operation], names)
        if fact.span is not None:
            yield from self._sliding(fact, fact.span, {row[str(fact.date)] for row in inside})
        if fact.having is not None:
            for group in self._groups(fact, inside):
                yield from self._trace(by_key["having"], {**self._names, "group": group})

    def _trace(self, site: Site, names: Mapping[str, Any]) -> Iterator[Seen]:
        for what, state in came_out(site.tree, names, site.scope.booleans):
            yield site.where, what, state

    def _written(self, fact: FactStep) -> Fact:
        return self._subject.file.policy.facts[fact.name]

    def _sliding(self, fact: FactStep, span: Window, days: Collection[date]) -> Iterator[Seen]:
        """Which edges of the windows that end on the day of a record another record meets."""
        for last, day in product(days, days):
            yield from _edges(f"fact {fact.name}", f"in any {self._written(fact).in_any}", span, day, last)

    def _groups(self, fact: FactStep, rows: Sequence[Record]) -> Iterator[Any]:
        """The value of each group, capped: what the greatest of one group alone is."""
        alone = replace(fact, then="max", having=None)
        groups = dict.fromkeys(row[fact.group] for row in rows if fact.group and row[fact.group] is not None)
        for group in groups:
            value = self._maker.aggregate(alone, [row for row in rows if row[str(fact.group)] == group]).value
            if value is not None:
                yield value

    def _weight(self, name: str, weight: Weight, row: Record) -> Iterator[Seen]:
        where = f"weight {name}"
        if weight.by == "age":
            yield from self._age(where, weight, row[_DATES[weight.of]])
            return
        key = row[weight.by]
        if key is None:
            yield where, "missing", words.USED
        elif weight.table:
            yield where, key if key in weight.table else "otherwise", words.USED
        else:
            yield from _range(where, weight, key)

    def _age(self, where: str, weight: Weight, day: date) -> Iterator[Seen]:
        used = False
        for at, bracket in enumerate(weight.brackets):
            window = parse_window(bracket.within or "")
            yield from _edges(where, bracket.within, window, day, self._as_of)
            if not used and window is not None and window.holds(day, self._as_of):
                used = True
                yield where, f"bracket {at + 1}", words.USED
        if not used:
            yield where, "otherwise", words.USED


def _edges(where: str, what: str | None, window: Window | None, day: date | None, last: date) -> Iterator[Seen]:
    """Whether a day is the first of the window that ends on ``last``, or the one before it."""
    if window is None or day is None:
        return
    before = window.after(last)
    if day == before:
        yield where, what or "", words.DAY_BEFORE
    if day == before + timedelta(days=1):
        yield where, what or "", words.FIRST_DAY


def _range(where: str, weight: Weight, number: Any) -> Iterator[Seen]:
    """The first range that holds a number, and the lower ends that it meets exactly."""
    used = False
    for at, bracket in enumerate(weight.brackets):
        low, high = bracket.at_least, bracket.below
        if low is not None and number == low:
            yield where, f"at_least {low}", "equal"
        if not used and (low is None or number >= low) and (high is None or number < high):
            used = True
            yield where, f"bracket {at + 1}", words.USED
    if not used:
        yield where, "otherwise", words.USED
