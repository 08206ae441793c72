"""Facts that compare operators: place, number of peers and percentile, once the facts of all are known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.engines.reference.facts import FactValue, missing_names
from riskengine.kernel.decimals import round_half_up
from riskengine.plan import evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.engines.reference.rules import Findings
    from riskengine.plan import FactStep


def compare(fact: FactStep, operators: Sequence[Findings]) -> None:
    """Give every operator the fact; unknown where the operator is not among those that are compared."""
    entries = [_entry(fact, findings) for findings in operators]
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for entry in entries:
        if entry is not None:
            groups.setdefault(entry[0], []).append(entry[1])
    for values in groups.values():
        values.sort()
    for findings, entry in zip(operators, entries, strict=True):
        found = _lacking(fact, findings) if entry is None else FactValue(_told(fact, entry[1], groups[entry[0]]))
        findings.facts[fact.name], findings.names[fact.name] = found, found.value


def _entry(fact: FactStep, findings: Findings) -> tuple[tuple[Any, ...], Any] | None:
    """Group and value of an operator that takes part: everything is known, and ``where`` is true."""
    assert fact.value is not None  # noqa: S101 - what compares has a value
    names = findings.names
    group = tuple(evaluate(name, names) for name in fact.among)
    value = evaluate(fact.value, names)
    wanted = True if fact.where is None else evaluate(fact.where, names)
    return None if value is None or None in group or wanted is not True else (group, value)


def _told(fact: FactStep, value: Any, values: Sequence[Any]) -> Any:
    """What an operator with ``value`` is told; ``values`` are those of its peers and its own, in rising order."""
    if fact.operation == "peers":
        return len(values)
    better = bisect_left(values, value) if fact.best == "lowest" else len(values) - bisect_right(values, value)
    if fact.operation == "rank":
        return 1 + better
    return Fraction(round_half_up(Fraction(100 * better, len(values)), fact.places or 0))


def _lacking(fact: FactStep, findings: Findings) -> FactValue:
    missing = {name: value.missing for name, value in findings.facts.items()}
    return FactValue(None, missing_names(fact.reads, findings.names, missing) or frozenset({fact.name}))
