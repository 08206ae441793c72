"""The page about somebody else's register: its commands and its program do what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from riskengine import Engine
from riskengine.runs import open_run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "registers.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def shell(command, **extra):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "RISKENGINE_LANG": "en", **extra}
    return subprocess.run(["sh", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_commands_of_the_page_rate_the_register(tmp_path):
    commands = [text.replace("out/register", str(tmp_path)) for kind, text in BLOCKS if kind == "sh"]
    report, explain = (shell(command) for command in commands)
    assert report.returncode == 0, report.stderr
    assert sorted(re.findall(r"\bRE-\d{3}\b", report.stderr)) == ["RE-205", "RE-220", "RE-241"]
    assert "grade at most C (it lowered the grade)" in explain.stdout
    (folder,) = (tmp_path / "runs").glob("nyc-letter-grades_*")
    grades = open_run(folder).rows("grades")
    assert Counter(row["grade"] for row in grades) == {"A": 6, "B": 3, "C": 4, "N": 2, None: 2}
    mended = (folder / "mend" / "operators.csv").read_text("utf-8-sig").splitlines()
    assert mended[0].startswith('"camis","inspection_date","inspection_type","score","grade",')
    assert len(mended) == 4


def test_the_program_of_the_page_prints_what_stands_below_it(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    (program,) = [text for kind, text in BLOCKS if kind == "python"]
    exec(compile(program, "registers.md", "exec"), {})  # noqa: S102 - the page's own program
    assert capsys.readouterr().out == next(text for kind, text in BLOCKS if kind == "text")


def test_every_engine_rates_the_register_alike():
    engine = Engine.load("nyc-letter-grades")
    mapping = {"operator_id": "camis+inspection_date+inspection_type", "points": "score"}
    path, day = ROOT / "examples" / "register" / "inspections.csv", date(2025, 12, 31)
    hashes = {
        name: engine.grade(path, as_of=day, engine=name, mapping=mapping).content_hash
        for name in ("reference", "live", "duckdb")
    }
    assert len({*map(str, hashes.values())}) == 1
