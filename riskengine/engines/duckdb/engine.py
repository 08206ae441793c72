"""Carrying out a pipeline: one connection in memory, one table for each step, rows of the contract at the end."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, NOT_CURRENT, NOT_EVALUABLE, SCORE_PLACES
from riskengine.engines.base import Row, RowOutcome, result_tables, sorted_rows
from riskengine.engines.sql.pipeline import pipeline, usage_of
from riskengine.engines.sql.terms import name_of
from riskengine.kernel.decimals import from_scaled, scaled_half_up
from riskengine.kernel.errors import EngineLimitError, MissingExtraError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

    from riskengine.contract.records import Records
    from riskengine.engines.sql.pipeline import Pipeline
    from riskengine.plan import FactStep, Plan


class DuckDBEngine:
    """Carries out any plan as SQL on DuckDB; needs the extra ``duckdb``.

    Raises:
        MissingExtraError: DuckDB is not installed (RE-613).
    """

    name = "duckdb"

    def __init__(self) -> None:
        try:
            import duckdb
        except ImportError:
            raise MissingExtraError([Problem("RE-613", found="duckdb", params=(("extra", "duckdb"),))]) from None
        self._duckdb = duckdb

    def grade(self, plan: Plan, records: Records, as_of: date) -> RowOutcome:
        """Grade every operator.

        Raises:
            EngineLimitError: a number is too large for a whole number of 128 bits (RE-622).
        """
        from riskengine.engines.duckdb.loading import load

        sources = [source.name for source in (records.violations, records.inspections) if source is not None]
        steps = pipeline(plan, as_of, sources)
        connection = self._duckdb.connect(":memory:")
        try:
            load(connection, plan, records, as_of)
            for step in steps.steps:
                connection.execute(f"CREATE TEMP TABLE {step.name} AS {step.sql}")
            return _Reader(connection, plan, steps).outcome(records)
        except self._duckdb.OutOfRangeException as error:
            raise EngineLimitError([Problem("RE-622", found="duckdb", params=(("reason", str(error)),))]) from None
        finally:
            connection.close()


class _Reader:
    """Reads the rows of the contract from the tables of the steps."""

    def __init__(self, connection: Any, plan: Plan, steps: Pipeline) -> None:
        self._connection, self._plan, self._steps = connection, plan, steps
        self._rules = [rule.rule for rule in plan.rules]

    def outcome(self, records: Records) -> RowOutcome:
        """All tables, and the account of the records."""
        tables = result_tables(self._plan)
        data = {name: list(getattr(self, f"_{name}")()) for name in tables if name != "grades"}
        data["grades"] = list(self._grades(records))
        usage: dict[str, dict[str, int]] = {}
        for source in (records.violations, records.inspections):
            if source is not None:
                counts = self._connection.execute(usage_of(source.name)).fetchall()
                usage[source.name] = {"used": 0, **dict(counts)}
        return RowOutcome(tables, {name: sorted_rows(table, data[name]) for name, table in tables.items()}, usage)

    def _query(self, columns: str, table: str) -> list[tuple[Any, ...]]:
        sql = f"SELECT o.operator_id, {columns} FROM {table} AS t JOIN operators AS o ON o.op = t.op"
        rows: list[tuple[Any, ...]] = self._connection.execute(sql).fetchall()
        return rows

    def _grades(self, records: Records) -> Iterator[Row]:
        names = {row["operator_id"]: row.get("name") or row["operator_id"] for row in records.operators.records}
        sql = (
            "SELECT o.operator_id, o.left_out, v.status, v.score, v.grade, v.missing, v.unknown_count, v.ceiling_rule, "
            "v.risk_level FROM operators AS o LEFT JOIN verdicts AS v ON v.op = o.op"
        )
        for operator_id, left_out, status, score, grade, missing, unknown, ceiling, level in self._connection.execute(
            sql
        ).fetchall():
            yield {
                "operator_id": operator_id,
                "name": names[operator_id],
                "score": None if score is None else _decimal(score, self._steps.score_places, SCORE_PLACES),
                "grade": grade,
                "status": status or NOT_CURRENT,
                "missing": sorted(missing or ()),
                "unknown_count": unknown or 0,
                "quarantined_count": left_out,
                "ceiling_rule": None if ceiling is None else self._rules[ceiling],
                "risk_level": level,
                "previous_grade": None,
            }

    def _signals(self) -> Iterator[Row]:
        columns = "t.rule, t.risk_point, t.fired, t.points, t.missing, t.n, t.law, t.article"
        for operator_id, rule, code, fired, points, missing, count, law, article in self._query(columns, "based"):
            yield {
                "operator_id": operator_id,
                "rule": self._rules[rule],
                "risk_point": code,
                "status": FIRED if fired else NOT_EVALUABLE,
                "count": count,
                "points": _decimal(points, self._steps.score_places, SCORE_PLACES),
                "law": law,
                "article": article,
                "missing": sorted(missing),
            }

    def _evidence(self) -> Iterator[Row]:
        for operator_id, rule, code, source, record_id in self._query(
            "t.rule, t.risk_point, t.source, t.record_id", "evidence"
        ):
            yield {
                "operator_id": operator_id,
                "rule": self._rules[rule],
                "risk_point": code,
                "source": source,
                "record_id": record_id,
            }

    def _actions(self) -> Iterator[Row]:
        names = ("operator_id", "action", "tier", "reason", "law", "article")
        for row in self._query("t.action, t.tier, t.reason, t.law, t.article", "actions"):
            yield dict(zip(names, row, strict=True))

    def _measures(self) -> Iterator[Row]:
        for row in self._query("t.risk_point, t.measure", "measures"):
            yield dict(zip(("operator_id", "risk_point", "measure"), row, strict=True))

    def _facts(self) -> Iterator[Row]:
        facts = [fact for fact in self._plan.facts if not fact.per_risk_point]
        columns = ", ".join(["t.op", *(f"t.{name_of('f_' + fact.name)}" for fact in facts)])
        for operator_id, op, *cells in self._connection.execute(
            f"SELECT o.operator_id, {columns} FROM operators AS o LEFT JOIN facts AS t ON t.op = o.op"
        ).fetchall():
            known = cells if op is not None else [None] * len(cells)
            yield {"operator_id": operator_id, **self._cells(facts, known)}

    def _facts_by_risk_point(self) -> Iterator[Row]:
        if not any(step.name == "points" for step in self._steps.steps):
            return
        facts = [fact for fact in self._plan.facts if fact.per_risk_point]
        columns = ", ".join(["t.risk_point", *(f"t.{name_of('f_' + fact.name)}" for fact in facts)])
        for operator_id, code, *cells in self._query(columns, "points"):
            yield {"operator_id": operator_id, "risk_point": code, **self._cells(facts, cells)}

    def _cells(self, facts: list[FactStep], cells: list[Any]) -> Row:
        return {fact.name: self._cell(fact, cell) for fact, cell in zip(facts, cells, strict=True)}

    def _cell(self, fact: FactStep, value: Any) -> Any:
        places = self._steps.places[fact.name]
        if value is None or places is None:
            return value
        if fact.type.kind == "decimal":
            return _decimal(value, places, fact.type.places)
        return int(value) // 10**places


def _decimal(value: int, places: int, digits: int) -> Decimal:
    """A scaled number as a decimal with ``digits`` places, halves away from zero."""
    return from_scaled(scaled_half_up(Fraction(int(value), 10**places), digits), digits)
