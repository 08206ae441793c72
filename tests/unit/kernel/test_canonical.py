from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.kernel.canonical import canonical_json, sha256_of, sha256_of_file


def test_members_are_sorted_by_utf16_and_nothing_is_escaped_that_need_not_be():
    """The vector of RFC 8785's members; numbers that are no integers are written as text, so that none is altered."""
    vector = {"b": 1, "a": "豫", "€": Decimal("1e21"), "\U0001f600": "\n", "ﬁ": "/"}
    expected = '{"a":"豫","b":1,"€":"1000000000000000000000","\U0001f600":"\\n","ﬁ":"/"}'
    assert canonical_json(vector).decode() == expected
    assert sha256_of(vector) == hashlib.sha256(expected.encode()).hexdigest()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.10"), '"0.10"'),
        (date(2022, 1, 31), '"2022-01-31"'),
        ((1, [2]), "[1,[2]]"),
        (None, "null"),
        (True, "true"),
        (2**53 - 1, "9007199254740991"),
        (2**53, '"9007199254740992"'),
        (-(10**30), f'"-{10**30}"'),
    ],
)
def test_values_that_json_numbers_would_alter_are_text(value, text):
    assert canonical_json(value).decode() == text


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=6))
def test_the_order_of_members_does_not_matter(data):
    assert canonical_json(data) == canonical_json(dict(reversed(data.items())))


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path):
    file = tmp_path / "f"
    file.write_bytes(b"abc")
    assert sha256_of_file(file) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
