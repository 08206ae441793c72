"""Spark's engine against the reference: random policies, published ratings.

One Spark serves all of them. ``RISKENGINE_SPARK_POLICIES`` says how many random policies are tried (20, and 200 in the
long run, unless given). What is compared is the hash that Spark reckoned, and the rows of the files that it wrote.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from random_policies import CATALOG, random_policy
from random_records import random_records

from riskengine import Engine
from riskengine.contract.content_hash import content_hash
from riskengine.engines.registry import engine_named
from riskengine.plan import compile_plan
from riskengine.policy import read_policy
from riskengine.records import read_records

ROOT = Path(__file__).parents[2]
FHRS = ROOT.parent / "shared" / "data" / "fhrs_sample.csv"
GIVEN = os.environ.get("RISKENGINE_SPARK_POLICIES")
FEW, MANY = (int(GIVEN), int(GIVEN)) if GIVEN else (20, 200)
AT_ONCE = 2

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]


def unequal(expected, got):
    """The tables, and the accounts, in which an outcome of Spark's differs from another."""
    found = []
    for name in (*expected.table_names(), "conduct"):
        want = content_hash(expected.table(name), expected.rows(name))
        if not want == got.digest(name)[1] == content_hash(got.table(name), got.rows(name)):
            found.append(name)
    return [*found, *(["accounts"] if expected.usage != got.usage else [])]


def compared(plan, records, as_of, spark):
    expected = engine_named("reference").grade(plan, records, as_of)
    return unequal(expected, engine_named("spark", master=spark).grade(plan, records, as_of))


def random_differences(seed, spark):
    data = random_policy(seed)
    plan = compile_plan(read_policy(data), CATALOG)
    operators, violations, inspections, as_of = random_records(seed * 20, data)
    records = read_records(
        operators=operators, violations=violations, inspections=inspections, as_of=as_of, profile=plan.profile
    )
    return [f"policy {seed}: {what}" for what in compared(plan, records, as_of, spark)]


def all_differences(seeds, spark):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [line for lines in pool.map(lambda seed: random_differences(seed, spark), seeds) for line in lines]


def test_random_policies_are_carried_out_as_the_reference_does(spark):
    assert all_differences(range(FEW), spark) == []


@pytest.mark.long
def test_many_random_policies_are_carried_out_as_the_reference_does(spark):
    assert all_differences(range(FEW, FEW + MANY), spark) == []


@pytest.mark.skipif(not FHRS.exists(), reason="the published food hygiene ratings (../shared/data) are not here")
def test_published_food_hygiene_ratings_are_graded_alike(spark):
    engine, day = Engine.load("uk-fhrs"), date(2020, 11, 15)
    given = {"as_of": day, "mapping": {"operator_id": "establishment_id"}}
    one = engine.grade(FHRS, engine="duckdb", **given)
    other = engine.grade(FHRS, engine="spark", master=spark, **given)
    assert other.grades.num_rows == 20488
    assert one.content_hash == other.content_hash
    assert one.outcome.usage == other.outcome.usage
