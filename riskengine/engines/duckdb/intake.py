"""From records read in bulk to the tables that a pipeline reads: who answers for them, and the columns it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import OPERATORS, SOURCES
from riskengine.engines.duckdb.carrying import ALL, DAYS
from riskengine.engines.duckdb.loading import load_plan
from riskengine.engines.sql.inputs import operator_columns, source_columns
from riskengine.engines.sql.scope import operator_terms
from riskengine.engines.sql.terms import literal, name_of
from riskengine.policy.expression import names_in
from riskengine.records.bulk import put

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from riskengine.plan import Plan
    from riskengine.records.bulk import Bulk

_STATUS = {
    "status": "COALESCE(v.c_status, 'final')",
    "status_on": "CASE WHEN v.c_status IS NOT NULL THEN v.c_status_on END",
}
_DAYS = ("occurred_on", "decided_on", "status", "status_on", "inspected_on")


def columns_read(plan: Plan) -> dict[str, set[str]]:
    """Source → the columns that the plan reads of its records."""
    read: dict[str, set[str]] = {name: set() for name in SOURCES}
    read["operators"] = {*OPERATORS.names, *(column.name for column in plan.columns_of("operators"))}
    for source in ("violations", "inspections"):
        read[source] |= {column.name for column in plan.columns_of(source)}
    if plan.links:
        read["violations"].add("inspection_id")
        read["inspections"] |= {"inspection_id", *(column for _, column in plan.links)}
    for weight in plan.weights:
        read[weight.source].add(weight.by)
    for fact in plan.facts:
        if fact.source is not None:
            trees = [tree for tree in (fact.where, fact.value) if tree is not None]
            names = {name for tree in trees for name in names_in(tree)}
            read[fact.source] |= names | set(fact.columns)
    return read


def take_in(
    connection: Any, bulk: Bulk, plan: Plan, as_of: date, *, copy: bool, numbered: Collection[str] = ()
) -> list[str]:
    """Make ``all_operators``, ``all_…`` for each source of records, and the plan's own tables.

    Args:
        connection: where the records were read.
        bulk: the records.
        plan: what will be carried out.
        as_of: the day.
        copy: whether records are copied, with what is read of them: they will be read part by part.
        numbered: sources in the order of their ids, whose records are given their row as ``number``.

    Returns:
        the sources of records.
    """
    load_plan(connection, plan)
    _operators(connection, bulk, plan, as_of)
    sources = [account.name for account in bulk.accounts if account.name != OPERATORS.name]
    for name in sources:
        kept = _columns_of(connection, f"typed_{name}")
        kind = "TABLE" if copy else "VIEW"
        number = "v.row AS number, " if name in numbered else ""
        connection.execute(f"CREATE {kind} {ALL}{name} AS {_records(connection, plan, name, kept, sources, number)}")
        connection.execute(f"CREATE VIEW {DAYS}{name} AS {_days(connection, name, kept)}")
    return sources


def _operators(connection: Any, bulk: Bulk, plan: Plan, as_of: date) -> None:
    day = literal(as_of).sql
    gone = f"COALESCE(t.c_closed_on < {day}, FALSE) OR COALESCE(t.c_licensed_on > {day}, FALSE)"
    name = "CASE WHEN t.c_name IS NULL OR t.c_name = t.c_operator_id THEN u.as_read ELSE t.c_name END"
    columns = operator_columns(plan)
    read = [
        f"{name} AS c_name"
        if column == "name"
        else f"CAST(t.{name_of(f'c_{column}')} AS {columns[f'c_{column}']}) AS {name_of(f'c_{column}')}"
        for column in operator_terms(plan)
    ]
    joined = "used_operators AS u JOIN typed_operators AS t ON t.row = u.used_row"
    _successions(connection, f"{joined} JOIN used_operators AS h ON h.id = t.c_successor WHERE t.c_closed_on < {day}")
    put(connection, "lost", bulk.quarantined.items())
    left_out = (
        "SELECT COALESCE(m.holder, u.op) AS op, SUM(l.n) AS n FROM lost AS l JOIN used_operators AS u ON u.id = l.id "
        "LEFT JOIN moved AS m ON m.own = u.op GROUP BY 1"
    )
    connection.execute(
        f"CREATE TABLE {ALL}operators AS SELECT u.op, u.as_read AS operator_id, {name} AS name, "
        f"NOT ({gone}) AS current, CAST(COALESCE(q.n, 0) AS BIGINT) AS left_out, u.areas, {', '.join(read)} "
        f"FROM {joined} LEFT JOIN ({left_out}) AS q ON q.op = u.op"
    )
    # Who answers for an operator's records is looked up once for each operator, not again for each record.
    connection.execute(
        "CREATE TABLE answering AS SELECT u.id, CASE WHEN o.current THEN o.op END AS op FROM used_operators AS u "
        f"LEFT JOIN moved AS m ON m.own = u.op JOIN {ALL}operators AS o ON o.op = COALESCE(m.holder, u.op)"
    )


def _successions(connection: Any, closed: str) -> None:
    """Make ``moved``: who answers for operators that closed before the day; ``closed`` joins them with their heirs."""
    heirs: dict[int, int] = dict(connection.execute(f"SELECT u.op, h.op FROM {closed}").fetchall())
    connection.execute("CREATE TABLE moved (own BIGINT, holder BIGINT); CREATE TABLE lost (id VARCHAR, n BIGINT)")
    put(connection, "moved", [(own, _last_heir(own, heirs)) for own in heirs])


def _last_heir(own: int, heirs: Mapping[int, int]) -> int:
    holder, passed = own, {own}
    while (heir := heirs.get(holder)) is not None and heir not in passed:
        passed.add(heir)
        holder = heir
    return holder


def _records(
    connection: Any, plan: Plan, name: str, kept: Collection[str], sources: Collection[str], number: str
) -> str:
    """The records that are used, with the number of who answers for them, or null where nobody current does."""
    read = {SOURCES[name].key: "v.read_key", **_STATUS}
    join = " JOIN answering AS u ON u.id = v.c_operator_id"
    if name == "violations" and "inspections" in sources:
        otherwise = "SELECT c_inspection_id AS id, read_key FROM checked_inspections WHERE read_key <> c_inspection_id"
        unused = "SELECT row FROM out_inspections"
        if connection.execute(f"SELECT COUNT(*) FROM ({otherwise})").fetchall()[0][0]:
            join += f" LEFT JOIN ({otherwise} AND row NOT IN ({unused})) AS i ON i.id = v.c_inspection_id"
            read["inspection_id"] = "COALESCE(i.read_key, v.c_inspection_id)"
    columns = [
        f"{read.get(column, f'v.c_{column}')} AS {column}"
        for column in SOURCES[name].names
        if column == SOURCES[name].key or f"c_{column}" in kept
    ]
    columns += [
        f"CAST(v.{name_of(column)} AS {kind}) AS {name_of(column)}"
        for column, kind in source_columns(plan, name).items()
        if column.startswith("c_") and column in kept
    ]
    return f"SELECT u.op, {number}{', '.join(columns)} FROM typed_{name} AS v{join}{_but_left_out(connection, name)}"


def _days(connection: Any, name: str, kept: Collection[str]) -> str:
    """The days and the status of the records that are used, whoever answers for them."""
    columns = [column for column in _DAYS if f"c_{column}" in kept]
    listed = ", ".join(f"{_STATUS.get(column, f'v.c_{column}')} AS {column}" for column in columns)
    return f"SELECT {listed} FROM checked_{name} AS v{_but_left_out(connection, name)}"


def _but_left_out(connection: Any, name: str) -> str:
    some = connection.execute(f"SELECT COUNT(*) FROM out_{name}").fetchall()[0][0]
    return f" WHERE v.row NOT IN (SELECT row FROM out_{name})" if some else ""


def _columns_of(connection: Any, table: str) -> set[str]:
    return {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
