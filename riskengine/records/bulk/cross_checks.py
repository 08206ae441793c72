"""The rules between sources, as queries: ``records.crosscheck`` says the same for rows in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.records import BLANK, DUPLICATE, OF_LEFT_OUT, ORPHAN
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import nearest
from riskengine.records.bulk.ledger import pairs
from riskengine.records.bulk.putting import put
from riskengine.records.crosscheck import MOST_COMPARED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.records.bulk.ledger import Ledger

_SUCCESSOR, _ORPHAN, _AREA, _INSPECTION = 700, 710, 720, 730


def check_successors(ledger: Ledger) -> None:
    """A successor that is the operator itself, or nobody of the list."""
    table = "checked_operators"
    rows = f"SELECT row, c_operator_id AS operator_id, c_successor AS heir FROM {table} WHERE c_successor IS NOT NULL"
    ledger.report("RE-270", _SUCCESSOR, f"{rows} AND c_successor = c_operator_id", column="successor", found="heir")
    unknown = "c_successor IS DISTINCT FROM c_operator_id AND c_successor NOT IN (SELECT id FROM used_operators)"
    ledger.report("RE-266", _SUCCESSOR, f"{rows} AND {unknown}", column="successor", found="heir")


def check_orphans(connection: Any, name: str, ledger: Ledger) -> None:
    """Records of nobody in the list, and of operators that were left out."""
    repeated = f"row IN (SELECT row FROM {ledger.out} WHERE reason = '{DUPLICATE}')"
    orphans = (
        f"SELECT row, c_operator_id AS operator_id FROM checked_{name} WHERE c_operator_id IS NOT NULL "
        f"AND c_operator_id NOT IN (SELECT id FROM used_operators) AND NOT {repeated}"
    )
    left_out = "operator_id IN (SELECT id FROM left_out_operators)"
    column = "operator_id"
    rows = f"SELECT * FROM ({orphans}) WHERE {left_out}"
    ledger.report("RE-244", _ORPHAN, rows, column=column, found=column, reason=OF_LEFT_OUT)
    _name_neighbours(connection, f"SELECT DISTINCT operator_id FROM ({orphans}) WHERE NOT {left_out}")
    rows = (
        "SELECT o.row, o.operator_id, COALESCE(n.near, CAST([] AS VARCHAR[])) AS near FROM "
        f"(SELECT * FROM ({orphans}) WHERE NOT {left_out}) AS o LEFT JOIN neighbours AS n ON n.id = o.operator_id"
    )
    ledger.report("RE-243", _ORPHAN, rows, column=column, found=column, near="near", reason=ORPHAN)
    connection.execute("DROP TABLE neighbours")


def _name_neighbours(connection: Any, unknown: str) -> None:
    """The ids that unknown ones may have meant, where the list is short enough to compare with."""
    connection.execute("CREATE TABLE neighbours (id VARCHAR, near VARCHAR[])")
    used = [row[0] for row in connection.execute(f"SELECT id FROM used_operators LIMIT {MOST_COMPARED + 1}").fetchall()]
    if len(used) > MOST_COMPARED:
        return
    for (operator,) in connection.execute(unknown).fetchall():
        near = [mask_personal(name) for name in nearest(operator[:40], used, most=1, cutoff=0.9)]
        connection.execute("INSERT INTO neighbours VALUES (?, ?)", [operator, near])


def areas_table(connection: Any, risk_point_area: Mapping[str, str]) -> bool:
    """Make ``named`` and ``outside_of``; whether a risk point lies outside the areas that some operator names.

    A list is one of few: ``named`` numbers that of each operator (id, nr), ``outside_of`` has the risk points outside
    the areas of a list (nr, code), so that ten million records look up two numbers rather than search two lists.
    """
    connection.execute("CREATE TABLE areas_of (code VARCHAR, area VARCHAR)")
    put(connection, "areas_of", risk_point_area.items())
    connection.execute(
        "CREATE TABLE lists AS SELECT areas, ROW_NUMBER() OVER () AS nr "
        "FROM (SELECT DISTINCT areas FROM used_operators)"
    )
    connection.execute(
        "CREATE TABLE outside_of AS SELECT nr, code FROM lists CROSS JOIN areas_of "
        "WHERE len(areas) > 0 AND NOT list_contains(areas, area)"
    )
    some = bool(connection.execute("SELECT COUNT(*) FROM outside_of").fetchall()[0][0])
    if some:
        connection.execute(
            "CREATE TABLE named AS SELECT u.id, l.nr FROM used_operators AS u JOIN lists AS l ON l.areas = u.areas"
        )
    return some


def check_areas(ledger: Ledger) -> None:
    """Violations outside the areas of their operators."""
    rows = (
        "SELECT v.row, v.c_operator_id AS operator_id, v.c_risk_point AS code, array_to_string(l.areas, '; ') AS areas "
        "FROM checked_violations AS v JOIN named AS u ON u.id = v.c_operator_id "
        "JOIN outside_of AS a ON a.nr = u.nr AND a.code = v.c_risk_point "
        f"JOIN lists AS l ON l.nr = u.nr WHERE NOT {ledger.is_left_out('v.row')}"
    )
    ledger.report("RE-265", _AREA, rows, column="risk_point", found="code", params=pairs(areas="areas"))


def check_inspections(violations: Ledger, inspections: Ledger) -> None:
    """Violations that name an inspection which is not there."""
    known = f"SELECT c_inspection_id FROM checked_inspections WHERE NOT {inspections.is_left_out()}"
    rows = (
        "SELECT row, c_operator_id AS operator_id, c_inspection_id AS visit FROM checked_violations "
        f"WHERE c_inspection_id IS NOT NULL AND c_inspection_id NOT IN ({known})"
    )
    violations.report("RE-264", _INSPECTION, rows, column="inspection_id", found="visit")


def quarantined(connection: Any, ledgers: Mapping[str, Ledger]) -> dict[str, int]:
    """operator_id as compared → how many of its records were left out; a used successor stands in for one left out."""
    parts = [
        f"SELECT t.c_operator_id AS id FROM {ledger.out} AS o JOIN checked_{name} AS t ON t.row = o.row "
        f"WHERE o.reason NOT IN ('{DUPLICATE}', '{BLANK}') AND t.c_operator_id IS NOT NULL"
        for name, ledger in ledgers.items()
        if name != "operators"
    ]
    if not parts:
        return {}
    heirs = (
        "SELECT c_operator_id AS id, last(c_successor ORDER BY row) AS heir FROM checked_operators "
        "WHERE c_operator_id IS NOT NULL AND c_operator_id NOT IN (SELECT id FROM used_operators) GROUP BY 1"
    )
    sql = (
        "SELECT CASE WHEN u.id IS NOT NULL THEN u.id ELSE r.id END AS holder, COUNT(*) FROM "
        f"({' UNION ALL '.join(parts)}) AS r LEFT JOIN ({heirs}) AS h ON h.id = r.id "
        "LEFT JOIN used_operators AS u ON u.id = h.heir GROUP BY 1"
    )
    return dict(connection.execute(sql).fetchall())
