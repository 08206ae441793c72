from __future__ import annotations

import pytest

from riskengine import Engine
from riskengine.reports.figures import band_of, worst_first
from riskengine.reports.privacy import Privacy


def test_the_best_grade_has_the_first_shade_and_the_worst_the_last():
    for size in (2, 3, 5, 6, 9):
        ranking = [str(number) for number in range(size)]
        bands = [band_of(ranking, grade) for grade in ranking]
        assert (bands[0], bands[-1]) == (0, 5)
        assert bands == sorted(bands)


def test_up_to_six_grades_have_shades_of_their_own():
    for size in range(1, 7):
        ranking = [str(number) for number in range(size)]
        assert len({band_of(ranking, grade) for grade in ranking}) == size


def test_an_operator_with_left_out_records_comes_before_a_worse_grade():
    torn = {"grade": "AA", "score": 100, "status": "graded", "quarantined_count": 1, "operator_id": "A"}
    bad = {"grade": "D", "score": 1, "status": "graded", "quarantined_count": 0, "operator_id": "B"}
    plan = Engine.load().plan
    assert sorted([bad, torn], key=lambda row: worst_first(row, plan)) == [torn, bad]


def test_within_a_grade_the_worse_score_comes_first_whichever_way_the_scheme_counts():
    low = {"grade": None, "score": 1, "status": "graded", "quarantined_count": 0, "operator_id": "A"}
    high = {**low, "score": 9}
    for policy, expected in (("xuchang-transport", [low, high]), ("uk-fhrs", [high, low])):
        plan = Engine.load(policy).plan
        assert sorted([high, low], key=lambda row: worst_first(row, plan)) == expected


@pytest.mark.parametrize(
    ("operator_id", "name", "shown"),
    [
        ("11010519491231002X", "某小样", "某**"),
        ("91411000DEM000014Y", "某小样", "某小样"),
        ("11010519491231002X", "11010519491231002X", "110105********002X"),
        ("91411000DEM000014Y", "某店13800138000", "某店138****8000"),
    ],
)
def test_names_of_natural_persons_are_masked_and_numbers_in_any_name(operator_id, name, shown):
    assert Privacy(show_personal=False).name(operator_id, name) == shown
    assert Privacy(show_personal=True).name(operator_id, name) == name


def test_a_persons_name_is_masked_inside_sentences_about_it():
    privacy = Privacy(show_personal=False)
    assert privacy.about("11010519491231002X", "某小样", "名称（“某小样”）") == "名称（“某**”）"
