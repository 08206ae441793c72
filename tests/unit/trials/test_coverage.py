"""What the tests of a policy leave untried: demanded where it can happen, noted where it does."""

from __future__ import annotations

from fractions import Fraction

import pytest

from riskengine.kernel.errors import PolicyError
from riskengine.policy import shipped_policies
from riskengine.policy.parser import parse_expression
from riskengine.trials import Subject, coverage_of, graded, read_trials
from riskengine.trials.coverage.ranges import ANY, between, range_of
from riskengine.trials.coverage.sites import Sites
from riskengine.trials.coverage.tracing import came_out, outcomes
from riskengine.trials.coverage.watching import seen_by

RANGES = {"n": between(0, None), "size": between(1, 10), "share": between(0, 1), "less": between(-5, -1)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", between(3, 3)),
        ("n + 2", between(2, None)),
        ("2 - n", between(None, 2)),
        ("-size", between(-10, -1)),
        ("n * share", between(0, None)),
        ("size * less", between(-50, -1)),
        ("n * less", ANY),
        ("n / size", between(0, None)),
        ("least(n, 7)", between(0, 7)),
        ("greatest(less, size)", between(1, 10)),
        ("coalesce(size, 0)", between(0, 10)),
        ("case when n > 1 then 3 when n > 0 then null else size end", between(1, 10)),
        ("'text'", ANY),
        ("nothing_known", ANY),
    ],
)
def test_the_range_of_an_expression(text, expected):
    assert range_of(parse_expression(text), RANGES) == expected


def possible(text, booleans=()):
    return [f"{what}: {state}" for _, what, state in outcomes(parse_expression(text), RANGES, booleans)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x > 3", ["x > 3: below", "x > 3: equal", "x > 3: above"]),
        ("n > 0", ["n > 0: equal", "n > 0: above"]),
        ("size <= 10", ["size <= 10: below", "size <= 10: equal"]),
        ("size > 20", ["size > 20: below"]),
        ("n = 0", ["n = 0: true", "n = 0: false"]),
        ("size = 0", ["size = 0: false"]),
        ("n is null or flag", ["n is null: true", "n is null: false", "flag: true", "flag: false"]),
        ("flag = true", ["flag = true: true", "flag = true: false"]),
        ("k in ('a', 'b')", ["k in ('a', 'b'): true", "k in ('a', 'b'): false"]),
        (
            "case when flag then true else false end",
            ["case when flag: taken", "else of case when flag: taken", "flag: true", "flag: false"],
        ),
    ],
)
def test_what_can_come_out(text, names):
    assert possible(text, {"flag"}) == names


@pytest.mark.parametrize(
    ("text", "values", "names"),
    [
        ("x > 3", {"x": 3}, ["x > 3: equal"]),
        ("x > 3", {"x": Fraction(5, 2)}, ["x > 3: below"]),
        ("x > 3", {"x": None}, []),
        ("x > 3 and y = 1", {"x": 2, "y": 1}, ["x > 3: below", "y = 1: true"]),
        ("x is null", {"x": None}, ["x is null: true"]),
        (
            "case when x > 3 then y > 1 else y > 2 end",
            {"x": 4, "y": 1},
            ["x > 3: above", "case when x > 3: taken", "y > 1: equal"],
        ),
        ("case when x > 3 then y > 1 else y > 2 end", {"x": None, "y": 1}, []),
        ("case when x > 3 then 1 else 2 end", {"x": 3}, ["x > 3: equal", "else of case when x > 3: taken"]),
        ("coalesce(x > 1, y > 1)", {"x": 2, "y": 2}, ["x > 1: above"]),
        ("not flag", {"flag": False}, ["flag: false"]),
    ],
)  # fmt: skip
def test_what_comes_out_is_what_the_engine_evaluates(text, values, names):
    found = came_out(parse_expression(text), values, {"flag"})
    assert [f"{what}: {state}" for what, state in found] == names


POLICY = """
policy: tried
version: "1"
title: {zh: 例, en: Example}
summary: {zh: 例, en: Example}
effective: {since: 2020-01-01}
profile:
  certified: {type: bool}
parameters:
  limit: {value: 2, basis: local_policy}
weights:
  by_severity: {by: severity, table: {minor: 1, major: 5}, missing: 1, basis: local_policy}
  by_age:
    by: age
    brackets: [{within: 6 months, value: 1}, {within: 12 months, value: 0.5}]
    otherwise: 0
    basis: local_policy
  by_fine:
    by: penalty
    brackets: [{below: 100, value: 1}, {at_least: 100, value: 2}]
    missing: 0
    basis: local_policy
facts:
  points: {sum: by_severity * by_age + by_fine, within: 24 months, missing: 0}
  worst: {count: violations, where: "severity = 'major'", per: driver, then: count, having: group > 1, missing: ignore}
  most: {count: violations, in_any: 30 days}
  level_of_care:
    table: [{when: points > 9, value: "'low'"}, {when: certified, value: "'high'"}]
    hit: first
    otherwise: "'fair'"
signals:
  - {rule: costs, title: {zh: 扣分, en: Costs}, when: points > limit, deduct: points, cap: 5, if_unknown: stop, basis: local_policy}
  - {rule: careless, title: {zh: 疏忽, en: Careless}, when: level_of_care = 'low', deduct: 1, if_unknown: skip, basis: local_policy}
grades:
  score: {from: 10, floor: 4}
  basis: local_policy
  table: [{grade: A, at_least: 8}, {grade: B}]
  ceilings:
    - {rule: worse, title: {zh: 更差, en: Worse}, when: worst > 0, at_most: B, if_unknown: stop, basis: local_policy}
"""  # noqa: E501 - a rule a line

NONE = """
tests:
  - {name: nothing happened, as_of: 2022-12-31, operator: {certified: true}, expect: {grade: A}}
"""


@pytest.fixture
def tried(tmp_path):
    def cover(tests):
        (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
        (tmp_path / "tests.yaml").write_text(tests, "utf-8")
        subject = Subject.load(tmp_path)
        return coverage_of(subject, read_trials(subject))

    return cover


def test_everything_that_can_happen_is_demanded_by_name(tried):
    names = {item.name for item in tried(NONE).items}
    assert names == {
        "rule costs: fired", "rule costs: not_fired",
        "rule careless: fired", "rule careless: not_fired", "rule careless: unknown",
        "rule worse: fired", "rule worse: not_fired", "rule worse: lowered",
        "grade A: given", "grade B: given",
        "rule costs.when: points > limit: below", "rule costs.when: points > limit: equal",
        "rule costs.when: points > limit: above",
        "rule costs: cap: reached", "rule costs: cap: not_reached",
        "rule careless.when: level_of_care = 'low': true", "rule careless.when: level_of_care = 'low': false",
        "rule worse.when: worst > 0: equal", "rule worse.when: worst > 0: above",
        "fact worst.where: severity = 'major': true", "fact worst.where: severity = 'major': false",
        "fact worst.having: group > 1: equal", "fact worst.having: group > 1: above",
        "fact level_of_care.table.1.when: points > 9: below", "fact level_of_care.table.1.when: points > 9: equal",
        "fact level_of_care.table.1.when: points > 9: above",
        "fact level_of_care.table.2.when: certified: true", "fact level_of_care.table.2.when: certified: false",
        "fact level_of_care: row 1: used", "fact level_of_care: row 2: used", "fact level_of_care: otherwise: used",
        "grade A.when: score >= 8: below", "grade A.when: score >= 8: equal", "grade A.when: score >= 8: above",
        "weight by_severity: minor: used", "weight by_severity: major: used", "weight by_severity: missing: used",
        "weight by_age: bracket 1: used", "weight by_age: bracket 2: used", "weight by_age: otherwise: used",
        "weight by_age: 6 months: first_day", "weight by_age: 6 months: day_before",
        "weight by_age: 12 months: first_day", "weight by_age: 12 months: day_before",
        "weight by_fine: bracket 1: used", "weight by_fine: bracket 2: used", "weight by_fine: missing: used",
        "weight by_fine: at_least 100: equal",
        "fact points: 24 months: first_day", "fact points: 24 months: day_before",
        "fact most: in any 30 days: first_day", "fact most: in any 30 days: day_before",
    }  # fmt: skip


def test_what_a_test_brings_about_is_covered_and_nothing_else(tried):
    assert tried(NONE).covered == {
        "rule costs: not_fired", "rule careless: not_fired", "rule worse: not_fired", "grade A: given",
        "rule costs.when: points > limit: below", "rule careless.when: level_of_care = 'low': false",
        "rule worse.when: worst > 0: equal", "fact level_of_care.table.1.when: points > 9: below",
        "fact level_of_care.table.2.when: certified: true", "fact level_of_care: row 2: used",
        "grade A.when: score >= 8: above",
    }  # fmt: skip


RECORDS = """
tests:
  - name: records at the edges
    as_of: 2022-12-31
    violations:
      - {risk_point: X, occurred_on: %s, severity: major, penalty: 100, driver: D1}
      - {risk_point: X, occurred_on: 2022-12-01, severity: major, penalty: 99.99, driver: D1}
      - {risk_point: X, occurred_on: 2022-12-01}
    expect: {status: graded}
"""


@pytest.mark.parametrize(
    ("day", "names"),
    [
        ("2022-07-01", {"weight by_age: 6 months: first_day", "weight by_age: bracket 1: used"}),
        ("2022-06-30", {"weight by_age: 6 months: day_before", "weight by_age: bracket 2: used"}),
        ("2022-01-01", {"weight by_age: 12 months: first_day", "weight by_age: bracket 2: used"}),
        ("2021-12-31", {"weight by_age: 12 months: day_before", "weight by_age: otherwise: used"}),
        ("2021-01-01", {"fact points: 24 months: first_day"}),
        ("2020-12-31", {"fact points: 24 months: day_before"}),
    ],
)
def test_windows_weights_and_groups_are_met_by_records(tried, day, names):
    covered = tried(RECORDS % day).covered
    assert names <= covered
    windows = {name for name in covered if "months: " in name}
    assert windows == {name for name in names if "months: " in name}
    assert {
        "weight by_severity: major: used", "weight by_severity: missing: used", "weight by_fine: bracket 1: used",
        "weight by_fine: bracket 2: used", "weight by_fine: missing: used", "weight by_fine: at_least 100: equal",
        "fact worst.where: severity = 'major': true", "fact worst.having: group > 1: above",
        "rule worse: fired", "rule worse: lowered",
    } <= covered | {"rule worse: lowered"}  # fmt: skip
    assert "weight by_severity: minor: used" not in covered


SLIDING = """
  together: {count: violations, where: "severity = 'major'", in_any: 6 months, missing: ignore}
"""


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("2021-01-16", "2021-07-15", "first_day"),
        ("2021-01-15", "2021-07-15", "day_before"),
        ("2021-01-14", "2021-07-15", None),
        ("2021-07-15", "2021-07-15", None),
    ],
)
def test_the_edges_of_a_window_anywhere_are_met_by_another_record(tmp_path, first, second, state):
    (tmp_path / "policy.yaml").write_text(POLICY.replace("facts:", f"facts:{SLIDING.rstrip()}"), "utf-8")
    rows = "".join(f"{{risk_point: X, occurred_on: {day}, severity: major}}, " for day in (first, second))
    text = (
        f"tests:\n  - {{name: two, as_of: 2022-12-31, violations: [{rows}], expect: {{left_out: 0, status: graded}}}}\n"
    )
    (tmp_path / "tests.yaml").write_text(text, "utf-8")
    subject = Subject.load(tmp_path)
    cover = coverage_of(subject, read_trials(subject))
    place = "fact together: in any 6 months"
    assert {f"{place}: first_day", f"{place}: day_before"} <= {item.name for item in cover.items}
    assert {name for name in cover.covered if name.startswith(place)} == ({f"{place}: {state}"} if state else set())


def test_peers_are_not_looked_at(tried):
    peers = NONE.replace("expect:", "peers: [{violations: [{risk_point: X, occurred_on: 2022-12-01}]}], expect:")
    assert tried(peers).covered == tried(NONE).covered


@pytest.mark.parametrize(
    ("day", "names"),
    [
        ("2022-11-02", {"fact most: in any 30 days: first_day"}),
        ("2022-11-01", {"fact most: in any 30 days: day_before"}),
        ("2022-12-01", set()),
        ("2022-10-31", set()),
    ],
)
def test_a_window_that_slides_is_met_by_two_records(tried, day, names):
    covered = tried(RECORDS % day).covered
    assert {name for name in covered if name.startswith("fact most")} == names


def test_a_record_that_is_not_wanted_is_in_no_group(tried):
    minor = "      - {risk_point: X, occurred_on: 2022-12-01, severity: minor, driver: D2}\n"
    alone = RECORDS.replace("      - {risk_point: X, occurred_on: 2022-12-01}\n", minor * 2) % "2022-12-01"
    alone = alone.replace("penalty: 99.99, driver: D1", "penalty: 99.99, driver: D3")
    groups = {name for name in tried(alone).covered if name.startswith("fact worst.having")}
    assert groups == {"fact worst.having: group > 1: equal"}


OUT = """
out_of_reach:
  - what: %s
    why: {zh: 试例, en: For the test}
"""


def test_what_is_out_of_reach_is_not_demanded(tried):
    plain, without = tried(NONE), tried(NONE + OUT % '"rule worse: lowered"')
    assert {item.name for item in plain.items} - {item.name for item in without.items} == {"rule worse: lowered"}
    assert without.out_of_reach == ("rule worse: lowered",)


@pytest.mark.parametrize(
    ("what", "code", "words"),
    [
        ('"rule worse: lowers"', "RE-708", "Did you mean: rule worse: lowered"),
        ('"rule worse: not_fired"', "RE-709", "a test brings it about"),
    ],
)
def test_what_is_wrongly_called_out_of_reach_is_an_error_with_its_line(tried, what, code, words):
    with pytest.raises(PolicyError) as caught:
        tried(NONE + OUT % what)
    [problem] = caught.value.problems
    assert (problem.code, problem.line) == (code, 6)
    assert words in problem.text()


@pytest.mark.parametrize("policy", shipped_policies())
def test_every_item_has_a_line_and_a_name_of_its_own(policy):
    subject = Subject.load(policy)
    items = Sites(subject).items()
    assert all(item.line for item in items.values())
    assert len(items) > 20


@pytest.mark.parametrize("policy", shipped_policies())
def test_what_is_noted_of_rules_and_grades_is_what_the_engine_answers(policy):
    subject = Subject.load(policy)
    sites = Sites(subject)
    for trial in read_trials(subject).tests:
        seen = seen_by(subject, sites, trial)
        outcome = graded(subject, trial)[1]
        rows = [row for row in outcome.rows("signals") if row["operator_id"] == "T"]
        for state, status in (("fired", "fired"), ("unknown", "not_evaluable")):
            told = {f"rule {row['rule']}" for row in rows if row["status"] == status}
            assert told == {where for where, what, noted in seen if (what, noted) == ("", state)}, trial.name
        [grade] = [row for row in outcome.rows("grades") if row["operator_id"] == "T"]
        given = {where for where, _, noted in seen if noted == "given"}
        assert bool(given) == (grade["score"] is not None), trial.name
        lowered = {where for where, _, noted in seen if noted == "lowered"}
        assert lowered == ({f"rule {grade['ceiling_rule']}"} if grade["ceiling_rule"] else set()), trial.name


def test_per_cent_are_rounded_down(tried):
    coverage = tried(NONE)
    done, of = len(coverage.items) - len(coverage.missed), len(coverage.items)
    assert coverage.percent == 100 * done // of
    assert sum(of for _, of in coverage.by_kind().values()) == of


@pytest.mark.parametrize(
    ("values", "names", "covered"),
    [
        ("[{since: 2022-01-01, value: 2}]", set(), set()),
        ("[{since: 2022-01-01, value: 2}, {since: 2023-01-01, value: 3}]", {"2022", "2023"}, {"2022"}),
        ("[{since: 2022-01-01, value: 2}, {since: 2022-12-31, value: 3}]", {"2022", "2022-12-31"}, {"2022-12-31"}),
        ("[{since: 1990-01-01, value: 2}, {since: 1991-01-01, value: 3}]", set(), set()),
    ],
)
def test_each_value_of_a_parameter_is_demanded_while_the_policy_is_in_force(tmp_path, values, names, covered):
    (tmp_path / "policy.yaml").write_text(
        POLICY.replace("limit: {value: 2, basis", f"limit: {{values: {values}, basis"), "utf-8"
    )
    (tmp_path / "tests.yaml").write_text(NONE, "utf-8")
    subject = Subject.load(tmp_path)
    found = coverage_of(subject, read_trials(subject))

    def of_the_limit(days):
        return {f"parameter limit: since {day if len(day) > 4 else day + '-01-01'}: used" for day in days}

    assert {item.name for item in found.items if item.kind == "parameters"} == of_the_limit(names)
    assert {name for name in found.covered if name.startswith("parameter ")} == of_the_limit(covered)
    line = POLICY.splitlines().index("parameters:") + 2
    assert {item.line for item in found.items if item.kind == "parameters"} == ({line} if names else set())
