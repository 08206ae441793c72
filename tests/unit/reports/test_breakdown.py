"""The figures by area and month and the moves, computed again by queries of DuckDB on the run folder."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from riskengine import Engine
from riskengine.reports.breakdown import by_area, by_month, moves
from riskengine.reports.figures import context_of

AREAS = {"RT", "HW", "UP", "WT", "EC"}


def rows(run, query):
    return duckdb.connect().execute(query.replace("RUN", str(run.folder))).fetchall()


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    engine = Engine.load()
    files = "examples/operators.csv", "examples/violations.csv"
    days = date(2021, 12, 31), date(2022, 12, 31)
    return [engine.grade(*files, as_of=day).write(folder) for day in days]


def test_areas_count_operators_and_records_once(two_runs):
    for run in two_runs:
        found = {area.code: (area.operators, area.records) for area in by_area(run, context_of(run))}
        assert set(found) == AREAS
        operators = dict(
            rows(
                run,
                """
            select risk_point[:2], count(distinct operator_id) from 'RUN/signals.parquet'
            where status = 'fired' and risk_point is not null group by 1""",
            )
        )
        records = dict(
            rows(
                run,
                """
            select risk_point[:2], count(distinct (operator_id, source, record_id)) from 'RUN/evidence.parquet'
            where risk_point is not null group by 1""",
            )
        )
        assert found == {code: (operators.get(code, 0), records.get(code, 0)) for code in AREAS}


def test_months_have_no_gap_and_every_violation(two_runs):
    for run in two_runs:
        found = by_month(run)
        counted = dict(
            rows(
                run,
                """
            select strftime(occurred_on, '%Y-%m'), count(distinct (operator_id, violation_id))
            from 'RUN/inputs/conduct.parquet' group by 1""",
            )
        )
        assert {month.month: month.records for month in found if month.records} == counted
        assert found[-1].month == run.as_of.isoformat()[:7]
        assert len(found) == len({month.month for month in found})
        assert by_month(run, 3) == found[-3:]


def test_moves_are_those_of_the_two_lists_of_grades(two_runs):
    before, after = two_runs
    ranking = after.plan.grades
    found = moves(after, ranking)
    query = """
        select b.grade, a.grade, count(*) from 'RUN/grades.parquet' a
        join 'BEFORE/grades.parquet' b using (operator_id) where b.grade is not null group by 1, 2"""
    pairs = rows(after, query.replace("BEFORE", str(before.folder)))
    assert found.matrix == {(old, new): count for old, new, count in pairs}
    place = {grade: at for at, grade in enumerate(ranking)}
    ranked = [(place[old], place[new], count) for old, new, count in pairs if old in place and new in place]
    assert found.up == sum(count for old, new, count in ranked if new < old)
    assert found.down == sum(count for old, new, count in ranked if new > old)
    assert found.same == sum(count for old, new, count in ranked if new == old)
    assert found.up + found.down + found.same + found.other <= sum(found.matrix.values())
    assert moves(before, ranking).matrix == {}
