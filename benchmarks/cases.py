"""The cases that are measured: operators with exactly ten violations, and what riskengine answers about each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from riskengine import Assessment, Engine

AS_OF = date(2022, 12, 31)
VIOLATIONS_EACH, CASES_WANTED = 10, 20
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"

_GRADED_BY_DAY = ("graded", "not_evaluable")
_READ_OF_OPERATOR = (
    "records_in_two_years",
    "major_in_year",
    "penalties_in_year",
    "days_licensed",
    "most_overloads_of_a_vehicle",
    "vehicles_over_count",
    "overloads_without_vehicle",
    "most_overloads_of_a_driver",
    "drivers_over_count",
    "overloads_without_driver",
    "overloaded_vehicles",
    "unplated_overloads_as_vehicles",
)
_READ_OF_POINT = ("counted", "weighted", "repeats")


@dataclass(frozen=True)
class Answer:
    """What two engines must agree on.

    Attributes:
        fired: rule and risk point of every rule that fired; ``points`` how many points each moved the score by.
        unknown: rule and risk point of every rule that cannot be told.
    """

    status: str
    grade: str | None
    score: Decimal | None
    ceiling_rule: str | None
    tier: str | None
    fired: frozenset[tuple[str, str | None]]
    points: frozenset[tuple[str, str | None, Decimal]]
    unknown: frozenset[tuple[str, str | None]]


@dataclass(frozen=True)
class Case:
    """An operator with ten violations.

    Attributes:
        operator: column → cell as text; empty cells are left out. ``violations`` likewise.
        answer: what the live engine says.
        facts: the facts that the policy's rules read, as plain numbers; ``points`` those of each risk point.
    """

    operator: dict[str, str]
    violations: list[dict[str, str]]
    answer: Answer
    facts: dict[str, Any]


def cases(engine: Engine) -> list[Case]:
    """Every current operator of the example list with ten violations; where too few, the ten newest of those with more.

    Which ones is settled by the operators' ids, so that every run measures the same.
    """
    held: dict[str, list[dict[str, str]]] = {}
    for row in _rows("violations.csv"):
        held.setdefault(row["operator_id"], []).append(row)
    exact, more = [], []
    for operator in sorted(_rows("operators.csv"), key=lambda row: row["operator_id"]):
        rows = held.get(operator["operator_id"], [])
        newest = sorted(
            (row for row in rows if row["occurred_on"] <= AS_OF.isoformat()),
            key=lambda row: (row["occurred_on"], row["violation_id"]),
        )[-VIOLATIONS_EACH:]
        if len(rows) == VIOLATIONS_EACH:
            exact.append((operator, rows))
        elif len(newest) == VIOLATIONS_EACH:
            more.append((operator, newest))
    found: list[Case] = []
    for operator, rows in (*exact, *more):
        if len(found) >= max(CASES_WANTED, len(exact)):
            break
        assessed = engine.assess(operator, rows, as_of=AS_OF)
        if assessed.status in _GRADED_BY_DAY:
            found.append(Case(operator, rows, answer_of(assessed), _facts(assessed, operator)))
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return [{column: cell for column, cell in row.items() if cell} for row in csv.DictReader(file)]


def answer_of(assessed: Assessment) -> Answer:
    """What an assessment says."""
    grade = next(iter(assessed.outcome.rows("grades")))
    told: dict[str, list[tuple[str, str | None, Decimal]]] = {"fired": [], "not_evaluable": []}
    for row in assessed.signals:
        told[row["status"]].append((row["rule"], row["risk_point"], row["points"]))
    return Answer(
        grade["status"],
        grade["grade"],
        grade["score"],
        grade["ceiling_rule"],
        next((row["tier"] for row in assessed.actions), None),
        frozenset((rule, code) for rule, code, _ in told["fired"]),
        frozenset((rule, code, abs(points)) for rule, code, points in told["fired"]),
        frozenset((rule, code) for rule, code, _ in told["not_evaluable"]),
    )


def _facts(assessed: Assessment, operator: dict[str, str]) -> dict[str, Any]:
    """The facts as a caller would hand them over: whole numbers, fractions as floats, None for unknown."""
    of_operator = next(iter(assessed.outcome.rows("facts")))
    facts: dict[str, Any] = {name: _number(of_operator[name]) for name in _READ_OF_OPERATOR}
    facts["fleet_size"] = int(operator["fleet_size"]) if "fleet_size" in operator else None
    facts["points"] = [
        {"code": row["risk_point"], **{name: _number(row[name]) for name in _READ_OF_POINT}}
        for row in assessed.outcome.rows("facts_by_risk_point")
    ]
    return facts


def _number(value: Decimal | int | None) -> float | int | None:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
