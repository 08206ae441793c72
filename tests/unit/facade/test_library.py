"""The library: one operator, many, a list in any form; what it gives back and what it refuses."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from riskengine import Engine, InputError, Operator, PolicyError, UsageError, Violation, open_run

EXAMPLES = Path(__file__).parents[3] / "examples"
AS_OF = date(2022, 12, 31)
OPERATOR = {"operator_id": "91411000MA40000A18", "fleet_size": 20, "licensed_on": "2018-05-01"}
VIOLATION = {"violation_id": "V1", "risk_point": "RT-04", "occurred_on": "2022-11-02", "decided_on": "2022-11-09",
             "severity": "serious", "penalty_kind": "fine", "penalty": "1000"}  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


def test_one_operator_gets_a_grade_with_its_reasons(engine):
    result = engine.assess(OPERATOR, [VIOLATION], as_of=AS_OF)
    assert (result.status, result.grade) == ("graded", "AA")
    assert result.score == Decimal(100) + sum(signal["points"] for signal in result.signals)
    fired = [signal for signal in result.signals if signal["points"]]
    assert all(signal["law"] and signal["article"] for signal in fired)
    assert {row["record_id"] for row in result.evidence} == {"V1"}
    assert {row["measure"].split("-M")[0] for row in result.measures} == {"RT-04"}
    assert "V1" in result.explain("zh")
    assert "V1" in result.explain("en")


def test_models_mappings_and_chinese_headings_say_the_same(engine):
    by_model = engine.assess(
        Operator(operator_id="91411000MA40000A18", fleet_size=20, licensed_on=date(2018, 5, 1)),
        [
            Violation(
                operator_id="91411000MA40000A18",
                violation_id="V1",
                risk_point="RT-04",
                occurred_on=date(2022, 11, 2),
                decided_on=date(2022, 11, 9),
                severity="严重",
                penalty_kind=("罚款",),
                penalty=Decimal(1000),
            )
        ],
        as_of=AS_OF,
    )
    by_heading = engine.assess(
        {"统一社会信用代码": "91411000MA40000A18", "车辆数": "20", "许可日期": "2018年5月1日"},
        [
            {
                "案号": "V1",
                "主体代码": "91411000MA40000A18",
                "风险点编号": "RT-04",
                "违法日期": "2022/11/2",
                "决定日期": "20221109",
                "情节": "较重",
                "处罚种类": "罚款",
                "罚款金额": "1,000元",
            }
        ],
        as_of=AS_OF,
    )
    plain = engine.assess(OPERATOR, [VIOLATION], as_of=AS_OF)
    assert by_model.to_dict() == by_heading.to_dict() == plain.to_dict()


def test_violations_not_given_are_an_error_and_none_are_said_by_an_empty_list(engine):
    with pytest.raises(UsageError, match="RE-604"):
        engine.assess(OPERATOR, as_of=AS_OF)
    assert engine.assess(OPERATOR, [], as_of=AS_OF).score == Decimal("100.000000")


def test_an_operator_that_is_not_valid_is_refused_with_every_problem(engine):
    with pytest.raises(InputError) as caught:
        engine.assess({"operator_id": "", "fleet_size": "-3", "licensed_on": "yesterday"}, [], as_of=AS_OF)
    assert {problem.column for problem in caught.value.problems} == {"operator_id", "fleet_size", "licensed_on"}


def test_a_record_that_is_not_valid_is_left_out_and_shown(engine):
    result = engine.assess(
        OPERATOR, [VIOLATION, {**VIOLATION, "violation_id": "V2", "occurred_on": "soon"}], as_of=AS_OF
    )
    assert result.quarantined_count == 1
    assert [problem.row for problem in result.problems if problem.is_error] == [2]


def test_results_as_json_have_a_schema_and_exact_numbers(engine):
    data = json.loads(engine.assess(OPERATOR, [VIOLATION], as_of=AS_OF).to_json())
    assert data["schema"] == "riskengine.assessment/1"
    assert Decimal(data["score"]) == Decimal(100) + sum(Decimal(signal["points"]) for signal in data["signals"])
    batch = json.loads(
        engine.grade([OPERATOR], [{**VIOLATION, "operator_id": OPERATOR["operator_id"]}], as_of=AS_OF).to_json()
    )
    assert batch["schema"] == "riskengine.batch/1"
    assert batch["tables"]["grades"][0]["score"] == data["score"]


@pytest.mark.parametrize("as_of", ["2022-12-31", None, 20221231])
def test_an_as_of_that_is_no_date_is_refused(engine, as_of):
    with pytest.raises(UsageError, match="RE-601"):
        engine.assess(OPERATOR, [], as_of=as_of)


def test_a_time_on_the_as_of_date_does_not_matter(engine):
    at_noon = engine.assess(OPERATOR, [VIOLATION], as_of=datetime(2022, 12, 31, 12, tzinfo=UTC))
    assert at_noon.to_dict() == engine.assess(OPERATOR, [VIOLATION], as_of=AS_OF).to_dict()


def test_something_else_than_an_operator_is_refused(engine):
    with pytest.raises(UsageError, match="RE-612"):
        engine.assess("91411000MA40000A18", [], as_of=AS_OF)


def test_an_unknown_policy_or_engine_is_refused_with_the_nearest_name(engine):
    with pytest.raises(PolicyError, match="xuchang-transport"):
        Engine.load("xuchang-transprot")
    with pytest.raises(UsageError, match="reference"):
        engine.grade([OPERATOR], [], as_of=AS_OF, engine="referense")


def test_many_are_assessed_one_after_another_as_alone(engine):
    cases = [(OPERATOR, [VIOLATION]), ({**OPERATOR, "operator_id": "X2"}, [])]
    many = [result.to_dict() for result in engine.assess_many(iter(cases), as_of=AS_OF)]
    assert many == [engine.assess(*case, as_of=AS_OF).to_dict() for case in cases]


def test_one_engine_serves_many_threads(engine):
    expected = engine.assess(OPERATOR, [VIOLATION], as_of=AS_OF).to_dict()
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: engine.assess(OPERATOR, [VIOLATION], as_of=AS_OF).to_dict(), range(64)))
    assert all(result == expected for result in results)


def _forms():
    pandas = import_module("pandas")
    polars = import_module("polars")
    duckdb = import_module("duckdb")
    frame = pandas.read_csv(EXAMPLES / "violations.csv", dtype=str)
    yield "pandas", frame
    yield "polars", polars.read_csv(EXAMPLES / "violations.csv", infer_schema=False)
    yield "arrow", pa.Table.from_pandas(frame)
    yield "duckdb", duckdb.connect().sql("select * from frame")
    yield "rows", frame.where(frame.notna(), None).to_dict("records")


def test_files_frames_and_tables_of_the_same_records_have_the_same_content_hash(engine, tmp_path):
    operators = EXAMPLES / "operators.csv"
    expected = engine.grade(operators, EXAMPLES / "violations.csv", as_of=AS_OF).content_hash
    for name, form in _forms():
        assert engine.grade(operators, form, as_of=AS_OF).content_hash == expected, name
    parquet.write_table(dict(_forms())["arrow"], tmp_path / "violations.parquet")
    assert engine.grade(operators, tmp_path / "violations.parquet", as_of=AS_OF).content_hash == expected
    dict(_forms())["pandas"].to_excel(tmp_path / "violations.xlsx", index=False)
    assert engine.grade(operators, tmp_path / "violations.xlsx", as_of=AS_OF).content_hash == expected
    text = (EXAMPLES / "violations.csv").read_text("utf-8")
    (tmp_path / "gb.csv").write_bytes(text.encode("gb18030"))
    assert engine.grade(operators, tmp_path / "gb.csv", as_of=AS_OF).content_hash == expected


def test_the_tables_of_a_batch_are_arrow_with_the_types_of_the_contract(engine):
    batch = engine.grade(EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=AS_OF)
    assert batch.grades.num_rows == 300
    assert batch.grades.schema.field("score").type == pa.decimal128(18, 6)
    assert batch.grades.schema.field("missing").type == pa.list_(pa.string())
    assert batch.signals.column_names[:4] == ["operator_id", "rule", "risk_point", "status"]
    for table in (batch.evidence, batch.actions, batch.measures, batch.facts, batch.facts_by_risk_point):
        assert table.num_rows > 0
    assert batch.quarantine.num_rows == len(list(batch.records.problems()))
    assert "示例" in batch.explain(batch.grades["operator_id"][0].as_py())
    assert len(batch.grades.to_pandas()) == 300


def test_a_run_written_and_read_back_replays_to_the_same_hash(engine, tmp_path):
    batch = engine.grade(EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=AS_OF)
    run = open_run(batch.write(tmp_path).folder)
    assert run.manifest["content_hash"] == batch.content_hash
    assert run.plan.sha256 == engine.plan.sha256
    replay = Engine.load(run.folder / "inputs" / "policy.yaml").grade(
        EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=run.as_of
    )
    assert replay.content_hash == batch.content_hash


def test_a_policy_out_of_force_on_the_day_is_said(engine):
    assert [problem.code for problem in engine.warnings(date(2021, 12, 31))] == ["RE-535"]
    assert engine.warnings(AS_OF) == []


def test_every_point_of_the_example_list_names_rule_article_and_records_and_adds_up(engine):
    outcome = engine.grade(EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=AS_OF).outcome
    records: dict[tuple[str, str, str | None], list[str]] = {}
    for row in outcome.rows("evidence"):
        records.setdefault((row["operator_id"], row["rule"], row["risk_point"]), []).append(row["record_id"])
    points: dict[str, Decimal] = {}
    for row in outcome.rows("signals"):
        if row["points"]:
            assert row["law"], row
            assert row["article"], row
            assert len(records[row["operator_id"], row["rule"], row["risk_point"]]) == row["count"] > 0
        points[row["operator_id"]] = points.get(row["operator_id"], Decimal(0)) + row["points"]
    scored = [row for row in outcome.rows("grades") if row["score"] is not None]
    assert len(scored) > 250
    for row in scored:
        assert row["score"] == min(max(100 + points.get(row["operator_id"], Decimal(0)), Decimal(0)), Decimal(100))


@pytest.mark.parametrize("given", [3, "violations.csv", {"violation_id": "V1"}, [3], ["V1"], [None]])
def test_what_is_no_list_of_records_is_said(engine, given):
    with pytest.raises(UsageError) as raised:
        engine.assess(OPERATOR, given, as_of=AS_OF)
    assert {problem.code for problem in raised.value.problems} == {"RE-620"}


def test_a_frame_is_for_grade_and_assess_says_so(engine):
    with pytest.raises(UsageError, match="RE-620 a value of the type 'Table'"):
        engine.assess(OPERATOR, pa.table({"violation_id": ["V1"]}), as_of=AS_OF)
