"""Several processes at one folder of runs: one writes, the others wait, are told, or are refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from riskengine.kernel.errors import UsageError
from riskengine.runs import Waiting, runs_in, verify
from riskengine.runs.locking import LOCK, holder_of, sole_writer

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = (sys.executable, "-c", "from riskengine.cli.main import main; main()")
HOLD = """
import sys, time
from pathlib import Path
from riskengine.runs.locking import sole_writer
with sole_writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
WRITE_THREE = """
import sys
from datetime import date
from pathlib import Path
from riskengine import Engine
batch = Engine.load().grade(sys.argv[1], [], as_of=date(2022, 12, 31))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(3):
    batch.write(Path(sys.argv[2]))
"""


@pytest.fixture
def held(tmp_path):
    """A folder of runs into which another process writes; the process."""
    runs = tmp_path / "runs"
    runs.mkdir()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(runs)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        yield runs, other
        other.kill()


@pytest.fixture
def files(tmp_path):
    operators, violations = tmp_path / "operators.csv", tmp_path / "violations.csv"
    operators.write_text("operator_id,name,fleet_size,licensed_on\n91411000MA40000A18,示例,10,2015-01-01\n", "utf-8")
    violations.write_text("violation_id,operator_id,risk_point,occurred_on\n", "utf-8")
    return operators


def _grade(operators: Path, runs: Path, *more: str) -> list[str]:
    sources = ["grade", str(operators), "--violations", "none"]
    return [*COMMAND, *sources, "--as-of", "2022-12-31", "--out", str(runs), *more]


def test_who_writes_and_since_when_can_be_seen(held):
    runs, other = held
    holder = holder_of(runs)
    assert holder.pid == other.pid
    assert holder.host == os.uname().nodename
    assert abs(holder.since - time.time()) < 600
    assert (runs / LOCK).stat().st_mtime == holder.since


def test_one_that_would_not_wait_is_refused_with_the_holder_named(held):
    runs, other = held
    for seconds in (0, 0.2):
        with pytest.raises(UsageError) as refused, sole_writer(runs, Waiting(seconds)):
            pytest.fail("two writers at once")
        (problem,) = refused.value.problems
        assert problem.code == "RE-624"
        assert str(other.pid) in problem.message("en")
        assert str(other.pid) in problem.message("zh")


def test_a_holder_that_was_killed_holds_no_more(held):
    runs, other = held
    other.send_signal(signal.SIGKILL)
    other.wait()
    with sole_writer(runs, Waiting(5)):
        assert holder_of(runs).pid == os.getpid()
    assert holder_of(runs).pid is None


def test_threads_of_one_process_exclude_each_other_too(tmp_path):
    with (
        sole_writer(tmp_path),
        pytest.raises(UsageError, match="RE-624"),
        sole_writer(tmp_path, Waiting(0)),
    ):
        pytest.fail("two writers at once")


def test_a_lock_file_that_holds_nonsense_stops_nobody(tmp_path):
    for content in ("", "{", "[1]", '{"pid": "x", "host": 1}', "\xff"):
        (tmp_path / LOCK).write_bytes(content.encode("latin-1"))
        with sole_writer(tmp_path, Waiting(0)):
            assert holder_of(tmp_path).pid == os.getpid()


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "正在写入该目录"), ("en", "has been writing into the folder since")]
)
def test_a_second_run_says_who_writes_waits_and_is_then_written(held, files, lang, words):
    runs, other = held
    with subprocess.Popen(
        _grade(files, runs, "--json", "--lang", lang), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as second:
        said = second.stderr.readline()
        while said and words not in said:  # warnings of the policy may come first
            said = second.stderr.readline()
        assert str(other.pid) in said
        assert [path.name for path in runs.iterdir()] == [LOCK], "it waits before it writes anything"
        time.sleep(0.5)
        other.kill()
        out, more = second.communicate(timeout=60)
    assert second.returncode == 0, more
    assert words not in more, "it is said once"
    assert verify(runs) == ([json.loads(out)["run_id"]], [])


def test_wait_0_is_exit_2_and_leaves_nothing(held, files):
    runs, other = held
    refused = _grade(files, runs, "--wait", "0", "--lang", "en")
    done = subprocess.run(refused, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"RE-624 another process (pid {other.pid}" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in runs.iterdir()] == [LOCK]


def test_four_writers_at_once_keep_the_counter_and_the_chain(files, tmp_path):
    runs = tmp_path / "runs"
    writer = [sys.executable, "-c", WRITE_THREE, str(files), str(runs)]
    writers = [subprocess.Popen(writer, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(4)]
    for process in writers:
        assert process.stdout.readline() == b"ready\n"
    for process in writers:
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in writers:
        process.communicate(timeout=120)
    assert [process.returncode for process in writers] == [0] * 4
    found = runs_in(runs)
    assert [run.manifest["counter"] for run in found] == list(range(1, 13))
    assert [run.manifest["previous_run"]["run_id"] for run in found[1:]] == [run.run_id for run in found[:-1]]
    assert len({run.manifest["content_hash"] for run in found}) == 1
    assert verify(runs)[1] == []
