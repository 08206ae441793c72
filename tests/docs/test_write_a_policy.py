"""The page "Write your own policy in an hour" is carried out from the top to the bottom, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from riskengine.policy import shipped_policies

PAGE = (Path(__file__).parents[2] / "docs" / "write-a-policy.md").read_text("utf-8")
BIN = Path(sys.executable).parent


class Block(NamedTuple):
    kind: str
    about: str
    text: str


BLOCKS = [Block(*found) for found in re.findall(r"^```(\w+) ?([^\n]*)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]


def run(command, folder, environment):
    whole = f"set -euo pipefail\n{environment}{command}"
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    plain = {"PATH": path, "HOME": str(folder), "COLUMNS": "100", "LANG": "C.UTF-8", "NO_COLOR": "1"}
    return subprocess.run(["bash", "-c", whole], cwd=folder, env=plain, capture_output=True, text=True, check=False)


def as_shown(shown):
    """What is shown as a pattern: a line of dots stands for any lines."""
    lines = [".*" if line == "…" else re.escape(line.rstrip()) for line in shown.rstrip("\n").split("\n")]
    return "\n".join(lines).replace("\n.*\n", "\n(?:.*\n)?")


@pytest.fixture(scope="module")
def carried_out(tmp_path_factory):
    """Every command of the page with what it printed and the output that the page shows after it."""
    folder = tmp_path_factory.mktemp("guide")
    done, exports = [], ""
    for block in BLOCKS:
        if block.kind in {"yaml", "csv"}:
            file = folder / block.about
            file.parent.mkdir(exist_ok=True)
            with file.open("a", encoding="utf-8") as opened:
                opened.write(block.text)
        elif block.kind == "sh":
            failing = block.about == "exit 1"
            command = block.text
            if failing:
                command = re.sub(r"^(riskengine .*)$", r"\1 || test $? = 1", command, flags=re.MULTILINE)
            done.append((block.text, run(command, folder, exports), None))
            exports += "".join(f"{line}\n" for line in block.text.splitlines() if line.startswith("export "))
        else:
            done[-1] = (*done[-1][:2], block.text)
    return folder, done


def test_every_command_of_the_page_works(carried_out):
    for command, done, _ in carried_out[1]:
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr


def test_every_output_is_as_the_page_shows_it(carried_out):
    shown = [(command, done, text) for command, done, text in carried_out[1] if text is not None]
    assert len(shown) >= 8
    for command, done, text in shown:
        printed = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).rstrip("\n").split("\n"))
        assert re.fullmatch(as_shown(text), printed, re.DOTALL), (command, printed)


def test_the_page_ends_with_a_report_of_a_policy_that_is_not_shipped(carried_out):
    folder = carried_out[0]
    assert "pool-water" not in shipped_policies()
    assert (folder / "out" / "report.html").stat().st_size > 10_000
    assert (folder / "pool-water.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_every_block_of_the_page_is_used():
    assert {block.kind for block in BLOCKS} == {"yaml", "csv", "sh", "text"}
    assert all(block.about for block in BLOCKS if block.kind in {"yaml", "csv"})
    assert {block.about for block in BLOCKS if block.kind == "sh"} <= {"", "exit 1"}
    assert PAGE.count("```") == 2 * len(BLOCKS)
