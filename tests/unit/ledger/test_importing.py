"""Imports: idempotent, atomic, resumable; corrections are versions, and what was known before can be told."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from pyarrow import parquet

from riskengine import Engine
from riskengine.facade.keeping import keep
from riskengine.ledger import changes, extract, import_sources, staging, verify_ledger
from riskengine.ledger.schema import STAGED, VERSIONS

OPERATOR = {
    "operator_id": "91411000MA40000A18",
    "name": "示例运输有限公司",
    "fleet_size": "20",
    "licensed_on": "2018-05-01",
}
VIOLATION = {
    "violation_id": "示例罚〔2022〕1号",
    "operator_id": "91411000ma40000a18",
    "risk_point": "HW-01",
    "occurred_on": "2022/11/2",
    "decided_on": "2022-11-09",
    "penalty": "2,000",
    "severity": "一般",
    "penalty_kind": "罚款；警告",
    "vehicle": "豫K·12345",
}


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def put(ledger, engine, clock):
    def importing(operators=None, violations=None, **options):
        given = {"operators": operators, "violations": violations}
        kept = [keep(engine, rows, name) for name, rows in given.items() if rows is not None]
        return import_sources(ledger, kept, clock.entry(), **options)

    return importing


def _rows(ledger, tmp_path, source, as_of=date(2022, 12, 31), known=None):
    made = extract(ledger, tmp_path, as_of=as_of, known=known)
    return parquet.read_table(made.files[source]).to_pylist()


def _count(ledger, table):
    with ledger.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_cells_are_kept_as_they_will_be_read(ledger, put, tmp_path):
    put([{**OPERATOR, "holds_iso": "true"}], [VIOLATION])
    (operator,) = _rows(ledger, tmp_path, "operators")
    (violation,) = _rows(ledger, tmp_path, "violations")
    assert {name: cell for name, cell in operator.items() if cell is not None} == {**OPERATOR, "holds_iso": "true"}
    assert {name: cell for name, cell in violation.items() if cell is not None} == {
        **VIOLATION,
        "occurred_on": "2022-11-02",
        "penalty": "2000",
        "severity": "general",
        "penalty_kind": "fine;warning",
        "vehicle": "豫K12345",
    }


def test_the_same_import_again_changes_nothing(ledger, put):
    first = put([OPERATOR], [VIOLATION])
    again = put([OPERATOR], [VIOLATION])
    assert first.change is not None
    assert again.change is None
    assert [(source.new, source.unchanged) for source in again.sources] == [(0, 1), (0, 1)]
    assert len(changes(ledger)) == 1


def test_a_corrected_record_is_a_version_and_says_what_changed(ledger, put, tmp_path):
    put([OPERATOR], [VIOLATION])
    done = put(violations=[{**VIOLATION, "penalty": "3000", "place": "示例路"}])
    (correction,) = done.corrections
    assert correction.record_id == VIOLATION["violation_id"]
    assert correction.columns == {"penalty": ("2000", "3000"), "place": (None, "示例路")}
    assert done.sources[0].corrected == 1
    assert [_rows(ledger, tmp_path, "violations", known=known)[0]["penalty"] for known in (1, 2)] == ["2000", "3000"]
    back = put(violations=[VIOLATION])
    assert back.sources[0].corrected == 1
    assert _count(ledger, VERSIONS["violations"]) == 3


def test_what_a_file_lacks_stays(ledger, put, tmp_path):
    put([OPERATOR], [VIOLATION, {**VIOLATION, "violation_id": "B"}])
    put(violations=[{**VIOLATION, "violation_id": "C"}])
    assert [row["violation_id"] for row in _rows(ledger, tmp_path, "violations")] == [
        VIOLATION["violation_id"],
        "B",
        "C",
    ]


def test_operators_hold_from_a_day_on(ledger, put, tmp_path):
    put([OPERATOR])
    put([{**OPERATOR, "fleet_size": "30"}], valid_from=date(2022, 7, 1))
    put([{**OPERATOR, "fleet_size": "30"}], valid_from=date(2022, 8, 1))
    put([{**OPERATOR, "fleet_size": "25"}])  # a correction of the past, which does not undo what came later

    def size(day, known=None):
        return _rows(ledger, tmp_path, "operators", day, known)[0]["fleet_size"]

    assert (size(date(2022, 6, 30)), size(date(2022, 7, 1)), size(date(2023, 1, 1))) == ("25", "30", "30")
    assert (size(date(2022, 6, 30), 2), size(date(2022, 7, 1), 2)) == ("20", "30")
    assert size(date(2022, 7, 1), 1) == "20"
    assert len(changes(ledger)) == 3, "what was known already made no change"


def test_rows_left_out_stay_until_they_are_mended(ledger, put, tmp_path):
    bad = {**VIOLATION, "occurred_on": "2022-13-01"}
    first = put([OPERATOR], [bad])
    assert (first.sources[1].new, first.sources[1].left_out) == (0, 1)
    assert put(violations=[bad]).change is None
    assert [row["occurred_on"] for row in _rows(ledger, tmp_path, "violations")] == ["2022-13-01"]
    done = put(violations=[VIOLATION])
    assert (done.sources[0].mended, done.sources[0].new) == (1, 1)
    assert [row["occurred_on"] for row in _rows(ledger, tmp_path, "violations")] == ["2022-11-02"]
    assert len(_rows(ledger, tmp_path, "violations", known=1)) == 1
    assert verify_ledger(ledger) == []


def test_two_rows_of_one_id_are_both_kept_and_neither_is_chosen(ledger, put, tmp_path):
    rows = [
        VIOLATION,
        {**VIOLATION, "penalty": "1"},
        {**VIOLATION, "violation_id": "B"},
        {**VIOLATION, "violation_id": "B"},
    ]
    done = put([OPERATOR], rows)
    assert (done.sources[1].new, done.sources[1].left_out) == (1, 3)
    assert len(_rows(ledger, tmp_path, "violations")) == 3, "a repetition of equal content is not kept"
    assert put(violations=rows).change is None


def test_violations_of_unknown_operators_are_kept_and_counted(put):
    assert put(violations=[VIOLATION]).sources[0].orphans == 1
    assert put([OPERATOR]).change is not None
    assert put(violations=[VIOLATION]).sources[0].orphans == 0


def test_an_empty_list_is_known_to_be_empty(ledger, put, tmp_path):
    put([OPERATOR])
    assert "violations" not in extract(ledger, tmp_path, as_of=date(2022, 12, 31)).files
    put(violations=[])
    assert _rows(ledger, tmp_path, "violations") == []


def test_an_interrupted_import_goes_on_where_it_was(ledger, put, monkeypatch):
    monkeypatch.setattr(staging, "BLOCK", 10)
    rows = [{**VIOLATION, "violation_id": f"V{number}"} for number in range(35)]
    real, calls = staging.put, []

    def breaking(connection, table, columns, staged):
        calls.append(table.name)
        if len(calls) == 3:
            raise RuntimeError("killed")
        real(connection, table, columns, staged)

    monkeypatch.setattr(staging, "put", breaking)
    with pytest.raises(RuntimeError, match="killed"):
        put(violations=rows)
    assert (_count(ledger, STAGED["violations"]), changes(ledger)) == (20, [])
    calls[:] = ["past the third"] * 3
    done = put(violations=rows)
    assert done.sources[0].new == 35
    assert len(calls) == 5, "two blocks were there already"
    assert _count(ledger, STAGED["violations"]) == 0
    assert verify_ledger(ledger) == []


def test_an_import_that_fails_leaves_nothing(ledger, put, monkeypatch):
    put([OPERATOR])

    def failing(*_):
        raise RuntimeError("disk full")

    monkeypatch.setattr("riskengine.ledger.importing.record", failing)
    with pytest.raises(RuntimeError, match="disk full"):
        put([{**OPERATOR, "fleet_size": "21"}], [VIOLATION])
    assert (_count(ledger, VERSIONS["operators"]), _count(ledger, VERSIONS["violations"])) == (1, 0)


def test_a_content_altered_by_hand_is_found(ledger, put):
    put([OPERATOR], [VIOLATION])
    with ledger.writing() as connection:
        connection.execute(sa.text("UPDATE violations_versions SET penalty = '1'"))
    assert [problem.code for problem in verify_ledger(ledger)] == ["RE-863"]
