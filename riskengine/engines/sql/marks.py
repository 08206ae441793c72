"""What each record is to each fact: in, out or in doubt; its value, and what is missing where it is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.engines.sql import records
from riskengine.engines.sql.facts import TO_A_VALUE, TO_DOUBT, TO_NOTHING, is_doubtful, unknown_is, value_term
from riskengine.engines.sql.records import HAPPENED
from riskengine.engines.sql.scope import NO_FIELDS, row_columns
from riskengine.engines.sql.terms import at_places, known, literal, quoted, to_sql
from riskengine.policy.expression import names_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from riskengine.engines.sql.facts import Aggregate
    from riskengine.engines.sql.terms import Term
    from riskengine.plan import FactStep, Plan


def marked(
    plan: Plan,
    source: str,
    own: Sequence[Aggregate],
    names: Mapping[str, Term],
    as_of: date,
    *,
    numbered: bool = False,
) -> str:
    """The records that count, with what they are to the facts of their source.

    Args:
        plan: what is carried out.
        source: of the records.
        own: the facts that are made of it.
        names: what expressions read of a record.
        as_of: the day.
        numbered: whether they bear ``number``.
    """
    columns_of = row_columns(plan, source)
    weighed = {weight.name: weight.by for weight in plan.weights}
    inner, columns = ["*"], []
    for fact in own:
        if fact.marked_as is None:
            inner.append(f"{mark(fact, names, as_of)} AS {fact.mark}")
            columns.append(fact.mark)
        if not fact.counts_only:
            inner.append(f"{value_of(fact, names, as_of)} AS {fact.value}")
            columns.append(fact.value if fact.value_places is not None else _read_by([fact], fact.value))
        if is_doubtful(fact):
            columns.append(doubted(fact, columns_of, names, weighed))
    named = (name for fact in own for name in (fact.step.group, fact.step.once) if name is not None)
    groups = dict.fromkeys(named)
    kept = [_read_by(own, records.KEYS[source], "record_id"), f"{records.HAPPENED[source]} AS day"]
    kept += ["number"] if numbered else []
    if source == "violations":
        kept.append(names["risk_point"].sql)
        groups.pop("risk_point", None)
        kept.append(_read_by(own, "decided_on"))
        groups.pop("decided_on", None)
    for column in groups:
        readers = [fact for fact in own if column in {fact.step.group, fact.step.once}]
        kept.append(_read_by(readers, names[column].sql))
    return f"SELECT {', '.join(['op', *kept, *columns])} FROM (SELECT {', '.join(inner)} FROM counting_{source})"


def _read_by(facts: Sequence[Aggregate], column: str, name: str = "") -> str:
    """A column of the records that are in one of the facts: of others it is not read, and not copied."""
    marks = " OR ".join(dict.fromkeys(fact.mark for fact in facts)) or "FALSE"
    return f"CASE WHEN {marks} THEN {column} END AS {name or column}"


def mark(fact: Aggregate, names: Mapping[str, Term], as_of: date) -> str:
    """What a record is to a fact: true, in; false, out; null, in doubt."""
    tests, sure = _tests(fact, names, as_of), _sure(fact, names)
    unknown = unknown_is(fact.step)
    if fact.is_certain:
        return _all(tests)
    if unknown == TO_DOUBT:
        return _all([*tests, *([f"({_all(sure)} OR NULL)"] if sure else [])])
    if unknown == TO_NOTHING:
        return f"COALESCE({_all([*tests, *sure])}, FALSE)"
    return f"COALESCE({_all(tests)}, TRUE)"


def value_of(fact: Aggregate, names: Mapping[str, Term], as_of: date) -> str:
    """The value that a record has for a fact."""
    value = at_places(value_term(fact.step, names), fact.value_places)
    if not fact.is_certain and unknown_is(fact.step) == TO_A_VALUE:
        whole_tests = _all([*_tests(fact, names, as_of), *_sure(fact, names)])
        instead = literal(fact.step.missing, fact.value_places).sql
        return f"CASE WHEN {whole_tests} THEN {value} ELSE {instead} END"
    return value


def _tests(fact: Aggregate, names: Mapping[str, Term], as_of: date) -> list[str]:
    """What must hold of a record that is in."""
    step = fact.step
    return [*_placed(step, names, as_of), *([] if step.where is None else [to_sql(step.where, names).sql])]


def _sure(fact: Aggregate, names: Mapping[str, Term]) -> list[str]:
    """What must be known of a record that is in."""
    step = fact.step
    sure = [] if fact.counts_only else [known(value_term(step, names))]
    return sure + [f"{names[name].sql} IS NOT NULL" for name in (step.group, step.once) if name is not None]


def _placed(step: FactStep, names: Mapping[str, Term], as_of: date) -> list[str]:
    """Whether a record is in the window: unknown where its date is."""
    if step.date is None:
        return []
    day = names[step.date].sql
    if step.window is not None:
        return [f"({day} > {literal(step.window.after(as_of)).sql} AND {day} <= {literal(as_of).sql})"]
    return [] if step.date in HAPPENED.values() else [f"({day} IS NOT NULL OR NULL)"]


def _all(tests: list[str]) -> str:
    return f"({' AND '.join(tests)})" if tests else "TRUE"


def doubted(
    fact: Aggregate, columns: Mapping[str, int | None], names: Mapping[str, Term], weighed_by: Mapping[str, str]
) -> str:
    """The column with the fields that are empty in a record that is in doubt."""
    step = fact.step
    read = [*(names_in(step.where) if step.where is not None else ())]
    read += [*(names_in(step.value) if step.value is not None else ()), *step.columns]
    parts = []
    for name in dict.fromkeys(item for item in read if item in columns):
        column = weighed_by.get(name, name)
        field = quoted(name)
        if column not in {name, "age"}:
            field = f"CASE WHEN {names[column].sql} IS NULL THEN {quoted(column)} ELSE {field} END"
        parts.append(f"CASE WHEN {names[name].sql} IS NULL THEN {field} END")
    listed = f"[{', '.join(parts)}]" if parts else NO_FIELDS
    return f"CASE WHEN {fact.mark} IS NULL THEN {listed} END AS {fact.doubt}"
