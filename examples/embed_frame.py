"""Grades for a pandas frame: one call in place of ``DataFrame.apply(axis=1)``.

Run it from the project's folder, with pandas installed: ``python examples/embed_frame.py``. The operators and their
records are invented.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from riskengine import Engine

HERE = Path(__file__).parent
AS_OF = date(2022, 12, 31)


def graded(engine: Engine, operators: pd.DataFrame, violations: pd.DataFrame) -> pd.DataFrame:
    """The frame of operators with ``grade``, ``score`` and ``status`` beside each row, in its own order."""
    # Not operators.apply(..., axis=1): a row is checked apart from the others, so a repeated id, or a violation whose
    # operator is nowhere in the list, passes unseen, and a closed operator's records never reach its successor.
    batch = engine.grade(operators, violations, as_of=AS_OF)
    if batch.left_out:
        print(batch.quarantine.to_pandas().to_string(index=False))  # every row that was left out, and why
    grades = batch.grades.select(["operator_id", "grade", "score", "status"]).to_pandas()
    return operators.merge(grades, on="operator_id", how="left", validate="one_to_one")


def main() -> None:
    """Grade the example list and print its first rows and a summary."""
    operators = pd.read_csv(HERE / "operators.csv", dtype=str)  # as text: ids and plates keep their zeros
    violations = pd.read_csv(HERE / "violations.csv", dtype=str)
    frame = graded(Engine.load(), operators, violations)
    print(frame[["operator_id", "county", "grade", "score", "status"]].head().to_string(index=False))
    print(pd.crosstab(frame["county"], frame["grade"].fillna("none")).to_string())


if __name__ == "__main__":
    main()
