"""The programs in examples/ run and say what they should."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*command: str) -> str:
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_embedding_program_explains_a_grade_and_lists_every_problem_of_a_bad_operator():
    printed = _run(sys.executable, "examples/embed_library.py")
    assert printed.splitlines()[0].startswith("C  ")
    assert "propose_vehicle_certificate_revocation" in printed
    assert "RE-201" in printed
    assert "RE-206" in printed


def test_the_monthly_program_writes_a_run_a_month_and_says_who_moved(tmp_path):
    lines = _run(sys.executable, "examples/monthly_batch.py", str(tmp_path)).splitlines()
    assert [line.split(":")[0] for line in lines] == sorted(path.name for path in tmp_path.glob("xuchang*"))
    assert len(lines) == 6
    assert lines[0].endswith("no earlier run")
    assert all(line.endswith(" moved") for line in lines[1:])


def test_the_command_line_program_reports_and_verifies(tmp_path):
    printed = _run("sh", "examples/report_list.sh", str(tmp_path))
    assert "operators.csv: operators, 300 rows = 300 valid + 0 left out" in printed
    assert "unchanged" in printed
    assert (tmp_path / "report.html").is_file()


def test_the_register_is_rated_and_one_inspection_explained(tmp_path):
    printed = _run("sh", "examples/rate_register.sh", str(tmp_path))
    assert "Graded 15, Not evaluable 2, Not current 0, Left out 3" in printed
    assert "the grade is decided by the ceiling: Re-opened after a closure → C" in printed


@pytest.mark.slow
def test_months_out_of_a_ledger(tmp_path):
    pytest.importorskip("sqlalchemy", reason="the extra ledger is not installed")
    lines = _run(sys.executable, "examples/monthly_ledger.py", str(tmp_path)).splitlines()
    assert len(lines) == 37
    assert [line[:10] for line in lines[1:]][::35] == ["2020-01-31", "2022-12-31"]
    assert len({line.split()[-1] for line in lines[1:]}) > 2, "its grade moved"
