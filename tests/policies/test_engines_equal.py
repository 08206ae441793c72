"""Every engine computes the same tables: both shipped policies, the example data, and real published ratings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.engines.registry import IN_PROCESS

ROOT = Path(__file__).parents[2]
FHRS = ROOT.parent / "shared" / "data" / "fhrs_sample.csv"
OTHERS = [name for name in IN_PROCESS if name != "reference"]


def same(one, other):
    names = one.outcome.table_names()
    assert list(names) == list(other.outcome.table_names())
    for name in names:
        assert list(one.outcome.rows(name)) == list(other.outcome.rows(name)), name
    assert one.content_hash == other.content_hash
    assert one.outcome.usage == other.outcome.usage


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("day", ["2021-12-31", "2022-06-30", "2022-12-31", "2023-06-30"])
def test_the_example_list_is_graded_alike(name, day):
    engine, files = (
        Engine.load(),
        [ROOT / "examples" / f"{source}.csv" for source in ("operators", "violations", "inspections")],
    )
    by = {each: engine.grade(*files, as_of=date.fromisoformat(day), engine=each) for each in ("reference", name)}
    assert by[name].engine == name
    same(by["reference"], by[name])


@pytest.mark.parametrize("name", OTHERS)
def test_the_dirty_example_list_is_graded_alike(name):
    engine, folder = Engine.load(), ROOT / "examples" / "dirty"
    files = [next(folder.glob(f"{source}.*"), []) for source in ("operators", "violations", "inspections")]
    by = {each: engine.grade(*files, as_of=date(2022, 12, 31), engine=each) for each in ("reference", name)}
    same(by["reference"], by[name])


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.skipif(not FHRS.exists(), reason="the published food hygiene ratings (../shared/data) are not here")
def test_published_food_hygiene_ratings_are_graded_alike(name):
    engine = Engine.load("uk-fhrs")
    by = {
        each: engine.grade(FHRS, as_of=date(2020, 11, 15), engine=each, mapping={"operator_id": "establishment_id"})
        for each in ("reference", name)
    }
    assert by[name].grades.num_rows == 20488
    same(by["reference"], by[name])
