"""Three fixed vectors and what the hash must and must not depend on."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.contract.content_hash import cell_text, content_hash, row_digest
from riskengine.contract.tables import GRADES, MEASURES, SIGNALS

MEASURE_ROWS = [
    {"operator_id": "A", "risk_point": "HW-01", "measure": "HW-01-1"},
    {"operator_id": "B", "risk_point": "RT-01", "measure": "RT-01-2"},
]
SIGNAL = {
    "operator_id": "甲",
    "rule": "r",
    "risk_point": None,
    "status": "fired",
    "count": 3,
    "points": Decimal("-12.500000"),
    "law": "road\x1flaw\\x",
    "article": "66",
    "missing": ["b", "a"],
}
GRADE = {
    "operator_id": "A",
    "name": "甲公司",
    "score": Decimal("87.500000"),
    "grade": "A",
    "status": "graded",
    "missing": [],
    "unknown_count": 0,
    "quarantined_count": 0,
    "ceiling_rule": None,
    "risk_level": "red",
    "previous_grade": "AA",
}


def test_the_vector_of_two_rows_computed_by_hand():
    first = hashlib.sha256(b"A\x1fHW-01\x1fHW-01-1").hexdigest()
    second = hashlib.sha256(b"B\x1fRT-01\x1fRT-01-2").hexdigest()
    sums = [sum(int(digest[start : start + 15], 16) for digest in (first, second)) % 2**60 for start in (0, 15)]
    assert (
        content_hash(MEASURES, MEASURE_ROWS)
        == f"2-{sums[0]:015x}-{sums[1]:015x}"
        == "2-3fba99317e1429b-d4060c93821461e"
    )


def test_the_vector_of_nulls_escapes_lists_and_decimals():
    text = '甲\x1fr\x1f\x00\x1ffired\x1f3\x1f-12.500000\x1froad\\\x1flaw\\\\x\x1f66\x1f["a","b"]'
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert content_hash(SIGNALS, [SIGNAL]) == f"1-{digest[:15]}-{digest[15:30]}" == "1-432d893762caafa-f497236636fcfc0"


def test_the_vector_of_a_grade_leaves_out_the_previous_grade():
    text = "A\x1f甲公司\x1f87.500000\x1fA\x1fgraded\x1f[]\x1f0\x1f0\x1f\x00\x1fred"
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert content_hash(GRADES, [GRADE]) == f"1-{digest[:15]}-{digest[15:30]}" == "1-29fea586106b5e2-af94d5a8cc0f25f"
    assert content_hash(GRADES, [{**GRADE, "previous_grade": None}]) == content_hash(GRADES, [GRADE])


def test_no_rows_have_a_hash_too():
    assert content_hash(MEASURES, []) == "0-000000000000000-000000000000000"


def test_the_order_of_rows_does_not_matter_and_their_number_does():
    assert content_hash(MEASURES, MEASURE_ROWS) == content_hash(MEASURES, reversed(MEASURE_ROWS))
    assert content_hash(MEASURES, MEASURE_ROWS) != content_hash(MEASURES, [*MEASURE_ROWS, MEASURE_ROWS[0]])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("score", Decimal("87.500001")),
        ("score", None),
        ("grade", "B"),
        ("missing", ["x"]),
        ("risk_level", None),
        ("unknown_count", 1),
    ],
)
def test_any_cell_that_is_hashed_changes_the_hash(column, value):
    assert content_hash(GRADES, [{**GRADE, column: value}]) != content_hash(GRADES, [GRADE])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\x00"),
        ("", ""),
        ("\x00", "\\\x00"),
        (True, "true"),
        (7, "7"),
        (Decimal("1.50"), "1.50"),
        (date(2022, 1, 31), "2022-01-31"),
        ((), "[]"),
        (["乙", "甲"], '["乙","甲"]'),
        (Decimal("1E+2"), "100"),
    ],
)
def test_a_cell_is_written_in_one_way(value, text):
    assert cell_text(value) == text


TEXTS = st.lists(st.none() | st.text(st.sampled_from("a\\\x00\x1f"), max_size=4), min_size=3, max_size=3)


@given(TEXTS, TEXTS)
def test_two_rows_have_one_digest_only_where_they_are_equal(one, other):
    assert (row_digest(one) == row_digest(other)) == (one == other)
