"""The SQL of a plan: what is printed is what is run, and what DuckDB cannot hold is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
import tiny

from riskengine import Engine, EngineLimitError
from riskengine.contract.tables import EVIDENCE
from riskengine.engines.duckdb.loading import load
from riskengine.engines.sql.dialects import in_dialect
from riskengine.engines.sql.pipeline import pipeline
from riskengine.engines.sql.printing import statement
from riskengine.engines.sql.tables import hash_query
from riskengine.engines.sql.terms import literal, name_of, quoted, rounded, to_sql
from riskengine.plan import evaluate
from riskengine.policy.parser import parse_expression

EXAMPLES = Path(__file__).parents[2] / "examples"
AS_OF = date(2022, 12, 31)


def test_what_is_printed_gives_what_is_run():
    engine = Engine.load()
    files = EXAMPLES / "operators.csv", EXAMPLES / "violations.csv"
    batch = engine.grade(*files, as_of=AS_OF, engine="duckdb")
    connection = duckdb.connect()
    load(connection, engine.plan, engine.read(*files, as_of=AS_OF), AS_OF)
    for name in ("operators", "violations"):
        connection.table(f"all_{name}").create_view(name)
    for step in pipeline(engine.plan, AS_OF).steps:
        connection.execute(statement(step))
    sql = "SELECT o.operator_id, v.grade, v.status FROM verdicts AS v JOIN operators AS o ON o.op = v.op"
    printed = {row[0]: row[1:] for row in connection.execute(sql).fetchall()}
    rows = batch.outcome.rows("grades")
    expected = {row["operator_id"]: (row["grade"], row["status"]) for row in rows if row["status"] != "not_current"}
    assert printed == expected
    assert len(printed) > 290


def test_a_step_is_dropped_once_nobody_reads_it():
    engine = Engine.load()
    batch = engine.grade(EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=AS_OF, engine="duckdb")
    steps = {step.name for step in pipeline(engine.plan, AS_OF, ["violations"]).steps if not step.is_view}
    found = batch.outcome._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    left = steps & {name for (name,) in found}
    assert left == {"facts", "points", "verdicts", "evidence", "based", "actions", "measures"}


@pytest.mark.parametrize(
    "text",
    [
        "1 / 3 + 1 / 6",
        "7 / 2 * 2",
        "-7 / 2",
        "7 / -2",
        "1 / 0",
        "greatest(1 / 3, 0.33)",
        "least(1 / 3, 1 / 4, 0.3)",
        "case when 1 / 3 > 0.33 then 2 / 3 else 0 end",
        "coalesce(1 / 0, 5 / 2)",
        "(1 / 3) / (2 / 7)",
        "0.125 * 8 - 0.0005",
        "least(20, null)",
    ],
)
def test_a_fraction_is_rounded_once_halves_away_from_zero(text):
    tree = parse_expression(text)
    [(value,)] = duckdb.sql(f"SELECT {rounded(to_sql(tree, {}), 2)}").fetchall()
    expected = evaluate(tree, {})
    if expected is None:
        assert value is None
    else:
        doubled = 2 * abs(expected) * 100
        assert value == int((doubled + 1) // 2) * (-1 if expected < 0 else 1)


def test_choices_within_tests_of_choices_do_not_double_with_every_level():
    text = "3"
    for level in range(8):
        text = f"case when {text} > {level} then 1 else 2 end"
    sql = to_sql(parse_expression(text), {}).sql
    assert len(sql) < 1_000
    assert duckdb.sql(f"SELECT {sql}").fetchall() == [(evaluate(parse_expression(text), {}),)]


@pytest.mark.parametrize(
    ("test", "chosen"), [("1 < 2", 10), ("1 > 2", 20), ("null", None), ("not null", None), ("1 < 2 or null", 10)]
)
def test_a_long_test_chooses_as_a_short_one(test, chosen):
    long = (
        f"({test}) and {' and '.join(['2 < 3'] * 12)}" if chosen != 20 else f"({test}) or {' or '.join(['3 < 2'] * 12)}"
    )
    for each in (test, long):
        sql = to_sql(parse_expression(f"case when {each} then 10 else 20 end"), {}).sql
        assert duckdb.sql(f"SELECT {sql}").fetchall() == [(chosen,)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("((a + b)) * (c)", "(a + b) * c"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a) - ((CASE WHEN (b OR c) THEN (a + b) END))", "a - CASE WHEN b OR c THEN a + b END"),
        ("(NOT (a IS NULL)) = (b AND (c OR a))", "(NOT (a IS NULL)) = (b AND (c OR a))"),
        ("COALESCE((a), (b + c)) * (b + c)", "COALESCE(a, b + c) * (b + c)"),
        ("ABS((a <= (b * (c))))", "ABS(a <= (b * c))"),
        ("(CASE WHEN a THEN [1, 2] END)[1]", "(CASE WHEN a THEN ARRAY(1, 2) END)[0]"),
    ],
)
def test_spark_is_given_no_brackets_but_those_that_part_something(given, expected):
    assert in_dialect(given, "spark") == expected


def test_names_and_texts_cannot_leave_their_quotes():
    assert name_of('a"b') == '"a""b"'
    assert quoted("it's") == "'it''s'"
    [(value,)] = duckdb.sql(f"SELECT {literal(chr(39) + '; DROP TABLE x; --').sql}").fetchall()
    assert value == "'; DROP TABLE x; --"


def test_what_does_not_fit_128_bits_is_said_and_not_cut_off():
    power = " * ".join(["penalty"] * 6)
    data = tiny.policy(
        facts={"total": {"sum": power, "title": tiny.BOTH}}, signals=[tiny.rule("much", "total > 5", deduct="1")]
    )
    engine = Engine.load(data)
    rows = [tiny.violation(1, penalty="900000000.01")]
    assert engine.grade([{"operator_id": "A"}], rows, as_of=AS_OF).outcome.rows("grades")[0]["grade"] == "AA"
    with pytest.raises(EngineLimitError, match="RE-622"):
        engine.grade([{"operator_id": "A"}], rows, as_of=AS_OF, engine="duckdb")


@pytest.mark.parametrize("name", ["m0", "v0", "m1", "op", "t", "t0", "c0", "d0", "grp", "unused", "day", "points"])
@pytest.mark.parametrize("engine", ["duckdb", "live"])
def test_a_weight_may_be_called_what_the_queries_call_their_own(engine, name):
    data = tiny.policy(
        weights={
            name: {
                "by": "severity",
                "table": {"minor": 1, "major": 3},
                "basis": "local_policy",
                "title": tiny.BOTH,
            }
        },
        facts={
            "n": {"sum": name, "title": tiny.BOTH},
            "most": {"sum": name, "per": "place", "then": "max", "empty": 0, "title": tiny.BOTH},
        },
        signals=[tiny.rule("some", "n > 0 and most >= 0", deduct="n")],
    )
    rows = [tiny.violation(1, severity="major", place="a"), tiny.violation(2, severity="minor", place="b")]
    doubtful = [*rows, tiny.violation(3, place="a")]
    loaded = Engine.load(data)
    for given in (rows, doubtful):
        by = [
            loaded.grade([{"operator_id": "A"}], given, as_of=AS_OF, engine=each).content_hash
            for each in (engine, "reference")
        ]
        assert by[0] == by[1]


def test_spark_joins_the_texts_of_a_row_by_a_word_of_its_own():
    sql = in_dialect(hash_query(EVIDENCE, "evidence"), "spark")
    assert "SHA2(CONCAT_WS(CHR(31), REPLACE(" in sql
    assert "''" not in sql.replace("'\\\\'", "")  # no text is tested for being there: all are
    mixed = "SELECT concat(a, chr(31), b, chr(30), c), concat(a, chr(31), b, chr(31))"
    assert "CONCAT_WS" not in in_dialect(mixed, "spark")
