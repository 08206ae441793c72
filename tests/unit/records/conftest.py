"""Records to start from: a few valid rows, and a reader of lists with a small catalogue."""

from __future__ import annotations

from datetime import date

import pytest

from riskengine.records import read_records

RISK_POINTS = {"HW-01": "HW-01", "HW-99": "HW-01", "RT-01": "RT-01"}


@pytest.fixture
def operator():
    return lambda **cells: {"operator_id": "A"} | cells


@pytest.fixture
def violation():
    return lambda **cells: (
        {
            "violation_id": "V1",
            "operator_id": "A",
            "risk_point": "HW-01",
            "occurred_on": "2022-03-01",
            "decided_on": "2022-03-10",
        }
        | cells
    )


@pytest.fixture
def inspection():
    return lambda **cells: {"inspection_id": "J1", "operator_id": "A", "inspected_on": "2022-03-01"} | cells


@pytest.fixture
def read():
    def reader(operators, violations=None, inspections=None, **options):
        settings = {
            "as_of": date(2022, 12, 31),
            "risk_points": RISK_POINTS.get,
            "known_risk_points": list(RISK_POINTS),
            "known_areas": ["HW", "RT"],
            "risk_point_area": {"HW-01": "HW", "RT-01": "RT"},
        }
        return read_records(operators=operators, violations=violations, inspections=inspections, **settings | options)

    return reader


@pytest.fixture
def codes():
    return lambda problems: sorted(problem.code for problem in problems)
