"""The README's commands and programs do what it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SHELL = [text.strip() for kind, text in BLOCKS if kind == "sh"]
PYTHON = [text for kind, text in BLOCKS if kind == "python"]


def test_the_first_two_sh_blocks_are_one_line_each():
    assert len(SHELL) >= 2
    assert all("\n" not in block for block in SHELL[:2])
    assert "riskengine report" in SHELL[0]
    assert "pytest" in SHELL[1]


def test_the_library_example_runs_and_prints_what_it_says(capsys):
    exec(compile(PYTHON[0], "README.md", "exec"), {})  # noqa: S102 - the README's own program
    printed = capsys.readouterr().out
    assert printed.splitlines()[0] == re.search(r"print\(result.grade.*# (.*)", PYTHON[0])[1]
    assert "violation" in printed.lower()


def test_every_command_that_the_readme_names_exists():
    from riskengine.cli.main import COMMANDS

    named = set(re.findall(r"(?:^|`|bin/)riskengine (\w+)", README, re.MULTILINE)) | {"report"}
    assert named <= set(COMMANDS)


def test_every_link_leads_to_a_file():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def _clone(tmp_path: Path) -> Path:
    clone = tmp_path / "clone"
    if (ROOT / ".git").exists():
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    else:
        shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".venv*", "out"))
    return clone


def _path_without_compiler(tmp_path: Path) -> str:
    """A PATH with what the commands need and no C compiler."""
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "python3").symlink_to(sys.executable)
    for name in ("bash", "sh", "env", "git", "uname"):
        found = shutil.which(name)
        if found:
            (tools / name).symlink_to(found)
    return str(tools)


@pytest.mark.slow
@pytest.mark.parametrize("compiler", [True, False], ids=["with a compiler", "without a compiler"])
def test_the_first_command_does_the_main_job_in_a_fresh_clone(tmp_path, compiler):
    if compiler and shutil.which("cc") is None:
        pytest.skip("no C compiler on this machine")
    clone = _clone(tmp_path)
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "VIRTUAL_ENV", "COV"))}
    env["PATH"] = os.environ["PATH"] if compiler else _path_without_compiler(tmp_path)
    done = subprocess.run(["bash", "-euc", SHELL[0]], cwd=clone, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (clone / "out" / "report.html").stat().st_size > 10_000
    assert (clone / "out" / "report.xlsx").stat().st_size > 10_000
    manifest = json.loads(next((clone / "out" / "runs").glob("*/manifest.json")).read_text("utf-8"))
    operators = manifest["sources"]["operators"]
    assert operators["rows"] == 300
    assert operators["rows"] == (
        operators["graded"]
        + operators["not_evaluable"]
        + operators["not_current"]
        + sum(operators["left_out"].values())
    )
    installed = (
        subprocess.run(
            [str(clone / ".venv/bin/python"), "-c", "import durable"], capture_output=True, check=False
        ).returncode
        == 0
    )
    assert installed is compiler


def test_ci_runs_the_second_command_word_for_word():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "inside = (block == 2)" in script
    picked = subprocess.run(
        ["bash", "-c", re.search(r"command=\$\((awk .*README\.md)\)", script)[1]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert picked == SHELL[1]
