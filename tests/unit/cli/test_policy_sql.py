"""``riskengine policy sql``."""

from __future__ import annotations

import json

import duckdb


def test_the_sql_of_a_policy_names_its_rules_with_their_law(cli):
    done = cli("policy", "sql", "xuchang-transport", "--as-of", "2022-12-31")
    assert done.code == 0
    assert done.out.startswith("-- xuchang-transport 2022.1, as of 2022-12-31; plan ")
    assert "rule 4: vehicle_over_three_overloads (ceiling): highway_protection_regulation, article 66" in done.out
    assert "rule 0: violation_deduction (signal): the risk point's liability article" in done.out
    assert duckdb.extract_statements(done.out)


def test_the_steps_as_json_are_in_the_order_in_which_they_run(cli):
    done = cli("policy", "sql", "uk-fhrs", "--as-of", "2020-11-15", "--json")
    printed = json.loads(done.out)
    names = [step["name"] for step in printed["steps"]]
    assert names.index("facts") < names.index("told") < names.index("verdicts") < names.index("actions")
    assert set(printed["inputs"]) >= {"operators", "rules", "risk_points"}


def test_an_unknown_policy_is_said(cli):
    done = cli("policy", "sql", "no-such")
    assert done.code == 2
    assert "RE-501" in done.err
