"""One operator of many: only its part of the tables is read, and its explanation is that of the small run."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest
from enlarged_runs import enlarged
from pyarrow import parquet

from riskengine.kernel.errors import InternalError, RunError
from riskengine.results import operator_views, view_of
from riskengine.runs import count_distinct, near_operators, open_run, scan, verify_run
from riskengine.runs.tables import batches

if TYPE_CHECKING:
    from pathlib import Path

COPIES, GROUP = 40, 500
TABLES = ("grades", "signals", "evidence", "facts", "facts_by_risk_point", "actions", "measures")


@pytest.fixture(scope="module")
def large(examples_run, tmp_path_factory):
    """Forty times the example operators, in row groups of 500 rows."""
    return open_run(enlarged(examples_run, tmp_path_factory.mktemp("large") / examples_run.name, COPIES, GROUP))


def _rows(run: Path, table: str) -> list[dict]:
    return parquet.read_table(run / f"{table}.parquet").to_pylist()


def test_the_enlarged_run_is_a_run_like_any_other(large):
    assert verify_run(large.folder) == []
    assert len(large.rows("grades")) == COPIES * 300


def test_the_view_of_an_operator_holds_its_rows_of_every_table(large, examples_run):
    small = open_run(examples_run)
    for row in small.rows("grades")[::37]:
        expected = view_of(small, row["operator_id"])
        for copy in (0, 17, COPIES - 1):
            view = view_of(large, f"{copy:05d}-{row['operator_id']}")
            for rows, own in (
                ([view.grade], [expected.grade]),
                (view.signals, expected.signals),
                (view.evidence, expected.evidence),
                ([view.facts], [expected.facts]),
                (view.risk_point_facts, expected.risk_point_facts),
                (view.actions, expected.actions),
                (view.measures, expected.measures),
                (view.conduct, expected.conduct),
            ):
                assert [_small(item) for item in rows] == [_small(item) for item in own]
    assert view_of(large, "00017-nobody") is None


def _small(row: dict) -> dict:
    return {key: value[6:] if isinstance(value, str) and value[5:6] == "-" else value for key, value in row.items()}


def test_the_views_of_all_are_the_views_of_each(large):
    for at, view in enumerate(operator_views(large)):
        if at % 1499 == 0:
            assert view == view_of(large, view.grade["operator_id"])
    assert at == COPIES * 300 - 1


def test_only_the_row_groups_that_can_hold_an_operator_are_read(large, monkeypatch):
    read: dict[str, int] = {}
    original = parquet.ParquetFile.iter_batches

    def counted(self, *arguments, row_groups=None, **options):
        read[str(len(read))] = len(list(row_groups))
        return original(self, *arguments, row_groups=row_groups, **options)

    monkeypatch.setattr(parquet.ParquetFile, "iter_batches", counted)
    assert view_of(large, large_id := "00020-91411000DEM0000657").grade["operator_id"] == large_id
    assert len(read) == len(TABLES) + 1  # and the days of its violations
    assert all(count <= 2 for count in read.values()), read
    assert parquet.read_metadata(large.folder / "evidence.parquet").num_row_groups > 200


def test_memory_does_not_grow_with_the_run(large, examples_run):
    def most(run) -> int:
        tracemalloc.start()
        assert view_of(run, "00020-91411000DEM0000657" if run is large else "91411000DEM0000657")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    small = most(open_run(examples_run))
    assert most(large) < 2 * small + 500_000


def test_scanning_some_operators_gives_the_rows_that_scanning_all_gives(large):
    columns = ("operator_id", "rule", "record_id")
    wanted = [f"{copy:05d}-91411000DEM0000657" for copy in (3, 4, 38)]
    expected = [row for row in scan(large, "evidence", columns) if row[0] in set(wanted)]
    assert list(scan(large, "evidence", columns, wanted)) == expected
    assert len(expected) > 3
    assert list(scan(large, "evidence", ("record_id", "rule"), wanted)) == [(row[2], row[1]) for row in expected]
    assert list(scan(large, "evidence", columns, [])) == list(scan(large, "evidence", columns, ["nobody"])) == []


def test_a_file_without_statistics_is_searched_as_a_whole(large, tmp_path):
    table = parquet.read_table(large.folder / "evidence.parquet")
    parquet.write_table(table, tmp_path / "evidence.parquet", write_statistics=False, row_group_size=GROUP)
    wanted = ["00020-91411000DEM0000657"]
    found = [row for batch in batches(tmp_path, "evidence", None, wanted) for row in batch.to_pylist()]
    assert found == large.rows_of("evidence", wanted[0]) != []


def test_distinct_records_are_counted_across_batches(large, examples_run, monkeypatch):
    records = {(row["risk_point"], row["record_id"]) for row in _rows(examples_run, "evidence") if row["risk_point"]}
    expected: dict[str, int] = {}
    for code, _ in records:
        expected[code] = expected.get(code, 0) + COPIES
    for size in (7, 1000, 1 << 16):
        monkeypatch.setattr("riskengine.runs.tables.BATCH", size)
        if size > 7:
            assert count_distinct(large, "evidence", "risk_point", ("source", "record_id")) == expected
        small = count_distinct(open_run(examples_run), "evidence", "risk_point", ("source", "record_id"))
        assert {code: count * COPIES for code, count in small.items()} == expected
    fired = {(row["operator_id"], row["risk_point"]) for row in _rows(examples_run, "signals")
             if row["status"] == "fired" and row["risk_point"]}  # fmt: skip
    counted = count_distinct(open_run(examples_run), "signals", "risk_point", (), status="fired")
    assert sum(counted.values()) == len(fired)


def test_a_table_in_another_order_is_refused_not_half_read(examples_run):
    class Shuffled:
        def rows(self, name):
            rows = open_run(examples_run).rows(name)
            return rows[::-1] if name == "signals" else rows

    with pytest.raises(InternalError, match="signals"):
        list(operator_views(Shuffled()))


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("00020-91411000DEM0000675", "00020-91411000DEM0000657"),  # two changed places
        ("00020-91411000DEM0000X57", "00020-91411000DEM0000657"),
        ("00020-91411000DEM000657", "00020-91411000DEM0000657"),
        ("0020-91411000DEM0000657", "00020-91411000DEM0000657"),
        ("nothing like it", None),
    ],
)
def test_the_operator_that_was_meant_is_found_among_many(large, asked, near):
    found = near_operators(large, asked)
    assert (near in found) if near else not found
    assert len(found) <= 3


def test_a_name_leads_to_the_id(large):
    name = large.rows("grades")[5]["name"]
    found = near_operators(large, name, name)
    assert found
    assert {row["name"] for operator_id in found for row in large.rows_of("grades", operator_id)} == {name}


def test_a_damaged_table_is_a_problem_with_its_name(large, tmp_path):
    for content in (b"", b"PAR1", b"PAR1" + b"\0" * 40 + b"PAR1"):
        (tmp_path / "grades.parquet").write_bytes(content)
        with pytest.raises(RunError, match=r"RE-610.*grades\.parquet"):
            list(batches(tmp_path, "grades"))
    with pytest.raises(RunError, match=r"RE-610.*grades\.parquet"):
        list(batches(tmp_path / "nowhere", "grades"))
    with pytest.raises(RunError, match=r"RE-610.*evidence\.parquet"):
        list(batches(large.folder, "evidence", ["no_such_column"]))
