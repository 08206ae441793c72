"""An operator that moved: from which state to which, by which rules, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import NOT_CURRENT
from riskengine.kernel.masking import mask_personal
from riskengine.results.causes import AGE, POLICY, PROFILE, RECORDS, Why, settled
from riskengine.results.privacy import masked_grade
from riskengine.results.rule_changes import FactChange, RuleChange, rule_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from riskengine.kernel.languages import Text
    from riskengine.results.differences import Differences
    from riskengine.results.rule_changes import Half

ABSENT = "absent"
"""The status, beside those of ``grades``, of an operator that is in the other result only."""

UP, DOWN, REGRADED, STATUS, ENTERED, LEFT = "up", "down", "regraded", "status", "entered", "left"
KINDS = (DOWN, STATUS, REGRADED, UP, ENTERED, LEFT)
"""How an operator moved, what asks for attention first. ``regraded``: from or to a grade outside the ranking."""


_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class State:
    """Where an operator stands: a status, and its grade where it is graded."""

    status: str
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Mover:
    """An operator whose grade or status is another.

    Attributes:
        kind: ``up down regraded status entered left``.
        steps: by how many grades of the new ranking it went down (negative: up); None outside the ranking.
        missing: what it lacks for a grade, in the new result.
        left_out: records left out, old and new.
        rules: the rules that came out differently; none where it entered, left, or is not current.
        causes, possible: of all its rules together; see :class:`RuleChange`.
    """

    operator_id: str
    name: str
    kind: str
    steps: int | None
    old: State
    new: State
    old_score: Decimal | None
    new_score: Decimal | None
    old_ceiling: str | None
    new_ceiling: str | None
    missing: tuple[Text, ...]
    left_out: tuple[int, int]
    rules: tuple[RuleChange, ...]
    causes: tuple[str, ...]
    possible: tuple[str, ...]


class Movers:
    """Every operator that moved, those that fell furthest first; worked out when they are asked for, some at a time.

    So a list of a million, most of which moved, is compared without holding all that changed for each of them.
    """

    def __init__(self, operators: Sequence[str], details: Callable[[Sequence[str]], Iterator[Mover]]) -> None:
        self._operators, self._details = operators, details

    def __len__(self) -> int:
        """How many moved."""
        return len(self._operators)

    def __iter__(self) -> Iterator[Mover]:
        """All of them."""
        for at in range(0, len(self._operators), _AT_ONCE):
            yield from self._details(self._operators[at : at + _AT_ONCE])

    def first(self, most: int) -> list[Mover]:
        """The first of them."""
        return list(self._details(self._operators[:most])) if self._operators else []


def mover_of(old: Half | None, new: Half | None, differences: Differences, *, show_personal: bool) -> Mover:
    """The mover of an operator's rows in both results; None where it is not in one of them."""
    half = new or old
    assert half is not None  # noqa: S101 - a mover is in one of them
    before, after = _state(old), _state(new)
    kind, steps = kind_of(before, after, differences.new.plan.grades)
    rules: tuple[RuleChange, ...] = ()
    why = Why()
    if old is not None and new is not None:
        if NOT_CURRENT in {before.status, after.status}:
            why = settled(set(), _listing(differences))
        else:
            rules = tuple(rule_changes(old, new, differences))
            why = _why(old, new, rules, differences)
    row = half.grade if show_personal else masked_grade(half.grade)
    return Mover(
        operator_id=row["operator_id"],
        name=row["name"],
        kind=kind,
        steps=steps,
        old=before,
        new=after,
        old_score=old.grade["score"] if old else None,
        new_score=new.grade["score"] if new else None,
        old_ceiling=old.grade["ceiling_rule"] if old else None,
        new_ceiling=new.grade["ceiling_rule"] if new else None,
        missing=tuple(differences.new.missing_title(name) for name in new.grade["missing"]) if new else (),
        left_out=(old.grade["quarantined_count"] if old else 0, new.grade["quarantined_count"] if new else 0),
        rules=rules if show_personal else tuple(_masked(rule) for rule in rules),
        causes=why.told,
        possible=why.possible,
    )


def _state(half: Half | None) -> State:
    return State(ABSENT) if half is None else State(half.grade["status"], half.grade["grade"])


def kind_of(old: State, new: State, ranking: Sequence[str]) -> tuple[str, int | None]:
    """How an operator moved, and by how many grades of the ranking it went down; None outside it."""
    if old.status == ABSENT:
        return ENTERED, None
    if new.status == ABSENT:
        return LEFT, None
    if old.status != new.status:
        return STATUS, None
    if old.grade in ranking and new.grade in ranking:
        steps = ranking.index(new.grade) - ranking.index(old.grade)
        return (DOWN if steps > 0 else UP), steps
    return REGRADED, None


def _listing(differences: Differences) -> set[str]:
    """Why an operator is current in one result only: its dates, or the day."""
    found = {AGE} if not differences.same_day else set()
    return found if "operators" in differences.same_files else {PROFILE, *found}


def _why(old: Half, new: Half, rules: Sequence[RuleChange], differences: Differences) -> Why:
    """The causes of all the rules that bear on the grade, and of the grade table."""
    told = {cause for rule in rules for cause in rule.causes}
    possible = {cause for rule in rules for cause in rule.possible}
    if {("grades", ""), ("score", "")} & set(differences.policy_parts):
        same = all(old.grade[name] == new.grade[name] for name in ("score", "ceiling_rule", "status"))
        (told if same else possible).add(POLICY)
    if differences.new.plan.quarantined_stops and old.grade["quarantined_count"] != new.grade["quarantined_count"]:
        told.add(RECORDS)
    return settled(told, possible if told or possible else differences.anything())


def _masked(change: RuleChange) -> RuleChange:
    """Personal numbers masked in record ids and in the values of facts."""
    return replace(
        change,
        come=tuple(map(mask_personal, change.come)),
        gone=tuple(map(mask_personal, change.gone)),
        facts=tuple(
            FactChange(fact.fact, fact.title, _masked_value(fact.old), _masked_value(fact.new)) for fact in change.facts
        ),
    )


def _masked_value(value: Any) -> Any:
    if isinstance(value, list):
        return [mask_personal(item) for item in value]
    return mask_personal(value) if isinstance(value, str) else value
