"""``explain`` of every kind of operator, from the run folder alone, whatever has become of the package's own files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.cli.main import main
from riskengine.kernel.errors import RunError
from riskengine.results import Context, explain, explanation_text, masked, view_of
from riskengine.runs import open_run

AS_OF = date(2022, 12, 31)
SINCE = date(2015, 1, 1)
PERSON, OTHER = "11010519491231002X", "11010519500101002X"  # another person; masked, the two are alike
OPERATORS = [
    {"operator_id": "GOOD", "fleet_size": 10, "licensed_on": SINCE},
    {"operator_id": "LIMITED", "fleet_size": 10, "licensed_on": SINCE},
    {"operator_id": "UNKNOWN", "licensed_on": SINCE},
    {"operator_id": "GONE", "licensed_on": SINCE, "closed_on": date(2020, 1, 1)},
    {"operator_id": "YOUNG", "fleet_size": 1, "licensed_on": date(2022, 11, 1)},
    {"operator_id": "TORN", "fleet_size": 10, "licensed_on": SINCE},
    {"operator_id": PERSON, "name": "某某某", "fleet_size": 1, "licensed_on": SINCE},
    {"operator_id": OTHER, "name": "某某", "fleet_size": 1, "licensed_on": SINCE},
]


def _violation(number: int, operator_id: str, **cells: str) -> dict[str, str]:
    return {
        "violation_id": f"V{number}",
        "operator_id": operator_id,
        "risk_point": "HW-01",
        "occurred_on": "2022-06-15",
        "decided_on": "2022-07-01",
        "penalty": "1000",
        "penalty_kind": "fine",
        "severity": "general",
        "vehicle": f"豫K{number:05d}",
        **cells,
    }


VIOLATIONS = [
    _violation(1, "LIMITED"),
    _violation(2, "LIMITED"),
    _violation(3, "UNKNOWN"),
    _violation(4, "TORN", occurred_on="2022-13-45"),
    _violation(5, " torn", severity="sever"),
    _violation(6, "TORN"),
    _violation(6, "TORN"),
    _violation(7, PERSON, occurred_on="2022-13-45", driver="410101198001010018"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run with an operator of each kind."""
    return Engine.load().grade(OPERATORS, VIOLATIONS, as_of=AS_OF).write(tmp_path_factory.mktemp("runs"))


def _explained(run, operator_id):
    opened = open_run(run.folder)
    context = Context(opened.plan, opened.policy.policy, opened.catalog, opened.as_of)
    return explain(masked(view_of(opened, operator_id)), context)


@pytest.mark.parametrize("operator", [row["operator_id"] for row in OPERATORS])
def test_every_rule_is_accounted_for_once_with_its_reason(run, operator):
    explanation = _explained(run, operator)
    told = [*explanation.fired, *explanation.unknown, *explanation.quiet]
    if explanation.status == "not_current":
        assert told == []
        return
    keys = [(rule.rule, rule.risk_point) for rule in told]
    assert len(set(keys)) == len(keys)
    assert {rule.rule for rule in told} == {step.rule for step in open_run(run.folder).plan.rules}
    assert all(rule.reasons for rule in explanation.quiet)
    assert all(rule.missing for rule in explanation.unknown)
    assert all(rule.evidence or not rule.points for rule in explanation.fired)


SAID = {
    "GOOD": ("没有计入的违法记录", "no violation counts"),
    "LIMITED": ("等级由此降低", "it lowered the grade"),
    "UNKNOWN": ("缺少：车辆数（因此不能评级）", "missing: licensed vehicles (so there is no grade)"),
    "GONE": ("不在册（不评级）", "closed before the as-of date, or licensed after it"),
    "YOUNG": ("新许可且无记录", "Newly licensed and without records"),
    "TORN": ("2 条记录未采用", "2 records were left out"),
}


@pytest.mark.parametrize("operator", SAID)
def test_what_matters_about_each_kind_is_said_in_both_languages(run, operator):
    explanation = _explained(run, operator)
    for lang, words in zip(("zh", "en"), SAID[operator], strict=True):
        text = explanation_text(explanation, lang)
        assert words in text
        assert "None" not in text
    assert not re.search(r"[\u4e00-\u9fff]", explanation_text(_explained(run, "GOOD"), "en"))


def test_a_rule_that_did_not_fire_says_which_comparison_failed_with_its_values(run):
    text = explanation_text(_explained(run, "LIMITED"), "en")
    failed = "Violations of the risk point in 12 months (2) ≥ Count from which repetition is deducted (3) does not hold"
    assert failed in text


def test_the_records_that_were_left_out_are_named_with_place_and_reason(run):
    explanation = _explained(run, "TORN")
    assert explanation.quarantined == 2
    assert [(item.source, item.row, item.column, item.code) for item in explanation.left_out] == [
        ("violations", 4, "occurred_on", "RE-211"),
        ("violations", 5, "severity", "RE-213"),
    ]
    assert "violations, row 4, occurred_on: RE-211" in explanation_text(explanation, "en")
    assert "violations，第4行，occurred_on：RE-211" in explanation_text(explanation, "zh")
    assert explanation.to_dict()["left_out"][0]["row"] == 4
    assert _explained(run, "GOOD").left_out == ()


def test_another_persons_records_are_not_shown_though_the_masked_ids_are_alike(run, tmp_path):
    assert [item.row for item in _explained(run, PERSON).left_out] == [8]
    assert _explained(run, OTHER).left_out == ()
    both = [*VIOLATIONS, _violation(9, OTHER, occurred_on="2022-13-45")]
    unclear = Engine.load().grade(OPERATORS, both, as_of=AS_OF).write(tmp_path)
    assert _explained(unclear, PERSON).quarantined == 1
    assert _explained(unclear, PERSON).left_out == ()
    for operator in (PERSON, OTHER, "TORN"):
        explanation = _explained(unclear, operator)
        shown = explanation_text(explanation, "zh") + json.dumps(explanation.to_dict())
        assert PERSON not in shown
        assert OTHER not in shown
        assert "410101198001010018" not in shown


CHANGED = """
import sys
from importlib import resources
from pathlib import Path
import riskengine.catalog.load as load
import riskengine.policy.load as policies

def refuse(*arguments, **options):
    raise AssertionError("the shipped files were read")

load._folder = load.load_shipped = refuse
for name in ("risk_catalog", "measures", "policies"):
    sys.modules["riskengine." + name] = None
from riskengine.cli.main import main
main(sys.argv[1:])
"""


def test_the_shipped_policies_and_catalogue_are_not_read(run):
    for operator in ("LIMITED", "UNKNOWN", "TORN"):
        for lang in ("zh", "en"):
            arguments = ["explain", str(run.folder), operator, "--lang", lang]
            done = subprocess.run(
                [sys.executable, "-c", CHANGED, *arguments], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            assert done.stdout.rstrip("\n") == explanation_text(_explained(run, operator), lang)


def test_an_explanation_rests_on_the_policy_and_the_laws_of_the_run_as_they_were(run, tmp_path):
    for name in ("inputs/policy.yaml", "inputs/risk_catalog/laws.yaml", "inputs/measures/HW.yaml"):
        copy = Path(shutil.copytree(run.folder, tmp_path / name.replace("/", "_") / run.run_id))
        assert (copy / name).is_file()
        (copy / name).write_bytes((copy / name).read_bytes() + b"# changed\n")
        with pytest.raises(SystemExit) as stop:
            main(["explain", str(copy), "GOOD"])
        assert stop.value.code == 2


def test_an_explanation_needs_no_more_of_the_run_than_it_reads(run, tmp_path):
    copy = Path(shutil.copytree(run.folder, tmp_path / run.run_id))
    for name in ("mend", "log.jsonl", "quarantine.parquet"):
        shutil.rmtree(copy / name) if (copy / name).is_dir() else (copy / name).unlink()
    assert explanation_text(_explained(open_run(copy), "LIMITED")) == explanation_text(_explained(run, "LIMITED"))
    (copy / "evidence.parquet").unlink()
    with pytest.raises(RunError, match=r"RE-610.*evidence\.parquet"):
        _explained(open_run(copy), "LIMITED")
