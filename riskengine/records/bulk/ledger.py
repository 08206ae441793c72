"""What is wrong with the rows of a source, and which are left out: two tables that the checks write into."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from riskengine.contract.records import ERRORS
from riskengine.kernel.problems import Problem
from riskengine.records.bulk.putting import put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from riskengine.records.bulk.typed import Typed

NOTHING = "CAST(NULL AS VARCHAR)"


class Ledger:
    """The tables ``problems_…`` and ``out_…`` of a source.

    ``problems_…``: row, step (their order within a row), col, code, found, near, params (JSON), operator_id.
    ``out_…``: row, reason: each row once, for the first reason.
    """

    def __init__(self, connection: Any, name: str) -> None:
        self.connection, self.name = connection, name
        self.problems, self.out = f"problems_{name}", f"out_{name}"
        connection.execute(
            f"CREATE TABLE {self.problems} (row BIGINT, step BIGINT, col VARCHAR, code VARCHAR, found VARCHAR, "
            "near VARCHAR[], params VARCHAR, operator_id VARCHAR)"
        )
        connection.execute(f"CREATE TABLE {self.out} (row BIGINT, reason VARCHAR)")

    def cells(self, typed: Typed) -> None:
        """Note what is wrong with cells; the operator of a row stands beside, for what of it is personal."""
        operator = typed.column("operator_id")
        for step, column in enumerate(typed.bound):
            if not column.is_faulty:
                continue
            at, relation = column.answers, typed.relation({column.name, "operator_id"})
            self._insert(
                f"SELECT row, {step}, '{column.name.replace(chr(39), chr(39) * 2)}', {at}.code, {at}.shown, {at}.near, "
                f"{at}.params, {operator} FROM {relation} WHERE {at}.code IS NOT NULL"
            )
            self._leave_out(f"SELECT row FROM {typed.relation({column.name})} WHERE {at}.is_error", ERRORS)

    def report(
        self,
        code: str,
        step: int,
        rows: str,
        *,
        column: str | None = None,
        found: str = NOTHING,
        near: str = "CAST([] AS VARCHAR[])",
        params: str = "'[]'",
        reason: str = ERRORS,
    ) -> None:
        """Note a problem of each of ``rows`` (a query with ``row`` and ``operator_id``); an error leaves them out.

        Args:
            code: of the problem.
            step: its place among the problems of a row.
            rows: the query, whose columns the other arguments may read.
            column: the column's name.
            found: SQL of what stood there.
            near: SQL of the list of nearest names.
            params: SQL of the message's values, as JSON pairs.
            reason: why the rows are left out.
        """
        name = NOTHING if column is None else f"'{column}'"
        self.connection.execute(f"CREATE TABLE reported AS {rows}")
        self._insert(f"SELECT row, {step}, {name}, '{code}', {found}, {near}, {params}, operator_id FROM reported")
        if Problem(code).is_error:
            self._leave_out("SELECT row FROM reported", reason)
        self.connection.execute("DROP TABLE reported")

    def report_rows(self, code: str, step: int, column: str, rows: Iterable[tuple[int, str]]) -> None:
        """Note a problem of rows that Python has found: row, and what stood there, which is the operator's id."""
        put(self.connection, self.problems, ((row, step, column, code, id_, [], "[]", id_) for row, id_ in rows))

    def is_left_out(self, row: str = "row") -> str:
        """Whether a row is left out so far, as SQL."""
        return f"{row} IN (SELECT row FROM {self.out})"

    def _insert(self, query: str) -> None:
        self.connection.execute(f"INSERT INTO {self.problems} {query}")

    def _leave_out(self, rows: str, reason: str) -> None:
        self.connection.execute(
            f"INSERT INTO {self.out} SELECT DISTINCT row, '{reason}' FROM ({rows}) "
            f"WHERE row NOT IN (SELECT row FROM {self.out})"
        )


def pairs(**values: str) -> str:
    """SQL of a message's values as JSON pairs; each value is SQL of a text."""
    listed = ", ".join(f"['{name}', {value}]" for name, value in values.items())
    return f"CAST(to_json([{listed}]) AS VARCHAR)"


def params_of(text: str) -> tuple[tuple[str, str], ...]:
    """A message's values from their JSON."""
    return tuple((str(name), str(value)) for name, value in json.loads(text))
