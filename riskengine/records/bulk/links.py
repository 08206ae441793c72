"""Whose each record is, looked up once: by raw cells where these say it as well as typed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.records.bulk.cells import TEXT
from riskengine.records.bulk.survey import FIRST

if TYPE_CHECKING:
    from riskengine.records.bulk.relation import Raw
    from riskengine.records.bulk.typed import Typed
    from riskengine.records.columns import Binding

_OPERATOR, _POINT = "operator_id", "risk_point"


def survey_links(connection: Any, relation: str, operator: str, point: str | None) -> tuple[int, int]:
    """How many records are of nobody who is used, and how many outside the areas of their operator, in one pass.

    Args:
        connection: to the database, with the tables of ``cross_checks.areas_table``.
        relation: the records.
        operator: the column with the id of the operator.
        point: that of the risk point; None where no record can be outside.
    """
    operators = "used_operators" if point is None else "named"
    areas = "" if point is None else f" LEFT JOIN outside_of AS a ON a.nr = u.nr AND a.code = v.{point}"
    sql = (
        f"SELECT COUNT(*) FILTER (WHERE u.id IS NULL AND v.{operator} <> ''), {'COUNT(a.code)' if areas else '0'} "
        f"FROM {relation} AS v LEFT JOIN {operators} AS u ON u.id = v.{operator}{areas}"
    )
    orphans, outside = connection.execute(sql).fetchall()[0]
    return orphans, outside


def outside_by_raw_cells(connection: Any, raw: Raw, binding: Binding, *, with_areas: bool) -> int | None:
    """How many records are outside the areas of their operator, where every raw cell names one by its id.

    A cell that is the plainly written id of an operator is plain itself, so nobody need look at it again. The ids of
    the operators must be so, and compared as they were read.

    Returns:
        None where some cell names nobody, and where raw cells do not tell: they may be odd, and are of somebody yet.
    """
    cells = {name: f"r{position}" for name, position, _ in binding.read if raw.kinds[position] == TEXT}
    wanted = (_OPERATOR, _POINT) if with_areas else (_OPERATOR,)
    if any(name not in cells for name in wanted):
        return None
    point = cells[_POINT] if with_areas else None
    outside = 0
    for relation in (f"(SELECT * FROM {raw.relation} LIMIT {FIRST})", raw.relation):
        orphans, outside = survey_links(connection, relation, cells[_OPERATOR], point)
        if orphans:
            return None
    return outside


def links_of(connection: Any, typed: Typed, by_raw_cells: int | None, *, with_areas: bool) -> tuple[int, int]:
    """What :func:`survey_links` finds, from the raw cells where they told and none of them had to be read."""
    if by_raw_cells is not None and not (with_areas and typed.has_answers(_POINT)):
        return 0, by_raw_cells
    point = f"c_{_POINT}" if with_areas else None
    return survey_links(connection, f"checked_{typed.name}", f"c_{_OPERATOR}", point)
