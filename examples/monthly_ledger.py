"""Thirty-six months out of a ledger: the invented records, a run at every month's end, one operator's history drawn.

Run it from the project's folder: ``python examples/monthly_ledger.py [RUNS] [OPERATOR_ID]``. It needs the extra
``ledger``. Without an operator it draws the one whose score moved furthest. The operators are invented.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from riskengine import Engine
from riskengine.facade.keeping import from_ledger, keep
from riskengine.ledger import Entry, import_sources, init_ledger

HERE = Path(__file__).parent
MONTHS = 36
LAST = date(2022, 12, 31)
WIDTH = 50


def month_ends() -> list[date]:
    """The last days of the months, the earliest first."""
    first = [(LAST.year * 12 + LAST.month - 1 - back) for back in range(MONTHS)]
    return sorted(date((at + 1) // 12, (at + 1) % 12 + 1, 1) - timedelta(days=1) for at in first)


def main(runs: Path, operator: str | None) -> None:
    """Build the ledger, grade, draw."""
    engine = Engine.load()
    history: dict[str, list[tuple[date, str, str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "ledger.db")
        ledger, _ = init_ledger(url)
        files = [keep(engine, HERE / f"{name}.csv") for name in ("operators", "violations")]
        import_sources(ledger, files, Entry(datetime(2023, 1, 1, tzinfo=UTC), "示例登记员", "example"))
        ledger.close()
        for as_of in month_ends():
            made = from_ledger(url, Path(folder), as_of=as_of)
            batch = engine.grade(made.sources["operators"], made.sources["violations"], as_of=as_of)
            run = batch.write(runs, keep=made.inputs)
            for row in run.rows("grades"):
                score = "" if row["score"] is None else f"{row['score']:.2f}"
                history.setdefault(row["operator_id"], []).append((as_of, row["grade"] or row["status"], score))
    draw(operator or max(sorted(history), key=lambda each: spread(history[each])), history)


def spread(months: list[tuple[date, str, str]]) -> int:
    """How far a score moved, in hundredths."""
    scores = [int(score.replace(".", "")) for _, _, score in months if score]
    return max(scores) - min(scores) if scores else 0


def draw(operator: str, history: dict[str, list[tuple[date, str, str]]]) -> None:
    """One line a month: the score as a bar, the grade beside it."""
    print(operator)
    for as_of, grade, score in history[operator]:
        bar = "█" * (int(score.split(".")[0]) * WIDTH // 100) if score else ""
        print(f"{as_of.isoformat()} {bar:{WIDTH}} {score:>6} {grade}")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0]) if given else HERE.parent / "out" / "monthly_ledger", given[1] if len(given) > 1 else None)
