"""Facts that compare operators: from the standings of all, once each has its own facts, to what each is told."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from riskengine.engines.live.arithmetic import formula
from riskengine.engines.live.facts import missing_names
from riskengine.engines.live.rounding import half_up
from riskengine.engines.live.selections import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from riskengine.engines.live.arithmetic import Places
    from riskengine.engines.live.standing import Standing
    from riskengine.plan import FactStep

    Told = dict[str, Value]


class Compared:
    """A fact that compares operators.

    Attributes:
        places: digits after the point of its scaled value.
        unknown: what an operator is told that lacks nothing and yet does not take part.
    """

    def __init__(self, fact: FactStep, places: Places) -> None:
        self.step, self.reads = fact, fact.reads
        self.places = fact.places if fact.operation == "percentile" else 0
        self._by, self._among = fact.reads[0], tuple(name.name for name in fact.among)
        self._where = None if fact.where is None else formula(fact.where, places).of
        self.unknown = Value(None, frozenset({fact.name}))

    def entry(self, names: Mapping[str, Any]) -> tuple[tuple[Any, ...], Any] | None:
        """Group and value of an operator that takes part; None where it does not."""
        value, group = names[self._by], tuple(names[name] for name in self._among)
        if value is None or None in group or (self._where is not None and self._where(names) is not True):
            return None
        return group, value

    def lacking(self, names: Mapping[str, Any], facts: Mapping[str, Value]) -> Value:
        """What an operator that does not take part is told, with what kept it out."""
        found = missing_names(self.reads, names, {name: value.missing for name, value in facts.items()})
        return Value(None, found) if found else self.unknown

    def told(self, value: Any, values: Sequence[Any]) -> Value:
        """What an operator with ``value`` is told; ``values`` are those of its group in rising order."""
        many = len(values)
        if self.step.operation == "peers":
            return Value(many)
        better = bisect_left(values, value) if self.step.best == "lowest" else many - bisect_right(values, value)
        if self.step.operation == "rank":
            return Value(better + 1)
        return Value(half_up(100 * better * 10 ** (self.places or 0), many))


def compared(standings: Sequence[Standing]) -> list[Told]:
    """What each operator is told of its peers; its own facts are made for it here, and again when it is judged."""
    told: list[Told] = [{} for _ in standings]
    own = [standing.facts() for standing in standings]
    for fact in standings[0].program.compared if standings else ():
        entries = [fact.entry(names) for names, _ in own]
        groups: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
        for entry in entries:
            if entry is not None:
                groups[entry[0]].append(entry[1])
        for values in groups.values():
            values.sort()
        for answers, entry, (names, facts) in zip(told, entries, own, strict=True):
            if entry is None:
                answers[fact.step.name] = fact.lacking(names, facts)
            else:
                answers[fact.step.name] = fact.told(entry[1], groups[entry[0]])
    return told
