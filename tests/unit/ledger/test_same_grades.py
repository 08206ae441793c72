"""The same data give the same content hash from files, from SQLite and from PostgreSQL."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import planted
import pytest
from pyarrow import parquet

from riskengine import Engine
from riskengine.facade.keeping import from_ledger, keep
from riskengine.ledger import extract, import_sources, verify_chain, verify_ledger

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
AS_OF = date(2022, 12, 31)


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


def _import(ledger, engine, clock, *files, **options):
    return import_sources(ledger, [keep(engine, *file) for file in files], clock.entry(), **options)


def _grade(engine, url, folder, as_of=AS_OF, known=None):
    made = from_ledger(url, folder, as_of=as_of, known=known)
    sources = {"violations": [], "inspections": None, **made.sources}
    return engine.grade(sources["operators"], sources["violations"], sources["inspections"], as_of=as_of)


def test_a_grading_from_the_ledger_is_the_one_from_the_files(ledger, url, engine, clock, tmp_path):
    files = [EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", EXAMPLES / "inspections.csv"]
    done = _import(ledger, engine, clock, *((file,) for file in files))
    assert [source.new + source.left_out for source in done.sources] == [source.rows for source in done.sources]
    for as_of in (AS_OF, date(2021, 6, 30)):
        from_files = engine.grade(*files, as_of=as_of)
        assert _grade(engine, url, tmp_path, as_of).content_hash == from_files.content_hash
    assert verify_chain(ledger) == []


def test_rows_that_cannot_be_used_show_on_their_operators_grade(ledger, url, engine, clock, tmp_path):
    folder = EXAMPLES / "dirty"
    files = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in {".csv", ".xlsx"}}
    operators, violations = files["operators"], files["violations"]
    _import(ledger, engine, clock, (operators,), (violations,))
    from_files = engine.grade(operators, violations, as_of=AS_OF)
    graded = _grade(engine, url, tmp_path)
    assert sum(row["quarantined_count"] for row in from_files.grades.to_pylist())
    assert graded.grades.to_pylist() == from_files.grades.to_pylist()
    assert graded.content_hash == from_files.content_hash


def test_natural_persons_and_drivers_are_graded_as_from_their_files(ledger, url, engine, clock, tmp_path):
    files = planted.files(tmp_path)
    _import(ledger, engine, clock, *((file,) for file in files))
    from_files = engine.grade(*files, as_of=AS_OF)
    graded = _grade(engine, url, tmp_path)
    assert graded.grades.to_pylist() == from_files.grades.to_pylist()
    assert planted.NATURAL in {row["operator_id"] for row in graded.grades.to_pylist()}
    assert graded.content_hash == from_files.content_hash
    assert _import(ledger, engine, clock, *((file,) for file in files)).change is None, "sealing is the same each time"
    assert verify_ledger(ledger) == []


def test_every_cell_comes_out_as_it_was_read(ledger, engine, clock, tmp_path):
    files = planted.files(tmp_path)
    _import(ledger, engine, clock, *((file,) for file in files))
    made = extract(ledger, tmp_path, as_of=AS_OF)
    for file, rows in zip(files, (planted.OPERATORS, planted.VIOLATIONS, planted.INSPECTIONS), strict=True):
        held = parquet.read_table(made.files[file.stem]).to_pylist()
        head = rows[0]
        dates = {"licensed_on", "occurred_on", "inspected_on"}  # not those of a row that cannot be used
        found = [[row[column] or "" for column in head if column not in dates] for row in held]
        read = [[cell for column, cell in zip(head, row, strict=True) if column not in dates] for row in rows[1:]]
        assert sorted(found) == sorted(read)
