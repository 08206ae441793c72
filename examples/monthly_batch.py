"""Periodic credit grading: the same list at every month's end, each run beside the one before it.

Run it from the project's folder: ``python examples/monthly_batch.py [RUNS]``. It writes one run folder per month and
says who moved. The operators and their records are invented.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from riskengine import Engine

HERE = Path(__file__).parent
FIRST, LAST = (2022, 7), (2022, 12)


def month_ends() -> list[date]:
    """The last day of each month from FIRST to LAST."""
    year, months = FIRST[0], range(FIRST[1] + 1, LAST[1] + 2)
    return [date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1) - timedelta(days=1) for month in months]


def main(runs: Path) -> None:
    """Grade at each month's end and print the distribution and the moves."""
    engine = Engine.load()
    for as_of in month_ends():
        batch = engine.grade(HERE / "operators.csv", HERE / "violations.csv", as_of=as_of)
        run = batch.write(runs)  # whole or not at all; compared with the newest earlier run
        rows = run.rows("grades")
        grades = Counter(row["grade"] or row["status"] for row in rows)
        moved = [row for row in rows if row["previous_grade"] not in {None, row["grade"]}]
        spread = ", ".join(f"{grade} {number}" for grade, number in sorted(grades.items()))
        compared = f"{len(moved)} moved" if run.manifest["compared_with"] else "no earlier run"
        print(f"{run.run_id}: {spread}; {compared}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "out" / "monthly")
