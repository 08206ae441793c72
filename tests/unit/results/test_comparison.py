"""What changed between two results: what the tables tell of the causes, and what they cannot."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from riskengine import Engine
from riskengine.results import NO_FILE, Context, Side, compare

DAY, LATER = date(2022, 6, 30), date(2022, 12, 31)
OPERATORS = "operator_id,name,fleet_size,licensed_on,closed_on\n"
VIOLATIONS = "violation_id,operator_id,risk_point,occurred_on,decided_on,severity,penalty_kind,vehicle,driver\n"
A, B, C, PERSON = "91411000MA40000A18", "91411000MA40000B2C", "91411000MA40000C3T", "11010519491231002X"
REPEAT = """
  - rule: repeat
    title: {zh: 屡次, en: repeat}
    each: risk_point
    when: in_year > limit
    deduct: 11
    places: 0
    if_unknown: stop
    basis: local_policy
"""
POLICY = """
policy: small
version: "1"
title: {zh: 小政策, en: Small}
summary: {zh: 小, en: small}
effective: {since: 2020-01-01}
catalog: transport
parameters:
  limit: {title: {zh: 限, en: limit}, value: 1, basis: local_policy}
weights:
  by_severity:
    title: {zh: 情节分, en: by severity}
    by: severity
    table: {minor: 1, general: 5, serious: 15, major: 30}
    basis: local_policy
facts:
  in_year: {title: {zh: 一年内, en: in a year}, count: violations, within: 12 months, per: risk_point}
  points: {title: {zh: 分, en: points}, sum: by_severity, within: 24 months, per: risk_point}
  days_licensed: {title: {zh: 天, en: days}, days_since: licensed_on}
  all_in_year: {title: {zh: 总数, en: all in a year}, count: violations, within: 12 months}
signals:
  - {rule: weight, title: {zh: 扣分, en: weight}, each: risk_point,
     when: points > 0, deduct: points, places: 0, if_unknown: stop, basis: local_policy}
@REPEAT
grades:
  score: {from: 100, floor: 0, ceiling: 100}
  basis: local_policy
  table: [{grade: A, at_least: 90}, {grade: B, at_least: 70}, {grade: C}]
  ceilings:
    - {rule: fleet, title: {zh: 车辆, en: fleet},
       when: all_in_year > 0 and all_in_year > fleet_size, if_unknown: stop, at_most: C, basis: local_policy}
    - {rule: young, title: {zh: 新, en: young},
       when: days_licensed < 365, if_unknown: skip, at_most: B, basis: local_policy}
supervision:
  tiers: {}
  actions: {}
  assign: []
""".replace("@REPEAT\n", REPEAT)


class World:
    """Grades little lists by a little policy and gives sides to compare."""

    def __init__(self, folder):
        self.folder, self.runs = folder, 0

    def side(self, violations, *, day=DAY, policy=POLICY, operators=(f"{A},甲,9,2015-01-01,",)):
        self.runs += 1
        folder = self.folder / str(self.runs)
        folder.mkdir()
        (folder / "policy.yaml").write_text(policy, "utf-8")
        (folder / "operators.csv").write_text(OPERATORS + "\n".join(operators) + "\n", "utf-8")
        (folder / "violations.csv").write_text(VIOLATIONS + "".join(f"{row},,\n" for row in violations), "utf-8")
        engine = Engine.load(folder / "policy.yaml")
        given = folder / "violations.csv" if violations else []
        batch = engine.grade(folder / "operators.csv", given, as_of=day, engine="reference")
        files = {source.name: source.sha256 for source in batch.records.sources}

        def scan(table, columns, operators=None):
            for row in batch.outcome.rows(table):
                if operators is None or row["operator_id"] in operators:
                    yield tuple(row[name] for name in columns)

        names = ("operators", "violations", "inspections")
        return Side(f"run{self.runs}", batch.context, {name: files.get(name) or NO_FILE for name in names}, scan)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def _v(number, on, severity="general", risk_point="RT-04", operator=A):
    return f"V{number},{operator},{risk_point},{on},{on},{severity},warning"


def _only(comparison):
    assert len(comparison.movers) == 1
    return comparison.movers.first(1)[0]


def _rule(mover, rule):
    return next(change for change in mover.rules if change.rule == rule)


def test_a_result_against_itself_shows_nothing(world):
    side = world.side([_v(1, "2022-03-01")])
    comparison = compare(side, side)
    assert list(comparison.movers) == comparison.movers.first(9) == []
    assert comparison.differs == ()
    assert comparison.rescored == 0
    assert all(total.fires == total.ceased == 0 for total in comparison.rules)


def test_a_record_that_came_is_told_on_the_same_day(world):
    old = world.side([_v(1, "2022-03-01")])
    new = world.side([_v(1, "2022-03-01"), _v(2, "2022-04-01")])
    mover = _only(compare(old, new))
    assert (mover.old.grade, mover.new.grade, mover.kind, mover.steps) == ("A", "B", "down", 1)
    assert (mover.causes, mover.possible) == (("records",), ())
    weight, repeat = _rule(mover, "weight"), _rule(mover, "repeat")
    assert (weight.change, weight.old_points, weight.new_points) == ("points", Decimal(-5), Decimal(-10))
    assert (weight.come, weight.gone) == (("V2",), ())
    assert (repeat.change, repeat.old_points, repeat.new_points) == ("fires", None, Decimal(-11))
    assert [(fact.fact, fact.old, fact.new) for fact in repeat.facts] == [("in_year", 1, 2)]


def test_a_record_that_went_is_told_on_the_same_day_and_the_way_up_is_up(world):
    old = world.side([_v(1, "2022-03-01"), _v(2, "2022-04-01")])
    mover = _only(compare(old, world.side([_v(1, "2022-03-01")])))
    assert (mover.kind, mover.steps, mover.causes, mover.possible) == ("up", -1, ("records",), ())
    assert _rule(mover, "repeat").change == "ceased"
    assert _rule(mover, "weight").gone == ("V2",)


def test_a_record_that_left_its_window_is_the_days_doing_where_the_files_are_the_same(world):
    rows = [_v(1, "2020-09-01", "serious"), _v(2, "2022-03-01", "minor")]
    mover = _only(compare(world.side(rows), world.side(rows, day=LATER)))
    assert (mover.kind, mover.causes, mover.possible) == ("up", ("age",), ())
    assert _rule(mover, "weight").gone == ("V1",)


def test_a_record_at_a_risk_point_that_had_none_is_told(world):
    old = world.side([_v(1, "2022-03-01")])
    new = world.side([_v(1, "2022-03-01"), _v(2, "2022-03-01", "serious", "RT-05")])
    mover = _only(compare(old, new))
    assert [(rule.risk_point, rule.change, rule.causes) for rule in mover.rules] == [("RT-05", "fires", ("records",))]
    back = _only(compare(new, old))
    assert [(rule.risk_point, rule.change, rule.causes) for rule in back.rules] == [("RT-05", "ceased", ("records",))]


def test_records_that_came_and_one_that_left_the_window_but_not_the_file_are_both_told(world):
    policy = POLICY.replace("deduct: 11", "deduct: 5 * in_year")
    rows = [_v(1, "2021-09-01"), _v(2, "2022-03-01"), _v(3, "2022-10-01"), _v(4, "2022-10-02")]
    repeat = _rule(
        _only(compare(world.side(rows, policy=policy), world.side(rows, policy=policy, day=LATER))), "repeat"
    )
    assert (repeat.come, repeat.gone) == (("V3", "V4"), ("V1",))
    assert (repeat.causes, repeat.possible) == (("records", "age"), ())


def test_what_another_rule_selects_otherwise_proves_nothing(world):
    """V3 was put under another risk point; V2 counted for the repetition before, unseen, and is now seen elsewhere."""
    narrow = POLICY.replace("value: 1,", "value: 2,").replace(
        "sum: by_severity, within: 24", "sum: by_severity, within: 1"
    )
    wide = POLICY.replace("value: 1,", "value: 2,")
    rows = [_v(1, "2022-06-15"), _v(2, "2022-03-01")]
    old = world.side([*rows, _v(3, "2022-06-20", risk_point="RT-05")], policy=narrow)
    new = world.side([*rows, _v(3, "2022-06-20")], policy=wide)
    repeat = _rule(_only(compare(old, new)), "repeat")
    assert (repeat.causes, set(repeat.possible)) == ((), {"records", "amended"})


def test_a_record_that_left_is_not_told_where_the_files_are_others(world):
    rows = [_v(1, "2020-09-01", "serious"), _v(2, "2022-03-01", "minor")]
    other = [*rows, _v(3, "2022-03-01", "minor", operator=B)]
    operators = (f"{A},甲,9,2015-01-01,", f"{B},乙,9,2015-01-01,")
    old, new = world.side(rows, operators=operators), world.side(other, day=LATER, operators=operators)
    mover = _only(compare(old, new))
    assert (mover.causes, mover.possible) == ((), ("records", "age"))


def test_the_same_record_saying_something_else_is_told_by_elimination(world):
    old, new = world.side([_v(1, "2022-03-01")]), world.side([_v(1, "2022-03-01", "serious")])
    mover = _only(compare(old, new))
    assert (mover.causes, mover.possible) == (("amended",), ())
    assert _rule(mover, "weight").come == _rule(mover, "weight").gone == ()


def test_the_same_record_on_another_day_in_other_files_is_not_told(world):
    old, new = world.side([_v(1, "2022-03-01")]), world.side([_v(1, "2022-03-01", "serious")], day=LATER)
    mover = _only(compare(old, new))
    assert (mover.causes, mover.possible) == ((), ("amended", "age"))


def test_a_profile_that_changed_is_told(world):
    rows = [_v(1, "2022-03-01", "minor")]
    old, new = world.side(rows), world.side(rows, operators=(f"{A},甲,0,2015-01-01,",))
    mover = _only(compare(old, new))
    assert (mover.causes, mover.possible) == (("profile",), ())
    assert (mover.old_ceiling, mover.new_ceiling) == (None, "fleet")
    assert [(fact.fact, fact.old, fact.new) for fact in _rule(mover, "fleet").facts] == [("fleet_size", 9, 0)]


def test_another_list_of_operators_amends_no_record(world):
    rows = [_v(1, "2021-09-01"), _v(2, "2021-10-01")]
    longer = (f"{A},甲,9,2015-01-01,", f"{B},乙,9,2015-01-01,")
    comparison = compare(world.side(rows), world.side(rows, day=LATER, operators=longer))
    assert comparison.differs == ("as_of", "operators")
    mover = next(mover for mover in comparison.movers if mover.operator_id == A)
    assert (mover.kind, mover.causes, mover.possible) == ("up", (), ("records", "age"))


def test_a_licence_that_aged_is_told_though_no_record_is_seen(world):
    operators = (f"{A},甲,9,2021-09-01,",)
    mover = _only(compare(world.side([], operators=operators), world.side([], day=LATER, operators=operators)))
    assert (mover.kind, mover.causes, mover.possible) == ("up", ("age",), ())
    assert mover.old_ceiling == "young"


@pytest.mark.parametrize(
    ("written", "otherwise", "part"),
    [
        ("general: 5", "general: 25", ("weights", "by_severity")),
        ("value: 1,", "value: 0,", ("parameters", "limit")),
        ("within: 12 months, per", "within: 24 months, per", ("facts", "in_year")),
        ("at_least: 90", "at_least: 96", ("grades", "")),
    ],
)
def test_a_policy_that_changed_is_told_where_nothing_else_did(world, written, otherwise, part):
    rows = [_v(1, "2022-03-01"), _v(2, "2020-09-01", "minor")]
    changed = POLICY.replace(written, otherwise)
    comparison = compare(world.side(rows), world.side(rows, policy=changed))
    assert part in comparison.policy_parts
    mover = _only(comparison)
    assert (mover.kind, mover.causes, mover.possible) == ("down", ("policy",), ())


def test_policy_and_day_together_are_not_guessed_between(world):
    rows = [_v(1, "2022-03-01"), _v(2, "2020-09-01", "minor")]
    changed = POLICY.replace("general: 5", "general: 25")
    comparison = compare(world.side(rows), world.side(rows, policy=changed, day=LATER))
    assert comparison.policy_and_day
    mover = _only(comparison)
    assert mover.causes == ()
    assert set(mover.possible) == {"policy", "age"}


def test_a_rule_that_the_policy_did_not_touch_is_not_laid_at_its_door(world):
    changed = POLICY.replace("general: 5", "general: 6")
    old, new = world.side([_v(1, "2022-03-01")]), world.side([_v(1, "2022-03-01"), _v(2, "2022-04-01")], policy=changed)
    mover = _only(compare(old, new))
    assert _rule(mover, "repeat").causes == ("records",)
    assert _rule(mover, "repeat").possible == ()
    assert "policy" in _rule(mover, "weight").possible


def test_a_new_rule_is_the_policys_doing(world):
    rows = [_v(1, "2022-03-01")]
    added = REPEAT.replace("repeat", "another").replace("> limit", ">= 1")
    longer = POLICY.replace(REPEAT, REPEAT + added.lstrip("\n"))
    mover = _only(compare(world.side(rows), world.side(rows, policy=longer)))
    assert _rule(mover, "another").causes == ("policy",)
    dropped = _only(compare(world.side(rows, policy=longer), world.side(rows)))
    assert _rule(dropped, "another").change == "ceased"
    assert _rule(dropped, "another").causes == ("policy",)


def test_a_parameter_of_another_day_is_the_days_doing(world):
    dated = POLICY.replace("value: 1,", "values: [{since: 2020-01-01, value: 1}, {since: 2022-12-01, value: 0}],")
    rows = [_v(1, "2022-03-01")]
    comparison = compare(world.side(rows, policy=dated), world.side(rows, policy=dated, day=LATER))
    mover = _only(comparison)
    assert comparison.differs == ("as_of",)
    assert _rule(mover, "repeat").facts == ()
    assert (mover.kind, mover.causes, mover.possible) == ("down", ("age",), ())
    operators = (f"{A},甲,9,2015-01-01,", f"{B},乙,9,2015-01-01,")
    other = compare(
        world.side(rows, policy=dated, operators=operators),
        world.side([*rows, _v(2, "2022-03-01", "minor", operator=B)], policy=dated, day=LATER, operators=operators),
    )
    repeats = [_rule(mover, "repeat") for mover in other.movers if mover.operator_id == A]
    assert [(repeat.causes, repeat.possible) for repeat in repeats] == [(("age",), ())]


def test_a_grade_table_that_changed_is_told_on_another_day_where_the_score_is_the_same(world):
    rows = [_v(1, "2022-03-01")]
    changed = POLICY.replace("at_least: 90", "at_least: 96")
    mover = _only(compare(world.side(rows), world.side(rows, policy=changed, day=LATER)))
    assert mover.old_score == mover.new_score
    assert (mover.causes, mover.possible) == (("policy",), ())


def test_wording_alone_is_no_other_policy(world):
    rows = [_v(1, "2022-03-01")]
    comparison = compare(world.side(rows), world.side(rows, policy=POLICY.replace("en: Small", "en: Little")))
    assert comparison.differs == ("policy_text",)
    assert list(comparison.movers) == comparison.movers.first(9) == []


def test_who_enters_leaves_closes_or_cannot_be_told(world):
    old = world.side(
        [_v(1, "2022-03-01", operator=C)],
        operators=(f"{A},甲,9,2015-01-01,", f"{B},乙,9,2015-01-01,", f"{C},丙,9,2015-01-01,"),
    )
    new = world.side(
        [_v(1, "2022-03-01", operator=C)],
        operators=(f"{A},甲,9,2015-01-01,2022-01-31", f"{C},丙,,2015-01-01,", f"{PERSON},某某某,9,2015-01-01,"),
    )
    comparison = compare(old, new)
    movers = {mover.operator_id: mover for mover in comparison.movers}
    assert {key: mover.kind for key, mover in movers.items()} == {
        A: "status",
        B: "left",
        C: "status",
        "110105********002X": "entered",
    }
    assert (movers[A].new.status, movers[A].causes) == ("not_current", ("profile",))
    assert (movers[C].new.status, movers[C].causes) == ("not_evaluable", ("profile",))
    assert [text.en for text in movers[C].missing] == ["licensed vehicles"]
    assert _rule(movers[C], "fleet").change == "unknown"
    assert movers["110105********002X"].name == "某**"
    shown = {mover.operator_id: mover.name for mover in compare(old, new, show_personal=True).movers}
    assert shown[PERSON] == "某某某"
    assert sum(map(sum, comparison.matrix)) == 4
    assert [comparison.kinds[kind] for kind in ("status", "left", "entered", "up", "down")] == [2, 1, 1, 0, 0]


def test_records_that_were_no_files_are_not_taken_for_the_same(world):
    rows = [_v(1, "2020-09-01", "serious"), _v(2, "2022-03-01", "minor")]
    old, new = world.side(rows), world.side(rows, day=LATER)
    unknown = [Side(side.run_id, side.context, {**side.files, "violations": None}, side.scan) for side in (old, new)]
    comparison = compare(*unknown)
    assert comparison.differs == ("as_of", "untold_files")
    assert (_only(comparison).causes, _only(comparison).possible) == ((), ("records", "age"))


def test_a_colour_of_the_catalogue_is_told_from_the_policy(world):
    policy = POLICY.replace("by: severity", "by: level").replace(
        "{minor: 1, general: 5, serious: 15, major: 30}", "{red: 30, orange: 20, yellow: 5, blue: 1}"
    )
    old = world.side([_v(1, "2022-03-01")], policy=policy)
    level = old.context.catalog.risk_points["RT-04"].level
    assert level in {"red", "orange", "yellow", "blue"}
    from dataclasses import replace

    plan = old.context.plan
    points = tuple(
        replace(point, level="blue" if point.level != "blue" else "red") if point.code == "RT-04" else point
        for point in plan.risk_points
    )
    recoloured = Context(replace(plan, risk_points=points), old.context.policy, old.context.catalog, old.context.as_of)
    graded = _graded_again(recoloured, old)
    mover = _only(compare(old, graded))
    assert (mover.causes, mover.possible) == (("catalog",), ())


def _graded_again(context, side):
    """A side whose points at RT-04 are what the other colour makes of them."""

    def scan(table, columns, operators=None):
        for row in side.scan(table, columns, operators):
            values = dict(zip(columns, row, strict=True))
            if table == "grades":
                values["grade"] = "C"
            if table == "signals" and "points" in values:
                values["points"] = Decimal(-50)
            if table == "facts_by_risk_point":
                values["points"] = Decimal(50)
            yield tuple(values[name] for name in columns)

    return Side("recoloured", context, side.files, scan)
