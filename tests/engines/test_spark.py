"""What Spark's engine must hold: equal to DuckDB's to the last digit, run by run; and nothing of Java's is shown."""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.engines.registry import engine_named
from riskengine.engines.spark.failures import cause, problem_of
from riskengine.engines.spark.session import open_session, require_java
from riskengine.kernel.errors import EngineLimitError, PolicyError, UsageError

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = date(2022, 12, 31)
TRACE = """An error occurred while calling o371.parquet.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 12.0 failed 1 times
\tat org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:2844)
Caused by: java.lang.OutOfMemoryError: Java heap space
\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)
"""


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        (TRACE, "RE-643", "OutOfMemoryError: Java heap space"),
        (
            "ArithmeticException: [ARITHMETIC_OVERFLOW] long overflow. Use `try_add`. SQLSTATE: 22003\n\tat org.a.B(C)",
            "RE-622",
            "ARITHMETIC_OVERFLOW: long overflow. Use `try_add`. SQLSTATE: 22003",
        ),
        (
            "Py4JNetworkError: Answer from Java side is empty",
            "RE-644",
            "Py4JNetworkError: Answer from Java side is empty",
        ),
        (
            "java.io.IOException: No space left on device\n\tat java.io.X",
            "RE-645",
            "IOException: No space left",
        ),
        ("something else\nsecond line", "RE-646", "something else"),
    ],
)
def test_what_java_says_becomes_one_line_with_a_code(said, code, reason):
    error = problem_of(said)
    assert [problem.code for problem in error.problems] == [code]
    assert reason in error.text()
    assert "\tat " not in error.text()
    assert "\n" not in error.text()
    assert isinstance(error, EngineLimitError if code in {"RE-622", "RE-643"} else UsageError)


def test_a_number_too_large_for_a_table_is_the_policys_problem():
    error = problem_of("[NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION] 1E+13 cannot be decimal(18,6)", "signals")
    assert isinstance(error, PolicyError)
    assert error.problems[0].code == "RE-538"
    assert error.problems[0].found == "signals"


def test_the_cause_is_the_innermost_exception():
    assert cause(TRACE) == "OutOfMemoryError: Java heap space"
    outer = TRACE.split("Caused by", maxsplit=1)[0]
    assert cause(outer).startswith("SparkException: Job aborted due to stage failure")
    started = "WARNING: Using incubator modules\nUsing Spark's default log4j profile\n"
    assert cause(f"{started}Error: no such thing") == "Error: no such thing"
    assert cause(
        f'{started}Exception in thread "main" org.apache.spark.SparkException: Master must either be yarn'
    ) == ("SparkException: Master must either be yarn")


@pytest.mark.parametrize("environment", [{"PATH": "/nowhere"}, {"JAVA_HOME": "/nowhere", "PATH": "/usr/bin"}, {}])
def test_without_java_it_is_said_where_it_was_looked_for(environment):
    with pytest.raises(UsageError) as told:
        require_java(environment)
    assert told.value.problems[0].code == "RE-640"
    assert ("/nowhere/bin/java" in told.value.text()) == ("JAVA_HOME" in environment)


@pytest.mark.parametrize("master", ["spark://127.0.0.1:1", "spark://nobody.invalid:7077", "spark://here"])
def test_a_master_that_does_not_answer_is_told_at_once(master, monkeypatch):
    pytest.importorskip("pyspark")
    monkeypatch.setattr("riskengine.engines.spark.session.require_java", lambda _: None)
    monkeypatch.setattr("riskengine.engines.spark.session._started", {})
    with pytest.raises(UsageError) as told:
        open_session(master)
    assert [problem.code for problem in told.value.problems] == ["RE-641"]


@pytest.mark.parametrize("given", [{"master": "local[2]"}, {"work": "shared"}])
def test_other_engines_have_no_master(given):
    with pytest.raises(UsageError) as told:
        engine_named("duckdb", **given)
    assert [problem.code for problem in told.value.problems] == ["RE-649"]


OPERATORS = """
SELECT 'O' || i AS operator_id, '示例' || i AS name, CASE WHEN i % 7 > 0 THEN 10 + i END AS fleet_size
FROM range(60) AS t(i)
"""
VIOLATIONS = """
SELECT 'V' || i AS violation_id, 'O' || CASE WHEN i % 20 > 0 THEN 0 ELSE i % 59 + 1 END AS operator_id,
    ['HW-01', 'HW-02', 'RT-01', 'RT-08', 'WT-01'][1 + i % 5] AS risk_point,
    DATE '2020-01-01' + CAST(i * 37 % 1090 AS INTEGER) AS occurred_on,
    CAST(i % 13 * 100 AS DECIMAL(18,2)) AS penalty, ['minor', 'general', 'serious', NULL][1 + i % 4] AS severity,
    CASE i % 11 WHEN 0 THEN 'revoked' WHEN 1 THEN 'repaired' ELSE 'final' END AS status,
    '豫K' || lpad(CAST(i * 7919 % 99991 AS VARCHAR), 5, '0') AS vehicle
FROM range(getvariable('records')) AS t(i)
"""


def skewed(folder, records):
    """A list of operators of which one has nearly all violations, as Parquet files."""
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        for name, sql in (("operators", OPERATORS), ("violations", VIOLATIONS)):
            connection.execute("SET VARIABLE records = ?", [records])
            connection.sql(sql).write_parquet(str(folder / f"{name}.parquet"))
    return folder / "operators.parquet", folder / "violations.parquet"


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_an_operator_with_nearly_all_records_is_graded_alike_in_many_partitions(spark, tmp_path, monkeypatch):
    """As a long list is: many partitions, Spark's own compiling, and plans that change on the way."""
    monkeypatch.setattr("riskengine.engines.spark.carrying._FEW", 0)
    monkeypatch.setattr("riskengine.engines.spark.carrying._A_PARTITION", 4000)
    files = skewed(tmp_path, 20000)
    engine = Engine.load()
    one = engine.grade(*files, [], as_of=DAY, engine="duckdb")
    other = engine.grade(*files, [], as_of=DAY, engine="spark", master=spark, work=str(tmp_path / "work"))
    assert one.outcome.usage == other.outcome.usage
    for name in (*one.outcome.table_names(), "conduct"):
        assert one.outcome.digest(name) == other.outcome.digest(name), name
        assert one.table(name).equals(other.table(name)), name
    del other
    gc.collect()
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_a_working_folder_may_be_reached_by_sparks_file_systems_alone(spark, tmp_path, monkeypatch):
    """A folder of this machine stands in for an object store: what is not mounted takes the same calls."""
    monkeypatch.setattr("riskengine.engines.spark.work.is_far", lambda _: True)
    engine, far = Engine.load("uk-fhrs"), tmp_path / "far"
    scores = {"structural": 5, "confidence_in_management": 5}
    given = [{"operator_id": f"R{at}", "hygiene": 5 * at, **scores} for at in range(4)]
    one = engine.grade(given, as_of=DAY, engine="reference")
    other = engine.grade(given, as_of=DAY, engine="spark", master=spark, work=far.as_uri())
    assert one.content_hash == other.content_hash
    assert one.grades.equals(other.grades)
    assert len(list(far.iterdir())) == 1
    del other
    gc.collect()
    assert list(far.iterdir()) == []


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_another_master_than_the_running_one_is_refused(spark):
    engine = Engine.load()
    open_session(spark)
    with pytest.raises(UsageError) as told:
        engine.grade([{"operator_id": "A"}], [], [], as_of=DAY, engine="spark", master="local[7]")
    assert [problem.code for problem in told.value.problems] == ["RE-647"]


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_a_list_is_graded_alike(spark):
    engine = Engine.load()
    files = [EXAMPLES / f"{name}.csv" for name in ("operators", "violations", "inspections")]
    one = engine.grade(*files, as_of=DAY, engine="duckdb")
    other = engine.grade(*files, as_of=DAY, engine="spark", master=spark)
    assert other.engine == "spark"
    assert one.content_hash == other.content_hash
    assert one.outcome.usage == other.outcome.usage
    for name in (*one.outcome.table_names(), "conduct"):
        assert one.outcome.digest(name) == other.outcome.digest(name), name
        assert one.table(name).equals(other.table(name)), name
