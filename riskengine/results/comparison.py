"""What changed between two results of one policy: who moved grade, by which rules and records, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, GRADED, NOT_CURRENT, NOT_EVALUABLE
from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.decimals import plain
from riskengine.kernel.languages import Text
from riskengine.results.differences import Differences
from riskengine.results.movers import ABSENT, KINDS, Mover, Movers, State, kind_of, mover_of
from riskengine.results.rule_changes import Scan, halves
from riskengine.results.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from riskengine.results.context import Context

SCHEMA = "riskengine.comparison/1"

NO_FILE = "none"
"""Instead of a file's SHA-256: the source has no rows, or was not given."""

_SOURCES = ("operators", "violations", "inspections")


@dataclass(frozen=True)
class Side:
    """One of two results: its name, its setting and its tables.

    ``files`` holds for each source the SHA-256 of its file, ``none`` (``NO_FILE``) where it has no rows, and None where
    it was no file, so that it cannot be told whether the other's is the same.
    """

    run_id: str
    context: Context
    files: Mapping[str, str | None]
    scan: Scan


@dataclass(frozen=True, slots=True)
class Setting:
    """What a result was made of and seen with."""

    run_id: str
    as_of: date
    operators: int
    policy_version: str
    policy_sha256: str
    plan_sha256: str
    catalog_version: str | None
    catalog_sha256: str
    laws_sha256: str
    files: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class RuleTotal:
    """A rule over all operators: for how many it fired before and fires now, newly fires, fires no longer."""

    rule: str
    title: Text
    old: int
    new: int
    fires: int
    ceased: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two results.

    Attributes:
        policy_parts: what differs in the policy: section and name.
        differs: of ``as_of policy policy_text catalog laws operators violations inspections untold_files`` those that
            differ; ``policy``: it decides otherwise, ``policy_text``: only its wording or version is another,
            ``untold_files``: a source was no file.
        states, matrix: row *i*, column *j*: how many operators went from ``states[i]`` to ``states[j]``.
        kinds: how many moved in which way. rescored: graded in both, the same grade, another score.
        movers: those that fell furthest first, worked out when they are asked for.
    """

    policy: str
    old: Setting
    new: Setting
    differs: tuple[str, ...]
    policy_parts: tuple[tuple[str, str], ...]
    states: tuple[State, ...]
    matrix: tuple[tuple[int, ...], ...]
    kinds: Mapping[str, int]
    rescored: int
    rules: tuple[RuleTotal, ...]
    movers: Movers

    @property
    def policy_and_day(self) -> bool:
        """Whether both the policy and the as-of date are others, so that a change may come from either."""
        return {"policy", "as_of"} <= set(self.differs)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form with a versioned schema; texts are ``{"zh": …, "en": …}``, numbers are decimal texts."""
        return {**self.summary(), "movers": list(self.movers_as_dicts())}

    def summary(self) -> dict[str, Any]:
        """``to_dict`` without the movers."""
        held = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "movers"}
        return {"schema": SCHEMA, **_plain(held), "policy_and_as_of_changed": self.policy_and_day}

    def movers_as_dicts(self) -> Iterator[dict[str, Any]]:
        """The movers of ``to_dict``, one after another."""
        return (_plain(mover) for mover in self.movers)


def compare(old: Side, new: Side, *, show_personal: bool = False) -> Comparison:
    """Compare two results of the same policy.

    Args:
        old: the result to compare with.
        new: the result that is asked about; the order of grades is its policy's.
        show_personal: else natural persons' ids and names, and personal numbers in values, are masked.
    """
    differences = Differences(old.context, new.context, frozenset(filter(partial(_same_file, old, new), _SOURCES)))
    moves = _Moves(new.context.plan.grades)
    for operator_id, before, after in side_by_side(_standings(old), _standings(new)):
        moves.add(operator_id, before, after)
    settings = _setting(old, moves.operators[0]), _setting(new, moves.operators[1])
    states = _states(moves.pairs, new.context, old.context)
    return Comparison(
        policy=new.context.plan.policy,
        old=settings[0],
        new=settings[1],
        differs=tuple(_differs(*settings, differences)),
        policy_parts=differences.policy_parts,
        states=states,
        matrix=tuple(tuple(moves.pairs[row, column] for column in states) for row in states),
        kinds=moves.kinds(),
        rescored=moves.rescored,
        rules=tuple(_totals(old, new)),
        movers=Movers(moves.movers(), partial(_details, old, new, differences, show_personal=show_personal)),
    )


def _same_file(old: Side, new: Side, source: str) -> bool:
    return old.files[source] is not None and old.files[source] == new.files[source]


Standing = tuple[State, Decimal | None]
_ABSENT = State(ABSENT)


def _standings(side: Side) -> Iterator[tuple[str, Standing]]:
    """Operator, and its state and score; equal states are one object."""
    states: dict[tuple[str, str | None], State] = {}
    for operator_id, status, grade, score in side.scan("grades", ("operator_id", "status", "grade", "score")):
        state = states.get((status, grade)) or states.setdefault((status, grade), State(status, grade))
        yield operator_id, (state, score)


class _Moves:
    """Who went from where to where: counted for all, remembered for those that moved."""

    def __init__(self, ranking: Sequence[str]) -> None:
        self._ranking = ranking
        self._moved: dict[tuple[State, State], list[str]] = {}
        self.pairs: Counter[tuple[State, State]] = Counter()
        self.operators = [0, 0]
        self.rescored = 0

    def add(self, operator_id: str, before: Standing | None, after: Standing | None) -> None:
        """Count an operator; operators come in the order of their ids."""
        pair = (before[0] if before else _ABSENT, after[0] if after else _ABSENT)
        self.pairs[pair] += 1
        self.operators[0] += before is not None
        self.operators[1] += after is not None
        if pair[0] != pair[1]:
            self._moved.setdefault(pair, []).append(operator_id)
        elif pair[0].status == GRADED and before and after and before[1] != after[1]:
            self.rescored += 1

    def kinds(self) -> dict[str, int]:
        """How many moved in which way."""
        counts: Counter[str] = Counter()
        for pair, operators in self._moved.items():
            counts[kind_of(*pair, self._ranking)[0]] += len(operators)
        return {kind: counts[kind] for kind in KINDS}

    def movers(self) -> list[str]:
        """Those that moved: by kind, those that fell furthest first, then by id."""
        ways: dict[tuple[int, int], list[list[str]]] = {}
        for pair, operators in self._moved.items():
            kind, steps = kind_of(*pair, self._ranking)
            ways.setdefault((KINDS.index(kind), -(steps or 0)), []).append(operators)
        return [operator_id for way in sorted(ways) for operator_id in merge(*ways[way])]


def _states(pairs: Mapping[tuple[State, State], int], new: Context, old: Context) -> tuple[State, ...]:
    """Every state that occurs, with every grade of the new ranking, best first, then what stands outside it."""
    ranked = [State(GRADED, grade) for grade in dict.fromkeys((*new.plan.grades, *old.plan.grades))]
    status = {GRADED: 0, NOT_EVALUABLE: 1, NOT_CURRENT: 2}
    others = {state for pair in pairs for state in pair} - set(ranked)
    return (*ranked, *sorted(others, key=lambda state: (status.get(state.status, 3), state.grade or "")))


def _setting(side: Side, operators: int) -> Setting:
    plan, catalog = side.context.plan, side.context.catalog
    held = catalog.to_dict()
    laws = sha256_of(held.pop("laws"))
    return Setting(
        run_id=side.run_id,
        as_of=side.context.as_of,
        operators=operators,
        policy_version=plan.policy_version,
        policy_sha256=plan.policy_sha256,
        plan_sha256=plan.sha256,
        catalog_version=plan.catalog_version,
        catalog_sha256=sha256_of(held),
        laws_sha256=laws,
        files=dict(side.files),
    )


def _differs(before: Setting, after: Setting, differences: Differences) -> Iterator[str]:
    if before.as_of != after.as_of:
        yield "as_of"
    if differences.policy_parts:
        yield "policy"
    elif before.policy_sha256 != after.policy_sha256:
        yield "policy_text"
    if before.catalog_sha256 != after.catalog_sha256:
        yield "catalog"
    if before.laws_sha256 != after.laws_sha256:
        yield "laws"
    untold = {name for name in _SOURCES if None in {before.files[name], after.files[name]}}
    yield from (name for name in _SOURCES if name not in differences.same_files | untold)
    if untold:
        yield "untold_files"


def _totals(old: Side, new: Side) -> Iterator[RuleTotal]:
    counts: dict[str, list[int]] = {rule: [0, 0, 0] for rule in (*new.context.rules, *old.context.rules)}
    for _, before, after in side_by_side(_fired(old), _fired(new)):
        fired_before, fires_now = before or frozenset(), after or frozenset()
        for rule in fired_before | fires_now:
            stays = rule in fired_before and rule in fires_now
            counts[rule][2 if stays else int(rule in fires_now)] += 1
    for rule, (ceased, fires, both) in counts.items():
        context = new.context if rule in new.context.rules else old.context
        yield RuleTotal(rule, context.rules[rule].title.text, ceased + both, fires + both, fires, ceased)


def _fired(side: Side) -> Iterator[tuple[str, frozenset[str]]]:
    """Operator, and the rules that fired for it."""
    rows = side.scan("signals", ("operator_id", "rule", "status"))
    for operator_id, own in groupby(rows, key=itemgetter(0)):
        yield operator_id, frozenset(rule for _, rule, status in own if status == FIRED)


def _details(
    old: Side, new: Side, differences: Differences, operators: Sequence[str], *, show_personal: bool
) -> Iterator[Mover]:
    before, after = halves(old.context, old.scan, operators), halves(new.context, new.scan, operators)
    for key in operators:
        yield mover_of(before.pop(key, None), after.pop(key, None), differences, show_personal=show_personal)


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.to_dict()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
