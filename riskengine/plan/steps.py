"""The steps of a plan: what each weight, fact, rule, row and assignment is, with nothing left to decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.kernel.decimals import places_of
from riskengine.policy.expression import names_in
from riskengine.policy.fact import COMPARED

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from riskengine.kernel.windows import Window
    from riskengine.policy.expression import Expression, Name, Type

SIGNAL, CEILING, INSUFFICIENT = "signal", "ceiling", "insufficient"
_NONE_OVER_NONE = frozenset({"max", "min", "latest", "days_since", "share"})


@dataclass(frozen=True, slots=True)
class WeightStep:
    """A number for each record of ``source``: by a column's value, by age, by a number of it, or divided by one.

    ``brackets``: the first window that holds the date. ``ranges``: lower end, upper end (None is open) and value, the
    first that holds the number: at least the lower, below the upper. ``otherwise`` where no row holds, ``missing``
    where the column is null; None is unknown. ``divide``: divided by a number above 0, rounded half-up to ``places``.
    """

    name: str
    source: str
    by: str
    table: tuple[tuple[str, Decimal | int], ...]
    brackets: tuple[tuple[Window, Decimal | int], ...]
    ranges: tuple[tuple[Decimal | int | None, Decimal | int | None, Decimal | int], ...]
    otherwise: Decimal | int | None
    missing: Decimal | int | None
    divide: int | None = None
    places: int = 0

    @property
    def digits(self) -> int:
        """The most digits after the point of its numbers."""
        return max(self.places, *(places_of(value) or 0 for value in self.values), 0)

    @property
    def values(self) -> tuple[Decimal | int, ...]:
        """Every number that it can be, where it is looked up."""
        last = [value for value in (self.otherwise, self.missing) if value is not None]
        rows = [value for _, value in (*self.table, *self.brackets)] + [value for *_, value in self.ranges]
        return (*rows, *last)


@dataclass(frozen=True, slots=True)
class FactStep:
    """One fact.

    Attributes:
        name, type: the column of ``facts`` (or of ``facts_by_risk_point``).
        per_risk_point: one value for each risk point that has a record, rather than one for the operator.
        operation: ``count count_distinct sum max min latest days_since share days_since_column column value``;
            ``column`` repeats an operator column that rules read, so that the table of facts explains every rule.
            ``rank peers percentile`` compare the operator with others: ``value`` is the name by which.
        source: the records it is made of; None for all that are made of none.
        where: which records, or which operators are compared; None is all.
        window: None is the whole history up to as-of.
        date: the column that places a record in the window.
        value: the aggregated expression, or the expression of a ``value``; for ``count_distinct`` the column, for
        ``share`` the condition.
        group: a column whose groups are aggregated apart, each up to ``group_cap``, and ``then`` put together;
        ``having`` says which of them count.
        once: a column; records of a group that agree in it count once, with the highest of their values.
        span: with ``group`` the date: each group holds the records of this window before its day as well.
        missing: None: a record with an unknown value makes the fact unknown; ``ignore``: it is passed over; a number:
        its value.
        empty: the value over no records; None is unknown for ``max min latest days_since share``.
        among: names that peers have in common. best: ``highest`` or ``lowest`` is the first.
        places: digits of a ``value``, ``share`` or ``percentile``, rounded once, half-up; None keeps it as it is.
    """

    name: str
    type: Type
    per_risk_point: bool
    operation: str
    source: str | None = None
    where: Expression | None = None
    window: Window | None = None
    date: str | None = None
    value: Expression | None = None
    group: str | None = None
    then: str | None = None
    having: Expression | None = None
    group_cap: Decimal | int | None = None
    once: str | None = None
    span: Window | None = None
    missing: Decimal | int | str | None = None
    empty: Decimal | int | None = None
    among: tuple[Name, ...] = ()
    best: str | None = None
    places: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a record that decide where it belongs: of its group, of what counts once, of its date."""
        return tuple(name for name in (self.group, self.once, self.date) if name is not None)

    @property
    def needs_a_record(self) -> bool:
        """Whether it has no value over no records: a greatest one, a last day, a share, without ``empty``."""
        none = self.then in {"max", "min"} if self.group else self.operation in _NONE_OVER_NONE
        return self.source is not None and self.empty is None and none

    @property
    def is_compared(self) -> bool:
        """Whether it compares the operator with others, so that the facts of all must be known first."""
        return self.operation in COMPARED

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of an operator that it reads, where it is made of no records; each once."""
        if self.source is not None:
            return ()
        trees = [tree for tree in (self.value, *self.among, self.where) if tree is not None]
        return tuple(dict.fromkeys(name for tree in trees for name in names_in(tree)))


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One rule: a signal (with or without points), a ceiling, or the test of too little record.

    Attributes:
        stage: ``signal``, ``ceiling`` or ``insufficient``.
        each_risk_point: evaluated for every risk point that has a record.
        risk_point: the risk point it is about, where it is about one.
        when: the condition.
        points: the expression of its points; None is none. ``sign`` is -1 for a deduction, +1 for a bonus.
        places: the points are rounded once, half-up, to so many digits, then capped at ``cap``.
        tally: the account that the points go to; None is the score.
        stops: an unknown condition makes the operator not evaluable; otherwise the rule is shown as not evaluable.
        law, article: the basis; ``from_catalog`` takes the risk point's liability article in force on the newest
        evidence's day. lacks: the fields named as missing when the condition is unknown though none of its names is.
        evidence: the facts whose records are its evidence.
        grade: a ceiling's ``at_most``, or the grade of too little record.
    """

    rule: str
    stage: str
    when: Expression
    stops: bool
    each_risk_point: bool = False
    risk_point: str | None = None
    points: Expression | None = None
    sign: int = -1
    places: int = 0
    cap: Decimal | int | None = None
    tally: str | None = None
    law: str | None = None
    article: str | None = None
    from_catalog: bool = False
    lacks: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class TallyStep:
    """An account beside the score: it starts somewhere, points of the signals that go to it are added, it is limited.

    It is a column of ``facts``, known once the signals are; unknown where one that goes to it stops.
    """

    name: str
    type: Type
    start: Decimal | int
    floor: Decimal | int | None
    ceiling: Decimal | int | None


@dataclass(frozen=True, slots=True)
class GradeRowStep:
    """A row of the grade table: the first whose condition is true gives the grade; an unknown one stops."""

    grade: str
    when: Expression


@dataclass(frozen=True, slots=True)
class AssignmentStep:
    """What follows from grades, from ``not_evaluable``, or from a rule that fired (``tier`` None: the grade's)."""

    grades: tuple[str, ...]
    status: str | None
    rule: str | None
    tier: str | None
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionStep:
    """A recommended action with its basis; None where it is local policy."""

    action: str
    law: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class LiabilityStep:
    """A liability article and the days on which its version is in force (``until`` excluded, None: open)."""

    law: str
    article: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class RiskPointStep:
    """What the plan needs of a risk point; its liability articles, the most characteristic first."""

    code: str
    area: str
    level: str
    measures: tuple[str, ...]
    liabilities: tuple[LiabilityStep, ...]

    def liability_on(self, day: date) -> LiabilityStep | None:
        """The first liability article in force on ``day``."""
        for liability in self.liabilities:
            if liability.since <= day and (liability.until is None or day < liability.until):
                return liability
        return None
