"""The batch benchmark: its records, its programs by hand, which say what the engine says, and its figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from riskengine import Engine
from riskengine.contract.content_hash import content_hash

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
AS_OF = date(2022, 12, 31)
TABLES = ("grades", "signals", "facts", "facts_by_risk_point", "evidence", "actions", "measures")
BY_HAND = ("batch_by_hand_sql.py", "batch_by_hand_polars.py")
sys.path.append(str(BENCHMARKS))


def _run(*command: object) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, *map(str, command)]
    return subprocess.run(words, cwd=BENCHMARKS, env=env, capture_output=True, encoding="utf-8", check=False)


def _made(folder: Path, operators: int, *options: object) -> Path:
    done = _run("batch_data.py", folder, "--operators", operators, *options)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    return _made(tmp_path_factory.mktemp("batch"), 1500)


@pytest.fixture(scope="module")
def graded(records):
    engine = Engine.load()
    return engine.grade(records / "operators.parquet", records / "violations.parquet", as_of=AS_OF, engine="duckdb")


# Records


@pytest.mark.parametrize("options", [(), ("--format", "csv"), ("--dirty", 0.05)])
def test_the_same_arguments_give_the_same_bytes_and_another_seed_others(tmp_path, options):
    one, same = (_made(tmp_path / name, 300, *options) for name in ("one", "same"))
    other = _made(tmp_path / "other", 300, "--seed", 2, *options)
    names = sorted(path.name for path in one.iterdir())
    assert [name.partition(".")[0] for name in names] == ["inspections", "operators", "violations"]
    for name in names:
        assert (one / name).read_bytes() == (same / name).read_bytes()
        assert (one / name).read_bytes() != (other / name).read_bytes()


def test_the_records_are_valid_and_skewed(records, graded):
    assert graded.quarantine.num_rows == 0
    ids = parquet.read_table(records / "violations.parquet")["violation_id"].to_pylist()
    assert len(ids) == len(set(ids)) == 15000
    known = graded.facts["records_in_two_years"].drop_null().to_pylist()
    assert 0.28 < known.count(0) / len(known) < 0.42
    assert max(known) > 100
    assert {"graded", "not_evaluable", "not_current"} == set(graded.grades["status"].to_pylist())
    assert {"AA", "A", "B", "C", "D", "new", None} == set(graded.grades["grade"].to_pylist())


def test_a_share_of_dirty_rows_is_left_out_and_the_rest_is_used(tmp_path):
    made = _made(tmp_path, 300, "--dirty", 0.2)
    batch = Engine.load().grade(made / "operators.parquet", made / "violations.parquet", as_of=AS_OF)
    rows = parquet.read_metadata(made / "violations.parquet").num_rows
    left_out = {row["row"] for row in batch.quarantine.to_pylist() if row["level"] == "error"}
    assert rows > 3000
    assert 0.05 < len(left_out) / rows < 0.2
    assert len(set(batch.quarantine["code"].to_pylist())) > 15


def test_both_formats_hold_the_same(tmp_path):
    one, other = _made(tmp_path / "one", 200), _made(tmp_path / "other", 200, "--format", "csv")
    said = [
        Engine.load().grade(folder / f"operators.{form}", folder / f"violations.{form}", as_of=AS_OF)
        for folder, form in ((one, "parquet"), (other, "csv"))
    ]
    assert said[0].grades.equals(said[1].grades)
    assert said[0].evidence.equals(said[1].evidence)


# By hand


def _assert_says(program, batch, folder, as_of, out, *options):
    done = _run(program, folder / "operators.parquet", folder / "violations.parquet", out, "--as-of", as_of, *options)
    assert done.returncode == 0, done.stderr
    for name in TABLES:
        mine, its = getattr(batch, name), parquet.read_table(out / f"{name}.parquet")
        assert its.column_names == mine.column_names
        assert its.cast(mine.schema).equals(mine), name


@pytest.mark.parametrize(("program", "options"), [(BY_HAND[0], ()), (BY_HAND[1], ()), (BY_HAND[1], ("--part", 400))])
def test_a_program_by_hand_says_what_the_engine_says_row_by_row(program, options, records, graded, tmp_path):
    _assert_says(program, graded, records, AS_OF, tmp_path, *options)


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """The example records as typed Parquet."""
    folder = tmp_path_factory.mktemp("examples")
    days = ("licensed_on", "closed_on", "occurred_on", "decided_on", "status_on")
    types = dict.fromkeys(days, pa.date32()) | {"penalty": pa.decimal128(15, 2), "driver": pa.string()}
    types |= {"fleet_size": pa.int64(), "drivers": pa.int64()}
    read = csv.ConvertOptions(column_types=types, strings_can_be_null=True)
    for name in ("operators", "violations"):
        table = csv.read_csv(ROOT / "examples" / f"{name}.csv", convert_options=read)
        parquet.write_table(table, folder / f"{name}.parquet")
    return folder


@pytest.mark.parametrize("as_of", [date(2022, 2, 28), AS_OF, date(2023, 2, 28)], ids=str)
def test_the_programs_by_hand_say_what_the_reference_says_of_the_examples(examples, as_of, tmp_path):
    batch = Engine.load().grade(examples / "operators.parquet", examples / "violations.parquet", as_of=as_of)
    for program in BY_HAND:
        _assert_says(program, batch, examples, as_of, tmp_path / program)


def test_a_content_hash_over_what_is_written_by_hand_is_the_engines(records, graded, tmp_path):
    _run(BY_HAND[0], records / "operators.parquet", records / "violations.parquet", tmp_path)
    for name in TABLES:
        table = graded.outcome.table(name)
        mine = content_hash(table, getattr(graded, name).to_pylist())
        assert content_hash(table, parquet.read_table(tmp_path / f"{name}.parquet").to_pylist()) == mine


# The harness


@pytest.mark.slow
def test_the_program_checks_measures_and_renews_the_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "Before\n<!-- batch: written by benchmarks/batch.py -->\nold\n<!-- batch: end -->\nAfter\n", "utf-8"
    )
    done = _run(
        *("batch.py", "--operators", 400, "--rounds", 1, "--sample", 30, "--work", tmp_path / "work"),
        *("--json", tmp_path / "report.json", "--write", page),
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert [one["population"] for one in report["sets"]] == ["all", "with records"]
    everybody, active = report["sets"]
    assert active["operators"] < everybody["operators"] == 400
    for one in report["sets"]:
        assert one["equal_rows"] > one["operators"]
        assert [program["program"] for program in one["programs"]] == [
            "riskengine",
            "by hand, DuckDB SQL",
            "by hand, Polars",
        ]
        assert all(program["wall_s"] > 0 and program["memory_mb"] > 20 for program in one["programs"])
        assert one["ratios"]["end to end / faster by hand"] > 0
        assert one["peers"]["operators"] == 30
    written = page.read_text("utf-8")
    assert done.stdout.strip() in written
    assert written.startswith("Before\n")
    assert written.endswith("\nAfter\n")
    assert "old" not in written


def test_a_program_by_hand_that_says_something_else_stops_the_benchmark(tmp_path):
    other = "import batch_policy; batch_policy.FACTORS['red'] = 16"
    program = tmp_path / "batch_by_hand_polars.py"
    source = (BENCHMARKS / program.name).read_text("utf-8")
    program.write_text(
        source.replace("import batch_policy as policy", f"{other}\nimport batch_policy as policy"), "utf-8"
    )
    script = (
        "import sys, batch, batch_measure; real = batch.python\n"
        f"batch.python = lambda name, *rest: real({str(program)!r} if 'polars' in name else name, *rest)\n"
        f"sys.exit(batch.main(['--operators', '300', '--sample', '0', '--rounds', '1', '--work', {str(tmp_path)!r},"
        " '--only', 'by hand, DuckDB SQL', '--only', 'by hand, Polars']))"
    )
    env = {**os.environ, "PYTHONPATH": str(BENCHMARKS), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "sql and polars do not say the same" in done.stderr
    assert not done.stdout


def test_the_parts_that_the_log_of_a_run_tells_stand_below_it_and_have_a_ratio(tmp_path):
    import batch
    import batch_measure
    import batch_report

    parts = {"read": 1.0, "plan": 2.0, "rules": 0.5, "write": 0.5, "hash": 0.25}
    lines = [json.dumps({"event": "graded", "durations": parts}), json.dumps({"event": "other"})]
    (tmp_path / "log.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    assert batch._durations(tmp_path) == parts
    measured = {
        name: batch.Measured(name, [batch_measure.Taken(wall, 2 * wall, 10**9)])
        for name, wall in ((batch.OURS, 6.25), (batch.SQL, 5.0), (batch.POLARS, 4.0))
    }
    measured[batch.OURS].parts = {name: [seconds] for name, seconds in parts.items()}
    ratios = batch._ratios(measured)
    assert ratios == {
        "end to end / faster by hand": 1.56,
        "of processor time": 1.56,
        "plan / faster by hand": 0.5,
    }
    one = {
        "operators": 1_000_000,
        "violations": 10_000_000,
        "population": "all",
        "equal_rows": 7,
        "ratios": ratios,
        "programs": [each.summary(1_000_000) for each in measured.values()],
        "peers": {"operators": 10, "us_each": {"ZEN": 100.0}},
    }
    text = batch_report.table_of({"machine": {}, "engine": "duckdb", "as_of": "2022-12-31", "sets": [one]})
    assert "| riskengine, duckdb | 6.25 | 12.50 | 6.25 | 1,000 |" in text
    assert "| … of which plan | 2.00 |  | 2.00 |  |" in text
    assert "| … of the plan, rules alone | 0.50 |  | 0.50 |  |" in text
    told = "ZEN, per operator, to riskengine: 200.0 to its rules, 50.0 to its plan, 16.0 to its run from file to file"
    assert told in text


def test_rows_in_another_order_or_fewer_rows_are_a_difference(tmp_path):
    import batch_measure

    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        for name in batch_measure.TABLES:
            parquet.write_table(pa.table({"operator_id": ["A", "B"]}), tmp_path / folder / f"{name}.parquet")
    assert batch_measure.check_equal(tmp_path / "one", tmp_path / "other") == 2 * len(TABLES)
    for wrong in (["B", "A"], ["A"], ["A", "B", "B"]):
        parquet.write_table(pa.table({"operator_id": wrong}), tmp_path / "other" / "evidence.parquet")
        with pytest.raises(batch_measure.Differs, match="evidence"):
            batch_measure.check_equal(tmp_path / "one", tmp_path / "other")


def test_a_program_that_fails_or_does_not_end_is_told_and_what_it_held_is_its_own(tmp_path):
    import batch_measure

    said = tmp_path / "said"
    failed = batch_measure.run([sys.executable, "-c", "raise SystemExit('no such file')"], said, 60)
    assert failed.failure == "exit 1: no such file"
    assert (
        batch_measure.run([sys.executable, "-c", "import time; time.sleep(60)"], said, 0.2).failure
        == "ended after 0.2 s"
    )
    held = batch_measure.run([sys.executable, "-c", "x = b'1' * 300_000_000"], said, 60)
    assert not held.failure
    assert 300e6 < held.memory < 400e6
    assert batch_measure.run([sys.executable, "-S", "-c", ""], said, 60).memory < 40e6
