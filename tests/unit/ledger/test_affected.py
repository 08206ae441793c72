"""``ledger affected``: exactly those whose grade differs when all are graded again."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from riskengine import Engine, RunError
from riskengine.facade.affected import review
from riskengine.facade.keeping import from_ledger, keep
from riskengine.kernel.errors import UsageError
from riskengine.ledger import Decision, amend, import_sources, init_ledger, touched_since
from riskengine.runs import open_run

EXAMPLES = Path(__file__).parents[3] / "examples"
AS_OF = date(2022, 12, 31)


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def graded(ledger, url, engine, clock, tmp_path):
    """A function that grades the whole ledger into a run."""
    files = [EXAMPLES / "operators.csv", EXAMPLES / "violations.csv"]
    import_sources(ledger, [keep(engine, file) for file in files], clock.entry())

    def grading():
        made = from_ledger(url, tmp_path, as_of=AS_OF)
        batch = engine.grade(made.sources["operators"], made.sources["violations"], as_of=AS_OF)
        return batch.write(tmp_path / "runs", keep=made.inputs, previous=None)

    return grading


def _changed(old, new):
    rows = [{row["operator_id"]: row for row in run.rows("grades")} for run in (old, new)]
    names = ("status", "grade", "score")
    return sorted(
        operator for operator in rows[0].keys() | rows[1].keys()
        if [rows[0].get(operator, {}).get(n) for n in names] != [rows[1].get(operator, {}).get(n) for n in names]
    )  # fmt: skip


def test_those_affected_are_those_that_differ_when_all_are_graded(ledger, engine, clock, graded):
    run = graded()
    assert review(ledger, run).affected == []
    dice = random.Random(7)  # noqa: S311 - invented cases, the same in every run
    held = [row["record_id"] for row in run.rows("evidence") if row["source"] == "violations"]
    for violation in dice.sample(sorted(set(held)), 6):
        decision = Decision(violation, "revoked_by_body", AS_OF - timedelta(days=1), "示例撤〔2022〕1号", AS_OF)
        amend(ledger, decision, clock.entry())
    text = (EXAMPLES / "violations.csv").read_text("utf-8").splitlines()
    more = [row.replace("样例交罚", "增补交罚") for row in dice.sample(text[-300:], 5)]
    moved = [row.replace("91411000DEM002343E", "91411000DEM000014Y") for row in text if "0450号" in row]
    new = [dict(zip(text[0].split(","), row.split(","), strict=True)) for row in more + moved]
    import_sources(ledger, [keep(engine, new, "violations")], clock.entry())
    found = review(ledger, run)
    expected = _changed(run, graded())
    assert [each.operator_id for each in found.affected] == expected
    assert len(expected) > 3
    assert found.touched is not None
    assert len(expected) <= found.touched < 40


def test_a_record_that_moved_touches_both_operators(ledger, engine, clock, graded):
    graded()
    row = {"violation_id": "V1", "risk_point": "HW-01", "occurred_on": "2022-05-01", "decided_on": "2022-05-02"}
    for operator in ("91411000DEM000014Y", "91411000DEM000022R"):
        import_sources(ledger, [keep(engine, [{**row, "operator_id": operator}], "violations")], clock.entry())
    assert touched_since(ledger, 2) == {"91411000DEM000014Y", "91411000DEM000022R"}


def test_another_ledger_and_a_run_of_files_are_refused(ledger, engine, clock, graded, tmp_path):
    run = graded()
    other, _ = init_ledger(str(tmp_path / "other.db"))
    import_sources(other, [keep(engine, EXAMPLES / "operators.csv")], clock.entry())
    with pytest.raises(RunError, match="RE-872"):
        review(other, run)
    other.close()
    batch = engine.grade(EXAMPLES / "operators.csv", [], as_of=AS_OF)
    with pytest.raises(RunError, match="RE-871"):
        review(ledger, batch.write(tmp_path / "runs", previous=None))
    said = json.loads((run.folder / "inputs" / "ledger.json").read_text("utf-8"))
    assert said["change"] == 1
    with pytest.raises((RunError, UsageError)):
        open_run(tmp_path / "none")
