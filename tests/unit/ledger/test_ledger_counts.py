"""Statutory counts at each edge: exactly three, exactly a tenth, leap years, sold vehicles, merged firms, no fleet."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from registers_for_tests import DRIVER, PLATE, A, B, Putting, operator, overload, owned

from riskengine import Engine
from riskengine.catalog import load_shipped
from riskengine.facade.keeping import from_ledger
from riskengine.ledger import Decision, amend, attribute, counts_on, reached

AS_OF = date(2022, 12, 31)
LAWS = Path(__file__).parents[4] / "shared" / "laws"


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def put(ledger, engine, clock):
    return Putting(ledger, engine, clock)


def _days(*days, **cells):
    return [overload(f"V{at}", day, **cells) for at, day in enumerate(days, 1)]


def _said(ledger, as_of=AS_OF, **options):
    return [(each.count, each.id, each.state, each.number) for each in reached(ledger, as_of=as_of, **options)]


def _of(ledger, count, as_of=AS_OF):
    return [(each.id, each.state, each.number) for each in reached(ledger, as_of=as_of) if each.count == count]


YELLOW = {"vehicle": PLATE, "plate_colour": "黄"}


def test_three_are_not_more_than_three_and_four_are(ledger, put):
    days = ["2022-01-01", "2022-03-01", "2022-06-01"]
    put(operators=[operator(A)], ties=[owned(A, "2020-01-01")], violations=_days(*days, **YELLOW))
    assert _of(ledger, "vehicle_count") == []
    put(violations=[overload("V4", "2022-12-31", **YELLOW)])
    assert _of(ledger, "vehicle_count") == [(f"{PLATE}|黄", "reached", 4)]
    (found,) = [each for each in reached(ledger, as_of=AS_OF) if each.count == "vehicle_count"]
    assert found.violations == ("V1", "V2", "V3", "V4")


@pytest.mark.parametrize(
    ("as_of", "outside", "inside"),
    [
        (date(2022, 12, 31), "2021-12-31", "2022-01-01"),
        (date(2024, 2, 29), "2023-02-28", "2023-03-01"),
        (date(2023, 2, 28), "2022-02-28", "2022-03-01"),
        (date(2025, 2, 28), "2024-02-28", "2024-02-29"),
        (date(2024, 3, 1), "2023-03-01", "2023-03-02"),
    ],
)
def test_the_year_has_twelve_months_and_ends_on_the_day(ledger, put, as_of, outside, inside):
    later = [(as_of - timedelta(days=back)).isoformat() for back in (0, 1, 2)]
    put(operators=[operator(A)], violations=_days(outside, *later, operator_id=A, **YELLOW))
    assert _of(ledger, "vehicle_count", as_of) == []
    put(violations=[overload("V1", inside, operator_id=A, **YELLOW)])
    assert _of(ledger, "vehicle_count", as_of) == [(f"{PLATE}|黄", "reached", 4)]


def test_what_is_revoked_pending_undecided_or_of_another_kind_does_not_count(ledger, put, clock):
    rows = _days("2022-01-01", "2022-02-01", "2022-03-01", "2022-04-01", operator_id=A, **YELLOW)
    put(operators=[operator(A)], violations=rows)
    assert len(_of(ledger, "vehicle_count")) == 1
    for change in ({"status": "pending"}, {"decided_on": "2023-01-01"}, {"risk_point": "RT-01"},
                   {"status": "revoked", "status_on": "2022-12-31"}):  # fmt: skip
        put(violations=[{**rows[0], **change}])
        assert _of(ledger, "vehicle_count") == [], change
    put(violations=[{**rows[0], "status": "revoked", "status_on": "2023-01-01"}])
    assert len(_of(ledger, "vehicle_count")) == 1, "until that day it was final"
    amend(ledger, Decision("V2", "revoked_by_court", date(2022, 12, 31), "示例行终1号", AS_OF), clock.entry())
    assert _of(ledger, "vehicle_count") == []
    assert len(_of(ledger, "vehicle_count", date(2022, 12, 30))) == 1


def test_a_driver_counts_over_all_vehicles_and_operators_and_is_masked(ledger, put):
    rows = [
        overload(f"V{at}", "2022-01-01", vehicle=f"豫K5432{at}", plate_colour="黄", driver=DRIVER, operator_id=A)
        for at in range(4)
    ]
    rows[3]["operator_id"] = B
    put(operators=[operator(A), operator(B)], violations=rows)
    ((shown, state, number),) = _of(ledger, "driver_count")
    assert (state, number) == ("reached", 4)
    assert "0001" not in shown
    assert _of(ledger, "vehicle_count") == []


@pytest.mark.parametrize(
    ("fleet", "overloaded", "tenth", "three_tenths"),
    [
        ("10", 1, [], []),
        ("10", 2, ["reached"], []),
        ("10", 3, ["reached"], []),
        ("10", 4, ["reached"], ["reached"]),
        ("9", 1, ["reached"], []),
        ("11", 1, [], []),
        ("29", 3, ["reached"], []),
        ("30", 3, [], []),
        ("0", 1, ["unknown"], ["unknown"]),
        ("", 1, ["unknown"], ["unknown"]),
        ("", 0, [], []),
    ],
)
def test_a_share_is_more_than_a_tenth_by_products(ledger, put, fleet, overloaded, tenth, three_tenths):
    rows = [
        overload(f"V{at}-{again}", "2022-05-01", vehicle=f"豫K5432{at}", plate_colour="黄", operator_id=A)
        for at in range(overloaded)
        for again in range(2)
    ]
    put(operators=[operator(A, fleet_size=fleet)], violations=rows)
    assert [state for _, state, _ in _of(ledger, "firm_share")] == tenth
    assert [state for _, state, _ in _of(ledger, "firm_second_share")] == three_tenths


def test_a_sold_vehicle_counts_for_itself_and_for_each_firm_while_it_was_its(ledger, put):
    put(
        operators=[operator(A, fleet_size="9"), operator(B, fleet_size="9")],
        ties=[owned(A, "2020-01-01", "2022-06-01"), owned(B, "2022-06-01")],
        violations=_days("2022-02-01", "2022-03-01", "2022-06-01", "2022-07-01", **YELLOW),
    )
    assert _of(ledger, "vehicle_count") == [(f"{PLATE}|黄", "reached", 4)]
    assert _of(ledger, "firm_share") == [(A, "reached", 1), (B, "reached", 1)]
    behind = {each.id: each.violations for each in reached(ledger, as_of=AS_OF) if each.count == "firm_share"}
    assert behind == {A: ("V1", "V2"), B: ("V3", "V4")}
    assert _of(ledger, "firm_share", date(2022, 5, 31)) == [(A, "reached", 1)]


def test_after_a_merger_the_successor_has_the_vehicles_of_both_and_its_own_fleet(ledger, put):
    put(
        operators=[operator(A, fleet_size="5", closed_on="2022-06-30", successor=B), operator(B, fleet_size="20")],
        violations=[
            overload("V1", "2022-02-01", operator_id=A, vehicle="豫K54321", plate_colour="黄"),
            overload("V2", "2022-02-01", operator_id=A, vehicle="豫K54322", plate_colour="黄"),
            overload("V3", "2022-08-01", operator_id=B, vehicle="豫K54323", plate_colour="黄"),
            overload("V4", "2022-08-02", operator_id=B, vehicle="豫K54321", plate_colour="黄"),
        ],
    )
    assert _of(ledger, "firm_share") == [(B, "reached", 3)]
    assert _of(ledger, "firm_share", date(2022, 6, 30)) == [(A, "reached", 2)]


def test_records_without_a_plate_and_open_questions_make_it_unknown_only_where_they_could_decide(ledger, put, clock):
    rows = _days("2022-01-01", "2022-02-01", "2022-03-01", operator_id=A, **YELLOW)
    put(operators=[operator(A, fleet_size="19")], violations=[*rows, overload("no plate", "2022-04-01", operator_id=A)])
    assert _of(ledger, "vehicle_count") == [(f"{PLATE}|黄", "unknown", 3)]
    assert _of(ledger, "firm_share") == [(A, "unknown", 1)]
    put(violations=[overload("no plate", "2021-04-01", operator_id=A)])
    assert _said(ledger) == []
    other = {"vehicle": "豫K54321", "plate_colour": "黄"}
    put(
        operators=[operator(B, fleet_size="100")],
        ties=[owned(A, "2020-01-01", plate="豫K54321"), owned(B, "2020-01-01", plate="豫K54321")],
        violations=[overload("open", "2022-05-01", **other)],
    )
    assert _of(ledger, "firm_share") == [(A, "unknown", 1)]
    attribute(ledger, "open", B, clock.entry())
    assert _of(ledger, "firm_share") == []
    attribute(ledger, "open", A, clock.entry())
    assert _of(ledger, "firm_share") == [(A, "reached", 2)]


def test_a_plate_without_colour_is_the_one_that_is_known_or_open(ledger, put):
    rows = [*_days("2022-01-01", "2022-02-01", "2022-03-01", operator_id=A, **YELLOW),
            overload("V4", "2022-04-01", operator_id=A, vehicle=PLATE)]  # fmt: skip
    put(operators=[operator(A)], violations=rows)
    assert _of(ledger, "vehicle_count") == [(f"{PLATE}|黄", "reached", 4)]
    put(vehicles=[{"vehicle": PLATE, "plate_colour": "蓝"}])
    assert _of(ledger, "vehicle_count") == [(f"{PLATE}|黄", "unknown", 3)]
    put(violations=[overload("V4", "2022-04-01", operator_id=A, vehicle=PLATE, plate_colour="蓝色")])
    assert _of(ledger, "vehicle_count") == []


def test_a_count_is_asked_of_days_on_which_an_article_is_in_force():
    assert list(counts_on(date(2011, 6, 30))) == []
    assert list(counts_on(date(2011, 7, 1))) == ["vehicle_count", "driver_count", "firm_share"]
    assert "firm_second_share" not in counts_on(date(2018, 8, 31))
    named = [law["law"] for law in counts_on(date(2022, 12, 31))["firm_share"]["laws"]]
    assert named == ["highway_protection_regulation", "over_limit_vehicle_rule", "henan_overload_control_regulation"]
    laws = load_shipped().laws
    for count in counts_on(date(2022, 12, 31)).values():
        for law in count["laws"]:
            versions = laws.laws[law["law"]].versions
            assert law["from"] in {version.effective_from for version in versions}, law


WORDS = {
    ("highway_protection_regulation", 66): """
        1年内违法超限运输超过3次的货运车辆 吊销其车辆营运证 货运车辆驾驶人 责令其停止从事营业性运输
        超过本单位货运车辆总数10%的""",
    ("over_limit_vehicle_rule", 46): """
        对1年内违法超限运输超过3次的货运车辆和驾驶人 货运车辆总数10%的道路运输企业""",
    ("henan_overload_control_regulation", 29): """
        货运车辆一年内违法超限超载运输超过三次的 责令其停止从事营业性运输
        货运车辆超过本单位货运车辆总数百分之十的 责令停业整顿 超过百分之三十的 依法吊销其道路运输经营许可证""",
}


@pytest.mark.skipif(not LAWS.is_dir(), reason="the texts of the laws are not beside the project")
def test_the_articles_say_what_the_counts_say():
    with (LAWS / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        files = {(row["law_id"], row["effective_from"]): row["file"] for row in csv.DictReader(file)}
    rule = next(
        key for key in files if key[1] == "2021-08-11" and files[key].startswith("超限运输车辆行驶公路管理规定")
    )
    named = {"over_limit_vehicle_rule": rule[0]}
    cited = {(law["law"], law["article"], law["from"]) for count in counts_on(AS_OF).values() for law in count["laws"]}
    assert {(law, article) for law, article, _ in cited} == set(WORDS)
    for law, article, since in cited:
        text = (LAWS / files[named.get(law, law), since.isoformat()]).read_text("utf-8")
        assert [word for word in WORDS[law, article].split() if word not in text] == []


RULES = {
    "vehicle_count": "vehicle_over_three_overloads",
    "driver_count": "driver_over_three_overloads",
    "firm_share": "overload_share_over_tenth",
    "firm_second_share": "overload_share_over_three_tenths",
}


def test_the_counts_are_those_of_the_default_policy(ledger, url, engine, put, tmp_path):
    dice = random.Random(66)  # noqa: S311 - invented cases, the same in every run
    operators, violations = [], []
    for at in range(60):
        name = f"示例{at:03}"
        fleet = "" if at % 9 == 8 else str(dice.choice([1, 3, 4, 10, 20, 30, 31, 40]))
        operators.append(operator(name, fleet_size=fleet))
        for number in range(dice.randint(0, 9)):
            day = date(2022, 12, 31) - timedelta(days=dice.choice([0, 5, 90, 364, 365, 366]))
            cells = {"operator_id": name, "severity": "general"}
            if dice.random() < 0.85:
                cells |= {"vehicle": f"豫K{at:02}{dice.randint(1, 3):03}", "plate_colour": "黄"}
            if dice.random() < 0.85:
                cells["driver"] = f"样例证{at:02}{dice.randint(1, 2)}号"
            if dice.random() < 0.1:
                cells["status"] = "pending"
            violations.append(overload(f"{name}-{number}", day.isoformat(), **cells))
    put(operators=operators, violations=violations)
    made = from_ledger(url, tmp_path, as_of=AS_OF)
    batch = engine.grade(made.sources["operators"], made.sources["violations"], as_of=AS_OF)
    by_rule = {(row["rule"], row["operator_id"]): row["status"] for row in batch.signals.to_pylist()}
    owner = {row["violation_id"]: row["operator_id"] for row in violations}
    said: dict[str, dict[str, str]] = {name: {} for name in RULES}
    for each in reached(ledger, as_of=AS_OF):
        who = owner[each.violations[0]]
        said[each.count][who] = "reached" if "reached" in {each.state, said[each.count].get(who)} else "unknown"
    words = {"fired": "reached", "not_evaluable": "unknown"}
    seen = set()
    for count, rule in RULES.items():
        policy = {who: words[status] for (name, who), status in by_rule.items() if name == rule}
        assert said[count] == policy, count
        seen |= {(count, state) for state in policy.values()}
    assert len(seen) == 8, "each count is met reached and unknown"
