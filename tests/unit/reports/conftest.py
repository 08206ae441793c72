"""A small run with everything that a report must be able to show, made once."""

from __future__ import annotations

from datetime import date

import pytest

from riskengine import Engine

AS_OF = date(2022, 12, 31)
PERSON = "11010519491231002X"
SCRIPT, FORMULA = "<script>alert(1)</script>", "=1+1"

OPERATORS = [
    {"operator_id": "OP-GOOD", "name": "示例一号货运有限公司", "fleet_size": "10", "licensed_on": "2015-01-01"},
    {"operator_id": "OP-BAD", "name": "示例二号货运有限公司", "fleet_size": "10", "licensed_on": "2015-01-01"},
    {"operator_id": "OP-SCRIPT", "name": SCRIPT, "fleet_size": "3", "licensed_on": "2015-01-01"},
    {"operator_id": "OP-FORMULA", "name": FORMULA, "fleet_size": "3", "licensed_on": "2015-01-01"},
    {"operator_id": "OP-UNKNOWN", "name": "@SUM(A1)", "licensed_on": "2015-01-01"},
    {"operator_id": PERSON, "name": "某小样", "fleet_size": "1", "licensed_on": "2015-01-01"},
    {"operator_id": "OP-NEW", "name": "+新示例", "fleet_size": "1", "licensed_on": "2022-10-01"},
    {"operator_id": "OP-GONE", "name": "-旧示例", "licensed_on": "2015-01-01", "closed_on": "2020-01-01"},
    {"operator_id": "OP-TORN", "name": "示例三号货运有限公司", "fleet_size": "4", "licensed_on": "2015-01-01"},
    {"operator_id": "OP-WRONG", "name": "示例四号", "fleet_size": "many"},
]


def _violation(number: int, operator_id: str, **cells: str) -> dict[str, str]:
    return {
        "violation_id": f"=样例罚〔2022〕{number:03d}号",
        "operator_id": operator_id,
        "risk_point": "HW-01",
        "occurred_on": "2022-06-15",
        "decided_on": "2022-07-01",
        "penalty": "12345.67",
        "penalty_kind": "fine",
        "severity": "serious",
        "vehicle": f"豫K{number:05d}",
        "driver": "410101198001010018",
        **cells,
    }


VIOLATIONS = [
    *(_violation(number, "OP-BAD") for number in range(1, 6)),
    _violation(6, "OP-SCRIPT", severity="minor", violation_id="</SCRIPT><B>6"),
    _violation(7, "OP-UNKNOWN"),
    _violation(8, PERSON, severity="general"),
    _violation(9, "OP-TORN", occurred_on="2022-13-45"),
    _violation(10, "OP-GOOD", status="revoked"),
    _violation(11, "OP-NOBODY"),
    _violation(12, "OP-GOOD", occurred_on="2023-02-01", decided_on="2023-02-02"),
]


@pytest.fixture(scope="session")
def batch():
    return Engine.load().grade(OPERATORS, VIOLATIONS, as_of=AS_OF)


@pytest.fixture(scope="session")
def run(batch, tmp_path_factory):
    return batch.write(tmp_path_factory.mktemp("runs"))
