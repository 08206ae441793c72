"""A fact as it is written: what is computed, of which records, and which keys each operation heeds."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from riskengine.policy.sections import Bilingual, Expr, NameText, NumberValue, Section, Whole, WindowText, as_list

SourceName = Literal["violations", "inspections"]

AGGREGATES = ("count", "count_distinct", "sum", "max", "min", "latest", "days_since", "share")
SLIDING = ("count", "sum")
COMPUTED = ("value", "table")
COMPARED = ("rank", "peers", "percentile")
OPERATIONS = (*AGGREGATES, *COMPUTED, *COMPARED)

_RECORDS = ("of", "where", "within", "by", "per", "missing", "empty")
_GROUPS = ("then", "having", "group_cap", "once")
_KEYS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(AGGREGATES, (*_RECORDS, *_GROUPS)),
    **dict.fromkeys(SLIDING, (*_RECORDS, *_GROUPS, "in_any")),
    "share": (*_RECORDS, "places"),
    "value": ("per", "places"),
    "table": ("per", "places", "hit", "otherwise"),
    "rank": ("among", "where", "best"),
    "peers": ("among", "where"),
    "percentile": ("among", "where", "best", "places"),
}
HEEDED = {operation: (*keys, "unit", "title") for operation, keys in _KEYS.items()}
"""Operation → the keys that may stand beside it."""

ALL_KEYS = tuple(dict.fromkeys(key for keys in HEEDED.values() for key in keys))
OF_RISK_POINTS_ALONE = ("share", *COMPUTED)
"""Operations that know no groups: ``per`` is a risk point or nothing."""


class FactRow(Section):
    """A row of a decision table: a condition, and the value where it holds."""

    when: Expr
    value: Expr


class Fact(Section):
    """A value computed for an operator, or for an operator and risk point.

    Exactly one of the operations says what is computed: ``count: violations``, ``count_distinct: vehicle``,
    ``sum: <expression>``, ``max``/``min: <expression>``, ``latest: violations`` (a date), ``days_since: violations`` or
    ``days_since: <operator's date column>`` (days up to as-of), ``share: <condition>``, ``value: <expression of other
    facts>``, ``table: <rows>``; or compares the operator with others: ``rank``, ``peers``, ``percentile`` of a fact.

    Attributes:
        share: the part of the records for which a condition is true, rounded once to `places`.
        table: rows of a condition and a value each; `hit` says which of those that hold give the value.
        rank: the operator's place among its peers by a fact or number: 1 and how many peers are better.
        peers: how many operators with a known value are compared, the operator among them.
        percentile: how many of a hundred peers are better, rounded once to `places`.
        of: the source, where the first key does not name it.
        where: which records, or which operators are compared; all where left out.
        within: the window, ending on as-of; the whole history where left out.
        by: the date that places a record in the window.
        per: ``risk_point`` (one value for each), or with ``then`` any column, whose groups are counted apart and then
        put together. then: ``max``, ``min``, ``sum`` or ``count`` over the groups, one value for the operator.
        having: with ``then: count``: which groups count, an expression of ``group`` (the group's value).
        group_cap: the most that one group's value can be, before the groups are put together.
        once: of a sum or count with groups: records of a group that agree in this column count once, with the highest
        of their values.
        in_any: of a sum or count: the most in any window of this length, wherever it lies, rather than in all.
        missing: ``ignore``, or a number for a record whose value is unknown; without it the fact is unknown.
        empty: the value over no records, where that is not 0 by nature.
        hit: which rows give the value of a table: the ``first`` that holds, the only one (``unique``), the ``highest``
        or ``lowest`` of those that hold, or their ``sum``.
        otherwise: the value of a table of which no row holds; unknown where left out.
        among: columns or facts that peers have in common; without them all operators are compared.
        best: whether the ``highest`` or the ``lowest`` value is the first.
        places: digits kept of ``value``, ``table``, ``share`` or ``percentile``, rounded once, half-up.
    """

    title: Bilingual | None = None
    count: SourceName | None = None
    count_distinct: str | None = None
    sum: Expr | None = None
    max: Expr | None = None
    min: Expr | None = None
    latest: SourceName | None = None
    days_since: str | None = None
    share: Expr | None = None
    value: Expr | None = None
    table: tuple[FactRow, ...] | None = Field(default=None, min_length=1, max_length=40)
    rank: NameText | None = None
    peers: NameText | None = None
    percentile: NameText | None = None
    of: SourceName = "violations"
    where: Expr | None = None
    within: WindowText | None = None
    by: str | None = None
    per: str | None = None
    then: Literal["max", "min", "sum", "count"] | None = None
    having: Expr | None = None
    group_cap: NumberValue | None = None
    once: str | None = None
    in_any: WindowText | None = None
    missing: Literal["ignore"] | NumberValue | None = None
    empty: NumberValue | None = None
    hit: Literal["first", "unique", "highest", "lowest", "sum"] | None = None
    otherwise: Expr | None = None
    among: Annotated[tuple[NameText, ...], BeforeValidator(as_list)] = ()
    best: Literal["highest", "lowest"] | None = None
    places: Whole | None = Field(default=None, ge=0, le=6)
    unit: str | None = None

    @property
    def operation(self) -> str:
        """Which of the operations it is."""
        return next(key for key in OPERATIONS if getattr(self, key) is not None)

    @property
    def is_computed(self) -> bool:
        """Whether it is made of other facts, rather than of records."""
        return self.operation in COMPUTED

    @property
    def is_made_of_records(self) -> bool:
        """Whether it is an aggregate of records; others may be there to be shown, though nothing reads them."""
        return self.operation in AGGREGATES

    @property
    def is_compared(self) -> bool:
        """Whether it compares the operator with others."""
        return self.operation in COMPARED

    @property
    def compared(self) -> str:
        """The fact or column by which operators are compared."""
        return str(self.rank or self.peers or self.percentile)

    @property
    def each_risk_point(self) -> bool:
        """Whether it has one value for each risk point, rather than one for the operator."""
        return self.per == "risk_point" and self.then is None

    @property
    def divides(self) -> bool:
        """Whether a division may have made it, so that what was rounded is no exact number."""
        written = [self.value, self.otherwise, *(row.value for row in self.table or ())]
        return self.operation in {"share", "percentile"} or any("/" in str(text) for text in written)

    @model_validator(mode="after")
    def _one_operation(self) -> Self:
        given = [key for key in OPERATIONS if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(OPERATIONS)} is needed, not {len(given)}")
        operation = given[0]
        wrong = [key for key in ALL_KEYS if key in self.model_fields_set and key not in HEEDED[operation]]
        wrong = [key for key in wrong if getattr(self, key) not in {None, ()}]
        if wrong:
            raise ValueError(f"a '{operation}' has no {', '.join(wrong)}")
        named = getattr(self, operation)
        if "of" in self.model_fields_set and named in get_args(SourceName) and named != self.of:
            raise ValueError(f"'of: {self.of}' is not the source that {operation} names")
        if operation == "share" and self.places is None:
            raise ValueError("a share is rounded: say to how many 'places'")
        if operation == "percentile" and self.places is None:
            raise ValueError("a percentile is rounded: say to how many 'places'")
        if operation in {"rank", "percentile"} and self.best is None:
            raise ValueError("say by 'best' whether the highest or the lowest value is the first")
        if operation == "table" and self.hit is None:
            raise ValueError("a table says by 'hit' which of the rows that hold give the value")
        return self

    @model_validator(mode="after")
    def _groups(self) -> Self:
        if self.per not in {None, "risk_point"}:
            if self.share is not None or self.value is not None or self.table is not None:
                raise ValueError("'per' of a share, a value or a table is risk_point or nothing")
            if self.then is None:
                raise ValueError("'per' a column other than risk_point needs 'then'")
        if self.then is not None and self.per is None:
            raise ValueError("'then' goes with 'per'")
        if self.having is not None and self.then != "count":
            raise ValueError("'having' goes with 'then: count'")
        if self.group_cap is not None and self.then is None:
            raise ValueError("'group_cap' goes with 'then'")
        if self.once is not None and (self.then is None or (self.sum is None and self.count is None)):
            raise ValueError("'once' goes with 'then', of a sum or a count")
        if self.in_any is not None and (self.per is not None or self.missing not in {None, "ignore"}):
            raise ValueError("'in_any' goes with no 'per', and with no 'missing' but ignore")
        return self
