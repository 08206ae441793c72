"""The wheel, installed in an empty environment outside the checkout, grades."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_installs_alone_and_grades(tmp_path):
    source = tmp_path / "source"
    _run("git", "clone", "-q", ROOT, source, cwd=tmp_path)
    _run(sys.executable, "-m", "build", "--wheel", "-o", tmp_path / "dist", source, cwd=tmp_path)
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    _run(python, "-m", "pip", "install", "-q", next((tmp_path / "dist").glob("*.whl")), cwd=tmp_path)
    printed = _run(
        tmp_path / "env" / "bin" / "riskengine",
        "grade",
        ROOT / "examples" / "operators.csv",
        "--violations",
        ROOT / "examples" / "violations.csv",
        "--as-of",
        "2022-12-31",
        "--out",
        tmp_path / "runs",
        "--json",
        cwd=tmp_path,
    )
    assert json.loads(printed)["sources"]["operators"]["rows"] == 300
    command = tmp_path / "env" / "bin" / "riskengine"
    assert "100 %" in _run(command, "policy", "test", "uk-fhrs", "--coverage", "100", "--lang", "en", cwd=tmp_path)
    assert "<!DOCTYPE html>" in _run(command, "policy", "show", "uk-fhrs", "--format", "html", cwd=tmp_path)
    where = _run(python, "-c", "import riskengine; print(riskengine.__file__)", cwd=tmp_path)
    assert str(tmp_path) in where
    missing = "import importlib.util as u; print([n for n in ('pandas','duckdb','durable') if u.find_spec(n)])"
    assert _run(python, "-c", missing, cwd=tmp_path).strip() == "[]"
