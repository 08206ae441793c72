"""What the terminal shows: quiet and verbose, progress, widths, colours, and how a command is stopped."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import click
import pytest
from rich.cells import cell_len
from rich.console import Console

from riskengine import Engine
from riskengine.cli.main import COMMANDS, cli
from riskengine.cli.progress import speed_words
from riskengine.cli.words import words
from riskengine.reports import Listing, terminal_summary

EXAMPLES = Path(__file__).parents[3] / "examples"
SNAPSHOTS = Path(__file__).parent / "snapshots"
PROGRAM = [sys.executable, "-c", "from riskengine.cli.main import main; main()"]
ESCAPE = "\x1b["
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d)(?:;\d+)*m")


def _grade(out, *more):
    return [
        "grade", str(EXAMPLES / "operators.csv"), "--violations", str(EXAMPLES / "violations.csv"),
        "--as-of", "2022-12-31", "--out", str(out), "--engine", "reference", *more,
    ]  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    batch = Engine.load().grade(
        EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=date(2022, 12, 31), engine="reference"
    )
    return batch.write(tmp_path_factory.mktemp("terminal"), previous=None)


def _commands(group, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from _commands(found, (*path, name))
        else:
            yield " ".join((*path, name)), found


# --- quiet and verbose ---


def test_every_command_takes_quiet_and_verbose():
    found = dict(_commands(cli))
    assert len(found) > len(COMMANDS)
    lacking = {
        name
        for name, command in found.items()
        if not {"--quiet", "--verbose"} <= {option for param in command.params for option in param.opts}
    }
    assert lacking == set()


def test_quiet_prints_the_result_alone(cli, tmp_path):
    done = cli(*_grade(tmp_path, "--quiet"))
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{tmp_path}/xuchang-transport_2022-12-31_0001\n"
    assert cli("policy", "lint", "uk-fhrs", "--quiet").out == ""
    assert cli("runs", "verify", tmp_path, "--quiet").out == ""


def test_verbose_tells_durations_and_rows_on_stderr(cli, tmp_path):
    done = cli(*_grade(tmp_path, "--verbose", "--lang", "en"))
    for part in ("loading policy and catalogue", "reading, validating, grading", "writing the run folder", "in all"):
        assert re.search(rf"^{part}: [0-9]+\.[0-9]{{3}} s$", done.err, re.MULTILINE)
    assert "operators: 300 rows" in done.err
    assert "in all" not in done.out
    assert cli("policy", "list", "-q", "-v").code == 2


def test_the_note_on_the_day_is_no_result_and_goes_with_quiet(cli, examples):
    assert "今天" in cli("validate", examples / "operators.csv", examples / "violations.csv").err
    assert cli("validate", examples / "operators.csv", examples / "violations.csv", "--quiet").err == ""


# --- widths, languages ---


def _printed(thing, width):
    console = Console(width=width, force_terminal=True, color_system=None, highlight=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(thing)
    return "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", capture.get()).splitlines()) + "\n"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [40, 80, 140])
def test_the_summary_fits_the_terminal_and_is_as_it_was(run, lang, width):
    """``RISKENGINE_SNAPSHOTS=write`` writes them anew, to be looked at."""
    shown = _printed(terminal_summary(run, lang), width)
    assert max(map(cell_len, shown.splitlines())) <= width
    file = SNAPSHOTS / f"summary_{lang}_{width}.txt"
    if os.environ.get("RISKENGINE_SNAPSHOTS") == "write":
        file.write_text(shown, "utf-8")
    assert shown == file.read_text("utf-8")


def test_chinese_columns_stand_under_each_other():
    rows = [("甲公司", "1"), ("a", "22"), ("长名称公司", "333")]
    shown = _printed(Listing(("名称", "数"), rows, right=frozenset({1})), 80).splitlines()
    assert {cell_len(line) for line in shown} == {15}


def test_a_narrow_terminal_gets_every_cell_as_a_line():
    texts = ["a long text of many words", "another one of many words"]
    shown = _printed(Listing(("name", "why", "more"), [("Firm", *texts)]), 30)
    assert shown.splitlines()[0] == "Firm"
    assert " ".join(shown.split()) == f"Firm why {texts[0]} more {texts[1]}"
    assert max(map(cell_len, shown.splitlines())) <= 30


def test_what_is_no_terminal_gets_whole_lines(cli, run, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    shown = cli("runs", "show", run.folder, "--lang", "en").out
    assert ESCAPE not in shown
    first = [line for line in shown.splitlines() if line.startswith("D ")][1]
    assert first.rstrip().endswith(")"), "the first reason stands on the line of its operator"


# --- a real terminal ---


def _in_terminal(arguments, *, out_too=False, stop=None, **settings):
    """Run with stderr (and stdout) on a terminal of 100 columns: code, stdout, what the terminal saw."""
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "CI"}}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "100", "RISKENGINE_LANG": "en", **settings}
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    process = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)], stdout=theirs if out_too else kept, stderr=theirs, env=environment
    )
    os.close(theirs)
    seen = b""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        ready, _, _ = select.select([ours], [], [], 1)
        if ready:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
            if stop and stop in seen.decode("utf-8", "replace"):
                process.send_signal(signal.SIGINT)
                stop = None
        elif process.poll() is not None:
            break
    os.close(ours)
    code = process.wait(60)
    kept.seek(0)
    out = kept.read()
    kept.close()
    return code, out.decode(), seen.decode("utf-8", "replace")


def test_on_a_terminal_progress_tells_rate_and_time_left_and_stdout_the_result(tmp_path):
    code, out, seen = _in_terminal(_grade(tmp_path))
    assert code == 0
    assert "reading, validating, grading" in seen
    assert re.search(r"[0-9,]+/295 operators", seen)
    assert re.search(r"[0-9.,]+/s [0-9]+:[0-9]{2} left", seen)
    assert ESCAPE not in out
    assert out.splitlines()[-1] == f"{tmp_path}/xuchang-transport_2022-12-31_0001"


@pytest.mark.parametrize(
    ("settings", "colours", "escapes"),
    [({}, True, True), ({"NO_COLOR": "1"}, False, True), ({"TERM": "dumb"}, False, False)],
)
def test_colours_are_those_that_the_terminal_wants(run, settings, colours, escapes):
    code, _, seen = _in_terminal(["runs", "show", str(run.folder)], out_too=True, **settings)
    assert code == 0
    assert bool(COLOUR.search(seen)) == colours
    assert (ESCAPE in seen) == escapes


def test_a_dumb_terminal_and_quiet_get_no_bar(tmp_path):
    assert _in_terminal(_grade(tmp_path), TERM="dumb")[2] == ""
    assert _in_terminal(_grade(tmp_path, "--quiet"))[2] == ""


def test_colour_can_be_forced_into_a_pipe(run):
    environment = {**os.environ, "FORCE_COLOR": "1"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(
        [*PROGRAM, "runs", "show", str(run.folder)], capture_output=True, text=True, env=environment, check=True
    )
    assert COLOUR.search(done.stdout)


def test_plain_lines_tell_long_work_where_stderr_is_no_terminal(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("riskengine.cli.progress.PLAIN_SECONDS", 0.0)
    done = cli(*_grade(tmp_path, "--lang", "zh"))
    assert ESCAPE not in done.err
    assert re.search(r"^读取、校验、评级：250/295个主体；每秒[0-9,.]+；还需[0-9]+:[0-9]{2}$", done.err, re.MULTILINE)
    monkeypatch.setattr("riskengine.cli.progress.PLAIN_SECONDS", 60.0)
    assert "个主体；" not in cli(*_grade(tmp_path, "--lang", "zh")).err


def test_rate_and_time_left():
    assert speed_words(words("en"), 1234.5, 100, 10_000) == ["1,234/s", "0:08 left"]
    assert speed_words(words("zh"), 2.5, 10, 10_000) == ["每秒2.5", "还需1:06:36"]
    assert speed_words(words("en"), 3, 5, None) == ["3.0/s"]
    assert speed_words(words("en"), None, 0, 10) == []


# --- how it is stopped ---


def test_a_reader_that_leaves_is_no_fault(run):
    pipe = subprocess.Popen(
        [*PROGRAM, "catalog", "items", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert pipe.stdout.readline()
    pipe.stdout.close()
    with pipe.stderr:
        assert (pipe.wait(60), pipe.stderr.read()) == (0, "")


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_ctrl_c_ends_with_130_a_line_and_no_half_run(tmp_path, engine):
    code, _, seen = _in_terminal([*_grade(tmp_path), "--engine", engine], stop="reading, validating")
    assert code == 130
    assert "interrupted" in seen
    assert "Traceback" not in seen
    assert [path.name for path in tmp_path.glob("xuchang*")] == []


def test_ctrl_c_while_waiting_for_input():
    process = subprocess.Popen(
        [*PROGRAM, "assess", "--lang", "zh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    process.stdin.write("no JSON\n")
    process.stdin.flush()
    assert "RE-618" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (130, "已中断")
