"""``riskengine policy sql``."""

from __future__ import annotations

import json

import duckdb
import pytest
import sqlglot
from sqlglot import exp


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


@pytest.mark.parametrize("policy", ["xuchang-transport", "uk-fhrs", "guangdong-integrity", "fmcsa-sms"])
def test_in_sparks_words_nothing_is_left_that_spark_reads_otherwise(cli, policy):
    printed = json.loads(cli("policy", "sql", policy, "--as-of", "2022-12-31", "--dialect", "spark", "--json").out)
    assert printed["dialect"] == "spark"
    steps = {step["name"]: step["sql"] for step in printed["steps"]}
    for name, sql in steps.items():
        tree = sqlglot.parse_one(sql, read="spark")
        assert not list(tree.find_all(exp.IntDiv, exp.Length)), name
        assert not [kind for kind in tree.find_all(exp.DataType) if kind.this == exp.DataType.Type.INT128], name
        assert all(isinstance(total.this, exp.Cast) for total in tree.find_all(exp.Sum)), name
    kinds = {kind for columns in printed["inputs"].values() for kind in columns.values()}
    assert kinds <= {"BIGINT", "STRING", "ARRAY<STRING>", "DATE", "BOOLEAN", "DECIMAL(38, 0)"}
    text = cli("policy", "sql", policy, "--as-of", "2022-12-31", "--dialect", "spark").out
    assert text.count("CREATE TEMPORARY VIEW ") == len(steps)


def test_an_unknown_policy_is_said(cli):
    done = cli("policy", "sql", "no-such")
    assert done.code == 2
    assert "RE-501" in done.err
