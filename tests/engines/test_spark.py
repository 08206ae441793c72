"""What Spark's engine must hold: equal to DuckDB's to the last digit, run by run; and nothing of Java's is shown."""

from __future__ import annotations

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
    assert cause("WARNING: Using incubator modules\nError: Master must either be yarn or start with spark") == (
        "Error: Master must either be yarn or start with spark"
    )


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


@pytest.mark.slow
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
