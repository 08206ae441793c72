"""Rebound in the year's figures: repeats after a penalty, as the analysis of rebound counts them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from riskengine.contract.sources import VIOLATIONS
from riskengine.kernel.errors import MissingExtraError
from riskengine.supervision.rebound.reading import open_records
from riskengine.supervision.rebound.repeats import ALL, PENALTY, repeats_of
from riskengine.supervision.rebound.rules import read_rebound_rules
from riskengine.supervision.record import file_of
from riskengine.supervision.yearly.held import HeldFile, HeldRow, RowRef

if TYPE_CHECKING:
    from riskengine.supervision.yearly.context import YearContext

_UNITS = ("operator", "vehicle", "place")
"""Kinds of unit, in the order of the columns that are asked for."""


def repeats(context: YearContext) -> HeldFile:
    """Repeats of a risk point after a penalty: ``repeated`` of ``watched`` cases by ``unit``, ``span``, ``risk_point``.

    Each rests on the rows of the violations of the risk point that count at the year's end and name such a unit. The
    file ``duckdb`` is missing where DuckDB, which counts them, is not installed.
    """
    path = file_of(context.folder, VIOLATIONS.name)
    if path is None:
        return HeldFile(missing=(VIOLATIONS.name,))
    rules, last = read_rebound_rules(None), context.period.last
    try:
        held = open_records(violations=path, inspections=None, operators=None, times=None, day=last, rules=rules)
    except MissingExtraError:
        return HeldFile(missing=("duckdb",))
    try:
        found = repeats_of(held, rules).rows
        counted = held.rows("SELECT violation_id, risk_point, operator, vehicle, section FROM counted")
    finally:
        held.close()
    places = {row.cells["violation_id"]: row.refs[0] for row in context.table(VIOLATIONS).rows}
    named: dict[tuple[str, str], list[RowRef]] = defaultdict(list)
    for name, point, *units in counted:
        for unit, value in zip(_UNITS, units, strict=True):
            if value is not None and name in places:
                named[unit, point].append(places[name])
    rows = tuple(
        HeldRow(
            tuple(named[row.unit, row.risk_point]),
            {
                "unit": row.unit,
                "span": str(row.days),
                "risk_point": row.risk_point,
                "watched": row.watched,
                "repeated": row.repeated,
            },
        )
        for row in found
        if row.after == PENALTY and row.risk_point != ALL and row.watched
    )
    return HeldFile(rows)
