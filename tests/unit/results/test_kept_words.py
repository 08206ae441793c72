"""What an explanation keeps for the next operator of a run is never another operator's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.results import Context, explain, operator_views
from riskengine.results import explanation as module

EXAMPLES = Path(__file__).parents[3] / "examples"
AS_OF = date(2022, 12, 31)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    files = (EXAMPLES / f"{name}.csv" for name in ("operators", "violations", "inspections"))
    return Engine.load().grade(*files, as_of=AS_OF).write(tmp_path_factory.mktemp("runs"))


def context(run):
    return Context(run.plan, run.policy.policy, run.catalog, run.as_of)


def test_all_operators_in_one_context_read_as_each_in_its_own(run):
    shared = context(run)
    views = list(operator_views(run))
    together = [explain(view, shared) for view in views]
    assert len(together) == 300
    for at in range(0, 300, 3):
        assert together[at] == explain(views[at], context(run))


def test_what_is_kept_is_bounded_and_changes_nothing(run, monkeypatch):
    views = list(operator_views(run))[:60]
    expected = [explain(view, context(run)) for view in views]
    monkeypatch.setattr(module, "_KEPT", 3)
    shared = context(run)
    for view, one in zip(views, expected, strict=True):
        assert explain(view, shared) == one
        assert len(shared.told_reasons) <= 3
