"""Facts as steps: what each record is to each fact, the aggregates, the computed facts, and the records behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.engines.sql.certainty import never_in_doubt
from riskengine.engines.sql.scope import fields, first_of
from riskengine.engines.sql.spans import sliding
from riskengine.engines.sql.terms import Term, at_places, literal, rounded, to_sql, whole
from riskengine.kernel.decimals import places_of
from riskengine.policy.expression import names_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.engines.sql.scope import Scope
    from riskengine.plan import FactStep

_ZERO_WHEN_EMPTY = ("count", "count_distinct", "sum")
_PICKS = ("max", "min", "latest", "days_since")
TO_NOTHING, TO_A_VALUE, TO_DOUBT = range(3)
"""What becomes of a record of which something is unknown."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A fact made of records, with the columns that stand for it.

    Attributes:
        value_places: digits of a record's value; None for dates and texts. raw: of a total as it is summed. inner: of a
            group's total. places: of the fact.
        is_certain: whether no record can leave it in doubt.
        marked_as: the number of an earlier fact to which every record is the same; None where there is none.
    """

    step: FactStep
    number: int
    value_places: int | None
    raw: int | None
    inner: int | None
    places: int | None
    is_certain: bool = False
    marked_as: int | None = None

    @property
    def mark(self) -> str:
        """The column that says what a record is to the fact: true, in; false, out; null, in doubt."""
        return f"m{self.number if self.marked_as is None else self.marked_as}"

    @property
    def value(self) -> str:
        """The column with the record's value."""
        return f"v{self.number}"

    @property
    def doubt(self) -> str:
        """The column with the fields for want of which a record is in doubt."""
        return f"w{self.number}"

    @property
    def counts_only(self) -> bool:
        """Whether records are counted and no value of theirs is read."""
        return self.step.operation == "count" and unknown_is(self.step) != TO_A_VALUE

    @property
    def picks(self) -> bool:
        """Whether one record's value is the fact's: the largest, say."""
        return self.step.operation in _PICKS

    @property
    def empty(self) -> str:
        """The value over no records."""
        step = self.step
        zero = step.then in {"sum", "count"} if step.group else step.operation in _ZERO_WHEN_EMPTY
        return literal(0 if zero and step.empty is None else step.empty, self.places).sql


def unknown_is(step: FactStep) -> int:
    """What becomes of a record of which something is unknown."""
    return TO_DOUBT if step.missing is None else TO_NOTHING if step.missing == "ignore" else TO_A_VALUE


def aggregate(step: FactStep, number: int, names: Mapping[str, Term], certain: frozenset[str]) -> Aggregate:
    """The columns and scales of a fact; ``certain`` are the names that are known of every record."""
    part = value_term(step, names)
    instead = None if step.missing in {None, "ignore"} else step.missing
    within = None if part.places is None else max(part.places, places_of(instead) or 0)
    raw = {"count_distinct": 0, "days_since": 0, "share": step.places}.get(step.operation, within)
    inner = None if raw is None else max(raw, places_of(step.group_cap) or 0)
    result = 0 if step.then == "count" else inner
    places = None if result is None else max(result, places_of(step.empty) or 0)
    return Aggregate(step, number, within, raw, inner, places, never_in_doubt(step, certain))


def value_term(step: FactStep, names: Mapping[str, Term]) -> Term:
    """The value of a record: of a count one."""
    if step.value is not None:
        return to_sql(step.value, names)
    if step.operation in {"latest", "days_since"}:
        return names[str(step.date)]
    return literal(1)


def doubts(fact: Aggregate) -> list[str]:
    """How many records are in doubt, and the fields that are empty in them."""
    chosen = f"FILTER (WHERE {fact.mark} IS NULL)"
    return [
        f"COUNT(*) {chosen} AS d{fact.number}",
        f"list_distinct(flatten(list({fact.doubt}) {chosen})) AS n{fact.number}",
    ]


def total(fact: Aggregate, as_of: date, chosen: str) -> str:
    """The aggregate of the records that are in, as SQL's own; ``days_since`` in days."""
    step, value = fact.step, fact.value
    if fact.counts_only:
        return f"CAST(COUNT(*) {chosen} AS HUGEINT)"
    if step.operation in {"count", "sum"}:
        return f"CAST(SUM({value}) {chosen} AS HUGEINT)"
    if step.operation == "count_distinct":
        return f"CAST(COUNT(DISTINCT {value}) {chosen} AS HUGEINT)"
    if step.operation == "share":
        return _share(f"CAST(COUNT(*) FILTER (WHERE {fact.mark} AND {value}) AS HUGEINT)", chosen, step.places or 0)
    best = f"{'MIN' if step.operation == 'min' else 'MAX'}({value}) {chosen}"
    if step.operation == "days_since":
        return f"CAST(date_diff('day', {best}, {literal(as_of).sql}) AS HUGEINT)"
    return best


def _share(held: str, chosen: str, places: int) -> str:
    """A part of the records that are in, rounded half up; null over none."""
    two = whole(2)
    every = f"CAST(COUNT(*) {chosen} AS HUGEINT)"
    return f"(({two} * {held} * {whole(10**places)} + {every}) // NULLIF({two} * {every}, {whole(0)}))"


def ungrouped(fact: Aggregate, as_of: date) -> list[str]:
    """The total of a fact without groups, and the value that its evidence has."""
    chosen = f"FILTER (WHERE {fact.mark})"
    raw = f"{'MIN' if fact.step.operation == 'min' else 'MAX'}({fact.value}) {chosen} AS b{fact.number}"
    return [f"{total(fact, as_of, chosen)} AS t{fact.number}", *([raw] if fact.picks else [])]


def distinct(fact: Aggregate, source: str) -> str:
    """How many different values the records have, for each operator (and risk point)."""
    keys = "op, risk_point" if fact.step.per_risk_point else "op"
    return (
        f"SELECT {keys}, CAST(COUNT(*) AS HUGEINT) AS t{fact.number} FROM (SELECT DISTINCT {keys}, {fact.value} "
        f"FROM marked_{source} WHERE {fact.mark}) GROUP BY {keys}"
    )


def groups(fact: Aggregate, source: str, as_of: date, names: Mapping[str, Term], parameters: Mapping[str, Term]) -> str:
    """The totals of each group of a fact, and whether ``having`` counts it."""
    step = fact.step
    column = names[str(step.group)].sql
    having = "TRUE"
    if step.having is not None:
        having = to_sql(step.having, {**parameters, "group": Term("t", fact.inner)}).sql
    best = f", {'MIN' if step.operation == 'min' else 'MAX'}({fact.value}) AS b" if fact.picks else ""
    value = total(fact, as_of, "")
    if step.group_cap is not None:
        value = at_places(Term(value, fact.raw), fact.inner)
        value = f"LEAST({value}, {literal(step.group_cap, fact.inner).sql})"
    rows = f"marked_{source} WHERE {fact.mark}"
    if step.span is not None:
        return sliding(fact, rows, column, value)
    if step.once is not None:
        kept = "" if fact.counts_only else f", MAX({fact.value}) AS {fact.value}"
        once = names[step.once].sql
        rows = f"(SELECT op, {column}{kept} FROM {rows} GROUP BY op, {column}, {once})"
    return (
        f"SELECT *, {having} AS counts FROM (SELECT op, {column} AS grp, {value} AS t{best} "
        f"FROM {rows} GROUP BY op, {column})"
    )


def regrouped(fact: Aggregate) -> str:
    """The groups' totals put together by ``then``, for each operator."""
    step = fact.step
    if step.then == "count":
        counted = "CAST(COUNT(*) FILTER (WHERE counts) AS HUGEINT)"
        if step.missing != "ignore":
            counted = f"CASE WHEN COUNT(*) FILTER (WHERE counts IS NULL) > 0 THEN NULL ELSE {counted} END"
        together = counted
    else:
        together = {"sum": "CAST(SUM(t) AS HUGEINT)", "max": "MAX(t)", "min": "MIN(t)"}[str(step.then)]
    return f"SELECT op, {together} AS t{fact.number}, COUNT(*) AS c{fact.number} FROM groups_{fact.number} GROUP BY op"


def settled(fact: Aggregate) -> tuple[str, str]:
    """The fact's value and, where it is unknown, what made it so: from totals and doubts."""
    at = fact.number
    result = fact.places
    told = f"t{at}"
    raw = 0 if fact.step.then == "count" else fact.inner
    if result is not None and raw is not None and result != raw:
        told = f"(t{at} * {whole(10 ** (result - raw))})"
    none = f"t{at} IS NULL"
    if fact.step.group is not None:
        none = f"c{at} IS NULL"
    elif fact.counts_only:
        none = f"COALESCE(t{at}, 0) = 0"
    whens = f"WHEN {none} THEN {fact.empty} ELSE {told} END"
    own = fields([fact.step.name])
    if not is_doubtful(fact):
        value = f"CASE {whens}"
        return value, f"CASE WHEN ({value}) IS NULL THEN {own} END"
    value = f"CASE WHEN d{at} > 0 THEN NULL {whens}"
    return value, f"CASE WHEN d{at} > 0 THEN {first_of(f'n{at}', own)} WHEN ({value}) IS NULL THEN {own} END"


def computed(step: FactStep, scope: Scope, as_of: date) -> tuple[str, str, int | None]:
    """The value of a computed fact, what made it unknown, and its places."""
    assert step.value is not None  # noqa: S101 - a computed fact has an expression
    term = to_sql(step.value, scope.terms)
    places = term.places
    if step.operation == "days_since_column":
        value, places = f"CAST(date_diff('day', {term.sql}, {literal(as_of).sql}) AS HUGEINT)", 0
    elif step.places is not None:
        value, places = rounded(term, step.places), step.places
    else:
        value = term.sql
    own = first_of(scope.reasons(names_in(step.value)), fields([step.name]))
    return value, f"CASE WHEN ({value}) IS NULL THEN {own} END", places


def is_known(step: FactStep) -> bool:
    """Whether a fact is known whatever the records are: its evidence need not ask."""
    return step.operation in _ZERO_WHEN_EMPTY and step.missing == "ignore" and step.group is None


def is_doubtful(fact: Aggregate) -> bool:
    """Whether a record may leave the fact in doubt."""
    return unknown_is(fact.step) == TO_DOUBT and not fact.is_certain
