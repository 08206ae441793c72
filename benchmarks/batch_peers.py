"""Rule engines on a sample of the operators of a run, given the facts that the run has: ZEN, and durable-rules bare.

Run `python benchmarks/batch_peers.py RUN [--sample 1000] [--with-records] [--repeats 3]`; it prints JSON. Each must
say what the run says of every operator before anything is measured. One thread, one operator after another.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import bare_rules
import zen_graph
from cases import Answer, Case
from live import NO_ZEN
from pyarrow import compute, parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    Asked = tuple[str, Sequence[Callable[[], Any]], Callable[[int, Any], Any]]

TRACED, BY_KEY = "ZEN with trace, by key", "ZEN without trace, by key"
HOST, EXTENSION = "durable-rules bare, Host", "durable-rules bare, C extension"
SEED = 1
_OF_POINT = ("counted", "weighted", "repeats")


def cases_of(run: Path, count: int, *, with_records: bool) -> list[Case]:
    """A sample of the operators that a run grades, with the facts and answers that stand in its tables.

    Args:
        run: the folder.
        count: how many.
        with_records: only of those with a violation that counts.
    """
    grades = parquet.read_table(run / "grades.parquet", columns=["operator_id", "status"])
    known = parquet.read_table(run / "facts.parquet", columns=["operator_id", "records_in_two_years"])
    wanted = compute.not_equal(grades["status"], "not_current")
    if with_records:
        wanted = compute.and_(wanted, compute.greater(compute.fill_null(known["records_in_two_years"], 0), 0))
    ids = grades["operator_id"].filter(wanted).to_pylist()
    chosen = sorted(random.Random(SEED).sample(ids, min(count, len(ids))))
    rows = {name: _by_operator(run, name, chosen) for name in ("grades", "signals", "facts", "actions")}
    points = _by_operator(run, "facts_by_risk_point", chosen)
    return [_case(one, rows, points) for one in chosen]


def _by_operator(run: Path, name: str, chosen: list[str]) -> dict[str, list[dict[str, Any]]]:
    table: pa.Table = parquet.read_table(run / f"{name}.parquet", filters=[("operator_id", "in", chosen)])
    found: dict[str, list[dict[str, Any]]] = {one: [] for one in chosen}
    for row in table.to_pylist():
        found[row["operator_id"]].append(row)
    return found


def _case(one: str, rows: dict[str, dict[str, list[dict[str, Any]]]], points: dict[str, list[dict[str, Any]]]) -> Case:
    grade = rows["grades"][one][0]
    told = [((row["rule"], row["risk_point"]), row["status"], row["points"]) for row in rows["signals"][one]]
    answer = Answer(
        grade["status"],
        grade["grade"],
        grade["score"],
        grade["ceiling_rule"],
        next((row["tier"] for row in rows["actions"][one]), None),
        frozenset(rule for rule, status, _ in told if status == "fired"),
        frozenset((*rule, abs(of)) for rule, status, of in told if status == "fired"),
        frozenset(rule for rule, status, _ in told if status != "fired"),
    )
    facts = {name: _number(value) for name, value in rows["facts"][one][0].items() if name != "licensed_on"}
    facts["points"] = [
        {"code": row["risk_point"], **{name: _number(row[name]) for name in _OF_POINT}} for row in points[one]
    ]
    return Case({"operator_id": one}, [], answer, facts)


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def contenders(sample: Sequence[Case]) -> list[Asked]:
    """Name, a call for each case, and whether what the call gives is right."""
    found: list[Asked] = []
    try:
        import zen
    except ImportError:
        print(f"ZEN: {NO_ZEN}", file=sys.stderr)
    else:
        content = {"policy": json.loads(zen_graph.prepared_graph())}
        engine = zen.ZenEngine({"loader": {"type": "static", "content": content}})
        ways: dict[str, Any] = {TRACED: {"trace": True}, BY_KEY: {}}
        for name, options in ways.items():
            calls = [partial(engine.evaluate, "policy", case.facts, options) for case in sample]
            found.append((name, calls, lambda at, said: zen_graph.answer_of(said["result"]) == sample[at].answer))
    for name, ask in ((HOST, bare_rules.through_host()), (EXTENSION, bare_rules.through_extension())):
        ready = [bare_rules.facts(case) for case in sample]
        asked = [partial(ask, questions) for questions in ready]
        found.append((name, asked, lambda at, said: said == bare_rules.expected(sample[at])))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, help="folder with the tables of a run")
    parser.add_argument("--sample", type=int, default=1000, help="how many operators (default 1000)")
    parser.add_argument("--with-records", action="store_true", help="only operators with a violation that counts")
    parser.add_argument("--repeats", type=int, default=3, help="rounds (default 3)")
    given = parser.parse_args(arguments)
    sample = cases_of(given.run, given.sample, with_records=given.with_records)
    asked = contenders(sample)
    for name, calls, right in asked:
        for at, call in enumerate(calls):
            said = call()
            if not right(at, said):
                sys.exit(f"{name} disagrees on {sample[at].operator['operator_id']}:\n  {said}\n  {sample[at].answer}")
    taken: dict[str, list[float]] = {name: [] for name, *_ in asked}
    for turn in range(given.repeats):
        for name, calls, _ in asked[turn % len(asked) :] + asked[: turn % len(asked)]:
            begun = perf_counter()
            for call in calls:
                call()
            taken[name].append((perf_counter() - begun) / len(calls) * 1e6)
    print(json.dumps({"operators": len(sample), "us_each": {name: median(times) for name, times in taken.items()}}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
