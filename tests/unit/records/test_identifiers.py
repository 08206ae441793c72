from __future__ import annotations

import pytest

from riskengine.records.identifiers import is_credit_code, is_plate, is_resident_number


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",
        "91110000802100433B",
        "9144030071526726XG",
        "91330100799655058B",
        "914403001922038216",
        "911100007109279199",
        "91411000MA40000A18",
        "91411000MA40000B2C",
        "12411000MB0000001C",
        "91410100000000001T",
        "91411000MA00000290",  # the sum leaves no rest, so the check character is 0
    ],
)
def test_credit_codes_with_their_check_character_pass(code):
    assert is_credit_code(code)


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y42", "91310000MA1FL0WT3X", "91350100M0001O0Y43", "91350100M000100Y4", "91350100M000100Y433", ""],
)
def test_credit_codes_that_are_mistyped_fail(code):
    assert not is_credit_code(code)


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "440524188001010014", "34052419800101001X", "411002199003070014"]
)
def test_resident_numbers_pass(number):
    assert is_resident_number(number)


@pytest.mark.parametrize(
    "number", ["411002199002300017", "110105194912310021", "01010519491231002X", "11010519491231002", "x" * 18]
)
def test_a_resident_number_with_an_impossible_day_or_a_wrong_check_fails(number):
    assert not is_resident_number(number)


@pytest.mark.parametrize(
    "plate", ["豫K12345", "豫KT0123", "豫K1234学", "豫K1234挂", "粤Z1234港", "豫KD12345", "豫KDA1234", "豫K12345D"]
)
def test_plates_pass(plate):
    assert is_plate(plate)


@pytest.mark.parametrize(
    "plate", ["豫KI2345", "豫K12O45", "豫K123456", "K12345", "豫12345", "豫K1234", "豫K1234学学", ""]
)
def test_what_is_no_plate_fails(plate):
    assert not is_plate(plate)
