"""What changed for the operators that moved: their rules, points, facts and records, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from riskengine.contract.tables import FIRED, NOT_EVALUABLE
from riskengine.results.causes import RuleEvidence, Why

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from decimal import Decimal

    from riskengine.kernel.languages import Text
    from riskengine.results.causes import Record
    from riskengine.results.context import Context
    from riskengine.results.differences import Differences

Key = tuple[str, str | None]
"""A rule, and its risk point where it has one."""

NEWLY, CEASED, OTHER_POINTS, UNTOLD, SETTLED, OTHER_RECORDS = (
    "fires",
    "ceased",
    "points",
    "unknown",
    "known",
    "records",
)
"""What a rule does now: it fires and did not; it fired and does not; it fires with other points; it cannot be told any
more; it can be told, and does not fire; it fires as before, on other records."""


class Scan(Protocol):
    """Reads some columns of a result's table, of some operators or of all."""

    def __call__(
        self, table: str, columns: Sequence[str], operators: Collection[str] | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """The values of the columns, a tuple for each row."""


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact, or an operator's column, on which a rule rests: its value in both results, None where it is unknown."""

    fact: str
    title: Text
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that came out differently for an operator.

    Attributes:
        change: ``fires ceased points unknown known records``.
        old_points, new_points: None where it did not fire.
        come, gone: the ids of the records that are in the new evidence only, or in the old only.
        facts: the facts it rests on whose values differ.
        causes: what the tables tell; ``possible`` what they cannot tell apart.
    """

    rule: str
    title: Text
    risk_point: str | None
    risk_point_title: Text | None
    change: str
    old_points: Decimal | None
    new_points: Decimal | None
    come: tuple[str, ...]
    gone: tuple[str, ...]
    facts: tuple[FactChange, ...]
    causes: tuple[str, ...]
    possible: tuple[str, ...]


@dataclass(slots=True)
class Half:
    """The rows about one operator in one result; only operators that moved have them."""

    grade: dict[str, Any]
    signals: dict[Key, tuple[str, Decimal]] = field(default_factory=dict)
    evidence: dict[Key, set[Record]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    point_facts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def fired(self, key: Key) -> bool:
        """Whether a rule fired."""
        return key in self.signals and self.signals[key][0] == FIRED

    def records(self) -> set[Record]:
        """Every record in the operator's evidence."""
        return {record for records in self.evidence.values() for record in records}

    def fact(self, name: str, code: str | None) -> Any:
        """The value of a fact; of the risk point's where it has one."""
        return self.facts[name] if name in self.facts else self.point_facts.get(code or "", {}).get(name)


GRADE_COLUMNS = ("operator_id", "name", "status", "grade", "score", "ceiling_rule", "missing", "quarantined_count")


def halves(context: Context, scan: Scan, operators: Collection[str]) -> dict[str, Half]:
    """The rows about some operators, by id."""
    found = {
        row[0]: Half(dict(zip(GRADE_COLUMNS, row, strict=True))) for row in scan("grades", GRADE_COLUMNS, operators)
    }
    columns = ("operator_id", "rule", "risk_point", "status", "points")
    for operator_id, rule, code, status, points in scan("signals", columns, operators):
        found[operator_id].signals[rule, code] = (status, points)
    columns = ("operator_id", "rule", "risk_point", "source", "record_id")
    for operator_id, rule, code, source, record_id in scan("evidence", columns, operators):
        found[operator_id].evidence.setdefault((rule, code), set()).add((source, record_id))
    names = [item.name for item in context.plan.fact_fields(per_risk_point=False)]
    for operator_id, *values in scan("facts", ("operator_id", *names), operators):
        found[operator_id].facts = dict(zip(names, values, strict=True))
    names = [item.name for item in context.plan.fact_fields(per_risk_point=True)]
    for operator_id, code, *values in scan("facts_by_risk_point", ("operator_id", "risk_point", *names), operators):
        found[operator_id].point_facts[code] = dict(zip(names, values, strict=True))
    return found


def rule_changes(old: Half, new: Half, differences: Differences) -> Iterator[RuleChange]:
    """The rules that came out differently for one operator, in the order of the new policy, dropped ones last."""
    come, gone = _only_in(new, old, differences), _only_in(old, new, differences)
    order = {rule: at for at, rule in enumerate((*differences.new.steps, *differences.old.steps))}
    for key in sorted({*old.signals, *new.signals}, key=lambda key: (order.get(key[0], len(order)), key[1] or "")):
        before, after = old.evidence.get(key, set()), new.evidence.get(key, set())
        change = _change(key, old, new, before != after)
        if change is None:
            continue
        rule, code = key
        facts = tuple(_fact_changes(key, old, new, differences))
        both = old.fired(key) and new.fired(key)
        why = (
            Why()
            if change == OTHER_RECORDS
            else differences.why(
                rule, code, [item.fact for item in facts], RuleEvidence(before, after, both, come, gone)
            )
        )
        context = differences.new if rule in differences.new.rules else differences.old
        yield RuleChange(
            rule=rule,
            title=context.rules[rule].title.text,
            risk_point=code,
            risk_point_title=differences.new.risk_point_title(code) or differences.old.risk_point_title(code),
            change=change,
            old_points=old.signals[key][1] if old.fired(key) else None,
            new_points=new.signals[key][1] if new.fired(key) else None,
            come=tuple(sorted(record_id for _, record_id in after - before)),
            gone=tuple(sorted(record_id for _, record_id in before - after)),
            facts=facts,
            causes=why.told,
            possible=why.possible,
        )


def _change(key: Key, old: Half, new: Half, other_records: bool) -> str | None:
    before, after = old.fired(key), new.fired(key)
    if before and after:
        if old.signals[key][1] != new.signals[key][1]:
            return OTHER_POINTS
        return OTHER_RECORDS if other_records else None
    if after:
        return NEWLY
    unknown_before, unknown_after = (key in half.signals and not half.fired(key) for half in (old, new))
    if unknown_after:
        return None if unknown_before else UNTOLD
    return CEASED if before else SETTLED


def _fact_changes(key: Key, old: Half, new: Half, differences: Differences) -> Iterator[FactChange]:
    rule, code = key
    for name in differences.facts_read(rule):
        before, after = old.fact(name, code), new.fact(name, code)
        if before != after:
            context = differences.new if name in differences.facts[1] else differences.old
            yield FactChange(name, context.name_title(name), before, after)


def _only_in(one: Half, other: Half, differences: Differences) -> AbstractSet[Record]:
    """The records of which the evidence proves that they count in one result only.

    A record that is in no evidence of the other result may still have counted there, for a rule that did not fire. It
    did not where the same rule fired there without it, or where its risk point had no record at all.
    """
    elsewhere = other.records()
    found: set[Record] = set()
    if other.grade["status"] not in {"graded", NOT_EVALUABLE}:
        return found
    for (rule, code), records in one.evidence.items():
        steps: Mapping[str, Any] = differences.new.steps
        if rule not in steps or rule not in differences.old.steps or differences.selects_otherwise(rule):
            continue
        if other.fired((rule, code)) or (steps[rule].each_risk_point and code not in other.point_facts):
            found |= records - elsewhere
    return found
