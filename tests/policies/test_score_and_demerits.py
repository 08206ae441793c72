"""A scheme with a score and demerit points beside it, against its lines written out once more, on every engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from riskengine import Engine
from riskengine.engines.registry import IN_PROCESS

SCORES = [
    Decimal(text)
    for limit in (0, 40, 60, 80, 90, 1000)
    for text in (f"{limit}.00", f"{limit - 1}.99", f"{limit}.01")
    if 0 <= Decimal(text) <= 1000
]
DEMERITS = [Decimal(text) for text in ("0", "0.01", "19.90", "19.99", "20", "20.01", "45", "100000")]


def line(score, demerits):
    """The five lines of the scheme as they are restated; None where there is none."""
    lines = {
        "AA": score >= 90,
        "A": 80 <= score < 90,
        "B": 60 <= score < 80 or (40 <= score < 60 and demerits < 20),
        "C": 40 <= score < 60 and demerits >= 20,
        "D": score < 40 and demerits >= 20,
    }
    holding = [grade for grade, holds in lines.items() if holds]
    assert len(holding) < 2, "no two lines hold at once"
    return holding[0] if holding else None


@pytest.mark.parametrize("name", IN_PROCESS)
def test_every_cell_of_the_scheme(name):
    pairs = list(product(SCORES, DEMERITS))
    operators = [
        {"operator_id": f"T{at}", "credit_score": score, "demerit_points": demerits}
        for at, (score, demerits) in enumerate(pairs)
    ]
    batch = Engine.load("jiangsu-2024").grade(operators, as_of=date(2025, 12, 31), engine=name)
    grades = {row["operator_id"]: row for row in batch.outcome.rows("grades")}
    facts = {row["operator_id"]: row for row in batch.outcome.rows("facts")}
    undefined = 0
    for at, (score, demerits) in enumerate(pairs):
        row, expected = grades[f"T{at}"], line(score, demerits)
        assert row["grade"] == expected, (score, demerits)
        assert facts[f"T{at}"]["demerits"] == demerits
        if expected is None:
            undefined += 1
            assert (row["status"], row["missing"]) == ("not_evaluable", ["no_rule_matches"]), (score, demerits)
        else:
            assert (row["status"], row["score"]) == ("graded", score)
    assert undefined == 4 * sum(score < 40 for score in SCORES)
