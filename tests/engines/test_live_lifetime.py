"""The live engine in long-lived processes: threads, forks, asyncio, reloads, and a hundred thousand assessments."""

from __future__ import annotations

import asyncio
import csv
import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import tiny

from riskengine import Engine
from riskengine.engines.live import network

EXAMPLES = Path(__file__).parents[2] / "examples"
AS_OF = date(2022, 12, 31)
TABLES = ("grades", "signals", "evidence", "facts", "facts_by_risk_point", "actions", "measures")


@cache
def engine():
    return Engine.load()


@cache
def cases():
    """The example list as cases for ``assess``."""
    with (EXAMPLES / "operators.csv").open(encoding="utf-8-sig") as file:
        operators = [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(file)]
    held = {row["operator_id"]: [] for row in operators}
    with (EXAMPLES / "violations.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            held[row["operator_id"]].append({name: cell for name, cell in row.items() if cell})
    return [(row, held[row["operator_id"]]) for row in operators if "successor" not in row]


def answer(case):
    result = engine().assess(*case, as_of=AS_OF)
    assert result.engine == "live"
    return tuple(tuple(map(str, result.outcome.rows(name))) for name in TABLES)


@cache
def expected():
    found = []
    for operator, violations in cases():
        outcome = engine().assess(operator, violations, as_of=AS_OF, engine="reference").outcome
        found.append(tuple(tuple(map(str, outcome.rows(name))) for name in TABLES))
    return found


def test_one_after_another_the_example_list_equals_the_reference():
    assert list(map(answer, cases())) == expected()


def test_eight_threads_get_the_right_answers():
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            assert list(pool.map(answer, cases())) == expected()


def test_coroutines_call_it_directly_or_in_a_thread():
    async def both():
        direct = [answer(case) for case in cases()[:50]]
        return direct, await asyncio.gather(*(asyncio.to_thread(answer, case) for case in cases()[:50]))

    assert asyncio.run(both()) == (expected()[:50], expected()[:50])


def _in_child(found):
    found.put([answer(case) for case in cases()[:40]])


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_answers_while_its_parent_goes_on():
    """Forked in the middle of things: other threads of the parent are asking while the children begin."""
    assert answer(cases()[0]) == expected()[0]
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            for case in cases()[:20]:
                answer(case)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    context = multiprocessing.get_context("fork")
    try:
        for _ in range(12):
            found = context.Queue()
            child = context.Process(target=_in_child, args=(found,), daemon=True)
            child.start()
            try:
                assert found.get(timeout=60) == expected()[:40]
                child.join(60)
                assert child.exitcode == 0
            finally:
                child.kill()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert [answer(case) for case in cases()[:40]] == expected()[:40]


def test_a_reload_is_atomic_calls_under_way_keep_the_engine_they_took():
    """One name is swapped between two policies while eight threads ask: every answer is wholly of one of them."""
    operator, violations = {"operator_id": "A"}, [tiny.violation(at) for at in range(3)]
    policies = {
        points: Engine.load(
            tiny.policy(
                policy=f"reload-{points}",
                facts={"n": {"count": "violations", "title": tiny.BOTH}},
                signals=[tiny.rule("some", "n > 0", deduct=str(points))],
            )
        )
        for points in (15, 30)
    }
    current = {"engine": policies[15]}
    stop = threading.Event()

    def swap():
        while not stop.is_set():
            for held in policies.values():
                current["engine"] = held

    swapping = threading.Thread(target=swap)
    swapping.start()

    def ask(_):
        taken = current["engine"]
        result = taken.assess(operator, violations, as_of=AS_OF)
        return taken.plan.policy, str(result.score.normalize()), result.grade, result.context.plan.policy

    both = {("reload-15", "85", "A", "reload-15"), ("reload-30", "7E+1", "B", "reload-30")}
    answers: set[tuple[str, ...]] = set()
    try:
        with ThreadPoolExecutor(8) as pool:
            for _ in range(100):  # how threads are woken is the machine's business: until both were asked
                answers |= set(pool.map(ask, range(600)))
                if answers >= both:
                    break
    finally:
        stop.set()
        swapping.join()
    assert answers == both


MEMORY = """
import resource, sys
from datetime import date
from test_live_lifetime import AS_OF, answer, cases, engine
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
rounds = int(sys.argv[1])
for at in range(5000):
    answer(cases()[at % len(cases())])
before = resident()
for at in range(rounds):
    operator, violations = cases()[at % len(cases())]
    # Ids that never come again: what is remembered of cells must not grow for ever.
    operator = {**operator, "name": f"{at}"}
    violations = [{**row, "violation_id": f"{row['violation_id']}-{at}"} for row in violations]
    result = engine().assess(operator, violations, as_of=AS_OF)
    result.grade, result.signals
print(resident() - before)
"""


@pytest.mark.slow
def test_memory_stays_flat_over_a_hundred_thousand_assessments():
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, os.environ.get("RISKENGINE_ASSESSMENTS", "100000")],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 16 * 2**20, f"{int(done.stdout) / 2**20:.1f} MiB more"


LOADING = """
from test_live_lifetime import Engine, network, cases, AS_OF
Engine.load().assess(*cases()[0], as_of=AS_OF)
before = network.ruleset_count()
for _ in range(1000):
    Engine.load().assess(*cases()[0], as_of=AS_OF)
print(network.ruleset_count() - before)
"""


@pytest.mark.slow
def test_loading_one_policy_a_thousand_times_adds_no_ruleset():
    done = subprocess.run(
        [sys.executable, "-c", LOADING], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0"


def test_rulesets_are_counted():
    answer(cases()[0])
    assert network.ruleset_count() >= 5
