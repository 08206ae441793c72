"""The contract's tables as queries over the steps: names, scales, order; and the text of a row that its hash is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import NOT_CURRENT, NOT_EVALUABLE, RESULT_TABLES, SCORE_PLACES
from riskengine.engines.sql.evidence import EVIDENCE_ORDER
from riskengine.engines.sql.results import MEASURES_ORDER
from riskengine.engines.sql.rules import facts_table
from riskengine.engines.sql.scope import NO_FIELDS
from riskengine.engines.sql.terms import name_of, quoted, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from riskengine.contract.tables import Field, Table
    from riskengine.engines.sql.steps import Pipeline
    from riskengine.plan import FactStep, Plan, TallyStep


_DIGITS = 38
_CODES = frozenset({"rule", "source", "status", "risk_level", "ceiling_rule"})
"""Columns whose texts are the program's own: nothing in them needs an escape."""
_READ = frozenset({"operator_id", "name", "risk_point", "record_id"})
"""Columns of texts that were read as cells, in which the grammar lets no control character stand."""
_OF_THE_PLAN = frozenset({"grade", "law", "article", "action", "tier", "reason", "measure"})
"""Columns whose texts are the policy's and the catalogue's."""
_IDS = frozenset({"operator_id", "record_id"})
_FIXED = frozenset(table.name for table in RESULT_TABLES)
_MARKS = ("'\\'", "chr(31)", "chr(0)")


@dataclass(frozen=True, slots=True)
class ResultQuery:
    """The rows of a table in the contract's columns and types.

    Attributes:
        rows: the query.
        order: what sorts them by the table's key (``conduct`` as the evidence is).
        in_order: whether they come from a step that is sorted so: where the order of a table is kept, as it is.
    """

    rows: str
    order: str
    in_order: bool = False

    @property
    def sorted(self) -> str:
        """The rows in the order of the table's key."""
        return f"{self.rows} ORDER BY {self.order}"


def result_queries(plan: Plan, steps: Pipeline) -> dict[str, ResultQuery]:
    """Table → the query that gives its rows."""
    points = _decimal("t.points", steps.score_places, SCORE_PLACES, 18)
    score = _decimal("v.score", steps.score_places, SCORE_PLACES, 18)
    named = "JOIN rules AS r ON r.rule = t.rule JOIN operators AS o ON o.op = t.op"
    by_rule = "t.op, r.ordinal, t.risk_point NULLS FIRST"
    queries = {
        "grades": ResultQuery(
            f"SELECT o.operator_id, o.name, {score} AS score, v.grade, COALESCE(v.status, {quoted(NOT_CURRENT)}) AS "
            f"status, COALESCE(list_sort(v.missing), {NO_FIELDS}) AS missing, "
            "CAST(COALESCE(v.unknown_count, 0) AS BIGINT) AS unknown_count, o.left_out AS quarantined_count, "
            "r.name AS ceiling_rule, v.risk_level, CAST(NULL AS VARCHAR) AS previous_grade FROM operators AS o "
            "LEFT JOIN verdicts AS v ON v.op = o.op LEFT JOIN rules AS r ON r.rule = v.ceiling_rule",
            "o.op",
        ),
        "signals": ResultQuery(
            f"SELECT o.operator_id, r.name AS rule, t.risk_point, CASE WHEN t.fired THEN 'fired' ELSE "
            f'{quoted(NOT_EVALUABLE)} END AS status, t.n AS "count", {points} AS points, t.law, t.article, '
            f"COALESCE(list_sort(t.missing), {NO_FIELDS}) AS missing FROM based AS t {named}",
            by_rule,
        ),
        "evidence": ResultQuery(
            "SELECT operator_id, rule_name AS rule, risk_point, source, record_id FROM evidence AS t",
            EVIDENCE_ORDER,
            in_order=True,
        ),
        "actions": ResultQuery(
            "SELECT o.operator_id, t.action, t.tier, t.reason, t.law, t.article FROM actions AS t "
            "JOIN operators AS o ON o.op = t.op",
            "t.op, t.action, t.reason",
        ),
        "measures": ResultQuery(
            "SELECT operator_id, risk_point, measure FROM measures AS t", MEASURES_ORDER, in_order=True
        ),
    }
    queries["conduct"] = ResultQuery(
        "SELECT operator_id, rule_name AS rule, record_id AS violation_id, own_point AS risk_point, "
        "day AS occurred_on, decided_on FROM evidence AS t WHERE source = 'violations'",
        EVIDENCE_ORDER,
        in_order=True,
    )
    facts = list(_facts(plan, steps, per_risk_point=False))
    columns = ", ".join(["o.operator_id", *facts])
    queries["facts"] = ResultQuery(
        f"SELECT {columns} FROM operators AS o LEFT JOIN {facts_table(plan)} AS t ON t.op = o.op", "o.op"
    )
    columns = ", ".join(["o.operator_id", "t.risk_point", *_facts(plan, steps, per_risk_point=True)])
    source = "points"
    if not any(step.name == "points" for step in steps.steps):
        columns = "o.operator_id, CAST(NULL AS VARCHAR) AS risk_point"
        source = "(SELECT CAST(NULL AS BIGINT) AS op, CAST(NULL AS VARCHAR) AS risk_point WHERE FALSE)"
    queries["facts_by_risk_point"] = ResultQuery(
        f"SELECT {columns} FROM {source} AS t JOIN operators AS o ON o.op = t.op", "t.op, t.risk_point"
    )
    return queries


def _facts(plan: Plan, steps: Pipeline, *, per_risk_point: bool) -> Iterator[str]:
    for fact in plan.facts:
        if fact.per_risk_point == per_risk_point:
            yield f"{_cell(fact, steps.places[fact.name])} AS {name_of(fact.name)}"
    for tally in () if per_risk_point else plan.tallies:
        yield f"{_cell(tally, steps.places[tally.name])} AS {name_of(tally.name)}"


def _cell(fact: FactStep | TallyStep, places: int | None) -> str:
    column = f"t.{name_of('f_' + fact.name)}"
    if places is None:
        kind = {"text": "VARCHAR", "date": "DATE", "bool": "BOOLEAN"}[fact.type.kind]
        return f"CAST({column} AS {kind})"
    if fact.type.kind == "decimal":
        return _decimal(column, places, fact.type.places, _DIGITS)
    number = column if places == 0 else f"({column} // {whole(10**places)})"
    return f"CAST({number} AS BIGINT)"


def _decimal(sql: str, places: int, digits: int, precision: int) -> str:
    """A scaled whole number as a decimal with ``digits`` places, exactly; too large a number is an error.

    A product of decimals adds their precisions, so the whole part has the digits that 38 leave it.
    """
    if places > digits:
        message = f"a value of {places} places is no decimal({precision},{digits})"
        raise AssertionError(message)
    number = sql if places == digits else f"({sql} * {whole(10 ** (digits - places))})"
    if digits == 0:
        return f"CAST({number} AS DECIMAL({precision},0))"
    unit = f"CAST('0.{'0' * (digits - 1)}1' AS DECIMAL({digits + 1},{digits}))"
    return f"CAST(CAST({number} AS DECIMAL({_DIGITS - digits - 1},0)) * {unit} AS DECIMAL({precision},{digits}))"


def plain_columns(plan: Plan, *, ids_are_plain: bool) -> frozenset[str]:
    """The columns of texts in which nothing needs an escape.

    Args:
        plan: what its texts come from; a plan with a backslash or a control character in it vouches for none.
        ids_are_plain: whether the ids of operators and records are letters, digits and the like alone.
    """
    vouched = _CODES | (_OF_THE_PLAN if not _has_marks(plan.to_plain()) else frozenset())
    vouched |= {"risk_point"} if plan.risk_points and vouched >= _OF_THE_PLAN else frozenset()
    return vouched | (_IDS if ids_are_plain else frozenset())


def _has_marks(value: Any) -> bool:
    if isinstance(value, str):
        return any(mark in value for mark in "\\\x1f\x00")
    if isinstance(value, dict):
        return any(_has_marks(item) for item in (*value, *value.values()))
    return isinstance(value, list) and any(map(_has_marks, value))


def hash_query(table: Table, relation: str, plain: frozenset[str] = frozenset()) -> str:
    """The number of rows, and the two sums that the content hash is made of (see ``contract.content_hash``).

    Args:
        table: which columns.
        relation: holds its rows.
        plain: the columns of texts in which nothing needs an escape.
    """
    # A fact may bear the name of any column, and is none of them: of its tables only the keys are known.
    known = None if table.name in _FIXED else frozenset(table.key)
    texts = [_text(field, plain, known) for field in table.fields if field.name not in table.unhashed]
    row = f"concat({', chr(31), '.join(texts)})"  # quicker than concat_ws
    return (
        "SELECT COUNT(*), COALESCE(SUM(CAST(concat('0x', substr(digest, 1, 15)) AS UBIGINT)), 0), "
        "COALESCE(SUM(CAST(concat('0x', substr(digest, 16, 15)) AS UBIGINT)), 0) "
        f"FROM (SELECT sha256({row}) AS digest FROM {relation})"
    )


def _text(field: Field, plain: frozenset[str], known: frozenset[str] | None) -> str:
    column = name_of(field.name)
    if field.type == "texts":
        listed = _escaped(f"CAST(to_json(list_sort({column})) AS VARCHAR)")
        text = f"CASE WHEN len({column}) = 0 THEN '[]' ELSE {listed} END"  # most are empty
    elif field.type == "text" and known is not None and field.name not in known:
        text = _escaped(column)
    elif field.type == "text" and field.name not in plain:
        text = _escaped(column, _MARKS[:1] if field.name in _READ else _MARKS)
    else:
        text = f"CAST({column} AS VARCHAR)"
    return f"COALESCE({text}, chr(0))" if field.nullable else text


def _escaped(sql: str, marks: Sequence[str] = _MARKS) -> str:
    for mark in marks:
        sql = f"replace({sql}, {mark}, '\\' || {mark})"
    return sql
