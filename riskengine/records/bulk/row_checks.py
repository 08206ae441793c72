"""The rules of a row and of repeated ids, as queries: ``records.rows`` says the same for rows in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.records import BLANK, DUPLICATE
from riskengine.contract.sources import OPERATORS, VIOLATIONS
from riskengine.records.bulk.ledger import NOTHING, pairs
from riskengine.records.bulk.survey import EMPTY, suspicions
from riskengine.records.identifiers import is_resident_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.records.bulk.ledger import Ledger
    from riskengine.records.bulk.survey import Survey
    from riskengine.records.bulk.typed import Typed

_REQUIRED, _NO_STATUS, _CREDIT, _ORDER, _UNDECIDED, _REPEATED = 300, 400, 500, 510, 520, 600
_ROWS_NAMED = 10
_NOT_SPACE = r"[^\s\x{0b}\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"


def check_rows(connection: Any, typed: Typed, ledger: Ledger, seen: Survey) -> None:
    """Blank rows, required cells, the order of days, credit codes: where the survey has seen what may be one."""
    table = f"checked_{typed.name}"
    if seen.found[EMPTY]:
        _check_required(typed, ledger, table)
    if typed.name == "operators":
        _check_operators(connection, table, ledger, seen)
    elif typed.name == "violations":
        _check_violations(table, ledger, seen)


def _check_required(typed: Typed, ledger: Ledger, table: str) -> None:
    """Rows without any filled cell, and required cells that are empty."""
    required = [column.name for column in typed.source.columns if column.required]
    key = f"c_{typed.source.key}"
    blank = " AND ".join(
        f"({column} IS NULL OR NOT regexp_matches(CAST({column} AS VARCHAR), '{_NOT_SPACE}'))"
        for column in (f"r{at}" for at in range(len(typed.raw.kinds)))
    )
    candidates = f"SELECT row FROM {table} WHERE {key} IS NULL"
    rows = f"SELECT row, {NOTHING} AS operator_id FROM {typed.raw.relation} WHERE row IN ({candidates}) AND {blank}"
    ledger.report("RE-232", 0, rows, reason=BLANK)
    not_blank = f"row NOT IN (SELECT row FROM {ledger.out} WHERE reason = '{BLANK}')"
    for at, column in enumerate(required):
        faulty = f"SELECT row FROM {ledger.problems} WHERE col = '{column}'"
        where = f"c_{column} IS NULL AND {not_blank} AND row NOT IN ({faulty})"
        rows = f"SELECT row, c_operator_id AS operator_id FROM {table} WHERE {where}"
        ledger.report("RE-201", _REQUIRED + at, rows, column=column)


def _check_operators(connection: Any, table: str, ledger: Ledger, seen: Survey) -> None:
    if seen.found["RE-262"]:
        sql = f"SELECT row, c_operator_id FROM {table} WHERE {suspicions(OPERATORS)['RE-262']} ORDER BY row"
        found = connection.execute(sql).fetchall()
        rows = ((row, code) for row, code in found if not is_resident_number(code))
        ledger.report_rows("RE-262", _CREDIT, "operator_id", rows)
    if seen.found["RE-253"]:
        _check_order(ledger, table, "RE-253", "closed_on", "licensed_on")


def _check_violations(table: str, ledger: Ledger, seen: Survey) -> None:
    alive = f"NOT {ledger.is_left_out()}"
    if seen.found["RE-269"]:
        rows = f"SELECT row, c_operator_id AS operator_id, CAST(c_status_on AS VARCHAR) AS day FROM {table} "
        where = f"WHERE {suspicions(VIOLATIONS)['RE-269']} AND {alive}"
        ledger.report("RE-269", _NO_STATUS, rows + where, column="status_on", found="day")
    # Before the order of the other days: what leaves a row out afterwards does not bring its day of no status back.
    if seen.found["RE-252"]:
        _check_order(ledger, table, "RE-252", "status_on", "occurred_on", but=f"(c_status IS NULL AND {alive})", step=1)
    if seen.found["RE-251"]:
        _check_order(ledger, table, "RE-251", "decided_on", "occurred_on")
    if seen.found["RE-263"]:
        rows = f"SELECT row, c_operator_id AS operator_id FROM {table} WHERE c_decided_on IS NULL AND {alive}"
        ledger.report("RE-263", _UNDECIDED, rows, column="decided_on")


def _check_order(
    ledger: Ledger, table: str, code: str, later: str, earlier: str, *, but: str = "FALSE", step: int = 0
) -> None:
    rows = (
        f"SELECT row, c_operator_id AS operator_id, CAST(c_{later} AS VARCHAR) AS late, "
        f"CAST(c_{earlier} AS VARCHAR) AS early FROM {table} WHERE c_{later} < c_{earlier} AND NOT {but}"
    )
    ledger.report(code, _ORDER + step, rows, column=later, found="late", params=pairs(other="early"))


def check_repeated(connection: Any, typed: Typed, ledger: Ledger) -> None:
    """Rows of one id: equal ones are used once, different ones not at all."""
    table, key = f"checked_{typed.name}", f"c_{typed.source.key}"
    connection.execute(
        f"CREATE TABLE repeated AS SELECT row, {key} AS id, c_operator_id AS operator_id FROM {table} "
        f"WHERE hash({key}) IN (SELECT hash({key}) FROM {table} WHERE {key} IS NOT NULL "
        f"GROUP BY hash({key}) HAVING COUNT(*) > 1)"
    )
    raw = ", ".join(_cell_text(f"r{at}", kind) for at, kind in enumerate(typed.raw.kinds))
    read = ", ".join(_compared(typed))
    # Rows of which something could not be read are compared by their cells, the others by what was read.
    equal = (
        "CASE WHEN BOOL_AND(gone) THEN COUNT(DISTINCT cells) = 1 WHEN BOOL_OR(gone) THEN FALSE "
        "ELSE COUNT(DISTINCT whole) = 1 END"
    )
    relation = typed.raw.relation
    connection.execute(
        f"CREATE TABLE same AS SELECT id, MIN(row) AS first, {equal} AS equal, list(row ORDER BY row) AS numbers FROM "
        f"(SELECT p.row, p.id, {ledger.is_left_out('p.row')} AS gone, w.whole, w.cells FROM repeated AS p JOIN "
        f"(SELECT {relation}.row, ({read}) AS whole, ({raw}) AS cells FROM {typed.relation()} WHERE {relation}.row IN "
        "(SELECT row FROM repeated)) AS w ON w.row = p.row) GROUP BY id HAVING COUNT(*) > 1"
    )
    joined = "SELECT p.row, p.id, p.operator_id, s.first, s.numbers FROM repeated AS p JOIN same AS s ON s.id = p.id"
    rows = f"{joined} WHERE s.equal AND p.row <> s.first AND NOT {ledger.is_left_out('p.row')}"
    first = pairs(first="CAST(first AS VARCHAR)")
    column = typed.source.key
    ledger.report("RE-241", _REPEATED, rows, column=column, found="id", params=first, reason=DUPLICATE)
    more = f"CASE WHEN len(numbers) > {_ROWS_NAMED} THEN ', …' ELSE '' END"
    listed = f"array_to_string(numbers[:{_ROWS_NAMED}], ', ') || {more}"
    rows = f"{joined} WHERE NOT s.equal"
    ledger.report("RE-242", _REPEATED, rows, column=column, found="id", params=pairs(rows=listed))
    connection.execute("DROP TABLE repeated; DROP TABLE same")


def _cell_text(cell: str, kind: str) -> str:
    """A raw cell as text, empty where it shows nothing; of a float its zero without a sign."""
    if kind in {"DOUBLE", "FLOAT"}:
        return f"CASE WHEN {cell} IS NULL OR isnan({cell}) THEN '' ELSE CAST({cell} + 0 AS VARCHAR) END"
    return f"COALESCE(CAST({cell} AS VARCHAR), '')"


def _compared(typed: Typed) -> Iterator[str]:
    """What two rows must share to be equal: typed values, and the cells that nothing reads as they are."""
    for column in typed.bound:
        if not column.is_kept:
            text = f"NULLIF(CAST({column.raw} AS VARCHAR), '')"
            answers = column.answers
            yield (
                text if answers is None else f"CASE WHEN {answers}.raw IS NOT NULL THEN {answers}.value ELSE {text} END"
            )
        elif column.name == "name":
            yield f"COALESCE({column.value}, {typed.column('operator_id')})"
        elif column.name == "areas":
            yield f"COALESCE({column.value}, CAST([] AS VARCHAR[]))"
        elif column.name == "status":
            yield f"COALESCE({column.value}, 'final')"
        elif column.name == "status_on":
            yield f"CASE WHEN {typed.column('status')} IS NOT NULL THEN {column.value} END"
        else:
            yield column.value
