"""DuckDB reads sources itself: whatever they are and however it goes about it, the result is the reference's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import tiny
from pyarrow import csv, parquet
from random_policies import CATALOG, random_policy
from random_records import random_records

from riskengine import Engine, InputError, UsageError, open_run
from riskengine.engines.duckdb import engine as duckdb_engine
from riskengine.plan import compile_plan
from riskengine.policy import read_policy
from riskengine.records.bulk import Bulk

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("operators", "violations", "inspections")
AS_OF = date(2022, 12, 31)


def files(extension="csv"):
    return [EXAMPLES / f"{name}.{extension}" for name in NAMES]


def texts(name):
    """A list of the examples with every column as text."""
    path = EXAMPLES / f"{name}.csv"
    names = csv.read_csv(path).column_names
    return csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())))


@pytest.fixture(scope="module")
def expected():
    return Engine.load().grade(*files(), as_of=AS_OF, engine="reference")


def as_parquet(name, folder):
    path = folder / f"{name}.parquet"
    parquet.write_table(texts(name), path)
    return path


GIVEN = {
    "csv": lambda name, _: EXAMPLES / f"{name}.csv",
    "parquet": as_parquet,
    "arrow": lambda name, _: texts(name),
    "pandas": lambda name, _: texts(name).to_pandas(),
    "polars": lambda name, _: pl.from_arrow(texts(name)),
    "relation": lambda name, _: duckdb.read_csv(str(EXAMPLES / f"{name}.csv"), all_varchar=True),
}


@pytest.mark.parametrize("kind", GIVEN)
def test_whatever_holds_the_records_they_are_read_in_place(expected, kind, tmp_path):
    given = [GIVEN[kind](name, tmp_path) for name in NAMES]
    batch = Engine.load().grade(*given, as_of=AS_OF)
    assert batch.engine == "duckdb"
    assert isinstance(batch.records, Bulk)
    assert batch.content_hash == expected.content_hash
    assert batch.outcome.usage == expected.outcome.usage
    assert batch.quarantine.num_rows == expected.quarantine.num_rows
    register = [row for part in batch.records.register() for row in part.to_pylist()]
    assert register == [row for part in expected.records.register() for row in part.to_pylist()]
    assert [row["operator_id"] for row in register] == [row["operator_id"] for row in expected.outcome.rows("grades")]
    assert len({row["county"] for row in register}) > 2


@pytest.mark.parametrize("folder", ["", "dirty"])
def test_in_parts_and_in_little_memory_the_result_is_the_same(folder, monkeypatch):
    engine = Engine.load()
    given = [EXAMPLES / folder / f"{name}.csv" for name in NAMES if (EXAMPLES / folder / f"{name}.csv").exists()]
    whole = engine.grade(*given, as_of=AS_OF, engine="reference")
    monkeypatch.setattr(duckdb_engine, "_BYTES_A_RECORD", 10**6)
    batch = engine.grade(*given, as_of=AS_OF, engine="duckdb", memory=300 * 10**6)
    assert batch.content_hash == whole.content_hash
    assert batch.outcome.usage == whole.outcome.usage
    assert [batch.outcome.rows(name) for name in batch.outcome.table_names()] == [
        whole.outcome.rows(name) for name in whole.outcome.table_names()
    ]


def test_a_run_of_parts_is_a_run(tmp_path, monkeypatch, expected):
    monkeypatch.setattr(duckdb_engine, "_PART", 100)
    run = Engine.load().grade(*files(), as_of=AS_OF, engine="duckdb").write(tmp_path)
    assert run.manifest["content_hash"] == expected.content_hash
    assert open_run(tmp_path / run.run_id).rows("grades") == expected.outcome.rows("grades")


def test_heirs_of_heirs_and_circles_are_followed_in_place(tmp_path):
    rows = [
        ("A", "2020-01-01", "B"),
        ("B", "2021-01-01", "c "),
        ("C", "", ""),
        ("D", "2020-01-01", "E"),
        ("E", "2020-01-01", "D"),
        ("F", "2020-01-01", "nobody"),
        ("G", "2023-01-01", "A"),
        ("H", "2020-01-01", "H"),
    ]
    operators = tmp_path / "operators.csv"
    operators.write_text("operator_id,closed_on,successor\n" + "".join(f"{','.join(row)}\n" for row in rows), "utf-8")
    lines = [
        f"v{at},{name.lower()},HW-01,2022-0{at}-01,2022-10-01,serious,100" for at, (name, *_) in enumerate(rows, 1)
    ]
    lines += ["w,A,HW-01,x,2022-10-01,serious,100", "w2,nobody,HW-01,2022-01-01,2022-10-01,serious,100"]
    violations = tmp_path / "violations.csv"
    heads = "violation_id,operator_id,risk_point,occurred_on,decided_on,severity,penalty"
    violations.write_text("\n".join([heads, *lines]) + "\n", "utf-8")
    engine = Engine.load()
    slow, fast = (engine.grade(operators, violations, as_of=AS_OF, engine=name) for name in ("reference", "duckdb"))
    assert isinstance(fast.records, Bulk)
    for name in slow.outcome.table_names():
        assert fast.outcome.rows(name) == slow.outcome.rows(name), name
    assert fast.outcome.digest("conduct") == slow.outcome.digest("conduct")
    assert fast.outcome.usage == slow.outcome.usage


def frame(rows):
    """Records as pandas gives them: columns of objects, which Arrow types where it can."""
    return pd.DataFrame(rows)


@pytest.mark.parametrize("seed", range(40))
def test_random_policies_and_records_are_graded_alike_in_place(seed):
    data = random_policy(seed)
    plan = compile_plan(read_policy(data), CATALOG)
    operators, violations, inspections, as_of = random_records(seed, data)
    engine = Engine.load(data)
    given = [rows if not rows else frame(rows) for rows in (operators, violations, inspections)]
    slow, fast = (engine.grade(*given, as_of=as_of, engine=name) for name in ("reference", "duckdb"))
    assert fast.content_hash == slow.content_hash, plan.policy
    assert fast.outcome.usage == slow.outcome.usage


KEYS = {"violations": "violation_id", "inspections": "inspection_id"}


def as_text(cell):
    if isinstance(cell, (list, tuple)):
        return ";".join(map(str, cell))
    return None if cell is None else str(cell)


def as_files(given, folder):
    """The sources as Parquet files of texts; a list of nothing as it is."""
    for name, rows in given.items():
        if rows:
            written = [{column: as_text(cell) for column, cell in row.items()} for row in rows]
            schema = pa.schema([(column, pa.string()) for column in rows[0]])
            parquet.write_table(pa.Table.from_pylist(written, schema), folder / f"{name}.parquet")
    return [folder / f"{name}.parquet" if rows else rows for name, rows in given.items()]


BOTH_BEHIND_A_RULE = [50, 63, 75]
"""Seeds whose rules have violations and inspections behind them at once."""


@pytest.mark.parametrize("seed", [*range(16), *BOTH_BEHIND_A_RULE])
def test_ids_that_rise_put_evidence_into_the_order_that_any_other_order_gives_it(seed, tmp_path):
    data = random_policy(seed)
    engine, (operators, *records, as_of) = Engine.load(data), random_records(seed, data)
    given = {"operators": operators}
    for name, rows in zip(KEYS, records, strict=True):
        given[name] = [{**row, KEYS[name]: f"{name[0].upper()}{at:05}"} for at, row in enumerate(rows)]
    risen = engine.grade(*as_files(given, tmp_path), as_of=as_of, engine="duckdb")
    slow = engine.grade(*as_files(given, tmp_path), as_of=as_of, engine="reference")
    mixed = {**given, **{name: given[name][::-1] for name in KEYS}}
    fallen = engine.grade(*as_files(mixed, tmp_path), as_of=as_of, engine="duckdb")
    assert {name for name in KEYS if len(given[name]) > 1} <= risen.records.in_order
    assert not any(len(given[name]) > 1 and name in fallen.records.in_order for name in KEYS)
    behind = {tuple(row.values())[:4] for row in slow.outcome.rows("evidence")}
    assert seed < BOTH_BEHIND_A_RULE[0] or len({tuple(row)[:3] for row in behind}) < len(behind)
    for name in slow.outcome.table_names():
        assert risen.outcome.rows(name) == fallen.outcome.rows(name) == slow.outcome.rows(name), name


# Raw ids that rise but are read as others, and ids that rise as they are compared but not as they are read.
@pytest.mark.parametrize(("texts", "kind"), [([" VB", "VA"], "file"), (["va", "VB", "vc"], "frame")])
def test_ids_that_are_read_or_compared_otherwise_do_not_count_as_in_order(texts, kind, tmp_path):
    case = {"operator_id": "A", "occurred_on": "2022-05-01", "decided_on": "2022-05-02", "risk_point": "RT-02"}
    rows = [{"violation_id": one, **case, "severity": "serious", "penalty": "100"} for one in texts]
    given = {"operators": [{"operator_id": "A"}], "violations": rows}
    sources = as_files(given, tmp_path) if kind == "file" else list(map(pa.Table.from_pylist, given.values()))
    slow, fast = (Engine.load().grade(*sources, as_of=AS_OF, engine=name) for name in ("reference", "duckdb"))
    assert "violations" not in fast.records.in_order
    assert len(slow.outcome.rows("evidence")) > 1
    assert fast.outcome.rows("evidence") == slow.outcome.rows("evidence")


# What each row names: somebody, by the id as it stands or another way of writing it; nobody; a risk point likewise.
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"operator_id": "a1"},
        {"operator_id": "A1 "},
        {"operator_id": "A9"},
        {"operator_id": ""},
        {"risk_point": "hw-01"},
        {"risk_point": "ｈｗ-01"},
        {"risk_point": "WT-02"},
    ],
    ids=str,
)
def test_whom_records_name_is_told_by_raw_cells_as_by_read_ones(change, tmp_path):
    operators = [{"operator_id": "A1", "areas": "WT"}, {"operator_id": "B2", "areas": "RT;HW"}]
    case = {"occurred_on": "2022-05-01", "decided_on": "2022-05-02", "severity": "serious", "penalty": "100"}
    rows = [{"violation_id": f"V{at}", "operator_id": "A1", "risk_point": "WT-02", **case} for at in range(3)]
    rows[1] |= {"risk_point": "HW-01"} | change
    given = as_files({"operators": operators, "violations": rows}, tmp_path)
    slow, fast = (Engine.load().grade(*given, as_of=AS_OF, engine=name) for name in ("reference", "duckdb"))
    assert isinstance(fast.records, Bulk)
    assert fast.quarantine.to_pylist() == slow.quarantine.to_pylist()
    assert fast.content_hash == slow.content_hash
    codes = {row["code"] for row in slow.quarantine.to_pylist()}
    outside, nobody = change.get("risk_point") != "WT-02", change.get("operator_id") in {"A9", ""}
    assert ("RE-265" in codes, bool(codes & {"RE-243", "RE-201"})) == (outside and not nobody, nobody), codes


ODD_TEXTS = ["a\\b", "plain", "\\", None, 'quoted "x"', "甲\\乙"]


@pytest.mark.parametrize("column", ["law", "status", "source", "action", "kind_of"])
def test_backslashes_are_escaped_in_every_column_whatever_a_fact_is_called(column, tmp_path):
    data = tiny.policy(
        profile={column: {"type": "text", "title": tiny.BOTH}},
        facts={f"copy_{column}": {"value": column, "title": tiny.BOTH}},
        signals=[tiny.rule("some", f"{column} = 'plain'", deduct="1", if_unknown="skip")],
    )
    engine = Engine.load(data)
    for begin in ("o\\", "p"):
        rows = [{"operator_id": f"{begin}{at}", column: text} for at, text in enumerate(ODD_TEXTS)]
        path = tmp_path / "operators.parquet"
        parquet.write_table(pa.Table.from_pylist(rows), path)
        slow, fast = (engine.grade(path, [], as_of=AS_OF, engine=name) for name in ("reference", "duckdb"))
        assert isinstance(fast.records, Bulk)
        assert fast.content_hash == slow.content_hash


def changed(path):
    parquet.write_table(pa.table({"operator_id": ["A", "B"], "fleet_size": ["9", "9"]}), path)


@pytest.mark.parametrize("change", [changed, Path.unlink, lambda path: path.write_bytes(b"PAR1")])
def test_a_file_that_changes_between_reading_and_grading_is_said(change, tmp_path, monkeypatch):
    path = tmp_path / "operators.parquet"
    parquet.write_table(pa.table({"operator_id": ["A", "B"], "fleet_size": ["1", "2"]}), path)
    rows = tmp_path / "violations.parquet"
    parquet.write_table(texts("violations").slice(0, 50), rows)
    take_in = duckdb_engine.DuckDBEngine.take_in

    def and_change(*arguments):
        taken = take_in(*arguments)
        change(rows if change is changed else path)
        return taken

    monkeypatch.setattr(duckdb_engine.DuckDBEngine, "take_in", and_change)
    with pytest.raises(InputError, match="RE-116"):
        Engine.load().grade(path, rows, as_of=AS_OF, engine="duckdb")


@pytest.mark.parametrize("memory", [0, -5, True, "4GB", 1.5])
def test_a_memory_that_is_no_number_of_bytes_is_refused(memory):
    with pytest.raises(UsageError, match="RE-627"):
        Engine.load().grade(*files(), as_of=AS_OF, engine="duckdb", memory=memory)


def test_too_little_memory_is_said(monkeypatch):
    from riskengine import EngineLimitError

    with pytest.raises(EngineLimitError, match="RE-626"):
        Engine.load().grade(*files(), as_of=AS_OF, engine="duckdb", memory=3 * 10**6)


def test_the_working_file_goes_with_the_outcome(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    batch = Engine.load().grade(*files(), as_of=AS_OF, engine="duckdb", memory=300 * 10**6)
    assert len(list(tmp_path.iterdir())) == 1
    del batch
    assert not list(tmp_path.iterdir())


def test_without_a_name_files_are_graded_by_duckdb_and_lists_by_the_reference(monkeypatch):
    engine = Engine.load()
    assert engine.grade(*files(), as_of=AS_OF).engine == "duckdb"
    assert engine.grade([{"operator_id": "A"}], [], as_of=AS_OF).engine == "reference"
    monkeypatch.setattr("riskengine.engines.registry.find_spec", lambda _: None)
    assert engine.grade(*files(), as_of=AS_OF).engine == "reference"


def test_results_are_read_by_several_threads_at_once(expected):
    from concurrent.futures import ThreadPoolExecutor

    batch = Engine.load().grade(*files(), as_of=AS_OF, engine="duckdb")
    with ThreadPoolExecutor(4) as pool:
        hashes = list(pool.map(lambda _: batch.content_hash, range(8)))
    assert set(hashes) == {expected.content_hash}


def test_what_has_to_be_read_row_by_row_is_graded_all_the_same(tmp_path):
    path = tmp_path / "operators.jsonl"
    path.write_text('{"operator_id": "A"}\n', "utf-8")
    batch = Engine.load().grade(path, [], as_of=AS_OF)
    assert (batch.engine, batch.grades.num_rows) == ("duckdb", 1)
    assert not isinstance(batch.records, Bulk)
