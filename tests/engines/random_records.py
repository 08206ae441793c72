"""Random records for a policy: operators, violations and inspections as lists of mappings, and an as-of date.

Most rows are good; the days lie on the edges of the policy's windows as often as elsewhere, the values repeat so that
groups and ties arise, much is missing, and a few rows are wrong in a way that leaves them out.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from random_policies import RISK_POINTS, STATUSES

from riskengine.kernel.windows import parse_window

AS_OF = (
    date(2024, 2, 29),
    date(2023, 2, 28),
    date(2022, 12, 31),
    date(2024, 3, 31),
    date(2022, 1, 1),
    date(2023, 7, 14),
)
OPERATORS = ("A", "A-1", "B", "甲", "许昌-2", "𠮷", "\uffee", "C", "Z9")
NAMES = (None, "许昌运输有限公司", "Ωmega & Söhne", "it's <b>", "𠮷野", "Zoë")
PLATES = (None, "豫K12345", "豫K12345", "豫KD00001", "鲁A·88888", "豫K99999")
DRIVERS = (None, "D1", "D1", "D2")
AMOUNTS = (None, 0, 200, 200, Decimal("0.01"), Decimal("12345.67"), 30000)
KINDS = (None, "fine", "warning", "fine;warning", "罚款;其他")
SEVERITIES = (None, "minor", "general", "serious", "major", "轻微")
COUNTIES = (None, "魏都区", "禹州", "major", "\U0001f69a")
PLACES = (None, "城关", "城关", "Ω")
DAY = timedelta(days=1)


def windows_of(policy):
    """The windows that a policy names, wherever they stand."""
    if isinstance(policy, dict):
        own = [policy["within"]] if isinstance(policy.get("within"), str) else []
        return own + [window for value in policy.values() for window in windows_of(value)]
    return [window for item in policy for window in windows_of(item)] if isinstance(policy, list) else []


class Days:
    """Days around an as-of date: its windows' edges to the day, leap days, the day itself, and any other."""

    def __init__(self, rng, policy, as_of):
        self.rng, self.as_of = rng, as_of
        edges = [parse_window(text).after(as_of) for text in windows_of(policy)]
        self.edges = [
            *(day + DAY * by for day in edges for by in (0, 0, 1, 1, -1, 2)),
            as_of,
            as_of - DAY,
            date(2020, 2, 29),
        ]

    def any(self):
        if self.rng.random() < 0.5:
            return self.rng.choice(self.edges)
        return self.as_of - DAY * self.rng.randint(-40, 900)

    def not_before(self, day):
        """None, the day itself, the as-of date and its neighbours, or any later day."""
        days = [day, self.as_of, self.as_of + DAY, self.as_of - DAY, day + DAY * self.rng.randint(0, 400)]
        later = self.rng.choice([*[None] * 4, *days])
        return None if later is None or later < day else later


def profile_cell(rng, field, days):
    """A cell of a profile field: missing, good, or now and then wrong."""
    if rng.random() < 0.25:
        return None
    if rng.random() < 0.02:
        return "no such value" if field["type"] != "text" else "#REF!"
    if field["type"] == "date":
        return days.any()
    words = field.get("words", ["客运", "major", "城关", "it's"])
    numbers = [number for number in range(-5, 21) if field.get("min", -5) <= number <= field.get("max", 20)]
    share = Decimal(rng.choice(["0", "0.5", "1", "1.5", "2"]))
    return {"integer": rng.choice(numbers), "decimal": share, "text": rng.choice(words), "bool": rng.random() < 0.5}[
        field["type"]
    ]


def operators(rng, profile, days):
    """Between four and all of the operators: some with an empty fleet, some closed, to be licensed, or succeeded."""
    made = []
    for operator_id in rng.sample(OPERATORS, rng.randint(4, len(OPERATORS))):
        row = {
            "operator_id": operator_id,
            "name": rng.choice(NAMES),
            "areas": rng.choice([None, None, "RT", "HW;RT"]),
            "county": rng.choice(COUNTIES),
            "fleet_size": rng.choice([None, 0, 1, 2, 10]),
            "drivers": rng.choice([None, 0, 3]),
            "licensed_on": rng.choice([None, days.any(), days.as_of, *[date(2015, 5, 5)] * 5, days.as_of + DAY]),
            "closed_on": None,
            "successor": None,
        }
        if rng.random() < 0.2:
            row["closed_on"] = (row["licensed_on"] or days.as_of) + DAY * rng.choice([0, 1, 300])
            row["closed_on"] = rng.choice([row["closed_on"], max(days.as_of - DAY, row["licensed_on"] or date.min)])
            row["successor"] = rng.choice([None, *OPERATORS])
        row |= {name: profile_cell(rng, field, days) for name, field in profile.items() if name not in row}
        made.append(row)
    return made


def violation(rng, number, operator_id, days):
    occurred_on = days.any()
    return {
        "violation_id": f"V{number}",
        "operator_id": operator_id,
        "risk_point": rng.choice([*RISK_POINTS[:3], *RISK_POINTS]),
        "occurred_on": occurred_on,
        "decided_on": days.not_before(occurred_on),
        "penalty": rng.choice(AMOUNTS),
        "severity": rng.choice(SEVERITIES),
        "status": rng.choice([None, *["final"] * 6, *STATUSES]),
        "status_on": days.not_before(occurred_on),
        "penalty_kind": rng.choice(KINDS),
        "vehicle": rng.choice(PLATES),
        "plate_colour": rng.choice([None, "黄", "蓝"]),
        "driver": rng.choice(DRIVERS),
        "decision_body": rng.choice([None, "fine", "市交通局"]),
        "place": rng.choice(PLACES),
        "inspection_id": rng.choice([None, "I1", "I2"]),
    }


def inspection(rng, number, operator_id, days):
    return {
        "inspection_id": f"I{number}",
        "operator_id": operator_id,
        "inspected_on": days.any(),
        "kind": rng.choice([None, "双随机", "专项"]),
        "place": rng.choice(PLACES),
        "result": rng.choice([None, "合格", "合格", "不合格"]),
        "vehicle": rng.choice(PLATES),
    }


FAULTS = (
    {"operator_id": "nobody"},
    {"operator_id": None},
    {"risk_point": None, "inspected_on": None},
    {"occurred_on": "2023-02-29", "inspected_on": "2023-02-29"},
    {"occurred_on": date(1949, 9, 30), "inspected_on": date(1949, 9, 30)},
    {"penalty": -1, "inspection_id": None},
    {"penalty": Decimal("0.001"), "operator_id": "nobody"},
    {"severity": "grave", "inspected_on": "soon"},
    {"decided_on": date(1990, 1, 1), "status_on": date(1990, 1, 1)},
)


def spoiled(rng, rows):
    """The rows in any order; a few are wrong, come twice, or share their id with a different one."""
    made = []
    for row in rows:
        fate = rng.random()
        fault = rng.choice(FAULTS) if fate < 0.05 else {}
        made.append({**row, **{name: cell for name, cell in fault.items() if name in row}})
        if 0.05 < fate < 0.08:
            made.append(dict(row))
        elif 0.08 < fate < 0.1:
            made.append({**row, "county" if "county" in row else "place": "elsewhere"})
    return rng.sample(made, len(made))


def random_records(seed, policy):
    """Operators, violations, inspections and the as-of date; equal for equal seeds and policies."""
    rng = random.Random(seed)  # noqa: S311 - invented records, no secret
    days = Days(rng, policy, rng.choice(AS_OF))
    rated = operators(rng, policy.get("profile", {}), days)
    holders = [row["operator_id"] for row in rated]
    holders += holders[:2] * 3
    violations = [violation(rng, at, rng.choice(holders), days) for at in range(rng.choice([0, 3, 30, 50]))]
    inspections = [inspection(rng, at, rng.choice(holders), days) for at in range(rng.choice([0, 3, 20]))]
    further = policy.get("columns", {})
    for name, rows in (("violations", violations), ("inspections", inspections)):
        absent = rng.random() < 0.1  # a file without the columns that the policy declares
        for row in [] if absent else rows:
            row |= {column: profile_cell(rng, field, days) for column, field in further.get(name, {}).items()}
    if further.get("of_inspection") and inspections:
        holder_of = {row["inspection_id"]: row["operator_id"] for row in inspections}
        for row in violations:
            row["inspection_id"] = rng.choice([None, "I9999", *list(holder_of)[:5] * 3])
            if rng.random() < 0.8:
                row["operator_id"] = holder_of.get(row["inspection_id"], row["operator_id"])
    return spoiled(rng, rated), spoiled(rng, violations), spoiled(rng, inspections), days.as_of
