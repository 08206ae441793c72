"""The report of the example year with runs of its operators, made once; its oracle."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

from riskengine import Engine
from riskengine.cli.main import cli
from riskengine.supervision.cases.checklist import read_checklist
from riskengine.supervision.cases.files import read_cases
from riskengine.supervision.review.working_days import shipped_calendar

ROOT = Path(__file__).parents[3]
RECORD = ROOT / "examples" / "record-2022"
sys.path.append(str(ROOT / "tests" / "unit" / "cases"))  # the second checker of case files is there

from case_oracle import Oracle as CaseOracle  # noqa: E402 - its folder has just been named
from year_oracle import LAST, Oracle  # noqa: E402 - an import stands with the other


def run(*arguments, expected=0):
    """Call ``supervise year``: the result of click."""
    done = CliRunner().invoke(cli, ["supervise", "year", *map(str, arguments)], standalone_mode=False)
    code = done.return_value if done.exit_code == 0 else done.exit_code
    assert (code or 0) == expected, done.output
    return done


@pytest.fixture(scope="session")
def call():
    return run


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Two runs of the operators of the record: in the middle and at the end of the year."""
    folder = tmp_path_factory.mktemp("runs")
    for day in (date(2022, 6, 30), date(2022, 12, 31)):
        files = (RECORD / "operators.csv", RECORD / "violations.csv")
        Engine.load().grade(*files, as_of=day, engine="reference").write(folder)
    return folder


@pytest.fixture(scope="session")
def made(tmp_path_factory, runs):
    """The folder of the report in Chinese."""
    out = tmp_path_factory.mktemp("year")
    run(2022, "--record", RECORD, "--runs", runs, "--out", out, "--body", "示例市交通运输局")
    return out


@pytest.fixture(scope="session")
def figures(made):
    """Id → the figure in ``figures.json``."""
    content = json.loads((made / "figures.json").read_text("utf-8"))
    return {figure["id"]: figure for section in content["sections"] for figure in section["figures"]}


def case_states(folder):
    """How each case stands, by the checker that the tests of case files have."""
    checklist, calendar = read_checklist(None), shipped_calendar()
    for case in read_cases(folder, checklist, LAST):
        oracle = CaseOracle(case, checklist, calendar, LAST)
        kinds = {kind for _, kind in oracle.found()}
        if kinds - {"unjudged", "no_calendar"}:
            yield "defects"
        elif kinds:
            yield "unjudged"
        else:
            ahead = any(each.demands and each.steps and not oracle.is_there(each) for each in oracle.asked)
            yield "open" if ahead else "in_order"


@pytest.fixture(scope="session")
def oracle(runs):
    tables = []
    for name in sorted(runs.glob("*_0*"), reverse=True):
        rows = pq.read_table(name / "grades.parquet").to_pylist()
        tables.append({row["operator_id"]: (row["grade"], row["status"]) for row in rows})
    years = yaml.safe_load((ROOT / "riskengine/supervision/review/working_days.yaml").read_text("utf-8"))
    holidays = {kind: {day for year in years.values() for day in year[kind]} for kind in ("holidays", "workdays")}
    policy = yaml.safe_load((ROOT / "policies/xuchang-transport/policy.yaml").read_text("utf-8"))
    ranking = [row["grade"] for row in policy["grades"]["table"]]
    return Oracle(RECORD, ROOT, holidays, tables, ranking, case_states)
