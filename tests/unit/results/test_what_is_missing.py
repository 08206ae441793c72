"""What a grade lacks: a column, or the record that a fact without ``empty`` is made of."""

from __future__ import annotations

from datetime import date

import pytest

from riskengine import Engine

POLICY = """
policy: last-visit
version: "1"
title: {zh: 例, en: Example}
summary: {zh: 例, en: Example}
effective: {since: 2024-01-01}
columns: {inspections: {mark: {type: integer, min: 0, max: 9}}}
parameters:
  least: {basis: local_policy, values: [{since: 2025-01-01, value: 3}]}
facts:
  asked: {%s, title: {zh: 所问, en: What is asked}}
signals:
  - {rule: asked_too_much, title: {zh: 多, en: Too much}, when: asked > 1, if_unknown: stop, basis: local_policy}
grades:
  score: {from: 100, floor: 0}
  basis: local_policy
  table: [{grade: A}]
supervision:
  tiers: {low: {title: {zh: 低, en: Low}, basis: local_policy}}
  actions: {visit: {title: {zh: 访, en: Visit}, basis: local_policy}}
  assign:
    - {grade: A, tier: low, actions: [visit]}
    - {status: not_evaluable, tier: low, actions: [visit]}
"""
NONE = "missing: What is asked (no such record)"


@pytest.mark.parametrize(
    ("fact", "marks", "told"),
    [
        ("max: mark, of: inspections", [], NONE),
        ("min: mark, of: inspections, where: mark > 5", [1], NONE),
        ("days_since: inspections", [], NONE),
        ("share: mark > 5, of: inspections, places: 2", [], NONE),
        ("count: inspections, per: place, then: max", [], NONE),
        ("max: mark, of: inspections, within: 1 months", [1], NONE),
        ("max: mark, of: inspections", [None], "missing: mark"),
        ("max: mark, of: inspections, where: mark > least", [7], "missing: What is asked"),
        ("max: mark, of: inspections, empty: 0", [], None),
        ("sum: mark, of: inspections", [], None),
    ],
)
def test_that_there_is_no_record_is_said_only_where_it_is_so(tmp_path, fact, marks, told):
    (tmp_path / "policy.yaml").write_text(POLICY % fact, "utf-8")
    visits = [
        {"inspection_id": f"I{at}", "operator_id": "X", "inspected_on": "2024-06-01", "mark": mark}
        for at, mark in enumerate(marks)
    ]
    engine = Engine.load(policy=tmp_path)
    result = engine.assess({"operator_id": "X", "name": "X"}, [], inspections=visits, as_of=date(2024, 12, 31))
    lines = [line for line in result.explain("en").splitlines() if line.startswith("missing: ")]
    assert lines == ([told] if told else [])
    if told == NONE:
        assert result.missing == ["asked"]
        assert "（没有这样的记录）" in result.explain("zh")
