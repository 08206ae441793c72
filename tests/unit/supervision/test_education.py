"""A year of education from what fired, what was held of it; and what came of a plan."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from riskengine.kernel.errors import InputError
from riskengine.kernel.wording import catalogue
from riskengine.records import read_source
from riskengine.reports.education import write_education, write_feedback
from riskengine.supervision.education import education_plan, held_of, read_education_rules
from riskengine.supervision.feedback import feedback
from riskengine.supervision.planning import PlanRequest, make_plan, read_rules

EXAMPLES = Path(__file__).parents[3] / "examples"
LAWS = Path(__file__).parents[4] / "shared" / "laws"


@pytest.fixture(scope="module")
def plan(graded):
    return education_plan(graded, read_education_rules(None), 2023)


def test_every_risk_point_that_fired_is_in_the_plan_or_told(plan, graded):
    fired = {row["risk_point"] for row in graded.rows("signals") if row["status"] == "fired" and row["risk_point"]}
    assert fired
    assert {each.risk_point for each in plan.activities} | set(plan.without) == fired
    assert not {each.risk_point for each in plan.activities} & set(plan.without)


def test_activities_hold_the_measures_of_their_channel_alone(plan, graded):
    assert len({each.activity for each in plan.activities}) == len(plan.activities)
    for each in plan.activities:
        measures = [graded.catalog.measures[code] for code in each.measures]
        assert {(measure.risk_point, measure.channel) for measure in measures} == {(each.risk_point, each.channel)}
        assert each.audience == graded.catalog.risk_points[each.risk_point].applies_to


def test_the_worst_come_first_spread_over_the_months(plan):
    levels = ["red", "orange", "yellow", "blue"]
    order = [levels.index(each.level) for each in plan.activities]
    assert order == sorted(order)
    months = [each.month for each in plan.activities]
    assert months == sorted(months)
    assert set(months) == set(plan.rules.months)
    counts = [months.count(month) for month in plan.rules.months]
    assert max(counts) - min(counts) <= 1


def test_what_was_held_is_recorded_with_attendance(plan, graded, tmp_path):
    name = plan.activities[0].activity
    (tmp_path / "held.csv").write_text(
        f"活动编号,举办日期,地点,应到人数,实到人数\n{name},2023-03-01,示例礼堂,50,43\n{name},2023-02-01,,,12\n", "utf-8"
    )
    held = held_of(tmp_path / "held.csv", plan)
    assert [(each.held_on, each.attended) for each in held] == [(date(2023, 2, 1), 12), (date(2023, 3, 1), 43)]
    for lang in ("zh", "en"):
        write_education(plan, graded.catalog, held, tmp_path / "education.xlsx", lang)
        book = openpyxl.load_workbook(tmp_path / "education.xlsx")
        rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
        assert len(rows) == len(plan.activities) + 1
        assert rows[1][0] == name
        assert rows[1][-2:] == [2, 55]
        assert sum(row[-1] for row in book.worksheets[2].iter_rows(min_row=2, values_only=True)) == 55


def test_what_cannot_have_been_held_is_told(plan, tmp_path):
    name = plan.activities[0].activity
    (tmp_path / "held.csv").write_text(
        f"activity,held_on,invited,attended\n{name}X,2023-03-01,1,1\n{name},2022-03-01,1,1\n{name},2023-03-01,1,2\n",
        "utf-8",
    )
    with pytest.raises(InputError) as error:
        held_of(tmp_path / "held.csv", plan)
    assert sorted(problem.code for problem in error.value.problems) == ["RE-915", "RE-916", "RE-917"]
    assert next(problem for problem in error.value.problems if problem.code == "RE-915").near[0] == name


def test_months_are_held_to_their_order(tmp_path):
    (tmp_path / "rules.yaml").write_text(
        "education: x\ntitle: {zh: 甲, en: a}\nbasis: [{law: highway_law, article: 1}]\nmonths: [3, 2]\n"
        "channels: {training: {zh: 甲, en: a}}\n",
        "utf-8",
    )
    with pytest.raises(InputError) as error:
        read_education_rules(tmp_path / "rules.yaml")
    assert [problem.code for problem in error.value.problems] == ["RE-902"]


# --- the articles of education and of the plan ---

QUOTES = {
    ("business_environment_regulation", "67"): ("优化营商环境条例_2019-10-22.md", "六十七", "普法责任制"),
    ("henan_business_environment_regulation", "50"): ("河南省优化营商环境条例_2020-11-28.md", "五十", "谁执法谁普法"),
    ("business_environment_regulation", "59"): ("优化营商环境条例_2019-10-22.md", "五十九", "行政指导"),
    ("business_environment_regulation", "54"): ("优化营商环境条例_2019-10-22.md", "五十四", "跨部门联合抽查"),
    ("henan_social_credit_regulation", "32"): ("河南省社会信用条例_2019-11-29.md", "三十二", "增加监管频次"),
    ("transport_enforcement_procedure_rule", "23"): (
        "交通运输行政执法程序规定_2021-06-30.md",
        "二十三",
        "不得少于两人",
    ),
}


def test_the_articles_that_rules_cite_say_what_they_are_cited_for(graded, plan):
    rules = read_rules(graded, None)
    grounds = [*plan.rules.basis, rules.officers_basis, rules.joint_basis, *rules.tiers.values()]
    cited = {(ground.law, ground.article) for ground in grounds if ground.law}
    assert cited == set(QUOTES)
    assert all(law in graded.catalog.laws for law, _ in cited)
    if not LAWS.is_dir():
        pytest.skip("the law texts (../shared/laws) are not here")
    for file, article, quote in QUOTES.values():
        text = (LAWS / file).read_text("utf-8")
        _, _, rest = text.partition(f"\n第{article}条")
        assert quote in re.split(r"\n第[一二三四五六七八九十百]+[条章节]", rest)[0], (file, article)


# --- what came of a plan ---


def test_inspections_are_counted_once_by_tier_or_beside(graded, tmp_path):
    inspections = read_source(EXAMPLES / "inspections.csv", "inspections").records
    violations = read_source(EXAMPLES / "violations.csv", "violations").records
    request = PlanRequest(graded, date(2022, 12, 31), date(2022, 1, 1), date(2022, 12, 31))
    plan = make_plan(request)
    found = feedback(plan, inspections, violations)
    within = [row for row in inspections if row["inspected_on"].year == 2022]
    assert sum(row.done for row in found.rows) + found.elsewhere.get("not_in_plan", 0) == len(within)
    assert found.elsewhere["outside_period"] == len(inspections) - len(within)
    assert sum(row.operators for row in found.rows) == len(plan.planned.rows)
    planned = {row.operator_id for row in plan.planned.rows}
    ids = {row["inspection_id"] for row in within if row["operator_id"] in planned}
    assert sum(row.violations for row in found.rows) == sum(row["inspection_id"] in ids for row in violations)
    assert 0 < sum(row.found for row in found.rows) <= sum(row.done for row in found.rows)
    for lang in ("zh", "en"):
        write_feedback(found, plan, tmp_path / "feedback.xlsx", lang)
        (sheet,) = openpyxl.load_workbook(tmp_path / "feedback.xlsx").worksheets
        assert sheet.max_row == 1 + len(found.rows) + len(found.elsewhere)


def test_the_channels_of_the_shipped_rules_are_channels_of_measures(graded, plan):
    assert set(plan.rules.channels) <= {measure.channel for measure in graded.catalog.measures.values()}
    assert catalogue("riskengine.supervision.education", "rules.yaml")["title"]["zh"] == plan.rules.title.zh
