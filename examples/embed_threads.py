"""One engine, many callers: eight threads, and asyncio, over the example list.

Run it from the project's folder: ``python examples/embed_threads.py``. The operators and their records are invented.
Threads share the engine safely and keep a server answering; a call is pure computing, so they make none faster. For
speed over a long list use processes, each with its own ``Engine.load()``, or ``engine.grade``.
"""

from __future__ import annotations

import asyncio
import csv
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from riskengine import Assessment

HERE = Path(__file__).parent
AS_OF = date(2022, 12, 31)

Case = tuple[dict[str, Any], list[dict[str, Any]]]


def cases() -> list[Case]:
    """Each operator with its violations."""
    with (HERE / "operators.csv").open(encoding="utf-8", newline="") as file:
        operators = list(csv.DictReader(file))
    violations: dict[str, list[dict[str, Any]]] = {operator["operator_id"]: [] for operator in operators}
    with (HERE / "violations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            violations[row["operator_id"]].append(row)
    return [(operator, violations[operator["operator_id"]]) for operator in operators]


def in_threads(engine: Engine, todo: list[Case]) -> list[Assessment]:
    """By a pool of eight threads, in the order given."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(lambda case: engine.assess(*case, as_of=AS_OF), todo))


async def in_tasks(engine: Engine, todo: list[Case]) -> list[Assessment]:
    """By asyncio: the event loop goes on answering while a thread computes."""
    return await asyncio.gather(*[asyncio.to_thread(engine.assess, *case, as_of=AS_OF) for case in todo])


def counts(results: Iterable[Assessment]) -> dict[str, int]:
    """Grade, or why there is none → how many."""
    return dict(sorted(Counter(result.grade or result.status for result in results).items()))


def main() -> None:
    """Print how many have each grade: from threads, from asyncio, and from the list graded at once."""
    engine, todo = Engine.load(), cases()
    print("threads", counts(in_threads(engine, todo)))
    print("asyncio", counts(asyncio.run(in_tasks(engine, todo))))
    batch = engine.grade(HERE / "operators.csv", HERE / "violations.csv", as_of=AS_OF)
    listed = Counter(row["grade"] or row["status"] for row in batch.grades.to_pylist())
    print("list   ", dict(sorted(listed.items())))


if __name__ == "__main__":
    main()
