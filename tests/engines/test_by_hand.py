"""The engine and the policy written by hand in SQL say the same: on the examples, and on records bent to every edge.

``RISKENGINE_POLICIES`` says how many bent sets are tried (20 unless given) and, where given, asks for every date.
"""

from __future__ import annotations

import calendar
import csv
import os
import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import by_hand
import pytest

from riskengine import Engine

EXAMPLES = Path(__file__).parents[2] / "examples"
OPERATORS, VIOLATIONS = str(EXAMPLES / "operators.csv"), str(EXAMPLES / "violations.csv")
DAY = timedelta(days=1)
ASKED = "RISKENGINE_POLICIES" in os.environ
SETS = int(os.environ.get("RISKENGINE_POLICIES", "20"))
DATES = [date(2020, 2, 29), date(2021, 8, 31), date(2022, 12, 31), date(2023, 2, 28)]
# fmt: off
MORE_DATES = [
    date(2020, 1, 1), date(2020, 1, 31), date(2020, 6, 30), date(2020, 8, 31), date(2020, 12, 31), date(2021, 2, 28),
    date(2021, 3, 1), date(2021, 3, 31), date(2021, 6, 30), date(2021, 8, 29), date(2021, 8, 30), date(2021, 12, 31),
    date(2022, 1, 1), date(2022, 1, 31), date(2022, 2, 28), date(2022, 3, 31), date(2022, 5, 31), date(2022, 6, 30),
    date(2022, 8, 31), date(2022, 9, 30), date(2022, 10, 31), date(2022, 11, 30), date(2023, 1, 1),
    date(2023, 1, 31), date(2023, 3, 1), date(2023, 3, 31), date(2023, 4, 30), date(2023, 5, 31), date(2023, 6, 30),
]
FINES = [
    "0", "0.01", "499.99", "500", "9999.99", "10000", "10499.99", "10500", "14500", "14499.99", "95000", "99500",
    "1000000",
]
# fmt: on


@cache
def engine():
    return Engine.load()


@cache
def example(path):
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return [{name: cell or None for name, cell in row.items()} for row in csv.DictReader(file)]


def differences(given, operators, violations, as_of):
    """What only one side says, table by table; ``given`` is what the engine reads, the others what the SQL reads."""
    batch = engine().grade(*given, as_of=as_of)
    hand = by_hand.grade(operators, violations, as_of)
    found = []
    for name in ("grades", "signals", "evidence"):
        table = getattr(hand, name)
        ours, theirs = plain(table), plain(getattr(batch, name).select(table.column_names))
        found += [f"{name} by hand {n} times: {row}" for row, n in (ours - theirs).items()]
        found += [f"{name} by engine {n} times: {row}" for row, n in (theirs - ours).items()]
    return found


def plain(table):
    """Rows that compare, counted: decimals without their places, lists as tuples."""
    return Counter(
        tuple(v.normalize() if isinstance(v, Decimal) else tuple(v) if isinstance(v, list) else v for v in row.values())
        for row in table.to_pylist()
    )


def months_before(day, months):
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@pytest.mark.parametrize("as_of", DATES + (MORE_DATES if ASKED else []), ids=str)
def test_the_examples_are_graded_as_by_hand(as_of):
    assert differences((OPERATORS, VIOLATIONS), OPERATORS, VIOLATIONS, as_of) == []


def test_the_examples_are_graded_as_by_hand_on_days_when_records_stand_on_an_edge():
    # The latest day on which a red record still has its full share, and the day after.
    occurred = date.fromisoformat(example(VIOLATIONS)[1500]["occurred_on"])
    for months in (6, 12, 24) if ASKED else (12,):
        edge = months_before(occurred, -months)
        for as_of in (edge - DAY, edge):
            assert differences((OPERATORS, VIOLATIONS), OPERATORS, VIOLATIONS, as_of) == []


@pytest.mark.parametrize("seed", range(SETS))
def test_bent_records_are_graded_as_by_hand(seed):
    bent = Bent(seed)
    typed = arrow(bent.operators, bent.violations)
    assert differences(typed, *typed, bent.as_of) == []


def test_successors_that_lead_round_in_a_circle_are_graded_as_by_hand():
    bent = Bent(0)
    for row, successor in zip(bent.operators[:2], bent.names[1::-1], strict=True):
        row.update(licensed_on="2015-01-01", closed_on=text(bent.as_of - DAY), successor=successor)
    typed = arrow(bent.operators, bent.violations)
    assert differences(typed, *typed, bent.as_of) == []


@pytest.mark.parametrize(
    ("times", "points", "score"),
    [
        (2, "HW-02", 90),
        (2, "HW-02 HW-05", 80),
        (2, "HW-02 HW-05 RT-08 UP-01", 60),
        (2, "HW-02 HW-05 RT-08 UP-01 UP-05 UP-06", 40),
        (3, "EC-02 EC-04 HW-03 RT-01 RT-06 UP-04", 0),
    ],
)
def test_a_score_at_a_limit_is_graded_as_by_hand(times, points, score):
    # Serious ones of the last half-year: 5 points each where the colour is yellow, 7.5 where it is red.
    bent = Bent(0)
    bent.operators[0].update(licensed_on="2015-01-01", closed_on=None)
    day = text(bent.as_of)
    fixed = {"operator_id": bent.names[0], "occurred_on": day, "decided_on": day, "severity": "serious"}
    fixed |= {"status": "final", "status_on": None, "penalty_kind": "warning"}
    rows = [{**bent.violations[0], **fixed, "risk_point": point} for point in points.split() * times]
    typed = arrow(bent.operators[:1], [{**row, "violation_id": f"示例{k}"} for k, row in enumerate(rows)])
    assert by_hand.grade(*typed, bent.as_of).grades["score"].to_pylist() == [score]
    assert differences(typed, *typed, bent.as_of) == []


class Bent:
    """A few example operators and their violations, bent by a seed: blanks, edges, statuses, shares, closures."""

    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311 - seeded, to be the same in every run
        self.as_of = self.dice.choice([*DATES, *MORE_DATES])
        edges = [months_before(self.as_of, months) + k * DAY for months in (6, 12, 24) for k in (-1, 0, 1, 2)]
        edges += [months_before(self.as_of, 12 * k) + DAY for k in (1, 2)]
        self.edges = [*edges, self.as_of - DAY, self.as_of, self.as_of + DAY, self.as_of - 364 * DAY]
        self.operators = [row.copy() for row in self.dice.sample(example(OPERATORS), 40)]
        names = {row["operator_id"] for row in self.operators}
        pool = [row for row in example(VIOLATIONS) if row["operator_id"] in names]
        pool += self.dice.sample(example(VIOLATIONS), 80)
        self.violations = [row.copy() for row in {row["violation_id"]: row for row in pool}.values()]
        self.names = [row["operator_id"] for row in self.operators]
        for row in self.violations:
            self.bend_violation(row)
        for name in self.names[:6]:
            self.heap(name)
        for row in self.operators:
            self.bend_operator(row)
        self.dice.shuffle(self.violations)

    def often(self, chance):
        return self.dice.random() < chance

    def bend_violation(self, row):
        dice = self.dice
        if row["operator_id"] not in self.names and self.often(0.9):
            row["operator_id"] = dice.choice(self.names[:15])  # crowd the violations on a few operators
        occurred = date.fromisoformat(row["occurred_on"])
        if self.often(0.6):
            occurred = dice.choice(self.edges) if self.often(0.5) else self.as_of - dice.randrange(800) * DAY
            later = [None, occurred, occurred + dice.randrange(40) * DAY, max(occurred, self.as_of + DAY)]
            row.update(occurred_on=occurred.isoformat(), decided_on=text(dice.choice([*later, self.as_of])))
            row["status_on"] = None
        if self.often(0.35):
            row["risk_point"] = dice.choice(["HW-01", "HW-01", "HW-01", "EC-02", "HW-02"])
            row["vehicle"] = None if self.often(0.08) else f"豫K1000{dice.randrange(5)}"
            row["plate_colour"] = dice.choice([None, "黄色", "蓝色"])
            row["driver"] = None if self.often(0.1) else f"D{dice.randrange(6)}"
        if self.often(0.25):
            row["status"] = dice.choice([None, "final", "pending", "revoked", "repaired"])
            near = [None, occurred, self.as_of - DAY, self.as_of, self.as_of + DAY]
            row["status_on"] = text(dice.choice(near))
        if self.often(0.2):
            row.update(penalty=dice.choice(FINES), penalty_kind=dice.choice([None, "fine", "fine;warning", "other"]))
        if self.often(0.01):
            row[dice.choice(["severity", "penalty", "penalty_kind", "vehicle", "driver", "decided_on", "status"])] = (
                None
            )
        if self.often(0.005):
            row.update(penalty=None, penalty_kind=dice.choice([None, "fine", "warning;fine", "warning"]))
        if self.often(0.005):
            row[dice.choice(["risk_point", "occurred_on", "violation_id"])] = None

    def heap(self, name):
        """Overloads of two vehicles and two drivers within the year, about as many as the ceilings allow; one fine."""
        dice, blank = self.dice, self.dice.choice([0, 0.15, 0.4])
        fined = dice.choice(FINES)
        for row in [v for v in self.violations if v["operator_id"] == name and v["violation_id"]][
            : dice.randrange(3, 9)
        ]:
            occurred = text(self.as_of - dice.choice([0, 100, 200, 300]) * DAY)
            row.update(risk_point="HW-01", occurred_on=occurred, decided_on=occurred, status="final", status_on=None)
            row.update(severity=dice.choice(["minor", "general"]), penalty=fined, penalty_kind="fine")
            row["vehicle"] = None if self.often(blank) else f"豫K1000{dice.randrange(2)}"
            row["driver"] = None if self.often(blank) else f"D{dice.randrange(2)}"
            fined = "0"

    def bend_operator(self, row):
        dice = self.dice
        own = [v for v in self.violations if v["operator_id"] == row["operator_id"] and v["risk_point"] == "HW-01"]
        caught, unplated = len({v["vehicle"] for v in own} - {None}), sum(v["vehicle"] is None for v in own)
        if self.often(0.6):
            of = dice.choice([caught, caught + unplated, max(caught - 1, 0)])
            row["fleet_size"] = str(
                max(0, dice.choice([of * 10, of * 10 // 3, of * 10 + 1, of * 10 - 1, of * 10 // 3 + 1]))
            )
        if self.often(0.04):
            row["fleet_size"] = None
        if self.often(0.3):
            days = dice.choice([None, 0, 1, -1, 363, 364, 365, 366])
            row["licensed_on"] = None if days is None else (self.as_of - days * DAY).isoformat()
        if self.often(0.25):
            row["successor"] = dice.choice([None, *self.names[self.names.index(row["operator_id"]) :][:8]])
            row["closed_on"] = text(self.as_of + dice.choice([-100, -1, 0, 1]) * DAY)


def text(day):
    return None if day is None else day.isoformat()


def arrow(operators, violations):
    """The rows as two typed Arrow tables."""
    import pyarrow as pa

    def table(rows, kinds):
        def typed(cell, kind):
            if cell is None or kind is str:
                return cell
            return date.fromisoformat(cell) if kind is date else kind(cell)

        types = {str: pa.string(), date: pa.date32(), int: pa.int64(), Decimal: pa.decimal128(18, 2)}
        columns = {
            name: pa.array([typed(row[name], kinds.get(name, str)) for row in rows], types[kinds.get(name, str)])
            for name in rows[0]
        }
        return pa.table(columns)

    days = dict.fromkeys(("occurred_on", "decided_on", "status_on", "licensed_on", "closed_on"), date)
    return table(operators, {**days, "fleet_size": int, "drivers": int}), table(
        violations, {**days, "penalty": Decimal}
    )
