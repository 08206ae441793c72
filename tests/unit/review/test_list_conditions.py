"""Recommendations for lists from a run: who, why, who was near, of whom it cannot be told; and as a proposal."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from riskengine import Engine, PolicyError, UsageError
from riskengine.cli.main import cli
from riskengine.supervision.lists.recommended import proposal_of, run_findings

AS_OF = date(2022, 12, 31)
FIRM = {"fleet_size": "10", "licensed_on": "2015-01-01"}


def _overload(number, operator, vehicle, **cells):
    base = {"violation_id": f"示例罚{number}号", "operator_id": operator, "risk_point": "HW-01", "penalty": "500"}
    dates = {"occurred_on": "2022-06-15", "decided_on": "2022-07-01"}
    return {
        **base,
        **dates,
        "severity": "general",
        "penalty_kind": "fine",
        "vehicle": vehicle,
        "driver": f"D{number}",
        **cells,
    }


OPERATORS = [
    {"operator_id": "OP-RED", "name": "示例一号", **FIRM},
    {"operator_id": "OP-NEARLY-RED", "name": "示例二号", **FIRM},
    {"operator_id": "OP-SERIOUS", "name": "示例三号", **FIRM},
    {"operator_id": "OP-NEAR", "name": "示例四号", **FIRM},
    {"operator_id": "OP-UNKNOWN", "name": "示例五号", **FIRM},
    {"operator_id": "OP-YOUNG", "name": "示例六号", "fleet_size": "3", "licensed_on": "2021-12-01"},
    {"operator_id": "OP-GONE", "name": "示例七号", "licensed_on": "2015-01-01", "closed_on": "2020-01-01"},
    {"operator_id": "11010519491231002X", "name": "某小样", **FIRM},
]
VIOLATIONS = [
    _overload(1, "OP-NEARLY-RED", "豫K00001", severity="minor", occurred_on="2021-03-01", decided_on="2021-03-09"),
    *(_overload(10 + n, "OP-SERIOUS", f"豫K1000{n}") for n in range(4)),
    *(_overload(20 + n, "OP-NEAR", "豫K20000") for n in range(3)),
    *(_overload(30 + n, "OP-UNKNOWN", None) for n in range(4)),
    *(_overload(40 + n, "11010519491231002X", "豫K40000") for n in range(4)),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    batch = Engine.load().grade(OPERATORS, VIOLATIONS, as_of=AS_OF)
    return batch.write(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="module")
def found(run):
    return {(one.operator_id, one.condition): one for one in run_findings(run)[1]}


def _outcomes(found, operator):
    return {condition: one.outcome for (who, condition), one in found.items() if who == operator}


def test_who_is_recommended_near_and_untold(found):
    assert _outcomes(found, "OP-RED") == {"two_years_without_violation": "recommended"}
    assert _outcomes(found, "OP-NEARLY-RED") == {"two_years_without_violation": "near"}
    assert _outcomes(found, "OP-SERIOUS")["permit_revocable_for_overloads"] == "recommended"
    assert _outcomes(found, "OP-NEAR")["overloads_over_the_statutory_count"] == "near"
    assert _outcomes(found, "OP-UNKNOWN")["overloads_over_the_statutory_count"] == "unknown"
    assert _outcomes(found, "OP-YOUNG") == {}
    assert _outcomes(found, "OP-GONE") == {}


def test_what_cannot_be_told_is_no_recommendation_and_names_what_is_missing(found):
    one = found["OP-UNKNOWN", "overloads_over_the_statutory_count"]
    assert [text.en for text in one.missing] == ["A vehicle with more than three overload violations in a year"]


def test_each_says_what_it_read_and_its_articles(found):
    one = found["OP-RED", "two_years_without_violation"]
    values = {title.en: value.en for title, value in one.values}
    assert values["Violations in 24 months"] == "0"
    assert values["grade"] == "“AA”"
    assert values["records left out"] == "0"
    assert (one.bases[0].law, one.bases[0].article, one.local) == ("henan_social_credit_regulation", "28", True)


def test_conditions_not_yet_in_force_are_not_asked(tmp_path):
    batch = Engine.load().grade(OPERATORS[:1], [], as_of=date(2022, 12, 31))
    run = batch.write(tmp_path)
    rules, _ = run_findings(run)
    assert {each.condition for each in rules.in_force(date(2020, 4, 30))} == set()
    assert len(rules.in_force(date(2020, 5, 1))) == len(rules.file.conditions)


def test_a_recommendation_becomes_a_proposal(run):
    cells = proposal_of(run.folder, "serious_list", "OP-SERIOUS", "zh")
    assert cells["run_sha256"] == run.manifest["sha256"]
    assert cells["grounds"].split(";")[:2] == [
        "henan_social_credit_regulation:33:1:1",
        "henan_overload_control_regulation:29:3",
    ]
    assert "百分之三十" in cells["facts"]
    assert cells["discipline"].split(";") == ["key_review", "subsidy_limits", "key_supervision", "no_commendation"]
    assert proposal_of(run.folder, "red_list", "OP-RED", "en")["grounds"] == "henan_social_credit_regulation:28:2"
    assert "HW-01" not in proposal_of(run.folder, "rectification", "OP-SERIOUS", "zh")["grounds"]


@pytest.mark.parametrize(
    ("kind", "operator"), [("serious_list", "OP-RED"), ("serious_list", "OP-NEAR"), ("red_list", "OP-UNKNOWN")]
)
def test_what_a_run_does_not_recommend_is_not_proposed_on_it(run, kind, operator):
    with pytest.raises(UsageError, match=r"RE-931"):
        proposal_of(run.folder, kind, operator, "zh")
    with pytest.raises(UsageError, match=r"RE-603.*OP-RED"):
        proposal_of(run.folder, kind, "OP-RAD", "zh")


GOOD = """\
policy: xuchang-transport
conditions:
  - condition: one
    list: red
    title: {zh: 示例, en: example}
    when: WHEN
    bases: [{since: 2020-05-01, law: henan_social_credit_regulation, article: 28, quote: 公示}]
    basis: local_policy
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("WHEN", "grade = 'AA' and", "RE-511"),
        ("WHEN", "records_in_two_yeers = 0", "RE-521.*records_in_two_years"),
        ("WHEN", "records_in_two_years", "RE-525"),
        ("WHEN", "counted > 0", "RE-521"),
        ("xuchang-transport", "uk-fhrs", "RE-933"),
        ("henan_social_credit_regulation, article: 28", "henan_social_credit_regulation, article: 99", "RE-930"),
        ("henan_social_credit_regulation, article: 28", "no_law, article: 28", "RE-930"),
        ("[{since: 2020-05-01, law: henan_social_credit_regulation, article: 28, quote: 公示}]", "[]", "RE-933"),
        ("list: red", "list: black", "RE-933"),
        ("basis: local_policy", "basis: my_own", "RE-933"),
    ],
)
def test_conditions_that_do_not_hold_together_are_told_with_their_line(run, tmp_path, old, new, code):
    file = tmp_path / "lists.yaml"
    file.write_text(GOOD.replace(old, new).replace("WHEN", "grade = 'AA'"), "utf-8")
    with pytest.raises(PolicyError, match=rf"(?s)lists.yaml, line \d+.*{code}"):
        run_findings(run, file)
    file.write_text(GOOD.replace("WHEN", "grade = 'AA'"), "utf-8")
    assert {one.operator_id for one in run_findings(run, file)[1]} >= {"OP-RED"}


def test_a_policy_without_conditions_says_so(tmp_path):
    run = Engine.load(policy="guangdong-integrity").grade([OPERATORS[0], OPERATORS[1]], [], as_of=AS_OF).write(tmp_path)
    with pytest.raises(PolicyError, match=r"RE-933.*guangdong"):
        run_findings(run)


def test_the_command_says_it_in_both_languages_and_masks_persons(run):
    for lang, word in (("zh", "建议列入"), ("en", "recommended")):
        done = CliRunner().invoke(cli, ["supervise", "lists", str(run.folder), "--lang", lang])
        assert done.exit_code == 0, done.output
        assert word in done.output
        assert "某小样" not in done.output
        assert "11010519491231002X" not in done.output
    done = CliRunner().invoke(cli, ["supervise", "lists", str(run.folder), "--json"])
    said = json.loads(done.stdout)
    assert said["run_sha256"] == run.manifest["sha256"]
    assert {one["list"] for one in said["findings"]} == {"red", "serious"}
    assert all(one["articles"] for one in said["findings"])
    assert {one["list"] for one in said["exits"]} == {"red", "serious"}


def test_an_altered_run_recommends_nothing(run, tmp_path):
    import shutil

    copy = tmp_path / run.run_id
    shutil.copytree(run.folder, copy)
    (copy / "facts.parquet").write_bytes((copy / "facts.parquet").read_bytes() + b"x")
    done = CliRunner().invoke(cli, ["supervise", "lists", str(copy)])
    assert done.exit_code == 2
    assert "RE-610" in done.output
