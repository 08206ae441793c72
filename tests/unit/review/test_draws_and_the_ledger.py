"""What a draw's inspections found goes into the ledger; the example goes all the way. On both databases."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.facade.keeping import keep
from riskengine.ledger import extract, import_sources, open_ledger
from riskengine.records import read_source
from riskengine.reports.draw import proof_pages
from riskengine.runs import open_run
from riskengine.supervision.draw import CommitRequest, commit, enter_outcomes, parse_numbers, run_draw

ROOT = Path(__file__).parents[3]
FILES = ROOT / "examples" / "supervision"
NUMBERS = ("lottery_a=3,7,12,19,24,31,8", "index_b=324918")
OPERATORS = [
    {"operator_id": f"OP-{at:02d}", "name": f"示例{at}", "county": "魏都区", "licensed_on": "2015-01-01"}
    for at in range(12)
]


@pytest.fixture(scope="module")
def inspections(tmp_path_factory):
    """The inspections of a small draw, as the command writes them."""
    folder = tmp_path_factory.mktemp("small")
    run = open_run(Engine.load().grade(OPERATORS, [], as_of=date(2022, 12, 31)).write(folder / "runs").folder)
    days = {"since": date(2023, 1, 16), "until": date(2023, 3, 31), "day": date(2023, 1, 5)}
    files = {name: FILES / file for name, file in (("shares", "shares.yaml"), ("seeds", "seed-sources.yaml"))}
    request = CommitRequest(
        run=run, inspectors=FILES / "inspectors.csv", conflicts=None, previous=None, **files, **days
    )
    commitment = commit(request, folder / "draw")
    run_draw(commitment, parse_numbers(NUMBERS, commitment.sources), date(2023, 1, 11), proof_pages)
    rows = csv.DictReader(io.StringIO((folder / "draw/private/result.csv").read_text("utf-8-sig")))
    lines = [f"{row['operator_id']},2023-02-01,发现问题\n" for row in rows]
    (folder / "found.csv").write_text("operator_id,inspected_on,result\n" + "".join(lines), "utf-8")
    return enter_outcomes(folder / "draw", folder / "found.csv", "双随机抽查").file, len(lines)


def test_the_ledger_takes_them_once(ledger, inspections, entry, tmp_path):
    file, count = inspections
    engine = Engine.load()
    given = [keep(engine, OPERATORS, "operators"), keep(engine, file, "inspections")]
    first = import_sources(ledger, given, entry())
    assert [source.left_out for source in first.sources] == [0, 0]
    assert sum(source.new for source in first.sources) == len(OPERATORS) + count
    again = import_sources(ledger, [keep(engine, file, "inspections")], entry())
    assert (again.sources[0].new, again.sources[0].unchanged) == (0, count)
    (tmp_path / "held").mkdir()
    extract(ledger, tmp_path / "held", as_of=date(2023, 3, 31))
    held = read_source(tmp_path / "held" / "inspections.parquet", "inspections").records
    assert [(row["kind"], row["inspected_on"]) for row in held] == [("双随机抽查", date(2023, 2, 1))] * count


@pytest.mark.slow
def test_the_example_goes_from_a_run_to_the_audit_trail(url, tmp_path):
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "examples/supervise.py", tmp_path / "out", url]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["verified", "verified", "plan"]
    for told in (
        "refused: ",
        "decision served",
        "list of seriously untrustworthy operators",
        "rectification: 1 letters",
    ):
        assert told in done.stdout
    assert lines[-1].startswith("verified: ")
    for file in ("plan.xlsx", "feedback.xlsx", "draw/published/proof.zh.html", "draw/private/inspections.csv"):
        assert (tmp_path / "out" / file).stat().st_size > 100
    open_ledger(url).close()
