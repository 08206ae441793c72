"""The plan of a run: every operator in it or told, what each tier is due, and the workbook."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from riskengine import Engine
from riskengine.kernel.errors import InputError, UsageError
from riskengine.reports.plan import write_plan
from riskengine.runs import open_run
from riskengine.supervision.planning import PlanRequest, make_plan, read_rules

FILES = Path(__file__).parents[3] / "examples" / "supervision"
DAY = date(2023, 1, 5)
PERSON = "11010519491231002X"


@pytest.fixture(scope="module")
def planned(graded):
    def plan(**changes):
        given = {"run": graded, "day": DAY, "since": date(2023, 1, 6), "until": date(2023, 4, 5)}
        return make_plan(PlanRequest(**{**given, **changes}))

    return plan


@pytest.fixture(scope="module")
def whole(planned, drawn_once):
    return planned(inspectors=FILES / "inspectors.csv", conflicts=FILES / "conflicts.csv", draw=drawn_once)


def _codes(error):
    return [problem.code for problem in error.value.problems]


def test_every_operator_of_the_run_is_in_the_plan_or_listed_with_the_reason(whole, graded):
    ids = [row.operator_id for row in whole.planned.rows] + [row[0] for row in whole.planned.left_out]
    assert sorted(ids) == sorted(row["operator_id"] for row in graded.rows("grades"))
    status = {row["operator_id"]: row["status"] for row in graded.rows("grades")}
    assert {status[row[0]] for row in whole.planned.left_out} <= {"not_current"}


def test_visits_due_are_covered_or_told(whole):
    assert whole.due == len(whole.schedule.visits) + len(whole.schedule.uncovered) > 0
    assert sum(whole.reasons.values()) == len(whole.schedule.uncovered) > 0
    assert sum(row.due for row in whole.counties) == whole.due
    assert sum(row.covered for row in whole.counties) == len(whole.schedule.visits)
    assert sum(row.days - row.left for row in whole.counties) == 2 * len(whole.schedule.visits)


def test_the_worst_come_first_and_the_rules_say_what_they_are_due(whole, graded):
    rules = read_rules(graded, None)
    order = list(rules.tiers)
    assert [order.index(row.tier) for row in whole.planned.rows] == sorted(
        order.index(row.tier) for row in whole.planned.rows
    )
    for row in whole.planned.rows:
        rule = rules.tiers[row.tier]
        expected = -(-rule.visits_a_year * 90 // 365)
        assert row.due == max(expected, int(row.is_drawn))
        assert (row.deadline is None) == (rule.deadline_days is None and not row.is_drawn)
        if row.is_drawn and rule.deadline_days is None:
            assert row.deadline == date(2023, 4, 5)
        if row.channel not in {"joint", rule.channel}:
            assert (row.is_drawn, rule.channel, row.channel) == (True, "none", "visit")


def test_a_visit_for_points_of_several_areas_is_a_joint_one(whole, graded):
    area = {code: point.area for code, point in graded.catalog.risk_points.items()}
    joint = [row for row in whole.planned.rows if row.channel == "joint"]
    assert joint
    for row in whole.planned.rows:
        assert (row.channel == "joint") == (row.due > 0 and len({area[code] for code in row.focus}) >= 2)
    assert all("第五十四条" in row.basis[-1].zh for row in joint)


def test_what_was_drawn_is_visited_by_those_who_were_drawn(whole, drawn_once):
    text = (drawn_once / "private" / "result.csv").read_text("utf-8-sig")
    drawn = {row["operator_id"]: (row["inspector_1"], row["inspector_2"]) for row in csv.DictReader(io.StringIO(text))}
    assert {row.operator_id for row in whole.planned.rows if row.is_drawn} == set(drawn)
    first = {visit.operator_id: visit.officers for visit in whole.schedule.visits if visit.turn == 1}
    met = {operator: officers for operator, officers in first.items() if operator in drawn and all(drawn[operator])}
    assert met == {operator: drawn[operator] for operator in met}
    assert len(met) > 20


def test_an_inspector_whose_certificate_ends_within_the_period_is_not_planned(whole):
    assert whole.expired == ("SLZF410007",)
    assert all("SLZF410007" not in visit.officers for visit in whole.schedule.visits)


def test_without_inspectors_what_is_due_is_told_and_nothing_is_planned(planned):
    plan = planned()
    assert plan.schedule is None
    assert plan.due > 0
    assert plan.to_dict()["visits"] is None


def test_a_law_that_is_not_in_force_is_not_cited(tmp_path):
    operators = [{"operator_id": "OP-1", "name": "示例", "licensed_on": "2015-01-01", "fleet_size": "2"}]
    run = open_run(Engine.load().grade(operators, [], as_of=date(2022, 6, 1)).write(tmp_path / "runs").folder)
    rules = read_rules(run, None)
    laws = run.catalog.laws
    assert rules.tiers["key"].label_on(laws, date(2020, 4, 30)) is None
    assert rules.tiers["key"].label_on(laws, date(2020, 5, 1)).zh == "《河南省社会信用条例》第三十二条第一款第五项"


def test_days_in_no_order_are_refused(planned):
    with pytest.raises(UsageError) as error:
        planned(day=date(2022, 12, 30), since=date(2023, 2, 1), until=date(2023, 1, 1))
    assert _codes(error) == ["RE-905", "RE-905"]


def test_a_tier_without_a_rule_and_an_inspector_without_days_are_told(planned, tmp_path):
    shipped = Path(__file__).parents[3] / "policies" / "xuchang-transport" / "plan.yaml"
    (tmp_path / "rules.yaml").write_text(shipped.read_text("utf-8").replace("  strict:", "  strikt:"), "utf-8")
    with pytest.raises(InputError) as error:
        planned(rules=tmp_path / "rules.yaml")
    assert [(problem.code, problem.found, problem.near) for problem in error.value.problems] == [
        ("RE-913", "strict", ("strikt",))
    ]
    (tmp_path / "inspectors.csv").write_text("certificate,valid_until,days\nA1,2030-01-01,\nA2,2030-01-01,3\n", "utf-8")
    with pytest.raises(InputError) as error:
        planned(inspectors=tmp_path / "inspectors.csv")
    assert _codes(error) == ["RE-914"]


def test_a_policy_without_rules_of_a_plan_asks_for_them(tmp_path):
    root = Path(__file__).parents[3] / "examples" / "register" / "inspections.csv"
    assert root.exists()
    operators = [{"operator_id": "OP-1", "name": "示例"}]
    batch = Engine.load(policy="nyc-letter-grades").grade(operators, [], inspections=[], as_of=date(2022, 6, 1))
    run = open_run(batch.write(tmp_path / "runs").folder)
    with pytest.raises(UsageError) as error:
        make_plan(PlanRequest(run, date(2022, 6, 1), date(2022, 6, 2), date(2022, 9, 1)))
    assert _codes(error) == ["RE-912"]


def _sheets(path):
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_holds_the_plan(whole, tmp_path, lang):
    write_plan(whole, tmp_path / "plan.xlsx", lang)
    sheets = _sheets(tmp_path / "plan.xlsx")
    names = list(sheets)
    assert len(names) == 7
    assert len(sheets[names[0]]) == len(whole.planned.rows) + 1
    assert len(sheets[names[1]]) == len(whole.schedule.visits) + 1
    assert len(sheets[names[2]]) == len(whole.schedule.uncovered) + 1
    assert [row[1] for row in sheets[names[0]][1:]] == [row.operator_id for row in whole.planned.rows]
    assert len(sheets[names[5]]) == len(whole.planned.left_out) + 1
    again = tmp_path / "again.xlsx"
    write_plan(whole, again, lang)
    assert again.read_bytes() == (tmp_path / "plan.xlsx").read_bytes()


def test_no_text_becomes_a_formula_and_persons_are_masked(tmp_path):
    operators = [
        {"operator_id": "=1+1", "name": "=HYPERLINK(1)", "county": "@甲", "licensed_on": "2015-01-01"},
        {"operator_id": PERSON, "name": "某小样", "county": "-乙", "licensed_on": "2015-01-01"},
    ]
    run = open_run(Engine.load().grade(operators, [], as_of=date(2022, 12, 31)).write(tmp_path / "runs").folder)
    plan = make_plan(PlanRequest(run, DAY, date(2023, 1, 6), date(2023, 4, 5)))
    write_plan(plan, tmp_path / "plan.xlsx", "zh")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    texts = {cell.value for cell in cells}
    assert {"=1+1", "=HYPERLINK(1)", "@甲", "-乙", "某**"} <= texts
    assert not any(PERSON in str(text) or "某小样" in str(text) for text in texts)
    assert PERSON not in json.dumps(plan.to_dict(), ensure_ascii=False)
    assert PERSON in json.dumps(plan.to_dict(show_personal=True))
    write_plan(plan, tmp_path / "shown.xlsx", "zh", show_personal=True)
    assert PERSON in {
        cell.value for row in openpyxl.load_workbook(tmp_path / "shown.xlsx").worksheets[0].iter_rows() for cell in row
    }


def test_counties_share_what_all_serve(planned, tmp_path):
    """All inspectors serve every county: the parts that are covered differ by one visit at most."""
    lines = [f"S{at},2030-01-01,5" for at in range(8)]
    (tmp_path / "inspectors.csv").write_text("certificate,valid_until,days\n" + "\n".join(lines), "utf-8")
    plan = planned(inspectors=tmp_path / "inspectors.csv")
    assert len(plan.schedule.visits) == 20
    first_due = Counter(row.county for row in plan.planned.rows if row.due)
    covered = {row.county: row.covered for row in plan.counties if row.due}
    shares = {county: (covered[county] - 1) / first_due[county] for county in covered}
    assert max(shares.values()) <= min(covered[county] / first_due[county] for county in covered)
