"""The outcomes of a period: by risk point, unit and kind, with the share that was overturned and its interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from riskengine.supervision.outcomes.contested import became, read_contested
from riskengine.supervision.outcomes.interval import Interval, share_interval
from riskengine.supervision.outcomes.rules import FALLEN, OUTCOMES, OVERTURNED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from riskengine.supervision.outcomes.contested import Became, Challenge, Contested
    from riskengine.supervision.outcomes.rules import OutcomeRules

EARLIER, LATER = "earlier", "later"
STATES = ("concluded", "pending", EARLIER, LATER)


class Concluded(NamedTuple):
    """A penalty whose challenges were concluded in the period, and how."""

    penalty: Contested
    became: Became


class Group(NamedTuple):
    """The concluded penalties of a group.

    Attributes:
        key: the risk point, unit or kind; None where the record does not say.
        concluded: how many.
        outcomes: outcome → how many; together they are all.
        overturned: how many of them were revoked or changed.
        interval: of their share.
        is_small: whether they are so few that the rules name it.
        pending: how many are pending at the period's end, beside these.
    """

    key: str | None
    concluded: int
    outcomes: dict[str, int]
    overturned: int
    interval: Interval
    is_small: bool
    pending: int


class Fallen(NamedTuple):
    """Penalties of a risk point that do not stand, on a ground, by a kind of challenge; None: no ground is said."""

    risk_point: str
    kind: str
    ground: str | None
    penalties: tuple[str, ...]


class Decided(NamedTuple):
    """The penalties decided in the period: all, those challenged and those overturned by its end, and the interval."""

    penalties: int
    challenged: int
    overturned: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """What became of contested penalties.

    Attributes:
        rules: of results and grounds.
        since, until: the period; everything is seen on its last day.
        states: how many contested penalties were concluded in the period, are pending, were concluded earlier, or were
            challenged later: together they are all.
        concluded, pending: those penalties.
        whole: all concluded ones as one group.
        by_risk_point, by_unit, by_kind: groups; a pending one counts for the kind that is pending.
        fallen: what does not stand, and why.
        decided: the penalties decided in the period.
        ledger: how many challenges of a ledger were used, are in the record already, or are of no penalty of it.
    """

    rules: OutcomeRules
    since: date
    until: date
    states: dict[str, int]
    concluded: tuple[Concluded, ...]
    pending: tuple[Concluded, ...]
    whole: Group
    by_risk_point: tuple[Group, ...]
    by_unit: tuple[Group, ...]
    by_kind: tuple[Group, ...]
    fallen: tuple[Fallen, ...]
    decided: Decided
    ledger: dict[str, int]


def count_outcomes(
    folder: Path, rules: OutcomeRules, since: date, until: date, more: Sequence[Challenge] | None = None
) -> OutcomeReport:
    """Count the outcomes of a record folder.

    Args:
        folder: with ``challenges`` and ``violations``, and ``cases`` for the units.
        rules: of results and grounds.
        since: the first day.
        until: the last day; what was decided after it is pending on it.
        more: challenges from a ledger.

    Raises:
        UsageError: a file is not there (RE-955 to RE-957).
        InputError: a file cannot be used (RE-966 to RE-969), every problem.
    """
    record = read_contested(folder, rules, more)
    states: Counter[str] = Counter()
    concluded, pending, fell = list[Concluded](), list[Concluded](), set[str]()
    for penalty in record.penalties:
        found = became(penalty.challenges, rules, until)
        if found is None:
            states[LATER] += 1
        elif found.decided_on is None:
            states["pending"] += 1
            pending.append(Concluded(penalty, found))
        elif found.decided_on < since:
            states[EARLIER] += 1
        else:
            states["concluded"] += 1
            concluded.append(Concluded(penalty, found))
        if found is not None and found.outcome in OVERTURNED:
            fell.add(penalty.violation_id)
    small = rules.small.fewer_than

    def grouped(key: Callable[[Concluded], str | None]) -> tuple[Group, ...]:
        return _groups(concluded, pending, key, small)

    challenged = {each.violation_id for each in record.penalties if became(each.challenges, rules, until) is not None}
    of_period = {name for name, day in record.decided.items() if since <= day <= until}
    fallen_here = len(of_period & fell)
    return OutcomeReport(
        rules=rules,
        since=since,
        until=until,
        states={state: states[state] for state in STATES},
        concluded=tuple(concluded),
        pending=tuple(pending),
        whole=_group(None, concluded, len(pending), small),
        by_risk_point=grouped(lambda each: each.penalty.risk_point),
        by_unit=grouped(lambda each: each.penalty.unit),
        by_kind=grouped(lambda each: each.became.kind),
        fallen=_fallen(concluded),
        decided=Decided(
            len(of_period), len(of_period & challenged), fallen_here, share_interval(fallen_here, len(of_period))
        ),
        ledger=record.ledger,
    )


def _groups(
    concluded: Iterable[Concluded],
    pending: Iterable[Concluded],
    key: Callable[[Concluded], str | None],
    small: int,
) -> tuple[Group, ...]:
    """Groups by a key, sorted; what has none comes last."""
    held: dict[str | None, list[Concluded]] = defaultdict(list)
    for each in concluded:
        held[key(each)].append(each)
    waiting = Counter(map(key, pending))
    order = sorted(held.keys() | waiting.keys(), key=lambda name: (name is None, name or ""))
    return tuple(_group(name, held.get(name, []), waiting[name], small) for name in order)


def _group(key: str | None, concluded: list[Concluded], pending: int, small: int) -> Group:
    counted = Counter(each.became.outcome for each in concluded)
    overturned = sum(counted[outcome] for outcome in OVERTURNED)
    outcomes = {outcome: counted[outcome] for outcome in OUTCOMES}
    interval = share_interval(overturned, len(concluded))
    return Group(key, len(concluded), outcomes, overturned, interval, len(concluded) < small, pending)


def _fallen(concluded: Iterable[Concluded]) -> tuple[Fallen, ...]:
    """What does not stand by risk point, kind and ground, most first within a risk point."""
    held: dict[tuple[str, str, str | None], list[str]] = defaultdict(list)
    for each in concluded:
        if each.became.outcome in FALLEN:
            held[each.penalty.risk_point, each.became.kind, each.became.ground].append(each.penalty.violation_id)
    order = sorted(held, key=lambda key: (key[0], -len(held[key]), key[1], key[2] or "~"))
    return tuple(Fallen(*key, tuple(sorted(held[key]))) for key in order)
