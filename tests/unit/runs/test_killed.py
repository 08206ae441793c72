"""A run that is killed at any moment leaves nothing that looks like a run; the next one clears up and is whole."""

from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from riskengine.runs import LOG, MANIFEST, run_folders, runs_in, verify
from riskengine.runs.locking import LOCK

EXAMPLES = Path(__file__).parents[3] / "examples"
COMMAND = (sys.executable, "-c", "from riskengine.cli.main import main; main()")
COPIES, KILLS = 8, 20


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Some thousands of operators and their violations: eight times the examples, under new ids."""
    folder = tmp_path_factory.mktemp("files")
    for name, ids in (("operators", ("operator_id",)), ("violations", ("operator_id", "violation_id"))):
        with (EXAMPLES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as source:
            rows = list(csv.DictReader(source))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, rows[0])
            writer.writeheader()
            for copy in range(COPIES):
                changed = {"inspection_id": "", "successor": ""}
                writer.writerows(
                    {**row, **{key: "" for key in changed if key in row}, **{key: f"{copy}-{row[key]}" for key in ids}}
                    for row in rows
                )
    return folder


def _start(files: Path, runs: Path) -> subprocess.Popen[bytes]:
    arguments = ["grade", files / "operators.csv", "--violations", files / "violations.csv", "--as-of", "2022-12-31"]
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments), "--out", str(runs), "--engine", "duckdb"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _kill(process: subprocess.Popen[bytes]) -> bool:
    """Kill the process and its children; whether it was still at work."""
    working = process.poll() is None
    if working:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return working


def _left(runs: Path) -> list[str]:
    """What an interrupted run left behind."""
    return [path.name for path in runs.iterdir() if path.name.startswith(".") and path.name != LOCK]


def _require_whole(runs: Path) -> None:
    """Whatever has a name without a dot is a run, and all of them verify."""
    seen = [path for path in runs.iterdir() if not path.name.startswith(".")]
    assert sorted(seen) == run_folders(runs)
    assert all((path / name).is_file() for path in seen for name in (MANIFEST, LOG, "grades.parquet"))
    if seen:
        assert verify(runs) == (sorted(path.name for path in seen), [])


def _require_next_run_is_whole(files: Path, runs: Path) -> None:
    """A run after a kill: it is made, it removes what was left, its counter follows."""
    before = len(run_folders(runs))
    assert _start(files, runs).wait(timeout=300) == 0
    assert len(run_folders(runs)) == before + 1
    assert _left(runs) == []
    _require_whole(runs)


def _seconds(files: Path, runs: Path) -> float:
    """How long a run takes that nobody kills."""
    began = time.monotonic()
    _require_next_run_is_whole(files, runs)
    return time.monotonic() - began


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_no_half_run(files, tmp_path):
    runs = tmp_path / "runs"
    dice = random.Random(20221231)  # noqa: S311 - when to kill, the same moments each time
    runs.mkdir()
    lasts = min(_seconds(files, runs) for _ in range(2))
    killed = 0
    for number in range(KILLS):
        process = _start(files, runs)
        time.sleep(lasts * (number + dice.random()) / KILLS)
        working = _kill(process)
        killed += working
        lasts *= 1 if working else 0.8  # the machine has become quicker: so are the moments that matter
        _require_whole(runs)
        if number % 7 == 6:
            _require_next_run_is_whole(files, runs)
    assert killed >= KILLS // 2, "the moments lay within the run's time"
    _require_next_run_is_whole(files, runs)
    assert [run.manifest["counter"] for run in runs_in(runs)] == list(range(1, len(run_folders(runs)) + 1))


@pytest.mark.slow
def test_a_kill_while_the_folder_is_written_leaves_no_half_run(files, tmp_path):
    """The moments of the test above that matter most, met on purpose: from the first file to the rename."""
    runs = tmp_path / "runs"
    dice = random.Random(1)  # noqa: S311 - as above
    runs.mkdir()
    _require_next_run_is_whole(files, runs)
    halves = 0
    for _ in range(8):
        process = _start(files, runs)
        while process.poll() is None and not _left(runs):
            time.sleep(0.001)
        time.sleep(dice.random() * 0.2)
        _kill(process)
        halves += bool(_left(runs))
        _require_whole(runs)
    assert halves, "some were killed half-way"
    _require_next_run_is_whole(files, runs)
