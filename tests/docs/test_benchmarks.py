"""The benchmark runs, names every contender, and measures nothing whose answers it has not found equal."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN = ("assess, grade and score read", "assess, every table read", "assess, engine reference")
ZEN = ("ZEN prepared, by key", "ZEN prepared, decision object", "ZEN whole, by key", "ZEN whole, decision object")
BARE = ("durable-rules bare, Host", "durable-rules bare, C extension")
PARTS = ("reading the records", "facts", "rules", "verdict and row of grades", "durable-rules alone")


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "benchmarks"), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=False
    )


def _printed(*command: str) -> str:
    done = _run(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_program_names_each_contender_and_says_that_equal_answers_were_checked():
    printed = _printed("benchmarks/live.py", "--repeats", "3")
    lines = printed.splitlines()
    assert lines[1] == "20 operators with 10 violations each, 60 timings of each line"
    installed = importlib.util.find_spec("zen") is not None
    for name in (*OWN, *BARE, *(ZEN if installed else ())):
        assert f"  {name}: 20 cases" in lines
    for name in (*OWN, *ZEN, *BARE, *PARTS):
        assert [line for line in lines if line.startswith(f"{name} ")], name
    for name in ("python", "durable_rules", "zen-engine", "cpus"):
        assert f"{name} " in lines[0]


def test_the_same_as_json():
    report = json.loads(_printed("benchmarks/live.py", "--repeats", "1", "--json"))
    assert [line["name"] for line in report["contenders"]] == [*OWN, *ZEN, *BARE]
    assert report["contenders"][0]["ratio"] == 1
    measured = [line for line in report["contenders"] if line["median_us"] is not None]
    assert all(line["median_us"] > 0 for line in (*measured, *report["parts"][:4]))
    assert len(report["equal_answers_checked"]) == len(measured)


def test_without_zen_its_lines_say_how_to_install_it_and_the_rest_goes_on():
    program = "import sys; sys.modules['zen'] = None; import live; sys.exit(live.main(['--repeats', '1']))"
    lines = _printed("-c", program).splitlines()
    for name in ZEN:
        assert f"{name:<34}not installed: pip install zen-engine" in lines
    assert [line.split(":")[0].strip() for line in lines[4:9]] == [*OWN, *BARE]


OTHER_LIMIT = "import bare_rules; bare_rules.RULES['points']['repeat_violations'] = {'$gte': {'repeats': 99}}"
OTHER_SCORE = "import cases; was = cases.answer_of; cases.answer_of = lambda a: dataclasses.replace(was(a), score=1)"


@pytest.mark.parametrize(("changed", "name"), [(OTHER_LIMIT, BARE[0]), (OTHER_SCORE, OWN[0])])
def test_a_contender_that_answers_otherwise_stops_the_program(changed, name):
    done = _run("-c", f"import dataclasses, sys; {changed}; import live; sys.exit(live.main(['--repeats', '1']))")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} disagrees on 91411000DEM")
    assert not done.stdout


def test_a_zen_graph_with_another_limit_stops_the_program():
    changed = "zen_graph.prepared_graph = lambda real=zen_graph.prepared_graph: real().replace('>= 80', '>= 85')"
    done = _run("-c", f"import sys, zen_graph; {changed}; import live; sys.exit(live.main(['--repeats', '1']))")
    assert done.returncode == 1
    assert done.stderr.startswith("ZEN prepared, by key disagrees on")
