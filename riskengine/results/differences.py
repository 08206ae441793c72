"""How two results' settings differ, and what that tells of why a rule came out differently: by elimination."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from riskengine.kernel.lazy import lazy
from riskengine.policy.expression import Literal, Name, Operation, names_in
from riskengine.results.causes import (
    AGE,
    AMENDED,
    CATALOG,
    POLICY,
    PROFILE,
    RECORDS,
    RuleEvidence,
    Why,
    record_causes,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from riskengine.plan import FactStep, Plan
    from riskengine.results.context import Context


@dataclass(frozen=True)
class Differences:
    """How two results' settings differ: what every attribution rests on."""

    old: Context
    new: Context
    same_files: AbstractSet[str]

    @lazy
    def same_day(self) -> bool:
        """Whether both were seen on the same day."""
        return self.old.as_of == self.new.as_of

    @lazy
    def same_rules(self) -> bool:
        """Whether the plans decide alike; version, catalogue and supervision aside."""
        return not [section for section, _ in self.policy_parts if section != "supervision"]

    @lazy
    def policy_parts(self) -> tuple[tuple[str, str], ...]:
        """What differs between the plans: section and name (empty for a section without names)."""
        found: list[tuple[str, str]] = []
        for section, (old, new) in _named(self.old.plan, self.new.plan).items():
            found += [(section, name) for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
        for section, attributes in _WHOLE.items():
            if any(getattr(self.old.plan, name) != getattr(self.new.plan, name) for name in attributes):
                found.append((section, ""))
        return tuple(found)

    @lazy
    def recoloured(self) -> frozenset[str]:
        """The risk points that are in one catalogue only, or of another area or colour."""
        old, new = ({p.code: (p.area, p.level) for p in side.plan.risk_points} for side in (self.old, self.new))
        return frozenset(code for code in {*old, *new} if old.get(code) != new.get(code))

    @lazy
    def facts(self) -> tuple[Mapping[str, FactStep], Mapping[str, FactStep]]:
        """The facts of both plans by name."""
        return {f.name: f for f in self.old.plan.facts}, {f.name: f for f in self.new.plan.facts}

    @lazy
    def moved_parameters(self) -> frozenset[str]:
        """Parameters that are defined alike but whose value in force changed with the day."""
        parts = {name for section, name in self.policy_parts if section == "parameters"}
        old, new = self.old.parameters, self.new.parameters
        return frozenset(name for name in new if name not in parts and old.get(name) != new[name])

    @lazy
    def _direct(self) -> dict[str, frozenset[str]]:
        """The names that each fact and rule reads itself, in either plan; kept, since movers share their rules."""
        found: dict[str, frozenset[str]] = {}
        for side in (self.old, self.new):
            for key, step in (
                *((f"fact {fact.name}", fact) for fact in side.plan.facts),
                *((f"rule {rule.rule}", rule) for rule in side.plan.rules),
            ):
                found[key] = found.get(key, frozenset()) | frozenset(_names(step))
        return found

    @lazy
    def _tally_reads(self) -> dict[str, frozenset[str]]:
        """Tally → the names that the signals read which go to it, in either plan."""
        found: dict[str, frozenset[str]] = {}
        for rule in (*self.old.plan.rules, *self.new.plan.rules):
            if rule.tally is not None:
                found[rule.tally] = found.get(rule.tally, frozenset()) | self._direct[f"rule {rule.rule}"]
        return found

    @lazy
    def _reads(self) -> dict[str, tuple[str, ...]]:
        return {}

    @lazy
    def _answers(self) -> dict[tuple[str, str], bool]:
        return {}

    def facts_read(self, rule: str) -> tuple[str, ...]:
        """Every fact that a rule rests on, directly or through other facts, sorted."""
        if rule not in self._reads:
            known = {*self.facts[0], *self.facts[1]}
            found: set[str] = set()
            pending = list(self._direct.get(f"rule {rule}", ()))
            while pending:
                name = pending.pop()
                pending += self._tally_reads.get(name, ())
                if name in known and name not in found:
                    found.add(name)
                    pending += self._direct[f"fact {name}"] - {name}
            self._reads[rule] = tuple(sorted(found))
        return self._reads[rule]

    def rewritten(self, kind: str, name: str) -> bool:
        """Whether a rule or fact, or a parameter or weight that it names itself, is written otherwise."""
        if (kind, name) not in self._answers:
            self._answers[kind, name] = self._is_rewritten(kind, name, set(self.policy_parts))
        return self._answers[kind, name]

    def _is_rewritten(self, kind: str, name: str, parts: AbstractSet[tuple[str, str]]) -> bool:
        if (f"{kind}s", name) in parts:
            return True
        direct = self._direct.get(f"{kind} {name}", frozenset())
        if any((section, read) in parts for read in direct for section in ("parameters", "weights", "profile")):
            return True
        filled = [rule for side in (self.old, self.new) for rule in side.plan.rules if rule.tally in direct]
        if any(("tallies", str(rule.tally)) in parts or ("rules", rule.rule) in parts for rule in filled):
            return True
        both = [side.get(name) for side in self.facts] if kind == "fact" else []
        return ("records", "") in parts and any(fact is not None and fact.source for fact in both)

    def selects_otherwise(self, rule: str) -> bool:
        """Whether a rule may rest on other records than before because of the policy."""
        if ("selects", rule) not in self._answers:
            self._answers["selects", rule] = self._selects_otherwise(rule)
        return self._answers["selects", rule]

    def _selects_otherwise(self, rule: str) -> bool:
        parts = set(self.policy_parts)
        if ("records", "") in parts:
            return True
        changed = {name for section, name in parts if section == "parameters"}
        for name in self.facts_read(rule):
            old, new = (side.get(name) for side in self.facts)
            if old is None or new is None or _selection(old) != _selection(new):
                return True
            if changed & _names((new.where, new.having)):
                return True
        return False

    def why(self, rule: str, code: str | None, changed: Iterable[str], evidence: RuleEvidence) -> Why:
        """Why a rule came out differently for an operator.

        Args:
            rule: the rule.
            code: its risk point, where it has one.
            changed: the facts it rests on whose values differ.
            evidence: its records.
        """
        if not all(rule in side.steps for side in (self.old, self.new)):
            return Why(told=(POLICY,))
        told: set[str] = set()
        possible: set[str] = set()
        direct = self._direct[f"rule {rule}"]
        if self.rewritten("rule", rule):
            possible.add(POLICY)
        if direct & {"level", "area"} and code in self.recoloured:
            possible.add(CATALOG)
        if direct & self.moved_parameters:
            told.add(AGE)
        for name in changed:
            self._why_fact(name, code, evidence, told, possible)
        return settled(told, possible if told or possible else self.anything())

    def anything(self) -> set[str]:
        """What is possible where nothing narrower can be said."""
        ways = {POLICY: not self.same_rules, CATALOG: bool(self.recoloured), AGE: not self.same_day}
        if self.same_files < {"operators", "violations", "inspections"}:
            ways |= {PROFILE: "operators" not in self.same_files, RECORDS: True}
            ways[AMENDED] = not {"violations", "inspections"} <= self.same_files
        return {cause for cause, open_ in ways.items() if open_}

    def _why_fact(
        self, name: str, code: str | None, evidence: RuleEvidence, told: set[str], possible: set[str]
    ) -> None:
        fact, before = self.facts[1].get(name), self.facts[0].get(name)
        if fact is None or before is None:
            told.add(POLICY)
            return
        firm = told
        if self.rewritten("fact", name):
            possible.add(POLICY)
            firm = possible
        if self._coloured(fact, code):
            possible.add(CATALOG)
            firm = possible
        direct = self._direct[f"fact {name}"]
        if direct & self.moved_parameters:
            firm.add(AGE)
        if fact.is_compared:
            possible |= self.anything()  # another operator may have moved
        elif fact.operation == "column":
            if "operators" not in self.same_files:
                firm.add(PROFILE)
        elif fact.source is not None:
            self._why_records(fact, evidence.of(fact.source), firm, possible)
        elif not self.same_day and (fact.operation == "days_since_column" or "as_of" in direct):
            possible.add(AGE)

    def _coloured(self, fact: FactStep, code: str | None) -> bool:
        """Whether a fact can have changed by the colours or areas of the catalogue."""
        if not self.recoloured or (fact.per_risk_point and code not in self.recoloured):
            return False
        direct = self._direct[f"fact {fact.name}"]
        by = {weight.by for side in (self.old, self.new) for weight in side.plan.weights if weight.name in direct}
        return bool((direct | by) & {"level", "area"})

    def _why_records(self, fact: FactStep, seen: RuleEvidence, firm: set[str], possible: set[str]) -> None:
        direct = self._direct[f"fact {fact.name}"]
        told, rest = record_causes(
            seen,
            same_files={"operators", str(fact.source)} <= self.same_files,
            amendable=fact.source not in self.same_files,
            same_day=self.same_day,
            ages=any(weight.by == "age" and weight.name in direct for weight in self.new.plan.weights),
        )
        firm |= told
        possible |= rest
        if firm is possible and told and not self.same_day:
            # The rule takes records otherwise than before, so that what came or went proves nothing.
            possible.add(AGE)


_WHOLE = {
    "records": ("counted_statuses",),
    "score": ("start", "floor", "ceiling"),
    "grades": ("table", "quarantined_stops"),
    "supervision": ("assignments", "actions"),
}
"""Sections of a plan that are compared as a whole."""


def _selection(fact: FactStep) -> tuple[Any, ...]:
    """What decides which records a fact is made of; not what each of them weighs."""
    where = (fact.source, fact.where, fact.window, fact.date)
    return (*where, fact.group, fact.once, fact.span, fact.having, fact.per_risk_point)


def _columns(plan: Plan) -> dict[str, Any]:
    """The columns that a policy declares, of operators and records, by the name under which they are read."""
    found: dict[str, list[Any]] = {}
    for column in plan.profile:
        found.setdefault(column.name, []).append(column)
    for name, column in plan.linked.items():
        found.setdefault(name, []).append(column)
    return found


def _named(old: Plan, new: Plan) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    def of(plan: Plan) -> dict[str, dict[str, Any]]:
        return {
            "parameters": dict(plan.parameters),
            "profile": _columns(plan),
            "weights": {weight.name: weight for weight in plan.weights},
            "facts": {fact.name: fact for fact in plan.facts},
            "tallies": {tally.name: tally for tally in plan.tallies},
            "rules": {rule.rule: rule for rule in plan.rules},
        }

    before, after = of(old), of(new)
    return {section: (before[section], after[section]) for section in after}


def _names(value: Any) -> set[str]:
    """Every name in the expressions of a step, whichever fields hold them."""
    if isinstance(value, Name | Literal | Operation):
        return set(names_in(value))
    if isinstance(value, tuple):
        return {name for item in value for name in _names(item)}
    if hasattr(value, "__dataclass_fields__"):
        return {name for item in fields(value) for name in _names(getattr(value, item.name))}
    return set()
