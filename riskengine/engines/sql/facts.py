"""Facts as steps: what each record is to each fact, the aggregates, the computed facts, and the records behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.engines.sql.records import KEYS
from riskengine.engines.sql.scope import NO_FIELDS, fields, first_of
from riskengine.engines.sql.terms import Term, at_places, known, literal, name_of, quoted, rounded, to_sql, whole
from riskengine.kernel.decimals import places_of
from riskengine.policy.expression import names_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.engines.sql.scope import Scope
    from riskengine.plan import FactStep

OUT, IN, DOUBTFUL = 0, 1, 2
_ZERO_WHEN_EMPTY = ("count", "count_distinct", "sum")


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A fact made of records, with the columns that stand for it.

    Attributes:
        mark, value: columns of ``marked_…``: what the record is to it (out, in, doubtful), and its value.
        value_places: digits of ``value``; None for dates and texts. inner: of a group's total. places: of the fact.
    """

    step: FactStep
    number: int
    value_places: int | None
    inner: int | None
    places: int | None

    @property
    def mark(self) -> str:
        """The column that says what a record is to the fact."""
        return f"m{self.number}"

    @property
    def value(self) -> str:
        """The column with the record's value."""
        return f"v{self.number}"

    @property
    def empty(self) -> str:
        """The value over no records."""
        step = self.step
        zero = step.then in {"sum", "count"} if step.group else step.operation in _ZERO_WHEN_EMPTY
        return literal(0 if zero and step.empty is None else step.empty, self.places).sql


def aggregate(step: FactStep, number: int, names: Mapping[str, Term]) -> Aggregate:
    """The columns and scales of a fact."""
    part = _value(step, names)
    instead = None if step.missing in {None, "ignore"} else step.missing
    within = None if part.places is None else max(part.places, places_of(instead) or 0)
    inner = 0 if step.operation in {"count_distinct", "days_since"} else within
    result = 0 if step.then == "count" else inner
    places = None if result is None else max(result, places_of(step.empty) or 0)
    return Aggregate(step, number, within, inner, places)


def _value(step: FactStep, names: Mapping[str, Term]) -> Term:
    if step.value is not None:
        return to_sql(step.value, names)
    if step.operation in {"latest", "days_since"}:
        return names[str(step.date)]
    return literal(1)


def marked(fact: Aggregate, names: Mapping[str, Term], as_of: date) -> list[str]:
    """The two columns of a fact in ``marked_…``."""
    step = fact.step
    placed = "TRUE"
    if step.date is not None:
        day = names[step.date].sql
        after = None if step.window is None else step.window.after(as_of)
        inside = "TRUE" if after is None else f"({day} > {literal(after).sql} AND {day} <= {literal(as_of).sql})"
        placed = f"(CASE WHEN {day} IS NOT NULL THEN {inside} END)"
    wanted = "TRUE" if step.where is None else to_sql(step.where, names).sql
    part = _value(step, names)
    value = at_places(part, fact.value_places)
    group = "" if step.group is None else f" AND {names[step.group].sql} IS NOT NULL"
    sure = f"({placed} AND {wanted} AND {known(part)}{group})"
    other = DOUBTFUL if step.missing is None else OUT if step.missing == "ignore" else IN
    mark = f"CASE WHEN NOT {placed} OR NOT {wanted} THEN {OUT} WHEN {sure} THEN {IN} ELSE {other} END"
    if other == IN:
        value = f"CASE WHEN {sure} THEN {value} ELSE {literal(step.missing, fact.value_places).sql} END"
    return [f"{mark} AS {fact.mark}", f"{value} AS {fact.value}"]


def total(fact: Aggregate, as_of: date, chosen: str) -> str:
    """The aggregate of the records that are in, as SQL's own; ``days_since`` in days."""
    step, value = fact.step, fact.value
    if step.operation in {"count", "sum"}:
        return f"CAST(SUM({value}) {chosen} AS HUGEINT)"
    if step.operation == "count_distinct":
        return f"CAST(COUNT(DISTINCT {value}) {chosen} AS HUGEINT)"
    best = f"{'MIN' if step.operation == 'min' else 'MAX'}({value}) {chosen}"
    if step.operation == "days_since":
        return f"CAST(date_diff('day', {best}, {literal(as_of).sql}) AS HUGEINT)"
    return best


def doubts(
    fact: Aggregate, columns: Mapping[str, int | None], names: Mapping[str, Term], weighed_by: Mapping[str, str]
) -> list[str]:
    """How many records are doubtful, and the list of the fields that are empty in them."""
    step, mark = fact.step, fact.mark
    read = [*(names_in(step.where) if step.where is not None else ())]
    read += [*(names_in(step.value) if step.value is not None else ()), *filter(None, (step.group, step.date))]
    parts = []
    for name in dict.fromkeys(item for item in read if item in columns):
        own = f"{mark} = {DOUBTFUL} AND {names[name].sql} IS NULL"
        column = weighed_by.get(name, name)
        if column in {name, "age"}:
            parts.append(f"CASE WHEN COUNT(*) FILTER (WHERE {own}) > 0 THEN {quoted(name)} END")
            continue
        for field, test in ((column, "IS NULL"), (name, "IS NOT NULL")):
            both = f"{own} AND {names[column].sql} {test}"
            parts.append(f"CASE WHEN COUNT(*) FILTER (WHERE {both}) > 0 THEN {quoted(field)} END")
    listed = f"list_distinct([{', '.join(parts)}])" if parts else NO_FIELDS
    return [f"COUNT(*) FILTER (WHERE {mark} = {DOUBTFUL}) AS d{fact.number}", f"{listed} AS n{fact.number}"]


def ungrouped(fact: Aggregate, as_of: date) -> list[str]:
    """The total of a fact without groups, and how many records are in."""
    chosen = f"FILTER (WHERE {fact.mark} = {IN})"
    count = f"COUNT(*) {chosen} AS c{fact.number}"
    raw = f"{'MIN' if fact.step.operation == 'min' else 'MAX'}({fact.value}) {chosen} AS b{fact.number}"
    best = [raw] if fact.step.operation in {"max", "min", "latest", "days_since"} else []
    return [f"{total(fact, as_of, chosen)} AS t{fact.number}", count, *best]


def groups(fact: Aggregate, source: str, as_of: date, names: Mapping[str, Term], parameters: Mapping[str, Term]) -> str:
    """The totals of each group of a fact, and whether ``having`` counts it."""
    step = fact.step
    column = names[str(step.group)].sql
    having = "TRUE"
    if step.having is not None:
        having = to_sql(step.having, {**parameters, "group": Term("t", fact.inner)}).sql
    best = f"{'MIN' if step.operation == 'min' else 'MAX'}({fact.value})"
    return (
        f"SELECT *, {having} AS counts FROM (SELECT op, {column} AS grp, {total(fact, as_of, '')} AS t, {best} AS b "
        f"FROM marked_{source} WHERE {fact.mark} = {IN} GROUP BY op, {column})"
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
    """The fact's value and what made it unknown, from totals, counts and doubts."""
    at = fact.number
    result = fact.places
    told = f"t{at}"
    raw = 0 if fact.step.then == "count" else fact.inner
    if result is not None and raw is not None and result != raw:
        told = f"(t{at} * {whole(10 ** (result - raw))})"
    none = f"COALESCE(c{at}, 0) = 0"
    value = f"CASE WHEN COALESCE(d{at}, 0) > 0 THEN NULL WHEN {none} THEN {fact.empty} ELSE {told} END"
    own = fields([fact.step.name])
    reasons = f"CASE WHEN COALESCE(d{at}, 0) > 0 THEN {first_of(f'n{at}', own)} ELSE {own} END"
    return value, f"CASE WHEN ({value}) IS NULL THEN {reasons} ELSE {NO_FIELDS} END"


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
    return value, f"CASE WHEN ({value}) IS NULL THEN {own} ELSE {NO_FIELDS} END", places


def support(fact: Aggregate, source: str, names: Mapping[str, Term]) -> str:
    """The records behind a known fact: operator, risk point where it is per risk point, record, day, as SQL."""
    step, at = fact.step, fact.number
    per = step.per_risk_point
    values = "points" if per else "facts"
    happened = "occurred_on" if source == "violations" else "inspected_on"
    on = "f.op = m.op AND f.risk_point = m.risk_point" if per else "f.op = m.op"
    base = (
        f"SELECT m.op, {'m.risk_point' if per else 'NULL'} AS risk_point, {quoted(source)} AS source, "
        f"m.{KEYS[source]} AS record_id, m.{happened} AS day FROM marked_{source} AS m JOIN {values} AS f ON {on}"
    )
    held = f" WHERE m.{fact.mark} = {IN} AND f.{name_of('f_' + step.name)} IS NOT NULL"
    picks = step.operation in {"max", "min", "latest", "days_since"}
    if step.group is None:
        return base + held + (f" AND m.{fact.value} = f.b{at}" if picks else "")
    column = names[str(step.group)].sql
    # A record without its group may be in, by a stated value: nulls are a group of their own.
    join = f" JOIN groups_{at} AS g ON g.op = m.op AND g.grp IS NOT DISTINCT FROM m.{column}"
    chosen = {"count": " AND g.counts", "sum": ""}.get(str(step.then), f" AND g.t = f.t{at}")
    return base + join + held + chosen + (f" AND m.{fact.value} = g.b" if picks else "")
