from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.kernel.masking import is_personal, mask_name, mask_personal, mask_whole


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("11010519491231002X", "110105********002X"),
        ("11010519491231002x", "110105********002x"),
        ("证件11010519491231002X。", "证件110105********002X。"),
        ("１１０１０５１９４９１２３１００２Ｘ", "110105********002X"),
        ("110105491231002", "110105*****1002"),
        ("13800138000", "138****8000"),
        ("+86 13800138000", "+86 138****8000"),
        ("138-0013-8000", "138****8000"),
        ("a 13800138000, b 13900139000", "a 138****8000, b 139****9000"),
        ("110105194912310021", "110105********0021"),
    ],
)
def test_resident_and_mobile_numbers_are_masked(text, masked):
    assert mask_personal(text) == masked
    assert is_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "甲公司",
        "91350100M000100Y43",
        "豫K12345",
        "2022-12-31",
        "1380013800",
        "138001380001",
        "X13800138000",
        "22800138000",
        "110105199913310021000",
        "11010517491231002X",
        "ＡＢＣ１２３",
        "许昌交罚〔2022〕15号",
    ],
)
def test_what_is_no_personal_number_stays_as_it_is(text):
    assert mask_personal(text) == text
    assert not is_personal(text)


@given(st.text(max_size=40))
def test_masking_twice_is_masking_once(text):
    assert mask_personal(mask_personal(text)) == mask_personal(text)


@given(st.text(min_size=5, max_size=30))
def test_a_value_known_to_be_personal_keeps_its_length_and_four_characters(text):
    masked = mask_whole(text)
    assert len(masked) == len(text)
    assert masked[2:-2] == "*" * (len(text) - 4)


def test_a_short_value_is_masked_altogether():
    assert [mask_whole(text) for text in ("", "a", "abcd")] == ["", "*", "****"]


def test_a_name_keeps_its_first_character():
    assert [mask_name(name) for name in ("张三", "欧阳某某", "李")] == ["张*", "欧***", "李"]
