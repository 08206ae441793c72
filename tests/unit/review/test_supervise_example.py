"""``examples/supervise.py``: from a run to plan, draw, lists, letters, review, audit trail; both databases."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("docx", reason="python-docx is not installed")

ROOT = Path(__file__).parents[3]


def test_from_a_run_to_the_audit_trail(url, tmp_path):
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "examples/supervise.py", str(tmp_path / "out"), url]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    assert "refused: RE-922" in said.replace("2023-0001: ", "")
    assert "refused: RE-924" in said.replace("2023-0001: ", "")
    for word in ("proposed", "notice served", "statement heard", "checked in law", "decision served"):
        assert word in said
    for name in ("示例甲", "示例乙", "示例丙"):
        assert name in said
    assert "2026-03-10" in said, "the listing lasts three years"
    assert "rectification: 1 letters" in said
    assert said.splitlines()[-1].startswith("verified: 15 changes")
    assert "verified: the numbers draw this result" in said
    assert "visits due" in said
    assert len(list((tmp_path / "out" / "letters" / "rectification").glob("*.docx"))) == 1
    assert len(list((tmp_path / "out" / "letters" / "talk").glob("*.docx"))) > 10
