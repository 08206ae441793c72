"""The content hash from Arrow batches is the one that is computed cell by cell, whatever stands in the cells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.contract.arrow import arrow_schema
from riskengine.contract.arrow_hash import content_hash_of_batches
from riskengine.contract.content_hash import content_hash
from riskengine.contract.tables import Field, Table

SCALES = (0, 2, 6, 9)
TABLE = Table(
    "odd",
    (
        Field("text", "text", nullable=True),
        Field("integer", "integer", nullable=True),
        Field("date", "date", nullable=True),
        Field("bool", "bool", nullable=True),
        Field("texts", "texts", nullable=True),
        *(Field(f"decimal{scale}", f"decimal(18,{scale})", nullable=True) for scale in SCALES),
    ),
    key=("text",),
)
TEXTS = st.text(st.sampled_from(["a", "豫", "\\", "\x1f", "\x00", '"', "\n", "\U0001f69a", "é"]), max_size=6)
ROWS = st.fixed_dictionaries(
    {
        "text": st.none() | TEXTS,
        "integer": st.none() | st.integers(-(2**63), 2**63 - 1),
        "date": st.none() | st.dates(),
        "bool": st.none() | st.booleans(),
        "texts": st.none() | st.lists(TEXTS, max_size=3),
        **{
            f"decimal{scale}": st.none() | st.integers(-(10**18) + 1, 10**18 - 1).map(
                lambda number, scale=scale: Decimal(number).scaleb(-scale)
            )
            for scale in SCALES
        },
    }
)  # fmt: skip


def _batches(rows, size):
    table = pa.Table.from_pylist(rows, arrow_schema(TABLE))
    return table.to_batches(max_chunksize=size)


@given(st.lists(ROWS, max_size=6), st.integers(1, 4))
def test_the_hash_of_batches_is_that_of_rows(rows, size):
    batches = _batches(rows, size)
    read = [row for batch in batches for row in batch.to_pylist()]
    assert content_hash_of_batches(batches) == content_hash(TABLE, read)
    assert content_hash_of_batches(reversed(batches)) == content_hash(TABLE, read)


@pytest.mark.parametrize("texts", [[[]] * 3, [[], ["a"], []], [None, [], []]], ids=["all empty", "one", "a null"])
def test_lists_that_are_empty_are_not_lists_that_are_missing(texts):
    rows = [dict.fromkeys(TABLE.names) | {"texts": value} for value in texts]
    assert content_hash_of_batches(_batches(rows, 8)) == content_hash(TABLE, rows)


def test_no_rows_have_the_hash_of_no_rows():
    assert content_hash_of_batches([]) == content_hash(TABLE, []) == "0-000000000000000-000000000000000"


def test_a_cell_that_differs_makes_another_hash():
    row = {"text": "a", "integer": 1, "date": date(2022, 1, 1), "bool": True, "texts": ["x"]}
    row |= {f"decimal{scale}": Decimal(1).scaleb(-scale) for scale in SCALES}
    other = {"text": "b", "integer": 2, "date": date(2022, 1, 2), "bool": False, "texts": ["x", "x"]}
    other |= {f"decimal{scale}": Decimal(2).scaleb(-scale) for scale in SCALES}
    hashes = {content_hash_of_batches(_batches([row | {name: other[name]}], 1)) for name in row}
    assert len(hashes | {content_hash_of_batches(_batches([row], 1))}) == len(row) + 1
