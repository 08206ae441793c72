"""Invented operators, vehicles and drivers, and a short way to put them into a ledger."""

from __future__ import annotations

from typing import Any

from riskengine.facade.keeping import keep
from riskengine.ledger import import_sources

A, B, C = "91411000MA40000A18", "91411000MA40000B2C", "91411000MA40000C7B"
PLATE, DRIVER = "豫K12345", "样例证0001号"


def operator(operator_id: str, **cells: str) -> dict[str, str]:
    return {"operator_id": operator_id, "name": "示例运输", "fleet_size": "20", "licensed_on": "2015-01-01", **cells}


def owned(operator_id: str, since: str, until: str = "", *, plate: str = PLATE, colour: str = "黄", **cells: str):
    row = {"vehicle": plate, "plate_colour": colour, "operator_id": operator_id, "since": since, "until": until}
    return {**row, **cells}


def employed(operator_id: str, since: str, until: str = "", *, driver: str = DRIVER, **cells: str) -> dict[str, str]:
    return {"driver": driver, "operator_id": operator_id, "since": since, "until": until, **cells}


def overload(violation_id: str, day: str, **cells: str) -> dict[str, str]:
    row = {"violation_id": violation_id, "risk_point": "HW-01", "occurred_on": day, "decided_on": day}
    return {**row, "operator_id": "", "severity": "general", "penalty_kind": "warning", **cells}


class Putting:
    """Imports rows by the names of their sources."""

    def __init__(self, ledger: Any, engine: Any, clock: Any) -> None:
        self.ledger, self.engine, self.clock = ledger, engine, clock

    def __call__(self, **sources: list[dict[str, str]]) -> Any:
        kept = [keep(self.engine, rows, name) for name, rows in sources.items()]
        return import_sources(self.ledger, kept, self.clock.entry())
