"""Completion: what the shells are offered, and that the scripts are those of the three shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.catalog import load_shipped
from riskengine.cli.main import COMMANDS
from riskengine.policy import shipped_policies

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completion")
    batch = Engine.load().grade(
        EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=date(2022, 12, 31), engine="reference"
    )
    batch.write(folder, previous=None)
    return folder


@pytest.fixture
def offered(cli, monkeypatch):
    """What bash is offered for a line; the last word is the one being typed."""

    def ask(line):
        parts = line.split(" ")
        monkeypatch.setenv("COMP_WORDS", f"riskengine {line}")
        monkeypatch.setenv("COMP_CWORD", str(len(parts)))
        monkeypatch.setenv("_RISKENGINE_COMPLETE", "bash_complete")
        done = cli()
        assert (done.code, done.err) == (0, "")
        return done.out.split()

    return ask


def test_commands_and_options(offered):
    assert offered("") == [f"plain,{name}" for name in COMMANDS]
    assert offered("po") == ["plain,policy"]
    assert "plain,--as-of" in offered("report list.csv --")
    assert offered("nonsense x") == []


def test_policies_areas_and_codes(offered):
    assert offered("policy show ") == [f"plain,{name}" for name in sorted(shipped_policies())]
    assert offered("grade x.csv --policy uk") == ["plain,uk-fhrs"]
    assert offered("policy show ./my") == ["file,./my"]
    catalog = load_shipped()
    assert offered("catalog show hw-0") == [f"plain,{code}" for code in catalog.risk_points if code.startswith("HW-0")]
    assert offered("catalog show HW-01-") == [f"plain,{code}" for code in catalog.measures if code.startswith("HW-01-")]
    assert offered("catalog list --area ") == [f"plain,{code}" for code in catalog.areas]


def test_runs_and_their_operators(offered, runs):
    run = f"{runs}/xuchang-transport_2022-12-31_0001"
    assert offered(f"explain {runs}/xu") == [f"plain,{run}"]
    assert offered(f"explain {runs.parent}/") == [f"dir,{runs.parent}/"]
    ids = [line.split(",")[0] for line in (EXAMPLES / "operators.csv").read_text("utf-8-sig").splitlines()[1:]]
    begin = ids[0][:16]
    assert offered(f"explain {run} {begin}") == sorted(f"plain,{own}" for own in ids if own.startswith(begin))


def test_what_is_no_run_offers_nothing_and_says_nothing(offered, runs):
    assert offered(f"explain {runs} 9") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(cli, shell):
    done = cli("completion", shell)
    assert done.code == 0
    assert f"_RISKENGINE_COMPLETE={shell}_complete" in done.out
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=done.out, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not there")
def test_bash_completes(cli, tmp_path):
    script = tmp_path / "completion.bash"
    script.write_text(cli("completion", "bash").out, "utf-8")
    program = tmp_path / "riskengine"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from riskengine.cli.main import main; main()" "$@"\n')
    program.chmod(0o755)
    asked = (
        f". {script}; COMP_WORDS=(riskengine policy show uk); COMP_CWORD=3; _riskengine_completion riskengine; "
        'echo "$COMPREPLY"'
    )
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "uk-fhrs"
