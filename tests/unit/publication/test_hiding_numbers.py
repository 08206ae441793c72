"""No personal number gets out of a text, however it is written; what is none stays as it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.records.identifiers import is_credit_code, is_resident_number
from riskengine.supervision.publication.hiding import Hiding, is_person, left_over

RESIDENT, MOBILE, CERTIFICATE = "11010519491231002X", "13800138000", "4110SL01510031"
HIDING = Hiding([CERTIFICATE])
_FULL = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_PARTS = ("", "", " ", "-", ".", "·", "\u200b", "\u00ad", "\u3000", "—")


def bare(text: str) -> str:
    """The digits of a text, read by a rule of the test's own."""
    return re.sub(r"[^0-9X]", "", "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text).upper())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"身份证号{RESIDENT}，电话{MOBILE}。", "身份证号110105********002X，电话138****8000。"),
        (f"ID{RESIDENT}a", "ID110105********002Xa"),
        (f"2022-01-03 {RESIDENT}", "2022-01-03 110105********002X"),
        ("11010519491231002x", "110105********002X"),
        ("110105491231002", "110105*****1002"),
        ("+86 138-0013-8000", "+138****8000"),
        ("电话0374-2626262", "电话03********62"),
        (f"驾驶人{CERTIFICATE}", "驾驶人41**********31"),
    ],
)
def test_what_is_personal_is_masked_where_it_stands(text, shown):
    assert HIDING.text(text) == shown
    assert not left_over(shown, [CERTIFICATE])


@pytest.mark.parametrize(
    "text",
    [
        "914403001922038216",
        "91350100M000100Y43",
        "样例交罚〔2022〕0001号",
        "2022/01/03 2022/01/04 2023",
        "K30+700，罚款110105元，13:00",
        "JC202102434",
        "豫K12345，超限3.25吨",
    ],
)
def test_what_is_not_personal_stays_to_the_character(text):
    assert HIDING.text(text) == text
    assert not left_over(text)


@given(
    st.sampled_from([RESIDENT, MOBILE]),
    st.lists(st.sampled_from(_PARTS), min_size=18, max_size=18),
    st.sampled_from(["", "当事人", "No.", "甲A", "2022年", "，", "9月 "]),
    st.sampled_from(["", "。", "号", "ab", " 乙", "（12）"]),
    st.booleans(),
)
def test_no_way_of_writing_a_number_gets_it_out(number, parts, before, after, full):
    written = "".join(char + part for char, part in zip(number, parts, strict=False))
    written = written.translate(_FULL) if full else written
    out = HIDING.text(f"{before}{written}{after}")
    assert number not in bare(out)
    assert not left_over(out)
    assert left_over(f"{before}{written}{after}")


@given(st.text(alphabet="0123456789X ，年-", max_size=60))
def test_what_is_masked_leaves_nothing_over(text):
    assert not left_over(HIDING.text(text))


def test_a_person_is_told_from_an_organisation_by_the_number():
    assert is_person(RESIDENT)
    assert is_person("110105194912310021"), "mistyped, and as personal as a right one"
    assert not is_person("91350100M000100Y43")
    # 18 digits with the shape of a resident number, which an organisation's register may hold as well
    bodies = (f"91411119800101{tail:03d}{last}" for tail in range(100) for last in range(10))
    shaped = next(code for code in bodies if is_credit_code(code) and not is_resident_number(code))
    assert not is_person(shaped)
    assert HIDING.text(shaped) == shaped


def test_a_name_is_masked_within_a_text_too():
    assert HIDING.about("示例甲未悬挂标志", "示例甲") == "示**未悬挂标志"
