"""Which law applies to each violation is told in explanations, from a run folder alone and by the library."""

from __future__ import annotations

import json
from datetime import date

import pytest

from riskengine import Engine
from riskengine.reports import write_html
from riskengine.results import Context, explain, explanation_text, view_of
from riskengine.runs import open_run

AS_OF = date(2023, 9, 30)
OPERATOR = {"operator_id": "OP-1", "name": "示例运输有限公司", "fleet_size": "20", "licensed_on": "2018-05-01"}


def violation(number, occurred_on, decided_on, **cells):
    held = {"violation_id": f"示例罚{number}号", "operator_id": "OP-1", "risk_point": "RT-01", "severity": "general"}
    held |= {"occurred_on": occurred_on, "decided_on": decided_on, "penalty_kind": "fine", "penalty": "30000"}
    return {**held, **cells}


VIOLATIONS = [
    violation(1, "2022-03-01", "2023-09-01"),
    violation(2, "2019-06-02", "2019-06-20"),  # too old for any rule
    violation(3, "2022-11-01", "2022-11-20"),
    violation(4, "2022-12-01", "2023-09-01"),
    violation(5, "2022-12-02", "2023-09-02"),
    violation(6, "2023-09-01", "2023-09-10"),
    violation(7, "2023-01-03", ""),  # not decided: judged as of the as-of date
    violation(8, "2023-01-04", "2023-09-01", status="revoked"),
    violation(9, "2023-01-05", "2023-01-06", risk_point="WT-02"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    batch = Engine.load().grade([OPERATOR], VIOLATIONS, as_of=AS_OF, engine="reference")
    return batch.write(tmp_path_factory.mktemp("runs"))


def explained(run):
    return explain(view_of(run, "OP-1"), Context(run.plan, run.policy.policy, run.catalog, run.as_of))


def test_a_run_folder_alone_tells_which_law_applies(run):
    found = explained(open_run(run.folder)).which_law
    by_records = {
        tuple(record.record_id for record in held.records): [
            (law.law, law.of_the_day, law.at_decision, law.applied, law.outcome) for law in held.laws
        ]
        for held in found
    }
    law, old, new = "road_transport_regulation", "2022-03-29", "2023-07-20"
    assert by_records[("示例罚3号",)] == [(law, old, old, old, "one_version")]
    assert by_records[("示例罚1号",)] == [(law, "2019-03-02", new, new, "later")]
    assert by_records[("示例罚4号", "示例罚5号", "示例罚7号")] == [(law, old, new, new, "later")]
    assert by_records[("示例罚6号",)] == [(law, new, new, new, "one_version")]
    assert by_records[("示例罚9号",)][0][-1] == "one_version"
    told = {record for records in by_records for record in records}
    assert told == {f"示例罚{number}号" for number in (1, 3, 4, 5, 6, 7, 9)}


def test_the_text_says_both_days_both_versions_and_their_figures(run):
    english = explanation_text(explained(run), "en")
    assert "Which law applies" in english
    assert "示例罚4号 (conduct of 2022-12-01, decided 2023-09-01)" in english
    assert "示例罚7号 (conduct of 2023-01-03, no decision recorded, the as-of date stands in)" in english
    assert "version 2023-07-20, in force on the day of the decision, is lighter: applied" in english
    chinese = explanation_text(explained(run), "zh")
    assert "决定日施行的2023-07-20版处罚较轻，适用2023-07-20版" in chinese


def test_the_data_are_ready_for_json(run):
    held = json.loads(json.dumps(explained(run).to_dict()))["which_law"]
    assert {law["outcome"] for item in held for law in item["laws"]} == {"one_version", "later"}
    assert set(held[0]["laws"][0]["statement"]) == {"zh", "en"}


def test_the_library_says_the_same(run):
    rows = [{key: value for key, value in row.items() if key != "operator_id"} for row in VIOLATIONS]
    for engine in ("live", "reference"):
        one = Engine.load().assess(OPERATOR, rows, as_of=AS_OF, engine=engine)
        assert one.explanation.which_law == explained(run).which_law
        assert "较轻" in one.explain("zh")


def test_the_report_tells_of_what_was_chosen(run, tmp_path):
    write_html(run, tmp_path / "report.html", lang="en")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert '"laws":[[' in page
    assert "is lighter: applied" in page
    assert "Which law applies" in page


def test_grades_do_not_depend_on_it():
    old = Engine.load().assess(OPERATOR, [violation(1, "2022-12-01", "2022-12-20")], as_of=AS_OF)
    late = Engine.load().assess(OPERATOR, [violation(1, "2022-12-01", "2023-09-01")], as_of=AS_OF)
    assert (old.grade, old.score) == (late.grade, late.score)
    assert [(row["law"], row["article"]) for row in old.signals] == [
        (row["law"], row["article"]) for row in late.signals
    ]


def test_a_run_that_was_written_before_there_were_days_is_still_explained(run):
    files = {name: sha256 for name, sha256 in run.manifest["files"].items() if "conduct" not in name}
    older = {**run.manifest, "files": files}
    opened = type(run)(run.folder, older)
    assert explained(opened).which_law == ()
