"""``grade --log`` and ``--metrics``: what a run that nobody watches leaves for those who look after it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from riskengine.cli.main import cli

EXAMPLES = Path(__file__).parents[3] / "examples"
LINE = re.compile(r'(# TYPE [a-z_]+ gauge|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.]+)')


def _grade(tmp_path, operators):
    arguments = ["grade", str(operators), "--violations", str(EXAMPLES / "violations.csv"), "--as-of", "2022-12-31"]
    watching = ["--log", str(tmp_path / "log.jsonl"), "--metrics", str(tmp_path / "m.prom")]
    return CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path / "runs"), "--lang", "en", *watching])


def test_a_run_leaves_lines_and_figures(tmp_path):
    assert _grade(tmp_path, EXAMPLES / "operators.csv").exit_code == 0
    started, done = map(json.loads, (tmp_path / "log.jsonl").read_text("utf-8").splitlines())
    assert (started["event"], done["event"], done["run_id"]) == ("started", "done", "xuchang-transport_2022-12-31_0001")
    manifest = json.loads((tmp_path / "runs" / done["run_id"] / "manifest.json").read_text("utf-8"))
    assert done["content_hash"] == manifest["content_hash"]
    figures = (tmp_path / "m.prom").read_text("utf-8").splitlines()
    assert all(LINE.fullmatch(line) for line in figures)
    assert "riskengine_success 1" in figures
    assert f'riskengine_operators{{status="graded"}} {manifest["sources"]["operators"]["graded"]}' in figures
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_failure_is_told_too(tmp_path):
    assert _grade(tmp_path, tmp_path / "none.csv").exit_code == 2
    entries = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert [(entry["event"], entry.get("codes")) for entry in entries] == [("started", None), ("failed", ["RE-101"])]
    assert "riskengine_success 0" in (tmp_path / "m.prom").read_text("utf-8")


def test_lines_are_added(tmp_path):
    for _ in range(2):
        _grade(tmp_path, tmp_path / "none.csv")
    assert len((tmp_path / "log.jsonl").read_text("utf-8").splitlines()) == 4
