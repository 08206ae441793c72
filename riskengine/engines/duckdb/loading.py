"""Records and plan, held by Python, into DuckDB's tables."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import PENALTY_PLACES
from riskengine.engines.base import answerable, is_current
from riskengine.engines.duckdb.carrying import ALL, DAYS
from riskengine.engines.sql.inputs import KEY, PLAN_TABLES, operator_columns, plan_rows, source_columns
from riskengine.engines.sql.scope import operator_terms
from riskengine.engines.sql.terms import name_of, quoted, scaled
from riskengine.records.bulk import put_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from riskengine.contract.records import Records, SourceRecords
    from riskengine.engines.sql.inputs import Columns
    from riskengine.plan import Plan


def load_plan(connection: Any, plan: Plan) -> None:
    """Make the tables that the plan itself gives."""
    for name, rows in plan_rows(plan).items():
        _table(connection, name, PLAN_TABLES[name], zip(*rows, strict=True))
    if plan.rules:
        # Evidence names a rule in millions of rows: as a small number instead of a text.
        names = ", ".join(quoted(rule.rule) for rule in plan.rules)
        connection.execute(f"ALTER TABLE rules ALTER name TYPE ENUM ({names})")


def load(connection: Any, plan: Plan, records: Records, as_of: date) -> None:
    """Make the tables that the pipeline of ``plan`` reads, those of operators and records with ``all_`` before.

    Args:
        connection: an open DuckDB connection.
        plan: what will be carried out.
        records: read and validated.
        as_of: the day.
    """
    load_plan(connection, plan)
    operators = sorted(records.operators.records, key=lambda row: row["operator_id"])
    holders = answerable(operators, as_of)
    current = {row["operator_id"] for row in operators if is_current(row, as_of)}
    numbers = {row["operator_id"]: at for at, row in enumerate(operators)}
    left_out: dict[str, int] = {}
    for operator_id, count in records.quarantined.items():
        holder = holders.get(operator_id, operator_id)
        left_out[holder] = left_out.get(holder, 0) + count
    columns: list[list[Any]] = [
        list(range(len(operators))),
        [row["operator_id"] for row in operators],
        [row.get("name") or row["operator_id"] for row in operators],
        [row["operator_id"] in current for row in operators],
        [left_out.get(row["operator_id"], 0) for row in operators],
        [list(row.get("areas") or ()) for row in operators],
    ]
    for name, term in operator_terms(plan).items():
        columns.append([_number(row.get(name), term.places) for row in operators])
    _table(connection, f"{ALL}operators", operator_columns(plan), columns)
    held = {own: numbers[holder] if holder in current else None for own, holder in holders.items()}
    for source in (records.violations, records.inspections):
        if source is not None:
            columns_of = source_columns(plan, source.name)
            data = _columns(plan, source, columns_of, held)
            _table(connection, f"{ALL}{source.name}", columns_of, data)
            connection.execute(f"CREATE VIEW {DAYS}{source.name} AS SELECT * FROM {ALL}{source.name}")


def _columns(
    plan: Plan, source: SourceRecords, columns: Columns, holders: Mapping[str, int | None]
) -> Iterable[list[Any]]:
    rows = source.records
    declared = {f"c_{column.name}": column for column in plan.columns_of(source.name)}
    for name in columns:
        if name == "op":
            yield [holders[row["operator_id"]] for row in rows]
            continue
        if name in declared:
            column = declared[name]
            reckon = _whole if columns[name] == KEY else _number
            yield [reckon(row.get(column.name), column.digits) for row in rows]
            continue
        cells = [row.get(name) for row in rows]
        if name == "penalty":
            cells = [None if cell is None else scaled(cell, PENALTY_PLACES) for cell in cells]
        elif name == "penalty_kind":
            cells = [None if cell is None else f";{';'.join(cell)};" for cell in cells]
        yield cells


def _whole(value: Any, places: int | None) -> Any:
    return value if places is None or value is None else scaled(value, places)


def _number(value: Any, places: int | None) -> Any:
    return value if places is None or value is None else Decimal(scaled(value, places))


def _table(connection: Any, name: str, columns: Columns, data: Iterable[Sequence[Any]]) -> None:
    """A table with its columns and rows."""
    typed = ", ".join(f"{name_of(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE TABLE {name} ({typed})")
    put_columns(connection, name, list(data))
